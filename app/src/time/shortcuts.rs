//! Keys that act on the time that is shown.

use leptos::prelude::*;

use super::TimePicker;
use crate::live::Live;
use crate::shell::shortcuts::{Shortcut, shortcut};
use crate::view::View;

/// Share of the span that one step earlier or later moves.
pub const STEP: f64 = 0.5;
/// Factor of one zoom out; a zoom in is its inverse.
pub const ZOOM: f64 = 2.0;

/// All of them, in the order in which they are explained.
pub const SHORTCUTS: &[Shortcut<TimePicker>] = &[
    shortcut(&["t"], "Choose the time that is shown", |time| {
        time.open.update(|open| *open = !*open);
    }),
    shortcut(&["[", "Shift+ArrowLeft"], "Earlier by half", |time| {
        step(time.live, -STEP);
    }),
    shortcut(&["]", "Shift+ArrowRight"], "Later by half", |time| {
        step(time.live, STEP);
    }),
    shortcut(&["+", "="], "Zoom in", |time| zoom(time.live, 1.0 / ZOOM)),
    shortcut(&["-"], "Zoom out", |time| zoom(time.live, ZOOM)),
    shortcut(&["l"], "Back to live", |time| time.live.resume()),
    shortcut(&["p"], "Pause, or go on", |time| time.live.toggle_pause()),
];

/// Moves by a share of what is shown, later for positive ones: nothing is later than what goes on.
pub fn step(live: Live, share: f64) {
    if share > 0.0 && !live.view.with_untracked(View::is_fixed) {
        return;
    }
    live.pan(live.span_ms() as f64 * share);
}

/// Zooms about the middle; less than one shows less time.
pub fn zoom(live: Live, factor: f64) {
    live.zoom(live.end_ms() as f64 - live.span_ms() as f64 / 2.0, factor);
}
