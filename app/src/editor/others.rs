//! What others save while the document is edited: noticed by asking, and taken together with the edit.
//!
//! Invariant: what others save never takes the place of an edit. What both changed stays as it is edited
//! until the person decides.

use leptos::ev;
use leptos::prelude::*;
use protocol::{Dashboard, DashboardVersion, ErrorCode, Metric, paths};

use super::changes::{self, Change};
use super::merge::{self, About, Conflict};
use super::{Editor, Saving};
use crate::browser;
use crate::erased::effect;
use crate::live::Live;
use crate::live::client::{self, ClientError};

/// How often the server is asked whether somebody else saved the dashboard.
const ASK_MS: u32 = 15_000;

/// What others did, for the banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// They saved another version, which was taken over: who, once that is known, and what they changed.
    Saved(Option<String>, Vec<Change>),
    /// They removed the dashboard.
    Removed,
}

impl Editor {
    /// Asks whether somebody else saved the dashboard: every few seconds while the page is seen, and when
    /// one comes back to it.
    pub(super) fn follow_others(self, live: Live) {
        effect(move || {
            let here = StoredValue::new(());
            browser::spawn(async move {
                loop {
                    browser::sleep(ASK_MS).await;
                    browser::host().shown().await;
                    if here.try_get_value().is_none() {
                        return;
                    }
                    self.ask().await;
                }
            });
            let focused = window_event_listener(ev::focus, move |_| {
                browser::spawn(async move { self.ask().await });
            });
            on_cleanup(move || focused.remove());
        });
        effect(move || {
            if live.access_epoch.get() > 0 {
                browser::spawn(async move { self.ask_metrics().await });
            }
        });
    }

    /// Asks once. Without an answer it is asked again later.
    pub(super) async fn ask(self) {
        let Some(id) = self
            .document
            .try_with_untracked(|document| document.id.clone())
        else {
            return;
        };
        let answer = client::get::<Dashboard>(&paths::dashboard(&id)).await;
        // A save that is on its way learns it by itself.
        match self.saving.try_get_untracked() {
            Some(Saving::Idle | Saving::Failed(_)) => {}
            Some(Saving::Saving | Saving::Waiting(_)) | None => return,
        }
        let known = self.saved.with_untracked(|saved| saved.version);
        match answer {
            Ok(theirs) if theirs.version != known => self.take_theirs(Some(theirs)),
            Err(ClientError::Rejected {
                code: ErrorCode::NotFound,
                ..
            }) if known > 0 => self.take_theirs(None),
            _ => {}
        }
    }

    /// Which metrics this person may see by now. A page that knows of one that is hidden is loaded again;
    /// what is edited is in the draft.
    async fn ask_metrics(self) {
        let Ok(metrics) = client::get::<Vec<Metric>>(paths::METRICS).await else {
            return;
        };
        let is_narrowed = self.metrics.try_with_untracked(|known| {
            known
                .iter()
                .any(|one| metrics.iter().all(|now| now.name != one.name))
        });
        match is_narrowed {
            Some(true) => {
                self.keep_draft();
                browser::go(&browser::host().address());
            }
            Some(false) => self.metrics.set(metrics),
            None => {}
        }
    }

    /// Takes what others saved together with what is edited; none when they removed it.
    pub(super) fn take_theirs(self, theirs: Option<Dashboard>) {
        let Some(theirs) = theirs else {
            // The next save makes it again.
            self.set_saved.update(|saved| {
                saved.version = 0;
                saved.widgets.clear();
            });
            self.set_document.update(|document| document.version = 0);
            self.others.set(Some(Others::Removed));
            return;
        };
        let (base, mine) = (self.saved.get_untracked(), self.document.get_untracked());
        let merged = merge::merge(&base, &mine, &theirs);
        self.history
            .update_value(|history| history.rebase(&base, &theirs));
        let told = changes::between(&base, &theirs);
        let (id, version) = (theirs.id.clone(), theirs.version);
        self.set_saved.set(theirs);
        self.conflicts.update(|conflicts| {
            let again = |about: &About| merged.conflicts.iter().any(|one| one.about == *about);
            conflicts.retain(|one| !again(&one.about));
            conflicts.extend(merged.conflicts.iter().cloned());
        });
        self.show(merged.document);
        self.others.set(Some(Others::Saved(None, told)));
        browser::spawn(async move { self.ask_who(&id, version).await });
    }

    /// Asks who saved the version that was taken over. Without an answer it is said that somebody did.
    async fn ask_who(self, id: &str, version: u64) {
        let address = paths::dashboard_versions(id);
        let Ok(all) = client::get::<Vec<DashboardVersion>>(&address).await else {
            return;
        };
        let of = all.into_iter().find(|one| one.version == version);
        let name = of.and_then(|one| one.who).map(|who| who.name);
        if let Some(Some(Others::Saved(None, changes))) = self.others.try_get_untracked() {
            self.others.set(Some(Others::Saved(name, changes)));
        }
    }

    /// Answers a question: with `theirs` what the other side has is taken, which can be undone.
    pub fn decide(self, conflict: &Conflict, theirs: bool) {
        if theirs {
            self.seal();
            self.change(&format!("theirs of {}", conflict.title), |document| {
                conflict.take_theirs(document);
            });
            self.seal();
        }
        self.conflicts
            .update(|all| all.retain(|one| one.about != conflict.about));
        if self.conflicts.with_untracked(Vec::is_empty) {
            self.deciding.set(false);
        }
    }
}
