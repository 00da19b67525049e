//! `/api/dashboards`: read by those whom the owner lets, as far as they may see, and changed by the owner.
//!
//! Invariant: a dashboard that somebody may not read is answered as one that does not exist.

mod beside;
mod index;
mod save;

use axum::extract::{Path, State};
use protocol::{Dashboard, ErrorCode};

use super::extract::Viewer;
use super::{Error, defaults};
use crate::access::{DashboardAction, Principal, permit_dashboard};
use crate::dashboards;
use crate::state::AppState;
use crate::storage::{StoredDashboard, StoredDocument};

pub use beside::{restore, set_owner, star};
pub use index::index;
pub use save::{remove, save};

pub(super) use index::{index_of, opened};
pub(super) use save::may_edit;

/// `GET /api/dashboards`: all of them, in the order that the person or their roles set, the others by id;
/// for people who are not signed in those that are open to them.
pub async fn list(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
) -> Result<axum::Json<Vec<Dashboard>>, Error> {
    all_seen(&app, &principal).await.map(axum::Json)
}

/// `GET /api/dashboards/{id}`.
pub async fn one(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Path(id): Path<String>,
) -> Result<axum::Json<Dashboard>, Error> {
    let stored = readable(&app, &principal, &id).await?;
    let stored = stored.ok_or_else(no_dashboard)?;
    Ok(axum::Json(seen_of(&app, &principal, &stored.document)?))
}

/// The text of a document that is to be saved.
pub(super) fn document(app: &AppState, value: &impl serde::Serialize) -> Result<String, Error> {
    let body = serde_json::to_string(value).map_err(Error::internal)?;
    let max = app.config.limits.max_document_bytes;
    if body.len() as u64 > max {
        let message =
            format!("the document has more than {max} bytes: `limits.max_document_bytes`");
        return Err(Error::new(ErrorCode::DocumentTooLarge, message));
    }
    Ok(body)
}

/// A dashboard that the principal may read.
pub(super) async fn readable(
    app: &AppState,
    principal: &Principal,
    id: &str,
) -> Result<Option<StoredDashboard>, Error> {
    let stored = match app.storage.owned_dashboard(id).await? {
        Some(stored) => Some(stored),
        None => dashboards::delivered_as_stored(id),
    };
    Ok(stored.filter(|stored| reads(app, principal, stored)))
}

fn reads(app: &AppState, principal: &Principal, stored: &StoredDashboard) -> bool {
    let is_open = !principal.sees_as_guest() || app.access.is_open_to_guests(&stored.document.id);
    is_open && permit_dashboard(principal, &stored.ownership, DashboardAction::Read).is_ok()
}

/// All dashboards as far as the principal may open and see them, in the principal's order.
pub(super) async fn all_seen(
    app: &AppState,
    principal: &Principal,
) -> Result<Vec<Dashboard>, Error> {
    let stored = app.storage.owned_dashboards().await?;
    let read = stored.iter().filter(|one| reads(app, principal, one));
    let all = read.map(|one| seen_of(app, principal, &one.document));
    let mut all = all.collect::<Result<Vec<_>, _>>()?;
    let order = defaults::order(app, principal).await?;
    // Those that it does not name stay behind it, by id.
    all.sort_by_cached_key(|one| {
        let place = order.iter().position(|id| *id == one.id);
        place.unwrap_or(order.len())
    });
    Ok(all)
}

/// A dashboard as far as the principal may see it; None when there is none of that id.
pub(super) async fn seen(
    app: &AppState,
    principal: &Principal,
    id: &str,
) -> Result<Option<Dashboard>, Error> {
    let stored = readable(app, principal, id).await?;
    let seen = stored.map(|stored| seen_of(app, principal, &stored.document));
    seen.transpose()
}

pub(super) fn seen_of(
    app: &AppState,
    principal: &Principal,
    document: &StoredDocument,
) -> Result<Dashboard, Error> {
    let visible = app.access.visibility(principal);
    Ok(dashboards::visible(
        dashboards::read(document)?,
        &app.metrics.list(),
        &visible,
        app.pipeline.hub().table(),
    ))
}

/// 404.
pub(super) fn no_dashboard() -> Error {
    Error::not_found("there is no dashboard of that id")
}
