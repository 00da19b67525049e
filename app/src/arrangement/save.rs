//! Puts the person's documents on the server: one request at a time, the newest state last.
//!
//! Invariant: a document that was changed is marked until a request that carries the change has
//! succeeded, and a save writes no document that was not changed here.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Arrangement, Saving};
use crate::live::client::{self, ClientError};
use protocol::{Conflict, DashboardPreferences, ErrorCode, Preferences, paths};
use serde::de::DeserializeOwned;

/// What can be saved, each with a version of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// What holds for every dashboard.
    Person,
    /// What holds for the dashboard that is open.
    Dashboard,
}

thread_local! {
    /// Documents that no request has taken yet.
    static CHANGED: Cell<[bool; 2]> = const { Cell::new([false; 2]) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Saves a document soon: at once, or when the request that runs has ended.
pub fn save(arrangement: Arrangement, document: Document) {
    mark(document, true);
    retry(arrangement);
}

/// Saves what was changed and is not on the server.
pub fn retry(arrangement: Arrangement) {
    if IS_RUNNING.replace(true) {
        return;
    }
    arrangement.saving.set(Saving::Saving);
    spawn_local(async move {
        let saved = send_changed(arrangement).await;
        IS_RUNNING.set(false);
        arrangement.saving.set(match saved {
            Ok(()) => Saving::Saved,
            Err(error) => Saving::Failed(error.to_string()),
        });
    });
}

fn mark(document: Document, changed: bool) {
    let mut all = CHANGED.get();
    all[document as usize] = changed;
    CHANGED.set(all);
}

async fn send_changed(arrangement: Arrangement) -> Result<(), ClientError> {
    loop {
        let [person, dashboard] = CHANGED.get();
        let document = match (person, dashboard) {
            (true, _) => Document::Person,
            (_, true) => Document::Dashboard,
            (false, false) => return Ok(()),
        };
        mark(document, false);
        let sent = match document {
            Document::Person => send_person(arrangement).await,
            Document::Dashboard => send_dashboard(arrangement).await,
        };
        if let Err(error) = sent {
            mark(document, true);
            return Err(error);
        }
    }
}

/// One attempt, and a second when another page of the same person saved in between: what was
/// chosen here wins over what was chosen there, and the rest is as it is there.
async fn send_person(arrangement: Arrangement) -> Result<(), ClientError> {
    let mine = arrangement.preferences.get_value();
    let sent = client::put(paths::PREFERENCES, &mine).await;
    let saved: Preferences = match sent.map_err(conflict::<Preferences>) {
        Ok(saved) => saved,
        Err(Ok(current)) => {
            let merged = Preferences {
                version: current.version,
                range_s: mine.range_s.or(current.range_s),
                zone: mine.zone.or(current.zone),
            };
            client::put(paths::PREFERENCES, &merged).await?
        }
        Err(Err(error)) => return Err(error),
    };
    arrangement.preferences.update_value(|p| {
        p.version = saved.version;
        p.range_s = p.range_s.or(saved.range_s);
        p.zone = p.zone.take().or(saved.zone);
    });
    Ok(())
}

/// As for the person; the arrangement that was made here replaces the one made there.
async fn send_dashboard(arrangement: Arrangement) -> Result<(), ClientError> {
    let id = arrangement.dashboard.with_value(|d| d.id.clone());
    let path = paths::dashboard_preferences(&id);
    let mine = arrangement.dashboard_preferences.get_value();
    let sent = client::put(&path, &mine).await;
    let saved: DashboardPreferences = match sent.map_err(conflict::<DashboardPreferences>) {
        Ok(saved) => saved,
        Err(Ok(current)) => {
            let version = current.version;
            client::put(&path, &DashboardPreferences { version, ..mine }).await?
        }
        Err(Err(error)) => return Err(error),
    };
    arrangement
        .dashboard_preferences
        .update_value(|p| p.version = saved.version);
    Ok(())
}

/// The current document of a 409, else the error.
fn conflict<T: DeserializeOwned>(error: ClientError) -> Result<T, ClientError> {
    let ClientError::Rejected {
        code: ErrorCode::StaleVersion,
        body,
        ..
    } = &error
    else {
        return Err(error);
    };
    match serde_json::from_str::<Conflict<T>>(body) {
        Ok(conflict) => Ok(conflict.current),
        Err(_) => Err(error),
    }
}
