//! `/api/me`: who asks and what they may do, and another name.

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::{AuditCode, Me, NewName};
use serde_json::json;

use super::extract::Asker;
use super::session::caller;
use super::{Error, Json, Peer};
use crate::access::{Actor, Change, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET`: the signed-in user, or a guest.
pub async fn me(Asker(principal): Asker) -> axum::Json<Me> {
    axum::Json(principal.me())
}

/// `PUT /api/me/name`: another name of one's own, which takes the present password.
pub async fn rename(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
    Json(NewName { name, password }): Json<NewName>,
) -> Result<StatusCode, Error> {
    let caller = caller(&app, &headers, &connection);
    let proven = app
        .access
        .prove_again(&principal, password, &caller, clock::now_ms());
    app.access.rename(proven.await?, &name).await?;
    let renamed = Change::new(AuditCode::UserChanged, &name)
        .before(&json!({ "name": principal.name }))
        .after(&json!({ "name": name }));
    app.access.record(&actor, renamed).await?;
    Ok(StatusCode::NO_CONTENT)
}
