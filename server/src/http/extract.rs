//! Extractors: a handler that names one of these cannot run without the right. They read what
//! the guard of the router looked up, and decide again by themselves.

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;
use protocol::Action;

use super::client_address::client_address;
use super::cookies::Cookies;
use super::{Error, Peer};
use crate::access::{Actor, Caller, Principal, browser_name, permit};
use crate::state::AppState;

/// Who may look at a dashboard: a signed-in user, or somebody who is not and to whom it is open.
#[derive(Clone, Debug)]
pub struct Viewer(pub Principal);

/// A signed-in user, or somebody who is not while any dashboard is open to them.
#[derive(Clone, Debug)]
pub struct Asker(pub Principal);

/// A signed-in user with role `admin`.
#[derive(Clone, Debug)]
pub struct Admin;

/// A token with scope `ingest`.
#[derive(Clone, Debug)]
pub struct Ingest(pub Principal);

/// A signed-in user who may annotate, or a token with scope `ingest`.
#[derive(Clone, Debug)]
pub struct Annotator(pub Principal);

/// A signed-in user, or a token that saves dashboards: what they may do with one is asked of
/// [`permit_dashboard`](crate::access::permit_dashboard).
#[derive(Clone, Debug)]
pub struct DashboardOwner(pub Principal);

/// A signed-in user who may remove annotations.
#[derive(Clone, Debug)]
pub struct AnnotationRemover(pub Principal);

/// A signed-in user who may invite people.
#[derive(Clone, Debug)]
pub struct Inviter(pub Principal);

/// A signed-in user who operates the server.
#[derive(Clone, Debug)]
pub struct Operator(pub Principal);

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let asks = parts.extensions.get::<Principal>();
        let known = asks.filter(|principal| !principal.is_guest());
        known.cloned().ok_or_else(Error::sign_in_first)
    }
}

/// The principal of the request, when it may do this.
fn permitted(parts: &Parts, action: Action) -> Result<Principal, Error> {
    let asks = parts.extensions.get::<Principal>();
    permit(asks, action)?;
    asks.cloned().ok_or_else(Error::sign_in_first)
}

macro_rules! extractors {
    ($($name:ident: $action:ident, $make:expr;)+) => {$(
        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
                permitted(parts, Action::$action).map($make)
            }
        }
    )+};
}

extractors! {
    Viewer: View, Viewer;
    Asker: Me, Asker;
    Admin: Admin, |_| Admin;
    Ingest: Ingest, Ingest;
    Inviter: Invite, Inviter;
    Annotator: Annotate, Annotator;
    DashboardOwner: OwnDashboards, DashboardOwner;
    AnnotationRemover: RemoveAnnotations, AnnotationRemover;
    Operator: Operate, Operator;
}

/// From where a request to sign in comes.
impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Error> {
        let connection = parts.extensions.get::<ConnectInfo<Peer>>();
        let address = client_address(&app.config, &parts.headers, connection);
        let user_agent = parts.headers.get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let cookies = Cookies::of(app, &parts.headers);
        Ok(Caller {
            network: address.map(Into::into),
            address,
            browser: user_agent.map(browser_name).unwrap_or_default(),
            device: cookies.device().map(str::to_owned),
        })
    }
}

/// Who the audit log says made the request.
impl FromRequestParts<AppState> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Error> {
        let connection = parts.extensions.get::<ConnectInfo<Peer>>();
        let address = client_address(&app.config, &parts.headers, connection);
        let principal = parts.extensions.get::<Principal>();
        Ok(principal.map_or_else(
            || Actor::nobody(address),
            |principal| Actor::of(principal, address),
        ))
    }
}
