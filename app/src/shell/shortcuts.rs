//! Keys of a whole page. A page binds tables of shortcuts to what they act on; one list of them is
//! both listened to and explained in the dialog, so that neither can differ from the other.
//!
//! Keys of one control (a handle's arrows, a calendar's) stand with that control, and stop there.

use std::sync::Arc;

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use super::overlay;
use crate::erased::effect;

/// One line of a table, for what `C` is.
pub struct Shortcut<C> {
    /// The keys that do it, as [`name_of`] calls them; any of them.
    pub keys: &'static [&'static str],
    /// What it does, for a person.
    pub words: &'static str,
    /// Whether it works while a field has the focus.
    pub in_fields: bool,
    /// Does it.
    pub action: fn(C),
}

/// A shortcut that does not work in fields.
pub const fn shortcut<C>(
    keys: &'static [&'static str],
    words: &'static str,
    action: fn(C),
) -> Shortcut<C> {
    Shortcut {
        keys,
        words,
        in_fields: false,
        action,
    }
}

/// A shortcut with what it acts on.
#[derive(Clone)]
pub struct Bound {
    /// The keys that do it.
    pub keys: &'static [&'static str],
    /// What it does, for a person.
    pub words: &'static str,
    in_fields: bool,
    action: Arc<dyn Fn() + Send + Sync>,
}

impl Bound {
    /// Does it, as if a key had been pressed.
    pub fn run(&self) {
        (self.action)();
    }

    /// The keys as they stand on keyboards.
    pub fn spelled(&self) -> String {
        let names: Vec<String> = self.keys.iter().map(|name| spelled(name)).collect();
        names.join(", ")
    }
}

/// The shortcuts of a table, acting on `context`.
pub fn bind<C: Copy + Send + Sync + 'static>(
    table: &'static [Shortcut<C>],
    context: C,
) -> Vec<Bound> {
    let mut keys = table.iter().flat_map(|one| one.keys);
    debug_assert!(
        keys.all(|key| can_be_pressed(key)),
        "a key has another name"
    );
    let bound = table.iter().map(|one| Bound {
        keys: one.keys,
        words: one.words,
        in_fields: one.in_fields,
        action: Arc::new(move || (one.action)(context)),
    });
    bound.collect()
}

/// A key of the table as it stands on keyboards.
fn spelled(name: &str) -> String {
    if let [sign] = name.as_bytes() {
        let shift = if sign.is_ascii_uppercase() {
            "Shift + "
        } else {
            ""
        };
        return format!("{shift}{name}");
    }
    name.replace("ArrowLeft", "←")
        .replace("ArrowRight", "→")
        .replace("Ctrl+Z", "Ctrl+Shift+Z")
        .replace("Ctrl+z", "Ctrl+Z")
        .replace("Ctrl+y", "Ctrl+Y")
        .replace("Ctrl+k", "Ctrl+K")
        .replace('+', " + ")
}

/// Listens until the page goes. A key that a control has taken, or that is pressed while a dialog
/// is open, is not the page's.
pub fn listen(shortcuts: Arc<[Bound]>, is_dialog_open: impl Fn() -> bool + Copy + 'static) {
    effect(move || {
        let shortcuts = Arc::clone(&shortcuts);
        let handle = window_event_listener(ev::keydown, move |event| {
            let within = |selector| {
                event
                    .target()
                    .is_some_and(|target| is_within(&target, selector))
            };
            // The focus can be outside of the dialog, which is the browser's to close all the same.
            let elsewhere = within("dialog") || is_dialog_open();
            if event.default_prevented() || elsewhere {
                return;
            }
            let Some(pressed) = name_of(&event) else {
                return;
            };
            // A search field is cleared by it.
            if pressed == "Escape" && (overlay::is_any_open() || within("[type=search]")) {
                return;
            }
            let typing = within("input, select, textarea");
            let found = shortcuts
                .iter()
                .find(|one| one.keys.contains(&pressed.as_str()))
                .filter(|one| one.in_fields || !typing);
            if let Some(found) = found {
                // Some are the browser's too: undo, or a page's scrolling.
                event.prevent_default();
                found.run();
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

/// Whether [`name`] ever returns this: Shift with a letter or a sign has no name of its own.
fn can_be_pressed(key: &str) -> bool {
    let shifted = key.rsplit_once("Shift+").map_or("  ", |(_, key)| key);
    shifted.chars().count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_is_in_a_letter_already() {
        for (key, want) in [
            ("n", true),
            ("N", true),
            ("Shift+ArrowLeft", true),
            ("Ctrl+Z", true),
            ("Shift+N", false),
            ("Shift+?", false),
        ] {
            assert_eq!(can_be_pressed(key), want, "{key}");
        }
    }

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
}
