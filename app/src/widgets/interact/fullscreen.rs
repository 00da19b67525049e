//! Which widget fills the page. It is not saved; the browser's back leaves it.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::erased::effect;

/// State of the entry of the browser's history that stands for a filled page.
const ENTRY: &str = "full";

/// For every component of a page: copied freely.
#[derive(Clone, Copy)]
pub struct Fullscreen(RwSignal<Option<String>>);

impl Fullscreen {
    /// No widget fills the page.
    pub fn new() -> Self {
        Fullscreen(RwSignal::new(None))
    }

    /// Whether this widget fills the page; reactive.
    pub fn is(&self, id: &str) -> bool {
        self.0.with(|full| full.as_deref() == Some(id))
    }

    /// Whether any widget fills the page; not reactive.
    pub fn is_on(&self) -> bool {
        self.0.with_untracked(Option::is_some)
    }

    /// Lets this widget fill the page, or stand among the others again.
    pub fn toggle(&self, id: &str) {
        self.0.update(|full| {
            *full = match full {
                Some(full) if full == id => None,
                _ => Some(id.to_owned()),
            }
        });
    }

    /// Gives a filled page an entry in the browser's history, so that back leaves it, and takes the
    /// entry away when it is left in another way. Called once by the page.
    pub fn follow(self) {
        let on = Memo::new(move |_| self.0.with(Option::is_some));
        let had_entry = StoredValue::new(false);
        effect(move || {
            let done = match (on.get(), is_entry()) {
                (true, false) => {
                    had_entry.set_value(true);
                    window()
                        .history()
                        .and_then(|history| history.push_state(&ENTRY.into(), ""))
                }
                // An entry of a later view stays: back leads to what was shown.
                (false, true) if had_entry.get_value() => {
                    had_entry.set_value(false);
                    window().history().and_then(|history| history.back())
                }
                _ => Ok(()),
            };
            if let Err(error) = done {
                leptos::logging::error!("Pulseboard: no entry for the full screen: {error:?}");
            }
        });
        effect(move || {
            let handle = window_event_listener(ev::popstate, move |_| {
                if self.is_on() && !is_entry() {
                    had_entry.set_value(false);
                    self.leave();
                }
            });
            on_cleanup(move || handle.remove());
        });
    }

    /// All widgets stand among the others again.
    pub fn leave(&self) {
        self.0.set(None);
    }
}

/// Whether the browser stands at an entry of a filled page.
fn is_entry() -> bool {
    let state = window().history().and_then(|history| history.state());
    state.unwrap_or(JsValue::NULL).as_string().as_deref() == Some(ENTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_widget_or_none() {
        let owner = Owner::new();
        owner.set();
        let full = Fullscreen::new();
        assert!(!full.is_on());
        full.toggle("a");
        assert!(full.is_on() && full.is("a") && !full.is("b"));
        full.toggle("b");
        assert!(full.is("b") && !full.is("a"));
        full.toggle("b");
        assert!(!full.is_on());
        full.toggle("a");
        full.leave();
        assert!(!full.is("a"));
    }
}
