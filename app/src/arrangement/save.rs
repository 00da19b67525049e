//! Puts the person's preferences on the server: one request at a time, the newest state last.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Arrangement, Saving};
use crate::live::client::{self, ClientError};
use protocol::{Conflict, ErrorCode, Preferences, paths};

thread_local! {
    /// Changes that no request has taken yet; while a request runs, at least one.
    static WAITING: Cell<u32> = const { Cell::new(0) };
}

/// Saves soon: at once, or when the request that runs has ended.
pub fn save(arrangement: Arrangement) {
    let waiting = WAITING.get();
    WAITING.set(waiting + 1);
    if waiting > 0 {
        return;
    }
    arrangement.saving.set(Saving::Saving);
    spawn_local(async move {
        loop {
            let taken = WAITING.get();
            let result = send(arrangement).await;
            let more = WAITING.get() - taken;
            WAITING.set(more);
            match result {
                Err(error) => {
                    WAITING.set(0);
                    arrangement.saving.set(Saving::Failed(error.to_string()));
                    return;
                }
                Ok(()) if more == 0 => {
                    arrangement.saving.set(Saving::Saved);
                    return;
                }
                Ok(()) => {}
            }
        }
    });
}

/// One attempt, and a second when another page of the same person saved in between: their other
/// dashboards stay as they left them, this one becomes what this page shows.
async fn send(arrangement: Arrangement) -> Result<(), ClientError> {
    let mine = arrangement.preferences.get_value();
    match put(arrangement, &mine).await {
        Err(ClientError::Rejected {
            code: ErrorCode::StaleVersion,
            body,
            ..
        }) => {
            let conflict: Conflict<Preferences> =
                serde_json::from_str(&body).map_err(|_| ClientError::Unreadable)?;
            let id = arrangement.dashboard.with_value(|d| d.id.clone());
            let mut merged = conflict.current;
            if let Some(own) = mine.widgets.get(&id) {
                merged.widgets.insert(id, own.clone());
            }
            merged.range_s = mine.range_s.or(merged.range_s);
            merged.zone = mine.zone.or(merged.zone);
            put(arrangement, &merged).await
        }
        other => other,
    }
}

async fn put(arrangement: Arrangement, preferences: &Preferences) -> Result<(), ClientError> {
    let saved: Preferences = client::put(paths::PREFERENCES, preferences).await?;
    arrangement
        .preferences
        .update_value(|p| p.version = saved.version);
    Ok(())
}
