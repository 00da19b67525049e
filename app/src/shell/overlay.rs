//! What opens over the page closes by one rule: a press outside of it, and Escape wherever the focus
//! is. The browser's own dialogs keep Escape to themselves.
//!
//! Invariant: one Escape closes one panel, the innermost, and does nothing else.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use crate::erased::effect;

/// Open panels: of disclosures, and of menus.
const OPEN: &str = "details[open] > .menu, [role=menu]";

/// Why a panel closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// A press outside of it: the focus goes where the press leads.
    Press,
    /// Escape: the focus goes back to the button.
    Escape,
}

/// Closes a panel by the rule while it is open. `parts` are the panel and its button.
pub fn dismiss(
    open: RwSignal<bool>,
    parts: impl Fn() -> Vec<Element> + Copy + Send + Sync + 'static,
    close: Callback<Dismissal>,
) {
    effect(move || {
        if !open.get() {
            return;
        }
        let pressed = window_event_listener(ev::pointerdown, move |event| {
            let target = event.target();
            let target = target.and_then(|target| target.dyn_into::<Node>().ok());
            if !parts().iter().any(|part| part.contains(target.as_ref())) {
                close.run(Dismissal::Press);
            }
        });
        let key = window_event_listener(ev::keydown, move |event| {
            let holds_another = || {
                let inner = |part: &Element| part.query_selector(":scope > .menu details[open]");
                parts()
                    .iter()
                    .any(|part| matches!(inner(part), Ok(Some(_))))
            };
            if event.key() == "Escape" && !event.default_prevented() && !holds_another() {
                event.prevent_default();
                close.run(Dismissal::Escape);
            }
        });
        on_cleanup(move || {
            pressed.remove();
            key.remove();
        });
    });
}

/// Whether a panel is open, so that Escape is not the page's.
pub fn is_any_open() -> bool {
    matches!(document().query_selector(OPEN), Ok(Some(_)))
}
