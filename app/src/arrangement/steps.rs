//! Steps back and forward through the arrangements of a visit.

use leptos::prelude::*;

use super::Arrangement;
use crate::grid::Item;

impl Arrangement {
    /// Takes the last change back.
    pub fn undo(&self) {
        self.step(self.past, self.future, "Undone");
    }

    /// Makes the last change that was taken back again.
    pub fn redo(&self) {
        self.step(self.future, self.past, "Redone");
    }

    fn step(&self, from: StoredValue<Vec<Vec<Item>>>, to: StoredValue<Vec<Vec<Item>>>, word: &str) {
        let mut target = None;
        from.update_value(|steps| target = steps.pop());
        let Some(target) = target else { return };
        let now = self.items.get_untracked();
        to.update_value(|steps| steps.push(now));
        self.items.set(target);
        self.announcement.set(word.into());
        self.changed(&self.own.get_untracked());
    }
}
