//! `/api/dashboards`: read by everybody as far as they may see, changed by who may edit them.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{Action, AuditCode, Dashboard, ErrorCode};

use super::audit::recorded;
use super::dashboard_files::owned_by_people;
use super::extract::{Editor, Viewer};
use super::{Error, Json, defaults};
use crate::access::{Actor, Change, Principal, permit};
use crate::dashboards;
use crate::state::AppState;
use crate::storage::{Saved, StoredDocument, VersionLimits};

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
    let document = app.storage.dashboard(&id).await?.ok_or_else(no_dashboard)?;
    Ok(axum::Json(seen_of(&app, &principal, &document)?))
}

/// `PUT /api/dashboards/{id}`: replaces the version that the document names, 0 for a new one,
/// and answers it under its new version.
pub async fn save(
    State(app): State<AppState>,
    Editor(principal): Editor,
    actor: Actor,
    Path(id): Path<String>,
    Json(mut dashboard): Json<Dashboard>,
) -> Result<axum::Json<Dashboard>, Error> {
    if dashboard.id != id {
        let message = format!("id: the address says `{}`", id.escape_debug());
        return Err(Error::new(ErrorCode::InvalidDocument, message));
    }
    owned_by_people(&app, &id).await?;
    let former = app.storage.dashboard(&id).await?;
    let stored = former.as_ref();
    let stored = stored.filter(|stored| stored.version == dashboard.version);
    let stored = stored.map(dashboards::read).transpose()?;
    let (metrics, visible) = (app.metrics.list(), app.access.visibility(&principal));
    dashboards::check_edited(
        &mut dashboard,
        stored.as_ref(),
        &metrics,
        &visible,
        app.pipeline.hub().table(),
    )?;
    let body = document(&app, &dashboard)?;
    let max = app.config.limits.max_dashboards;
    match app
        .storage
        .save_dashboard(&id, dashboard.version, &body, max)
        .await?
    {
        Saved::Yes(version) => {
            // What it shows may be what people see who are not signed in.
            app.access.take_over().await;
            let limits = VersionLimits::of(&app.config.limits);
            app.storage
                .sign_version(&id, version, actor.who(), limits)
                .await?;
            let dashboard = Dashboard {
                version,
                ..dashboard
            };
            let saved = Change::new(AuditCode::DashboardSaved, id).after(&dashboard);
            let saved = with_former(saved, former.as_ref())?;
            app.access.record(&actor, saved).await?;
            Ok(axum::Json(dashboards::visible(
                dashboard,
                &metrics,
                &visible,
                app.pipeline.hub().table(),
            )))
        }
        Saved::Full => {
            let message = format!("there are {max} dashboards already: `limits.max_dashboards`");
            Err(Error::new(ErrorCode::TooManyDashboards, message))
        }
        Saved::Stale(current) => {
            let current = current
                .map(|current| seen_of(&app, &principal, &current))
                .transpose()?;
            Err(Error::stale(
                serde_json::to_value(current).map_err(Error::internal)?,
            ))
        }
    }
}

/// `DELETE /api/dashboards/{id}`: 204. A built-in one goes back to what is delivered.
pub async fn remove(
    State(app): State<AppState>,
    Editor(principal): Editor,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    // A token of scope `dashboards` saves, and removes nothing.
    principal.person()?;
    owned_by_people(&app, &id).await?;
    let former = app.storage.dashboard(&id).await?;
    let gone =
        dashboards::reset(&app.storage, &id).await? || app.storage.remove_dashboard(&id).await?;
    if !gone {
        return Err(no_dashboard());
    }
    app.access.take_over().await;
    let removed = Change::new(AuditCode::DashboardRemoved, id);
    let removed = with_former(removed, former.as_ref())?;
    recorded(&app, &actor, removed).await
}

/// Whether the principal may change the dashboard of that id, or make it: all that offers it asks here.
pub(super) async fn may_edit(_: &AppState, principal: &Principal, _: &str) -> Result<bool, Error> {
    let only_looks = principal.me().only_looks();
    Ok(!only_looks && permit(Some(principal), Action::EditDashboards).is_ok())
}

/// With the dashboard as it was before.
fn with_former(change: Change, former: Option<&StoredDocument>) -> Result<Change, Error> {
    Ok(match former {
        Some(document) => change.before(&dashboards::read(document)?),
        None => change,
    })
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

/// All dashboards as far as the principal may open and see them, in the principal's order.
pub(super) async fn all_seen(
    app: &AppState,
    principal: &Principal,
) -> Result<Vec<Dashboard>, Error> {
    let documents = app.storage.dashboards().await?;
    let opens = |document: &&StoredDocument| {
        !principal.sees_as_guest() || app.access.is_open_to_guests(&document.id)
    };
    let read = documents.iter().filter(opens);
    let all = read.map(|document| seen_of(app, principal, document));
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
    let dashboard = match app.storage.dashboard(id).await? {
        Some(document) => dashboards::read(&document)?,
        None => match dashboards::built_in_one(id)? {
            Some(dashboard) => dashboard,
            None => return Ok(None),
        },
    };
    let visible = app.access.visibility(principal);
    Ok(Some(dashboards::visible(
        dashboard,
        &app.metrics.list(),
        &visible,
        app.pipeline.hub().table(),
    )))
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
