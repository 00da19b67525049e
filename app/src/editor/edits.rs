//! Edits of whole widgets: added, removed, copied, moved on the grid.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::{GridPlace, Widget};

use super::{Editor, layout};
use crate::browser;
use crate::grid;

/// After so long a widget that was deleted is gone from the page.
const FOCUS_MS: u32 = 50;

impl Editor {
    /// Adds a widget where it is asked for, with the others making room, or below all others; selects
    /// it. Its id is made from its title unless it has one that is free. The answer is its id.
    pub fn add_widget(&self, widget: Widget, place: Option<GridPlace>) -> String {
        let label = format!("add {}", widget.title);
        let ids = self.add_all(&label, vec![widget], place);
        ids.into_iter().next().unwrap_or_default()
    }

    /// Adds widgets that stand to each other as they do, and selects them. The answer is their ids.
    pub(crate) fn add_all(
        &self,
        label: &str,
        widgets: Vec<Widget>,
        place: Option<GridPlace>,
    ) -> Vec<String> {
        let mut ids = Vec::new();
        self.seal();
        self.change(label, |document| {
            ids = layout::add(document, widgets, place)
        });
        self.seal();
        self.selected.set(ids.iter().cloned().collect());
        ids
    }

    /// Removes widgets; what they leave is closed.
    pub fn remove(&self, ids: &BTreeSet<String>) {
        let Some(label) = self.named("delete", ids) else {
            return;
        };
        self.seal();
        self.change(&label, |document| layout::remove(document, ids));
        self.announcement.set(format!("{label}: done"));
        self.removed.set(Some(label));
        // What had the focus may be gone: keys go on at another widget.
        browser::spawn(async {
            browser::sleep(FOCUS_MS).await;
            browser::rescue_focus(".grid .grip-move");
        });
    }

    /// Puts copies of widgets below them, and selects the copies.
    pub fn duplicate(&self, ids: &BTreeSet<String>) {
        let Some(label) = self.named("duplicate", ids) else {
            return;
        };
        let all = self.document.get_untracked().widgets;
        let copies: Vec<Widget> = all
            .into_iter()
            .filter(|one| ids.contains(&one.id))
            .collect();
        let place = layout::below(&copies);
        self.add_all(&label, copies, place);
        self.announcement.set(format!("{label}: done"));
    }

    /// `verb` with what these widgets are called; none when there are none.
    pub(super) fn named(&self, verb: &str, ids: &BTreeSet<String>) -> Option<String> {
        let titles = self.document.with_untracked(|document| {
            let of = document.widgets.iter().filter(|one| ids.contains(&one.id));
            of.map(|one| one.title.clone()).collect::<Vec<_>>()
        });
        match &titles[..] {
            [] => None,
            [one] => Some(format!("{verb} {one}")),
            many => Some(format!("{verb} {} widgets", many.len())),
        }
    }

    /// Takes places from the grid into the document.
    pub(super) fn take_places(&self, items: &[grid::Item]) {
        let moved = self
            .document
            .with_untracked(|document| layout::moved(document, items));
        let Some(label) = self.named("move", &moved) else {
            return;
        };
        self.seal();
        self.change(&label, |document| layout::place(document, items));
    }

    /// Whether a widget is one of several that are selected, and moves with them.
    pub(super) fn moves_several(&self, id: &str) -> bool {
        self.selected
            .with_untracked(|selected| selected.len() > 1 && selected.contains(id))
    }

    /// Moves all that is selected by an arrow key.
    pub(super) fn move_selected(&self, id: &str, key: &str) {
        let ids = self.selected.get_untracked();
        let before = self.arrangement.items.get_untracked();
        let Some(place) = before
            .iter()
            .find(|item| item.id == id)
            .map(|item| item.place)
        else {
            return;
        };
        let to = |x: u16, y: u16| grid::move_all(&before, &ids, id, x, y);
        // A row further may change nothing, since everything stands as high as it can.
        let first = |mut rows: Box<dyn Iterator<Item = u16>>| {
            rows.find_map(|y| Some(to(place.x, y)).filter(|after| *after != before))
        };
        let after = match key {
            "ArrowLeft" => Some(to(place.x.saturating_sub(1), place.y)),
            "ArrowRight" => Some(to(place.x + 1, place.y)),
            "ArrowUp" => first(Box::new((0..place.y).rev())),
            _ => first(Box::new(place.y + 1..=place.y + grid::MAX_ROWS)),
        };
        if let Some(after) = after {
            self.announcement
                .set(format!("{} widgets moved", ids.len()));
            self.arrangement.commit(before, after);
        }
    }
}
