//! `/api/me/second-factor`: one's own second factor; and an admin who takes one away.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{
    AuditCode, ConfirmEnrolment, Enrolment, PasswordProof, RecoveryCodes, SecondFactor,
};

use super::audit::recorded;
use super::extract::Admin;
use super::{Error, Json};
use crate::access::{Actor, Caller, Change, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET`: whether it is on.
pub async fn read(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<SecondFactor>, Error> {
    let id = principal.person()?;
    Ok(axum::Json(app.access.second_factor(id).await?))
}

/// `POST`: a secret for an authenticator app. It is off until it is confirmed.
pub async fn begin(
    State(app): State<AppState>,
    caller: Caller,
    principal: Principal,
    Json(proof): Json<PasswordProof>,
) -> Result<axum::Json<Enrolment>, Error> {
    let id = proven(&app, &caller, &principal, proof).await?;
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
    let id = principal.person()?;
    let now_ms = clock::now_ms();
    let codes = app.access.confirm_second_factor(id, &code, now_ms).await?;
    let on = Change::new(AuditCode::SecondFactorOn, &principal.name);
    app.access.record(&actor, on).await?;
    Ok(axum::Json(codes))
}

/// `POST removal`: takes one's own away.
pub async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    principal: Principal,
    actor: Actor,
    Json(proof): Json<PasswordProof>,
) -> Result<StatusCode, Error> {
    let id = proven(&app, &caller, &principal, proof).await?;
    app.access.remove_second_factor(id).await?;
    let off = Change::new(AuditCode::SecondFactorOff, &principal.name);
    recorded(&app, &actor, off).await
}

/// `POST /api/me/recovery-codes`: replaces the recovery codes.
pub async fn recovery_codes(
    State(app): State<AppState>,
    caller: Caller,
    principal: Principal,
    actor: Actor,
    Json(proof): Json<PasswordProof>,
) -> Result<axum::Json<RecoveryCodes>, Error> {
    let id = proven(&app, &caller, &principal, proof).await?;
    let codes = app.access.new_recovery_codes(id).await?;
    let made = Change::new(AuditCode::RecoveryCodesMade, &principal.name);
    app.access.record(&actor, made).await?;
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
    let off = Change::new(AuditCode::SecondFactorOff, user.name);
    recorded(&app, &actor, off).await
}

async fn proven(
    app: &AppState,
    caller: &Caller,
    principal: &Principal,
    PasswordProof { password }: PasswordProof,
) -> Result<i64, Error> {
    let now_ms = clock::now_ms();
    let proven = app
        .access
        .prove_again(principal, password, caller, now_ms)
        .await?;
    Ok(proven)
}
