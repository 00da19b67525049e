//! Extractors: a handler that names one of these cannot run without the right. They read what
//! the guard of the router looked up, and decide again by themselves.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use protocol::Action;

use super::Error;
use crate::access::{Principal, permit};

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

/// The principal of the request, when it may do this.
fn permitted(parts: &Parts, action: Action) -> Result<Principal, Error> {
    let asks = parts.extensions.get::<Principal>();
    permit(asks, action)?;
    asks.cloned().ok_or_else(Error::sign_in_first)
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        permitted(parts, Action::Admin).map(Admin)
    }
}

impl<S: Sync> FromRequestParts<S> for Ingest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        permitted(parts, Action::Ingest).map(Ingest)
    }
}

impl<S: Sync> FromRequestParts<S> for Contributor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        permitted(parts, Action::Contribute).map(Contributor)
    }
}
