//! Extractors: a handler that names one of these cannot run without the right. They read what
//! the guard of the router looked up, and decide again by themselves.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use protocol::Scope;

use super::Error;
use crate::access::{Principal, PrincipalKind};

/// A signed-in user with role `admin`.
#[derive(Clone, Debug)]
pub struct Admin(pub Principal);

/// A token with scope `ingest`.
#[derive(Clone, Debug)]
pub struct Ingest(pub Principal);

/// A signed-in user, or a token with scope `ingest`.
#[derive(Clone, Debug)]
pub struct Contributor(pub Principal);

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Principal>()
            .cloned()
            .ok_or_else(Error::sign_in_first)
    }
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let principal = Principal::from_request_parts(parts, state).await?;
        if principal.is_admin() {
            Ok(Admin(principal))
        } else {
            Err(Error::admins_only())
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Ingest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let principal = parts
            .extensions
            .get::<Principal>()
            .ok_or_else(Error::bearer_first)?;
        match principal.kind {
            PrincipalKind::User { .. } => Err(Error::bearer_first()),
            PrincipalKind::Token { .. } if principal.has_scope(Scope::Ingest) => {
                Ok(Ingest(principal.clone()))
            }
            PrincipalKind::Token { .. } => Err(Error::scope_missing("ingest")),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Contributor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let asks = parts.extensions.get::<Principal>();
        if let Some(user) = asks.filter(|asks| asks.user_id().is_some()) {
            return Ok(Contributor(user.clone()));
        }
        let Ingest(program) = Ingest::from_request_parts(parts, state).await?;
        Ok(Contributor(program))
    }
}
