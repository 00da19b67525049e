//! `/api/admin/tokens`, where admins see and revoke all tokens, and `/api/me/tokens`, those of one's
//! own.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{ErrorCode, NewToken, Token, TokenCreated};

use super::extract::Admin;
use super::{Error, Json};
use crate::access::{Access, Actor, Principal};
use crate::clock;
use crate::state::AppState;

/// `GET /api/admin/tokens`: every token, without its secret.
pub async fn list(State(app): State<AppState>, _: Admin) -> Result<axum::Json<Vec<Token>>, Error> {
    Ok(axum::Json(all(&app.access).await?))
}

/// Every token, as admins see one.
pub async fn all(access: &Access) -> Result<Vec<Token>, Error> {
    Ok(access.tokens(None).await?)
}

/// `GET /api/me/tokens`: one's own.
pub async fn list_own(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<Vec<Token>>, Error> {
    let own = principal.person()?;
    Ok(axum::Json(app.access.tokens(Some(own)).await?))
}

/// `POST /api/admin/tokens`: makes a token of the user that it names, else of one's own, and answers
/// 201 with its secret, which nobody can see again.
pub async fn add(
    State(app): State<AppState>,
    _: Admin,
    principal: Principal,
    actor: Actor,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, axum::Json<TokenCreated>), Error> {
    principal.person()?;
    let owner = match &new.owner {
        Some(name) if *name != principal.name => app.access.owner(name).await?,
        _ => principal,
    };
    made(&app, &actor, &owner, &new).await
}

/// `POST /api/me/tokens`: the same for oneself alone.
pub async fn add_own(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    Json(new): Json<NewToken>,
) -> Result<(StatusCode, axum::Json<TokenCreated>), Error> {
    principal.person()?;
    if new
        .owner
        .as_ref()
        .is_some_and(|name| *name != principal.name)
    {
        let message = "owner: an admin alone makes tokens of others";
        return Err(Error::new(ErrorCode::BadField, message));
    }
    made(&app, &actor, &principal, &new).await
}

async fn made(
    app: &AppState,
    actor: &Actor,
    owner: &Principal,
    new: &NewToken,
) -> Result<(StatusCode, axum::Json<TokenCreated>), Error> {
    let added = app
        .access
        .add_token(actor, Some(owner), new, clock::now_ms());
    Ok((StatusCode::CREATED, axum::Json(added.await?)))
}

/// `PUT /api/admin/tokens/{id}`: another name, description, scopes or expiry.
pub async fn set(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
    Json(new): Json<NewToken>,
) -> Result<axum::Json<Token>, Error> {
    let now_ms = clock::now_ms();
    let set = app.access.set_token(&actor, None, id, &new, now_ms);
    Ok(axum::Json(set.await?))
}

/// `PUT /api/me/tokens/{id}`: the same for one of one's own.
pub async fn set_own(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    Path(id): Path<i64>,
    Json(new): Json<NewToken>,
) -> Result<axum::Json<Token>, Error> {
    let (own, now_ms) = (Some(principal.person()?), clock::now_ms());
    let set = app.access.set_token(&actor, own, id, &new, now_ms);
    Ok(axum::Json(set.await?))
}

/// `DELETE /api/admin/tokens/{id}`: requests with the token are rejected from then on, and its
/// streams end within a second.
pub async fn remove(
    State(app): State<AppState>,
    _: Admin,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    app.access.revoke_token(&actor, None, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/me/tokens/{id}`: the same for one of one's own.
pub async fn remove_own(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    Path(id): Path<i64>,
) -> Result<StatusCode, Error> {
    let own = Some(principal.person()?);
    app.access.revoke_token(&actor, own, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
