//! `/api/admin/tokens`: tokens of programs, made by admins.

use axum::extract::State;
use axum::http::StatusCode;
use protocol::{NewToken, TokenCreated};

use super::extract::Admin;
use super::{Error, Json};
use crate::clock;
use crate::state::AppState;

/// `POST`: makes a token and answers 201 with its secret, which nobody can see again.
pub async fn add(
    State(app): State<AppState>,
    _: Admin,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, axum::Json<TokenCreated>), Error> {
    let token = app
        .access
        .add_token(&new.name, &new.scopes, clock::now_ms())
        .await?;
    Ok((StatusCode::CREATED, axum::Json(token)))
}
