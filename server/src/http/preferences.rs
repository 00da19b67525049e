//! `/api/preferences`: what one person changed, for every dashboard and for each. Nobody else reads
//! or writes it.

use axum::extract::{Path, State};
use protocol::{DashboardPreferences, ErrorCode, Preferences};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::dashboards::{document, no_dashboard, readable};
use super::{Error, Json};
use crate::access::Principal;
use crate::dashboards::{check_dashboard_preferences, check_preferences};
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
    let user_id = principal.person()?;
    check_preferences(&preferences)?;
    let body = document(&app, &preferences)?;
    let saved = app
        .storage
        .save_preferences(user_id, preferences.version, &body)
        .await?;
    saved_as(saved, preferences).map(axum::Json)
}

/// `GET /{dashboard}`: version 0 before the first save, 404 without such a dashboard.
pub async fn read_one(
    State(app): State<AppState>,
    principal: Principal,
    Path(dashboard): Path<String>,
) -> Result<axum::Json<DashboardPreferences>, Error> {
    if readable(&app, &principal, &dashboard).await?.is_none() {
        return Err(no_dashboard());
    }
    let own = of_dashboard(&app, &principal, &dashboard).await?;
    Ok(axum::Json(own))
}

/// `PUT /{dashboard}`: replaces the version that the document names, and answers it under its new
/// version. 404 without such a dashboard, 422 beyond `limits.max_dashboards` documents.
pub async fn save_one(
    State(app): State<AppState>,
    principal: Principal,
    Path(dashboard): Path<String>,
    Json(own): Json<DashboardPreferences>,
) -> Result<axum::Json<DashboardPreferences>, Error> {
    let user_id = principal.person()?;
    if readable(&app, &principal, &dashboard).await?.is_none() {
        return Err(no_dashboard());
    }
    check_dashboard_preferences(&own)?;
    let body = document(&app, &own)?;
    let max = app.config.limits.max_dashboards;
    let saved = app
        .storage
        .save_dashboard_preferences(user_id, &dashboard, own.version, &body, max)
        .await?;
    if saved == Saved::Full {
        let message = format!("you changed {max} dashboards already: `limits.max_dashboards`");
        return Err(Error::new(ErrorCode::TooManyDashboards, message));
    }
    saved_as(saved, own).map(axum::Json)
}

/// What a principal changed for every dashboard.
pub(super) async fn of(app: &AppState, principal: &Principal) -> Result<Preferences, Error> {
    if principal.only_looks() {
        return Ok(Preferences::default());
    }
    let user_id = principal.person()?;
    let stored = app.storage.preferences(user_id).await?;
    Ok(read_stored(stored)?)
}

/// What a principal changed about one dashboard.
pub(super) async fn of_dashboard(
    app: &AppState,
    principal: &Principal,
    dashboard: &str,
) -> Result<DashboardPreferences, Error> {
    if principal.only_looks() {
        return Ok(DashboardPreferences::default());
    }
    let user_id = principal.person()?;
    let stored = app.storage.dashboard_preferences(user_id, dashboard);
    Ok(read_stored(stored.await?)?)
}

/// A document whose version stands in a column beside it.
trait Versioned: Default + Serialize + DeserializeOwned {
    fn with_version(self, version: u64) -> Self;
}

impl Versioned for Preferences {
    fn with_version(self, version: u64) -> Self {
        Preferences { version, ..self }
    }
}

impl Versioned for DashboardPreferences {
    fn with_version(self, version: u64) -> Self {
        DashboardPreferences { version, ..self }
    }
}

/// The document under its new version, or 409 with the one that the database has.
fn saved_as<T: Versioned>(saved: Saved, document: T) -> Result<T, Error> {
    let current = match saved {
        Saved::Yes(version) => return Ok(document.with_version(version)),
        Saved::Stale(current) => current,
        Saved::Full => None,
    };
    let current: T = read_stored(current)?;
    let current = serde_json::to_value(current).map_err(Error::internal)?;
    Err(Error::stale(current))
}

fn read_stored<T: Versioned>(stored: Option<StoredDocument>) -> Result<T, StorageError> {
    let Some(stored) = stored else {
        return Ok(T::default());
    };
    let read = serde_json::from_str(&stored.body).map(|read: T| read.with_version(stored.version));
    read.map_err(|source| StorageError::Document {
        what: "preferences document",
        source,
    })
}
