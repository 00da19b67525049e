//! Which widget fills the page. It is not saved.

use leptos::prelude::*;

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

    /// All widgets stand among the others again.
    pub fn leave(&self) {
        self.0.set(None);
    }
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
