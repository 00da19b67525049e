//! Edits that are not saved, kept in the browser: they survive a reload, a lost connection and the end
//! of a session.
//!
//! Invariant: drafts are bounded in bytes, each and all of a person together, and the oldest make room.
//! Each is of one person and one dashboard, with the version that it began with.

use leptos::prelude::*;
use protocol::{Draft, DraftEntry, json};

use super::merge::merge;
use super::{Editor, changes};
use crate::browser;
use crate::erased::effect;

/// Most bytes of one draft, as JSON.
const MOST_BYTES: usize = 512 * 1024;
/// Most bytes of all drafts of a person.
const MOST_BYTES_OF_ALL: usize = 1024 * 1024;
/// A draft that is older than this is gone.
const OLDEST_MS: f64 = 14.0 * 86_400_000.0;
/// An edit is kept after so long without another one.
const PAUSE_MS: u32 = 300;

/// Where a person's drafts are.
#[derive(Clone, Debug)]
pub struct Drafts {
    person: String,
}

impl Drafts {
    /// Of a person by name.
    pub fn of(person: &str) -> Drafts {
        Drafts {
            person: person.to_owned(),
        }
    }

    /// The draft of a dashboard; none that is too old, or that this page cannot read.
    pub fn find(&self, id: &str) -> Option<Draft> {
        let draft: Draft = json::read(&browser::host().shared(&self.key(id))?).ok()?;
        let is_young = browser::host().wall_ms() - draft.at_ms < OLDEST_MS;
        is_young.then_some(draft)
    }

    /// Keeps a draft in the place of the one before; whether that was possible.
    pub fn keep(&self, draft: &Draft) -> bool {
        let id = &draft.edited.id;
        let Ok(text) = serde_json::to_string(draft) else {
            return false;
        };
        let mut all = self.list();
        all.retain(|one| one.id != *id);
        if text.len() > MOST_BYTES {
            self.forget(id);
            return false;
        }
        all.push(DraftEntry {
            id: id.clone(),
            at_ms: draft.at_ms,
            bytes: text.len(),
        });
        while all.iter().map(|one| one.bytes).sum::<usize>() > MOST_BYTES_OF_ALL && all.len() > 1 {
            let oldest = all.remove(0);
            browser::host().share(&self.key(&oldest.id), None);
        }
        browser::host().share(&self.key(id), Some(&text)) && self.write(&all)
    }

    /// Forgets the draft of a dashboard.
    pub fn forget(&self, id: &str) {
        browser::host().share(&self.key(id), None);
        let mut all = self.list();
        all.retain(|one| one.id != *id);
        self.write(&all);
    }

    /// What is kept, oldest first; without those that are too old, which go.
    fn list(&self) -> Vec<DraftEntry> {
        let text = browser::host().shared(&self.list_key());
        let all: Vec<DraftEntry> = text
            .and_then(|text| json::read(&text).ok())
            .unwrap_or_default();
        let now_ms = browser::host().wall_ms();
        let (young, old): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|one| now_ms - one.at_ms < OLDEST_MS);
        for one in old {
            browser::host().share(&self.key(&one.id), None);
        }
        young
    }

    fn write(&self, all: &[DraftEntry]) -> bool {
        let text = serde_json::to_string(all).ok().filter(|_| !all.is_empty());
        browser::host().share(&self.list_key(), text.as_deref())
    }

    fn key(&self, id: &str) -> String {
        format!("pulseboard.draft.{}.{id}", self.person)
    }

    fn list_key(&self) -> String {
        format!("pulseboard.drafts.{}", self.person)
    }
}

impl Editor {
    /// Offers the draft of an earlier page, and from now on keeps what is not saved.
    pub(super) fn follow_drafts(self) {
        effect(move || {
            self.offer_draft();
            let gone = window_event_listener_untyped("pagehide", move |_| self.keep_draft());
            on_cleanup(move || gone.remove());
        });
        let edits = StoredValue::new(0u64);
        effect(move || {
            self.document.track();
            self.saved.track();
            let Some(mine) = edits.try_update_value(|edits| {
                *edits += 1;
                *edits
            }) else {
                return;
            };
            browser::spawn(async move {
                browser::sleep(PAUSE_MS).await;
                if edits.try_get_value() == Some(mine) {
                    self.keep_draft();
                }
            });
        });
    }

    /// Finds the draft of an earlier page. One that says what is saved already is forgotten.
    pub(super) fn offer_draft(self) {
        let id = self.document.with_untracked(|document| document.id.clone());
        let drafts = self.drafts.get_value();
        let Some(draft) = drafts.find(&id) else {
            return;
        };
        let is_same = self
            .saved
            .with_untracked(|saved| changes::between(saved, &draft.edited).is_empty());
        match is_same {
            true => drafts.forget(&id),
            false => self.offered.set(Some(draft)),
        }
    }

    /// Keeps what is edited, or forgets it once it is saved. While an earlier draft is offered it stays.
    pub(super) fn keep_draft(self) {
        let Some(None) = self.offered.try_get_untracked() else {
            return;
        };
        let drafts = self.drafts.get_value();
        let edited = self.document.get_untracked();
        if self.changes.with_untracked(Vec::is_empty) {
            if drafts.find(&edited.id).is_some() {
                drafts.forget(&edited.id);
            }
            return;
        }
        let kept = drafts.keep(&Draft {
            at_ms: browser::host().wall_ms(),
            base: self.saved.get_untracked(),
            edited,
        });
        if self.is_kept.get_untracked() != kept {
            self.is_kept.set(kept);
        }
    }

    /// Goes on with the draft that is offered: over what is saved by now, in one step.
    pub fn continue_draft(self) {
        let Some(draft) = self.offered.get_untracked() else {
            return;
        };
        let saved = self.saved.get_untracked();
        let merged = merge(&draft.base, &draft.edited, &saved);
        self.offered.set(None);
        self.change("edits of the draft", |document| *document = merged.document);
        self.seal();
        self.conflicts.set(merged.conflicts);
        self.deciding
            .set(!self.conflicts.with_untracked(Vec::is_empty));
        self.keep_draft();
    }

    /// Lets the draft that is offered go.
    pub fn drop_draft(self) {
        self.offered.set(None);
        self.keep_draft();
    }
}
