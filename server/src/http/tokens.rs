//! `/api/admin/tokens`: tokens of programs, made and revoked by admins.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{NewToken, Token, TokenCreated};

use super::extract::Admin;
use super::{Error, Json};
use crate::clock;
use crate::state::AppState;

/// `GET`: every token, without its secret.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Vec<Token>>, Error> {
    let tokens = app.access.tokens().await?.into_iter().map(|token| Token {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        created_ms: token.created_ms,
    });
    Ok(axum::Json(tokens.collect()))
}

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

/// `DELETE {id}`: revokes a token; requests with it are rejected from then on.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    if app.access.revoke_token(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::not_found("there is no token with this id"))
    }
}
