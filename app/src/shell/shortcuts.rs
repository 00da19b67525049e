//! Every key of the whole page, in one table: what the page listens to is what the sheet of keys
//! says, since both read it.
//!
//! Keys of one control (a handle's arrows, a calendar's) stand with that control, and stop there.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use crate::arrangement::{Arrangement, drag};
use crate::erased::effect;
use crate::live::Live;
use crate::shell::shortcuts_dialog::ShortcutsOpen;
use crate::view::View;
use crate::widgets::interact::fullscreen::Fullscreen;

/// What keys act on.
#[derive(Clone, Copy)]
pub struct Page {
    /// What is shown.
    pub live: Live,
    /// How it is arranged.
    pub arrangement: Arrangement,
    /// Whether the time picker is open.
    pub picking: RwSignal<bool>,
    /// Which widget fills the page.
    pub fullscreen: Fullscreen,
    /// Whether the sheet of keys is open.
    pub shortcuts_open: ShortcutsOpen,
}

/// One line of the table.
pub struct Key {
    /// The keys that do it, as [`name_of`] calls them; any of them.
    pub keys: &'static [&'static str],
    /// What it does, for a person.
    pub words: &'static str,
    /// Whether it works while a field has the focus.
    pub in_fields: bool,
    /// Does it.
    pub action: fn(Page),
}

/// Share of the span that one step earlier or later moves.
pub const STEP: f64 = 0.5;
/// Factor of one zoom out; a zoom in is its inverse.
pub const ZOOM: f64 = 2.0;

/// All of them, in the order in which they are explained.
pub const KEYS: &[Key] = &[
    key(&["t"], "Choose the time that is shown", |page| {
        page.picking.update(|open| *open = !*open);
    }),
    key(&["[", "Shift+ArrowLeft"], "Earlier by half", |page| {
        step(page.live, -STEP);
    }),
    key(&["]", "Shift+ArrowRight"], "Later by half", |page| {
        step(page.live, STEP);
    }),
    key(&["+", "="], "Zoom in", |page| {
        zoom(page.live, 1.0 / ZOOM);
    }),
    key(&["-"], "Zoom out", |page| zoom(page.live, ZOOM)),
    key(&["l"], "Back to live", |page| page.live.resume()),
    key(&["p"], "Pause, or go on", |page| page.live.toggle_pause()),
    key(&["e"], "Edit the dashboard, or be done", |page| {
        page.arrangement
            .editing
            .update(|editing| *editing = !*editing);
    }),
    key(&["Ctrl+z"], "Undo", |page| page.arrangement.undo()),
    key(&["Ctrl+Z", "Ctrl+y"], "Redo", |page| {
        page.arrangement.redo()
    }),
    key(&["?"], "Show all keys", |page| {
        page.shortcuts_open.0.set(true)
    }),
    Key {
        keys: &["Escape"],
        words: "Drop what is dragged, leave full screen, leave editing",
        in_fields: true,
        action: escape,
    },
];

const fn key(keys: &'static [&'static str], words: &'static str, action: fn(Page)) -> Key {
    Key {
        keys,
        words,
        in_fields: false,
        action,
    }
}

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

fn escape(page: Page) {
    if page.arrangement.drag.with_untracked(Option::is_some) {
        drag::cancel(page.arrangement);
    } else if page.fullscreen.is_on() {
        page.fullscreen.leave();
    } else {
        page.arrangement.editing.set(false);
    }
}

/// Listens until the page goes. A key that a control has taken, or that is pressed in a dialog, is
/// not the page's.
pub fn listen(page: Page) {
    effect(move || {
        let handle = window_event_listener(ev::keydown, move |event| {
            let within = |selector| {
                event
                    .target()
                    .is_some_and(|target| is_within(&target, selector))
            };
            // The focus can be outside of the sheet, which is the browser's to close all the same.
            let elsewhere = within("dialog") || page.shortcuts_open.0.get_untracked();
            if event.default_prevented() || elsewhere {
                return;
            }
            let Some(pressed) = name_of(&event) else {
                return;
            };
            let typing = within("input, select, textarea");
            let found = KEYS
                .iter()
                .find(|key| key.keys.contains(&pressed.as_str()))
                .filter(|key| key.in_fields || !typing);
            if let Some(key) = found {
                // Some are the browser's too: undo, or a page's scrolling.
                event.prevent_default();
                (key.action)(page);
            }
        });
        on_cleanup(move || handle.remove());
    });
}

fn is_within(target: &web_sys::EventTarget, selector: &str) -> bool {
    use wasm_bindgen::JsCast;
    target
        .dyn_ref::<web_sys::Element>()
        .is_some_and(|element| matches!(element.closest(selector), Ok(Some(_))))
}

/// What the table calls a pressed key; none for those that are the browser's or the system's.
/// Letters and signs that a keyboard makes with AltGr count as they are.
fn name_of(event: &KeyboardEvent) -> Option<String> {
    let composed = event.get_modifier_state("AltGraph");
    let command = !composed && (event.ctrl_key() || event.meta_key());
    if event.alt_key() && !composed {
        return None;
    }
    Some(name(&event.key(), command, event.shift_key()))
}

/// `Ctrl+z` (Cmd too), `Shift+ArrowLeft`, `?`: Shift is in a letter or a sign already.
fn name(key: &str, command: bool, shift: bool) -> String {
    let is_sign = key.chars().count() == 1;
    match (command, shift && !is_sign) {
        (true, _) => format!("Ctrl+{key}"),
        (false, true) => format!("Shift+{key}"),
        (false, false) => key.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (key, command, shift, want) in [
            ("t", false, false, "t"),
            ("?", false, true, "?"),
            ("ArrowLeft", false, true, "Shift+ArrowLeft"),
            ("ArrowLeft", false, false, "ArrowLeft"),
            ("z", true, false, "Ctrl+z"),
            ("Z", true, true, "Ctrl+Z"),
            ("p", true, false, "Ctrl+p"),
            ("", false, false, ""),
        ] {
            assert_eq!(name(key, command, shift), want);
        }
    }

    #[test]
    fn no_key_does_two_things() {
        let mut all: Vec<&str> = KEYS.iter().flat_map(|key| key.keys).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(KEYS.iter().all(|key| !key.keys.is_empty()));
        assert!(KEYS.iter().all(|key| !key.words.is_empty()));
    }
}
