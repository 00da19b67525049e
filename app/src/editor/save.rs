//! Sends the document to the server.
//!
//! Invariant: an edit is on the server, or it is still in the document: a save that fails changes nothing
//! here.

use leptos::prelude::*;
use protocol::{Dashboard, paths};

use super::Editor;
use crate::browser;
use crate::live::client;

/// How the document stands to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing is on its way.
    #[default]
    Idle,
    /// It is on its way.
    Saving,
    /// It did not arrive or was rejected, and why.
    Failed(String),
}

impl Editor {
    /// Saves the document, unless it is on its way or nothing differs. What does not hold is not sent.
    pub fn save(&self) {
        if self.saving.get_untracked() == Saving::Saving
            || self.changes.with_untracked(Vec::is_empty)
        {
            return;
        }
        let first = self.errors.with_untracked(|errors| errors.first().cloned());
        if let Some(error) = first {
            self.saving
                .set(Saving::Failed(format!("{}: {}", error.path, error.message)));
            return;
        }
        self.saving.set(Saving::Saving);
        let editor = *self;
        browser::spawn(async move { editor.send().await });
    }

    async fn send(self) {
        let document = self.document.get_untracked();
        let address = paths::dashboard(&document.id);
        let answer = client::put::<Dashboard>(&address, &document).await;
        match answer {
            Ok(saved) => {
                self.took(saved);
                self.saving.set(Saving::Idle);
                self.announcement.set("Saved".into());
            }
            Err(error) => {
                self.saving.set(Saving::Failed(error.to_string()));
            }
        }
    }

    /// The server has this version now.
    fn took(&self, saved: Dashboard) {
        let version = saved.version;
        self.set_saved.set(saved);
        self.set_document
            .update(|document| document.version = version);
    }
}
