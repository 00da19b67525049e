//! `/api/me/second-factor`: one's own second factor; and an admin who takes one away.

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use protocol::{
    AuditCode, ConfirmEnrolment, Enrolment, PasswordProof, RecoveryCodes, SecondFactor,
};

use super::extract::Admin;
use super::session::caller;
use super::{Error, Json, Peer};
use crate::access::{Actor, Change, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET`: whether it is on.
pub async fn read(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<SecondFactor>, Error> {
    let id = principal.user_id().ok_or_else(Error::people_only)?;
    Ok(axum::Json(app.access.second_factor(id).await?))
}

/// `POST`: a secret for an authenticator app. It is off until it is confirmed.
pub async fn begin(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    principal: Principal,
    headers: HeaderMap,
    Json(proof): Json<PasswordProof>,
) -> Result<axum::Json<Enrolment>, Error> {
    let id = proven(&app, &connection, &headers, &principal, proof).await?;
    let enrolment = app.access.begin_second_factor(id, &principal.name).await?;
    Ok(axum::Json(enrolment))
}

/// `PUT`: switches it on by a code, and answers recovery codes, which nobody can see again.
pub async fn confirm(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    Json(ConfirmEnrolment { code }): Json<ConfirmEnrolment>,
) -> Result<axum::Json<RecoveryCodes>, Error> {
    let id = principal.user_id().ok_or_else(Error::people_only)?;
    let now_ms = clock::now_ms();
    let codes = app.access.confirm_second_factor(id, &code, now_ms).await?;
    record(&app, &actor, AuditCode::SecondFactorOn, &principal.name).await?;
    Ok(axum::Json(codes))
}

/// `POST removal`: takes one's own away.
pub async fn remove(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
    Json(proof): Json<PasswordProof>,
) -> Result<StatusCode, Error> {
    let id = proven(&app, &connection, &headers, &principal, proof).await?;
    app.access.remove_second_factor(id).await?;
    record(&app, &actor, AuditCode::SecondFactorOff, &principal.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/me/recovery-codes`: replaces the recovery codes.
pub async fn recovery_codes(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
    Json(proof): Json<PasswordProof>,
) -> Result<axum::Json<RecoveryCodes>, Error> {
    let id = proven(&app, &connection, &headers, &principal, proof).await?;
    let codes = app.access.new_recovery_codes(id).await?;
    record(&app, &actor, AuditCode::RecoveryCodesMade, &principal.name).await?;
    Ok(axum::Json(codes))
}

/// `DELETE /api/admin/users/{id}/second-factor`: takes that of a user away, who lost the device.
pub async fn reset(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    let user = app.access.user_by_id(id).await?;
    app.access.remove_second_factor(id).await?;
    record(&app, &actor, AuditCode::SecondFactorOff, &user.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn proven(
    app: &AppState,
    connection: &ConnectInfo<Peer>,
    headers: &HeaderMap,
    principal: &Principal,
    PasswordProof { password }: PasswordProof,
) -> Result<i64, Error> {
    let caller = caller(app, headers, connection);
    let now_ms = clock::now_ms();
    let proven = app
        .access
        .prove_again(principal, password, &caller, now_ms)
        .await?;
    Ok(proven)
}

async fn record(app: &AppState, actor: &Actor, what: AuditCode, name: &str) -> Result<(), Error> {
    Ok(app.access.record(actor, Change::new(what, name)).await?)
}
