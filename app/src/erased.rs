//! Closures of one type. What is made for each type of closure (tasks of effects, hydration of
//! parts) is made once for all that pass here; what a person sees is the same.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// Runs now and whenever something changes that it read; never on the server.
pub fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}

/// A part of a view that is made again whenever something changes that it read.
pub fn part<T>(make: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(make))
}
