//! Categories that lists leave out, as a person or their roles chose, and the way to see them after
//! all: for as long as the page is open.
//!
//! Invariant: where nothing is muted, every list is whole and nothing is said.

use leptos::prelude::*;
use protocol::Preferences;

use crate::erased::part;

/// What is left out of the lists of a page; copied freely.
#[derive(Clone, Copy)]
pub struct MutedLists {
    categories: StoredValue<Vec<String>>,
    events: StoredValue<Vec<String>>,
    /// Whether the person chose it, not an admin for their role.
    is_own: bool,
    /// Whether it is shown after all.
    shown: RwSignal<bool>,
}

impl MutedLists {
    /// As the server decided.
    pub fn new(categories: Vec<String>, events: Vec<String>, own: &Preferences) -> MutedLists {
        MutedLists {
            categories: StoredValue::new(categories),
            events: StoredValue::new(events),
            is_own: own.muted.is_some(),
            shown: RwSignal::new(false),
        }
    }

    /// Whether everything is shown; reactive.
    pub fn is_whole(self) -> bool {
        self.shown.get()
    }

    /// Whether this category is muted.
    pub fn has_category(self, category: &str) -> bool {
        let is_it = |one: &String| one == category;
        self.categories.with_value(|all| all.iter().any(is_it))
    }

    /// Whether events of this name are left out; reactive.
    pub fn leaves_out(self, event: &str) -> bool {
        let is_it = |one: &String| one == event;
        !self.shown.get() && self.events.with_value(|all| all.iter().any(is_it))
    }

    /// The number of muted categories, with a button that shows them; none when nothing is muted.
    pub fn note(self) -> Option<AnyView> {
        let names = self.categories.get_value();
        let categories = match names.len() {
            0 => return None,
            1 => "1 category".to_owned(),
            many => format!("{many} categories"),
        };
        let whose = if self.is_own {
            "by you"
        } else {
            "for your role"
        };
        let words = format!("{categories} muted {whose} · ");
        let shown = self.shown;
        let turn = move |_| shown.update(|shown| *shown = !*shown);
        let button = part(move || if shown.get() { "Hide" } else { "Show" });
        let note = view! {
            <p class="muted-note" title=names.join(", ")>
                {words}
                <button type="button" class="link" on:click=turn>{button}</button>
            </p>
        };
        Some(note.into_any())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{has, html};

    fn muted(categories: &[&str], own: Option<Vec<String>>) -> MutedLists {
        let owned = categories.iter().map(|one| (*one).to_owned()).collect();
        let own = Preferences {
            muted: own,
            ..Preferences::default()
        };
        MutedLists::new(owned, vec!["db.query.stop".into()], &own)
    }

    #[test]
    fn muted_categories_are_left_out_until_they_are_asked_for() {
        let owner = Owner::new();
        owner.set();
        let muted = muted(&["Database", "Host"], None);
        assert!(muted.leaves_out("db.query.stop") && !muted.leaves_out("db.query"));
        assert!(muted.has_category("Host") && !muted.has_category("Web"));
        let note = html(muted.note());
        has(
            &note,
            &[
                "2 categories muted for your role",
                "Show",
                "title=\"Database, Host\"",
            ],
        );
        muted.shown.set(true);
        assert!(!muted.leaves_out("db.query.stop") && muted.is_whole());
        has(&html(muted.note()), &["Hide"]);
    }

    #[test]
    fn a_choice_of_ones_own_is_named_as_such_and_nothing_muted_shows_no_note() {
        let owner = Owner::new();
        owner.set();
        let own = muted(&["Host"], Some(vec!["Host".into()]));
        has(&html(own.note()), &["1 category muted by you"]);
        assert!(muted(&[], None).note().is_none());
    }
}
