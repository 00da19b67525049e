//! Addresses below `/as/{role}`: the same as without it, as people of the role see them, for admins.
//!
//! Invariant: behind it a request only reads, with what the role gives and nothing else, and every page
//! that is opened is recorded.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::{Action, AuditCode, ErrorCode, paths};
use serde::Serialize;
use tower::ServiceExt;

use super::client_address::client_address;
use super::guard::{self, Proven};
use super::router::Kind;
use super::{Error, Peer, base, page};
use crate::access::{Actor, Change, Principal, permit};
use crate::state::AppState;

/// The role as whose people an admin asks.
#[derive(Clone, Debug)]
pub struct PreviewRole(pub String);

/// What is recorded of a page that was opened.
#[derive(Serialize)]
struct Opened<'a> {
    page: &'a str,
}

/// The router, with everything of it below `/as/{role}` as well.
pub fn below(router: Router) -> Router {
    Router::new().fallback(move |request: Request| answer(router.clone(), request))
}

async fn answer(router: Router, mut request: Request) -> Response {
    let address = request.uri().path_and_query().map(|path| path.as_str());
    if let Some((role, rest)) = address.and_then(paths::previewed)
        && let Some(uri) = base::at_path(request.uri(), rest)
    {
        let role = PreviewRole(role.to_owned());
        *request.uri_mut() = uri;
        request.extensions_mut().insert(role);
    }
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    match answered {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Passes what an admin may see as people of the role.
pub async fn guard(
    app: &AppState,
    mut request: Request,
    role: PreviewRole,
    (kind, action): (Kind, Action),
) -> Result<(Request, Proven), Response> {
    let PreviewRole(role) = role;
    let proven = match guard::resolve(app, request.headers()).await {
        Ok(proven) => proven,
        Err(error) => return Err(Error::from(error).into_response()),
    };
    let denied = permit(proven.as_ref().map(|one| &one.principal), Action::Admin);
    let (Some(proven), Ok(())) = (proven, denied) else {
        return Err(rejected(app, request, &role, kind, denied.err()).await);
    };
    let role = PreviewRole(role);
    let Some(seen) = seen(app, &proven.principal, &role) else {
        return Err(missing(app, request, kind).await);
    };
    let PreviewRole(role) = role;
    let is_shown = action != Action::Public && permit(Some(&seen), action).is_ok();
    let is_open = !seen.sees_as_guest() || guard::as_guest(app, &mut request).await.is_some();
    let is_change = !request.method().is_safe();
    if !(is_change || is_shown && is_open) {
        return Err(missing(app, request, kind).await);
    }
    if is_change {
        let message = "a preview of a role changes nothing; leave it first";
        return Err(Error::new(ErrorCode::ReadOnly, message).into_response());
    }
    if kind == Kind::Page && request.method() == Method::GET {
        let connection = request.extensions().get::<ConnectInfo<Peer>>();
        let address = client_address(&app.config, request.headers(), connection);
        let actor = Actor::of(&proven.principal, address);
        let opened = Change::new(AuditCode::PreviewStarted, &role);
        let opened = opened.after(&Opened {
            page: request.uri().path(),
        });
        if let Err(error) = app.access.record(&actor, opened).await {
            return Err(Error::from(error).into_response());
        }
    }
    request.extensions_mut().insert(PreviewRole(role));
    Ok((request, proven.seen_as(seen)))
}

/// An admin as people of the role see everything; none for anybody else, and of a role that nobody has.
pub fn seen(app: &AppState, admin: &Principal, role: &PreviewRole) -> Option<Principal> {
    let PreviewRole(role) = role;
    let may = permit(Some(admin), Action::Admin).is_ok() && app.access.can_be_previewed(role);
    may.then(|| admin.as_role(role))?
}

/// Says that nothing of a preview stands here.
async fn missing(app: &AppState, mut request: Request, kind: Kind) -> Response {
    request.extensions_mut().remove::<PreviewRole>();
    match kind {
        Kind::Api => Error::not_found("there is nothing at this address").into_response(),
        Kind::Page => page::missing(app, request).await,
    }
}

/// Answers somebody who is no admin.
async fn rejected(
    app: &AppState,
    mut request: Request,
    role: &str,
    kind: Kind,
    denied: Option<crate::access::Denied>,
) -> Response {
    match kind {
        Kind::Api => denied
            .map_or_else(Error::sign_in_first, Error::from)
            .into_response(),
        Kind::Page if denied == Some(crate::access::Denied::AdminsOnly) => {
            request.extensions_mut().remove::<PreviewRole>();
            page::forbidden(app, request).await
        }
        Kind::Page => {
            let here = request.uri().path_and_query();
            let here = here.map_or(paths::HOME_PAGE, |here| here.as_str());
            let here = format!("{}{here}", paths::preview(role));
            Redirect::to(&paths::sign_in_page(paths::local_path(&here))).into_response()
        }
    }
}
