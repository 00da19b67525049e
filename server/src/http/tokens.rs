//! `/api/admin/tokens`: tokens of programs, made and revoked by admins.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{AuditCode, NewToken, Token, TokenCreated};

use super::extract::Admin;
use super::{Error, Json};
use crate::access::{Access, Actor, Change};
use crate::clock;
use crate::state::AppState;
use crate::storage::StoredToken;

/// `GET`: every token, without its secret.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Vec<Token>>, Error> {
    Ok(axum::Json(all(&app.access).await?))
}

/// Every token, as admins see one.
pub async fn all(access: &Access) -> Result<Vec<Token>, Error> {
    let tokens = access.tokens().await?;
    Ok(tokens.into_iter().map(listed).collect())
}

/// A token as admins and the audit log see one.
fn listed(token: StoredToken) -> Token {
    Token {
        id: token.id,
        name: token.name,
        scopes: token.scopes,
        created_ms: token.created_ms,
    }
}

/// `POST`: makes a token and answers 201 with its secret, which nobody can see again.
pub async fn add(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, axum::Json<TokenCreated>), Error> {
    let token = app
        .access
        .add_token(&new.name, &new.scopes, clock::now_ms())
        .await?;
    let added = Change::new(AuditCode::TokenAdded, &token.name).after(&new);
    app.access.record(&actor, added).await?;
    Ok((StatusCode::CREATED, axum::Json(token)))
}

/// `DELETE {id}`: revokes a token; requests with it are rejected from then on.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    let tokens = app.access.tokens().await?;
    let token = tokens.into_iter().find(|token| token.id == id);
    let none = || Error::not_found("there is no token with this id");
    let token = token.ok_or_else(none)?;
    if !app.access.revoke_token(id).await? {
        return Err(none());
    }
    let removed = Change::new(AuditCode::TokenRemoved, token.name.clone()).before(&listed(token));
    app.access.record(&actor, removed).await?;
    Ok(StatusCode::NO_CONTENT)
}
