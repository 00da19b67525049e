//! `/api/preferences`: what one person changed. Nobody else reads or writes it.

use axum::extract::State;
use protocol::Preferences;

use super::dashboards::document;
use super::{Error, Json};
use crate::access::Principal;
use crate::dashboards::check_preferences;
use crate::state::AppState;
use crate::storage::{Saved, StorageError, StoredDocument};

/// `GET`: version 0 before the first save.
pub async fn read(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<Preferences>, Error> {
    of(&app, &principal).await.map(axum::Json)
}

/// `PUT`: replaces the version that the document names, and answers it under its new version.
pub async fn save(
    State(app): State<AppState>,
    principal: Principal,
    Json(preferences): Json<Preferences>,
) -> Result<axum::Json<Preferences>, Error> {
    let user_id = principal.user_id().ok_or_else(Error::people_only)?;
    check_preferences(&preferences)?;
    let body = document(&app, &preferences)?;
    match app
        .storage
        .save_preferences(user_id, preferences.version, &body)
        .await?
    {
        Saved::Yes(version) => Ok(axum::Json(Preferences {
            version,
            ..preferences
        })),
        Saved::Stale(Some(current)) => {
            let current = parse(&current)?;
            Err(Error::stale(
                serde_json::to_value(current).map_err(Error::internal)?,
            ))
        }
        Saved::Stale(None) | Saved::Full => {
            let none = serde_json::to_value(Preferences::default()).map_err(Error::internal)?;
            Err(Error::stale(none))
        }
    }
}

/// The preferences of a principal as they stand.
pub(super) async fn of(app: &AppState, principal: &Principal) -> Result<Preferences, Error> {
    let user_id = principal.user_id().ok_or_else(Error::people_only)?;
    match app.storage.preferences(user_id).await? {
        Some(document) => Ok(parse(&document)?),
        None => Ok(Preferences::default()),
    }
}

fn parse(document: &StoredDocument) -> Result<Preferences, StorageError> {
    let preferences: Preferences =
        serde_json::from_str(&document.body).map_err(|source| StorageError::Document {
            what: "preferences document",
            source,
        })?;
    Ok(Preferences {
        version: document.version,
        ..preferences
    })
}
