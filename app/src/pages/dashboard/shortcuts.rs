//! Keys that act on a dashboard, beside those of time and of every page.

use leptos::prelude::*;

use protocol::paths;

use crate::arrangement::{Arrangement, drag};
use crate::browser;
use crate::shell::shortcuts::{Shortcut, shortcut};
use crate::widgets::interact::fullscreen::Fullscreen;

/// What keys act on.
#[derive(Clone, Copy)]
pub struct Keyed {
    /// How it is arranged.
    pub arrangement: Arrangement,
    /// Which widget fills the page.
    pub fullscreen: Fullscreen,
}

/// All of them, in the order in which they are explained.
pub const SHORTCUTS: &[Shortcut<Keyed>] = &[
    shortcut(&["E"], "Edit the dashboard for all", |page| {
        let id = page
            .arrangement
            .dashboard
            .with_untracked(|dashboard| dashboard.id.clone());
        browser::go(&paths::edit_page(&id));
    }),
    shortcut(&["e"], "Arrange for oneself, or be done", |page| {
        page.arrangement
            .editing
            .update(|editing| *editing = !*editing);
    }),
    shortcut(&["Ctrl+z"], "Undo", |page| page.arrangement.undo()),
    shortcut(&["Ctrl+Z", "Ctrl+y"], "Redo", |page| {
        page.arrangement.redo()
    }),
    Shortcut {
        keys: &["Escape"],
        words: "Drop what is dragged, leave full screen, leave editing",
        in_fields: true,
        action: escape,
    },
];

/// Those of somebody who may edit the document, who may only arrange it, or of a guest, who only looks.
pub fn of(is_guest: bool, may_edit: bool) -> &'static [Shortcut<Keyed>] {
    let first = match (is_guest, may_edit) {
        (true, _) => SHORTCUTS.len() - 1,
        (false, false) => 1,
        (false, true) => 0,
    };
    &SHORTCUTS[first..]
}

fn escape(page: Keyed) {
    if page.arrangement.drag.with_untracked(Option::is_some) {
        drag::cancel(page.arrangement);
    } else if page.fullscreen.is_on() {
        page.fullscreen.leave();
    } else {
        page.arrangement.editing.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::SHORTCUTS;
    use crate::{shell, time};

    #[test]
    fn a_guest_has_no_keys_to_edit_with() {
        let keys = |guest, may_edit| -> Vec<&str> {
            let all = super::of(guest, may_edit).iter();
            all.flat_map(|one| one.keys.iter().copied()).collect()
        };
        assert_eq!(keys(true, false), ["Escape"]);
        assert_eq!(keys(false, true)[..2], ["E", "e"]);
        assert_eq!(
            keys(false, false),
            ["e", "Ctrl+z", "Ctrl+Z", "Ctrl+y", "Escape"]
        );
    }

    #[test]
    fn no_key_does_two_things() {
        let lines = |keys: &'static [&'static str], words: &'static str| (keys, words);
        let mut tables: Vec<(&[&str], &str)> = Vec::new();
        tables.extend(time::SHORTCUTS.iter().map(|one| lines(one.keys, one.words)));
        tables.extend(SHORTCUTS.iter().map(|one| lines(one.keys, one.words)));
        tables.extend(
            shell::SHORTCUTS
                .iter()
                .map(|one| lines(one.keys, one.words)),
        );
        assert!(
            tables
                .iter()
                .all(|(keys, words)| !keys.is_empty() && !words.is_empty())
        );
        let mut keys: Vec<&str> = tables
            .iter()
            .flat_map(|(keys, _)| keys.iter().copied())
            .collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
