//! The one animation-frame loop of the page.
//!
//! It runs once for each request, however many arrive before the next frame, and asks every
//! painter on the screen. Without news there are no requests; in a hidden tab the browser runs
//! no animation frames, and the first one after it is shown catches up.

use std::cell::RefCell;

use leptos::prelude::*;

type Painter = Box<dyn FnMut()>;

#[derive(Default)]
struct Loop {
    painters: Vec<(u64, Painter)>,
    next_id: u64,
    requested: bool,
}

thread_local! {
    static LOOP: RefCell<Loop> = RefCell::default();
}

/// Asks for a frame.
pub fn request() {
    let first = LOOP.with_borrow_mut(|l| !std::mem::replace(&mut l.requested, true));
    if first {
        request_animation_frame(frame);
    }
}

/// Calls `paint` in every frame until the owner goes.
pub fn register(paint: impl FnMut() + 'static) {
    let id = LOOP.with_borrow_mut(|l| {
        l.next_id += 1;
        l.painters.push((l.next_id, Box::new(paint)));
        l.next_id
    });
    on_cleanup(move || LOOP.with_borrow_mut(|l| l.painters.retain(|(other, _)| *other != id)));
    request();
}

fn frame() {
    // The painters are taken out while they paint: one of them may register another.
    let mut painters = LOOP.with_borrow_mut(|l| {
        l.requested = false;
        std::mem::take(&mut l.painters)
    });
    for (_, paint) in &mut painters {
        paint();
    }
    LOOP.with_borrow_mut(|l| {
        painters.append(&mut l.painters);
        l.painters = painters;
    });
}
