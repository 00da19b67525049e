//! Several widgets selected at once: a box drawn over the grid selects what it meets.
//!
//! Invariant: the box begins on the empty grid alone, so that nothing that is taken by a handle begins
//! one.

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::Editor;
use crate::browser;
use crate::erased::part;

/// A pointer that moved less than this pressed, and drew nothing.
const LEAST_PX: f64 = 4.0;

/// The box that is drawn, in CSS pixels of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Marquee {
    pointer: i32,
    /// Where it began, and where the pointer is.
    ends: [(f64, f64); 2],
    /// What was selected before, when that stays.
    before: Vec<String>,
}

impl Marquee {
    /// Left, top, right and bottom.
    fn sides(&self) -> [f64; 4] {
        let [(a, b), (x, y)] = self.ends;
        [a.min(x), b.min(y), a.max(x), b.max(y)]
    }

    fn is_drawn(&self) -> bool {
        let [left, top, right, bottom] = self.sides();
        (right - left).max(bottom - top) >= LEAST_PX
    }
}

/// Whether two boxes meet: left, top, right, bottom each.
fn meet(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// A press on the empty grid.
pub fn start(marquee: RwSignal<Option<Marquee>>, editor: Editor, event: &PointerEvent) {
    let Some(area) = area(event).filter(|area| event.target() == Some(area.clone().into())) else {
        return;
    };
    // A finger scrolls there.
    let is_mouse = event.pointer_type() != "touch";
    if event.button() != 0 || !is_mouse || area.set_pointer_capture(event.pointer_id()).is_err() {
        return;
    }
    event.prevent_default();
    let stays = event.shift_key() || event.ctrl_key();
    let before = match stays {
        true => editor.selected.get_untracked().into_iter().collect(),
        false => Vec::new(),
    };
    let at = within(&area, event);
    marquee.set(Some(Marquee {
        pointer: event.pointer_id(),
        ends: [at, at],
        before,
    }));
}

/// The pointer moved: what the box meets is selected.
pub fn moved(marquee: RwSignal<Option<Marquee>>, editor: Editor, event: &PointerEvent) {
    let mine = marquee
        .get_untracked()
        .filter(|one| one.pointer == event.pointer_id());
    let (Some(mut drawn), Some(area)) = (mine, area(event)) else {
        return;
    };
    drawn.ends[1] = within(&area, event);
    let found = match drawn.is_drawn() {
        true => met(&area, drawn.sides()),
        false => Vec::new(),
    };
    let selected = drawn.before.iter().cloned().chain(found).collect();
    if editor.selected.with_untracked(|now| *now != selected) {
        editor.selected.set(selected);
    }
    marquee.set(Some(drawn));
}

/// The pointer let go. A press on the empty grid selects nothing.
pub fn end(marquee: RwSignal<Option<Marquee>>, editor: Editor) {
    let Some(drawn) = marquee.get_untracked() else {
        return;
    };
    marquee.set(None);
    if !drawn.is_drawn() && drawn.before.is_empty() {
        editor.selected.update(|selected| selected.clear());
    }
    let count = editor.selected.with_untracked(|selected| selected.len());
    if drawn.is_drawn() {
        editor.announcement.set(format!("{count} selected"));
    }
}

/// The box as it is drawn.
pub fn drawn(marquee: RwSignal<Option<Marquee>>) -> impl IntoView {
    let view = move || {
        let drawn = marquee.get().filter(Marquee::is_drawn)?;
        let [left, top, right, bottom] = drawn.sides();
        let (width, height) = (right - left, bottom - top);
        let style = format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px");
        Some(view! { <div class="marquee" aria-hidden="true" style=style></div> })
    };
    part(view)
}

fn area(event: &PointerEvent) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn within(area: &Element, event: &PointerEvent) -> (f64, f64) {
    let area = area.get_bounding_client_rect();
    (
        f64::from(event.client_x()) - area.left(),
        f64::from(event.client_y()) - area.top(),
    )
}

/// The widgets whose boxes meet this one.
fn met(area: &Element, sides: [f64; 4]) -> Vec<String> {
    let rect = area.get_bounding_client_rect();
    let boxes = browser::boxes_in(area, "[data-widget]");
    let found = boxes.into_iter().filter(|(_, [left, top, right, bottom])| {
        let (x, y) = (rect.left(), rect.top());
        meet(sides, [left - x, top - y, right - x, bottom - y])
    });
    found
        .filter_map(|(element, _)| element.get_attribute("data-widget"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_meet_in_any_direction() {
        let drawn = |ends| Marquee {
            pointer: 1,
            ends,
            before: Vec::new(),
        };
        let backwards = drawn([(30.0, 40.0), (10.0, 20.0)]);
        assert_eq!(backwards.sides(), [10.0, 20.0, 30.0, 40.0]);
        assert!(backwards.is_drawn());
        assert!(!drawn([(1.0, 1.0), (3.0, 3.0)]).is_drawn());
        for (other, want) in [
            ([0.0, 0.0, 11.0, 21.0], true),
            ([0.0, 0.0, 10.0, 99.0], false),
            ([30.0, 0.0, 99.0, 99.0], false),
            ([15.0, 25.0, 16.0, 26.0], true),
        ] {
            assert_eq!(meet(backwards.sides(), other), want, "{other:?}");
        }
    }
}
