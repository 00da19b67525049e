//! `/api/me/sessions` and `/api/admin/sessions`: where people are signed in, and the end of it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{AuditCode, Session};

use super::Error;
use super::audit::recorded;
use super::extract::Admin;
use crate::access::{Actor, Change, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET /api/me/sessions`: the asker's sessions, last seen first.
pub async fn own(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<Vec<Session>>, Error> {
    Ok(axum::Json(own_of(&app, &principal).await?))
}

/// The sessions of a user, last seen first.
pub(super) async fn own_of(app: &AppState, principal: &Principal) -> Result<Vec<Session>, Error> {
    let own = principal.person()?;
    let sessions = app
        .access
        .sessions(Some(own), Some(principal), clock::now_ms());
    Ok(sessions.await?)
}

/// `DELETE /api/me/sessions/{id}`: ends one of the asker's sessions.
pub async fn end_own(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let own = principal.person()?;
    let ended = app.access.end_session(Some(own), &id).await?;
    ended.ok_or_else(no_session)?;
    let change = Change::new(AuditCode::SessionEnded, &principal.name);
    recorded(&app, &actor, change).await
}

/// `DELETE /api/me/sessions`: ends all of the asker's sessions but this one.
pub async fn end_others(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
) -> Result<StatusCode, Error> {
    let own = principal.person()?;
    let ended = app.access.end_sessions_of(own, Some(&principal)).await?;
    if ended > 0 {
        let change = Change::new(AuditCode::SessionEnded, &principal.name);
        let change = change.after(&serde_json::json!({ "ended": ended }));
        app.access.record(&actor, change).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/admin/sessions`: everybody's sessions, last seen first.
pub async fn all(
    State(app): State<AppState>,
    _: Admin,
    principal: Principal,
) -> Result<axum::Json<Vec<Session>>, Error> {
    let sessions = app.access.sessions(None, Some(&principal), clock::now_ms());
    Ok(axum::Json(sessions.await?))
}

/// `DELETE /api/admin/sessions/{id}`: ends a session of anybody.
pub async fn end(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let ended = app.access.end_session(None, &id).await?;
    let user = app.access.user_by_id(ended.ok_or_else(no_session)?).await?;
    let change = Change::new(AuditCode::SessionEnded, user.name);
    recorded(&app, &actor, change).await
}

/// `DELETE /api/admin/users/{id}/sessions`: ends all sessions of a user.
pub async fn end_of(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    let ended = app.access.end_sessions_of(id, None).await?;
    let change = Change::new(AuditCode::SessionEnded, user.name);
    let change = change.after(&serde_json::json!({ "ended": ended }));
    recorded(&app, &actor, change).await
}

fn no_session() -> Error {
    Error::not_found("there is no session with this id")
}
