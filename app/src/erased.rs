//! Closures and views of one type. What is made for each type (tasks of effects, hydration of
//! parts, lists) is made once for all that pass here; what a person sees is the same.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// Runs now and whenever something changes that it read; never on the server.
pub fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}

/// A part of a view that is made again whenever something changes that it read.
pub fn part<T: IntoView + 'static>(
    mut make: impl FnMut() -> T + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || make().into_any()))
}

/// Lists of one type, whatever stands in them.
pub trait CollectAny: IntoIterator<Item: IntoView> + Sized {
    /// Collects the views.
    fn collect_any(self) -> Vec<AnyView> {
        self.into_iter().map(|view| view.into_any()).collect()
    }
}

impl<I: IntoIterator<Item: IntoView>> CollectAny for I {}
