//! Sends the document to the server, until it is there.
//!
//! Invariant: an edit is on the server, or it is still in the document: a save that fails changes nothing
//! here, and one that only did not arrive is tried again.

use leptos::prelude::*;
use protocol::{Conflict, Dashboard, ErrorCode, json, paths};

use super::Editor;
use crate::browser;
use crate::live::backoff::Backoff;
use crate::live::client::{self, ClientError};

/// The first pause after a save that did not arrive, and the longest.
const PAUSES: Backoff = Backoff::new(1_000, 15_000);
/// Versions of others in a row that a save goes together with at once.
const MAX_MERGES: u32 = 5;

/// How the document stands to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing is on its way.
    #[default]
    Idle,
    /// It is on its way.
    Saving,
    /// It did not arrive, and why; it is tried again.
    Waiting(String),
    /// It was rejected, and why.
    Failed(String),
}

/// What the server has, when that is why a document was not saved: another version, or none any more.
fn current(error: &ClientError) -> Option<Option<Dashboard>> {
    let ClientError::Rejected {
        code: ErrorCode::StaleVersion,
        body,
        ..
    } = error
    else {
        return None;
    };
    let conflict: Conflict<Option<Dashboard>> = json::read(body).ok()?;
    Some(conflict.current)
}

impl Editor {
    /// Saves the document, unless it is on its way or nothing differs. What does not hold, and what is
    /// still to be decided, is not sent.
    pub fn save(&self) {
        let is_same = self.changes.with_untracked(Vec::is_empty);
        if is_same || self.saving.get_untracked() == Saving::Saving {
            return;
        }
        if !self.conflicts.with_untracked(Vec::is_empty) {
            self.deciding.set(true);
            return;
        }
        let first = self.errors.with_untracked(|errors| errors.first().cloned());
        if let Some(error) = first {
            let why = format!("{}: {}.", error.path, error.message);
            self.saving.set(Saving::Failed(why));
            return;
        }
        self.saving.set(Saving::Saving);
        let round = self.round.try_update_value(|round| {
            *round += 1;
            *round
        });
        let editor = *self;
        browser::spawn(async move { editor.send(round.unwrap_or_default()).await });
    }

    /// Sends what is edited until there is an answer that decides, or another round began.
    async fn send(self, round: u64) {
        let (mut pauses, mut merges) = (PAUSES, 0);
        while let Some(document) = self.document.try_get_untracked() {
            let address = paths::dashboard(&document.id);
            let answer = client::put::<Dashboard>(&address, &document).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            let error = match answer {
                Ok(saved) => {
                    self.took(saved);
                    return;
                }
                Err(error) => error,
            };
            if let Some(theirs) = current(&error) {
                merges += 1;
                self.take_theirs(theirs);
                let is_decided = self.conflicts.with_untracked(Vec::is_empty);
                let is_valid = self.errors.with_untracked(Vec::is_empty);
                if is_decided && is_valid && merges < MAX_MERGES {
                    continue;
                }
                self.saving.set(match is_decided {
                    true => Saving::Failed(error.to_string()),
                    false => Saving::Idle,
                });
                self.deciding.set(!is_decided);
                return;
            }
            if !error.is_temporary() {
                self.saving.set(Saving::Failed(error.to_string()));
                return;
            }
            self.saving.set(Saving::Waiting(error.to_string()));
            browser::sleep(pauses.next_ms()).await;
            if self.round.try_get_value() != Some(round) {
                return;
            }
            self.saving.set(Saving::Saving);
        }
    }

    /// The server has what was sent. What was edited meanwhile is still to be saved.
    fn took(&self, saved: Dashboard) {
        let version = saved.version;
        self.set_saved.set(saved);
        self.set_document
            .update(|document| document.version = version);
        self.saving.set(Saving::Idle);
        self.announcement.set("Saved".into());
    }
}
