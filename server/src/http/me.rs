//! `/api/me`: who asks and what they may do, and another name.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{AuditCode, Me, NewName};
use serde_json::json;

use super::audit::recorded;
use super::extract::Asker;
use super::{Error, Json};
use crate::access::{Actor, Caller, Change, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET`: the signed-in user, or a guest.
pub async fn me(Asker(principal): Asker) -> axum::Json<Me> {
    axum::Json(principal.me())
}

/// `PUT /api/me/name`: another name of one's own, which takes the present password.
pub async fn rename(
    State(app): State<AppState>,
    caller: Caller,
    principal: Principal,
    actor: Actor,
    Json(NewName { name, password }): Json<NewName>,
) -> Result<StatusCode, Error> {
    let proven = app
        .access
        .prove_again(&principal, password, &caller, clock::now_ms());
    app.access.rename(proven.await?, &name).await?;
    let renamed = Change::new(AuditCode::UserChanged, &name)
        .before(&json!({ "name": principal.name }))
        .after(&json!({ "name": name }));
    recorded(&app, &actor, renamed).await
}
