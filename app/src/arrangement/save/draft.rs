//! A document of the person with the changes that the server does not have yet. Pure.
//!
//! Invariant: a change is in `sent` or in `waiting` until an answer has confirmed it; a document that
//! is sent is the newest that is known from the server, with nothing over it but these changes.

use std::collections::BTreeMap;
use std::mem::take;

use protocol::variables::Choices;
use protocol::{DashboardPreferences, Preferences, WidgetOverride};

/// Changes of one document.
pub trait Changes: Clone + Default + PartialEq {
    /// What they change.
    type Document: Clone;

    /// Puts them over a document.
    fn lay_over(&self, document: &mut Self::Document);

    /// Adds later ones, which win.
    fn extend(&mut self, later: Self);

    /// Takes what another page changed since `base` into these changes of it, where they do not
    /// touch it.
    fn rebase(&mut self, base: &Self::Document, theirs: &Self::Document);
}

/// What changed for every dashboard. `None` is what this page did not touch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonChanges {
    /// How much time charts show, in seconds.
    pub range_s: Option<u32>,
    /// In which zone times are written; within it, `None` is the browser's.
    pub zone: Option<Option<String>>,
}

impl Changes for PersonChanges {
    type Document = Preferences;

    fn lay_over(&self, document: &mut Preferences) {
        document.range_s = self.range_s.or(document.range_s);
        if let Some(zone) = &self.zone {
            document.zone.clone_from(zone);
        }
    }

    fn extend(&mut self, later: Self) {
        self.range_s = later.range_s.or(self.range_s);
        self.zone = later.zone.or(self.zone.take());
    }

    // Each field is a change of its own already.
    fn rebase(&mut self, _: &Preferences, _: &Preferences) {}
}

/// What changed about a dashboard: by widget id, where an empty one is as the dashboard says; and what
/// was chosen of its variables, if that changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WidgetChanges(pub BTreeMap<String, WidgetOverride>, pub Option<Choices>);

impl WidgetChanges {
    /// What is different in `after`.
    pub fn between(
        before: &BTreeMap<String, WidgetOverride>,
        after: &BTreeMap<String, WidgetOverride>,
    ) -> WidgetChanges {
        let ids = before.keys().chain(after.keys());
        let changed = ids.filter(|id| before.get(*id) != after.get(*id));
        // Collected, the page would have a sort for this type of map.
        let mut changes = BTreeMap::new();
        changes.extend(changed.map(|id| (id.clone(), after.get(id).cloned().unwrap_or_default())));
        WidgetChanges(changes, None)
    }

    /// Puts them over what a person changed before.
    pub fn lay_over(&self, widgets: &mut BTreeMap<String, WidgetOverride>) {
        for (id, change) in &self.0 {
            if change.is_empty() {
                widgets.remove(id);
            } else {
                widgets.insert(id.clone(), change.clone());
            }
        }
    }
}

impl Changes for WidgetChanges {
    type Document = DashboardPreferences;

    fn lay_over(&self, document: &mut DashboardPreferences) {
        self.lay_over(&mut document.widgets);
        if let Some(choices) = &self.1 {
            document.variables.clone_from(choices);
        }
    }

    fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
        self.1 = later.1.or(self.1.take());
    }

    fn rebase(&mut self, base: &DashboardPreferences, theirs: &DashboardPreferences) {
        let of = |document: &DashboardPreferences, id| {
            let found = document.widgets.get(id);
            found.cloned().unwrap_or_default()
        };
        for (id, mine) in &mut self.0 {
            merge(mine, &of(base, id), of(theirs, id));
        }
    }
}

/// Takes each field that is as in `base` from `theirs`; of the lines that are switched off, each.
fn merge(mine: &mut WidgetOverride, base: &WidgetOverride, theirs: WidgetOverride) {
    fn pick<T: PartialEq>(mine: &mut T, base: &T, theirs: T) {
        if mine == base {
            *mine = theirs;
        }
    }
    pick(&mut mine.place, &base.place, theirs.place);
    pick(&mut mine.hidden, &base.hidden, theirs.hidden);
    pick(&mut mine.log, &base.log, theirs.log);
    pick(&mut mine.band, &base.band, theirs.band);
    let off = take(&mut mine.off);
    let stays = |label: &String| off.contains(label) || !base.off.contains(label);
    mine.off = theirs.off.into_iter().filter(stays).collect();
    for label in off {
        if !base.off.contains(&label) && !mine.off.contains(&label) {
            mine.off.push(label);
        }
    }
}

/// One document and its changes.
#[derive(Clone, Debug)]
pub struct Draft<C: Changes> {
    known: C::Document,
    sent: C,
    waiting: C,
}

impl<C: Changes> Draft<C> {
    /// As the server has it.
    pub fn new(known: C::Document) -> Draft<C> {
        Draft {
            known,
            sent: C::default(),
            waiting: C::default(),
        }
    }

    /// Adds changes.
    pub fn change(&mut self, changes: C) {
        self.waiting.extend(changes);
    }

    /// The document to send, if anything waits. An answer must follow before the next.
    pub fn next(&mut self) -> Option<C::Document> {
        if self.waiting == C::default() {
            return None;
        }
        self.sent = take(&mut self.waiting);
        let mut document = self.known.clone();
        self.sent.lay_over(&mut document);
        Some(document)
    }

    /// The server saved what was sent, as this.
    pub fn saved(&mut self, document: C::Document) {
        self.known = document;
        self.sent = C::default();
    }

    /// The server has another document: the changes go over that.
    pub fn stale(&mut self, current: C::Document) {
        self.failed();
        self.waiting.rebase(&self.known, &current);
        self.known = current;
    }

    /// What was sent is not on the server: it waits again, below what changed since.
    pub fn failed(&mut self) {
        self.waiting = self.unsaved();
        self.sent = C::default();
    }

    /// The newest document of the server, with all that it did not confirm over it.
    pub fn merged(&self) -> C::Document {
        let mut document = self.known.clone();
        self.unsaved().lay_over(&mut document);
        document
    }

    /// All that the server did not confirm.
    pub fn unsaved(&self) -> C {
        let mut all = self.sent.clone();
        all.extend(self.waiting.clone());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(label: &str) -> WidgetOverride {
        WidgetOverride {
            off: vec![label.into()],
            ..WidgetOverride::default()
        }
    }

    fn widgets(all: &[(&str, &str)]) -> BTreeMap<String, WidgetOverride> {
        let all = all.iter();
        all.map(|(id, label)| (id.to_string(), off(label)))
            .collect()
    }

    fn document(version: u64, all: &[(&str, &str)]) -> DashboardPreferences {
        DashboardPreferences {
            version,
            widgets: widgets(all),
            ..DashboardPreferences::default()
        }
    }

    fn changes(all: &[(&str, &str)]) -> WidgetChanges {
        WidgetChanges(widgets(all), None)
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let (before, after) = (
            widgets(&[("a", "1"), ("b", "1")]),
            widgets(&[("b", "1"), ("c", "1")]),
        );
        let between = WidgetChanges::between(&before, &after);
        let ids: Vec<(&str, bool)> = between
            .0
            .iter()
            .map(|(id, change)| (id.as_str(), change.is_empty()))
            .collect();
        assert_eq!(ids, [("a", true), ("c", false)]);
        let mut laid = before.clone();
        between.lay_over(&mut laid);
        assert_eq!(laid, after);
        assert_eq!(
            WidgetChanges::between(&after, &after),
            WidgetChanges::default()
        );
    }

    #[test]
    fn changes_go_over_what_another_tab_saved() {
        let mut draft = Draft::new(document(3, &[("a", "old"), ("b", "old")]));
        assert_eq!(draft.next(), None);
        draft.change(changes(&[("a", "mine")]));
        assert_eq!(
            draft.next(),
            Some(document(3, &[("a", "mine"), ("b", "old")]))
        );
        draft.stale(document(
            7,
            &[("a", "theirs"), ("b", "theirs"), ("c", "theirs")],
        ));
        // Of `a`, this page brought `old` back and the other one did, too: each switched another off.
        let mut merged = document(7, &[("b", "theirs"), ("c", "theirs")]);
        let both = vec!["theirs".into(), "mine".into()];
        merged.widgets.entry("a".into()).or_default().off = both;
        assert_eq!(draft.next(), Some(merged.clone()));
        draft.saved(DashboardPreferences {
            version: 8,
            ..merged
        });
        assert_eq!(
            (draft.next(), draft.unsaved()),
            (None, WidgetChanges::default())
        );
        // The next change keeps what the other tab did.
        draft.change(changes(&[("b", "mine")]));
        let mut next = document(8, &[("b", "mine"), ("c", "theirs")]);
        let both = vec!["theirs".into(), "mine".into()];
        next.widgets.entry("a".into()).or_default().off = both;
        assert_eq!(draft.next(), Some(next));
    }

    #[test]
    fn a_change_while_a_request_runs_is_neither_lost_nor_undone() {
        let mut draft = Draft::new(document(1, &[]));
        draft.change(changes(&[("a", "first"), ("b", "first")]));
        draft.next().expect("a document");
        draft.change(changes(&[("a", "second")]));
        draft.failed();
        let all = changes(&[("a", "second"), ("b", "first")]);
        assert_eq!(draft.unsaved(), all);
        assert_eq!(
            draft.next(),
            Some(document(1, &[("a", "second"), ("b", "first")]))
        );
        draft.change(changes(&[("b", "third")]));
        draft.saved(document(2, &[("a", "second"), ("b", "first")]));
        assert_eq!(draft.unsaved(), changes(&[("b", "third")]));
        assert_eq!(
            draft.next(),
            Some(document(2, &[("a", "second"), ("b", "third")]))
        );
    }

    #[test]
    fn what_holds_for_every_dashboard_merges_by_field() {
        let person = |version, range_s, zone: Option<&str>| Preferences {
            version,
            range_s,
            zone: zone.map(String::from),
            ..Preferences::default()
        };
        let mut draft = Draft::new(person(1, Some(300), Some("utc")));
        draft.change(PersonChanges {
            zone: Some(None),
            ..PersonChanges::default()
        });
        assert_eq!(draft.next(), Some(person(1, Some(300), None)));
        draft.stale(person(5, Some(900), Some("Europe/Vienna")));
        // Back to the browser's zone is a choice as well; the range is the other tab's.
        assert_eq!(draft.next(), Some(person(5, Some(900), None)));
        draft.change(PersonChanges {
            range_s: Some(60),
            ..PersonChanges::default()
        });
        draft.failed();
        assert_eq!(draft.next(), Some(person(5, Some(60), None)));
    }
}
