//! Deny by default: every request passes here before any handler runs, and what the table of
//! routes does not call public needs a principal.

use axum::RequestExt;
use axum::extract::{ConnectInfo, MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::{Action, paths};

use super::client_address::client_address;
use super::cookies::Cookies;
use super::finish::finish;
use super::guests;
use super::listen::InReserve;
use super::origin;
use super::preview::{self, PreviewRole};
use super::reserve::{self, Use};
use super::router::{self, Kind};
use super::{Error, Peer, page};
use crate::access::{Principal, Resolved, permit};
use crate::clock;
use crate::state::AppState;
use crate::storage::StorageError;

/// The middleware. Puts the [`Principal`] into the request's extensions.
pub async fn guard(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let Some(place) = request.extensions().get::<InReserve>().copied() else {
        return guarded(app, request, next).await;
    };
    match reserve::use_of(&app, request.uri().path(), request.headers(), place).await {
        Ok(Use::Lasting) => guarded(app, request, next).await,
        Ok(Use::Once) => reserve::closing(guarded(app, request, next).await),
        Err(rejected) => reserve::closing(rejected.into_response()),
    }
}

async fn guarded(app: AppState, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Err(refused) = origin::check_same_site(&app.config, request.method(), headers) {
        return refused.into_response();
    }
    let Some((kind, action)) = asked(&app, &request) else {
        return next.run(request).await;
    };
    if let Some(role) = request.extensions().get::<PreviewRole>().cloned() {
        return match preview::guard(&app, request, role, (kind, action)).await {
            Ok((request, seen)) => run(&app, action, request, seen, next).await,
            Err(answer) => answer,
        };
    }
    if action == Action::Public {
        return handle(action, request, next).await;
    }
    match kind {
        Kind::Api => match admit(&app, &mut request, action).await {
            Ok(resolved) => run(&app, action, request, resolved, next).await,
            Err(rejected) => rejected.into_response(),
        },
        Kind::Page => match resolve(&app, headers).await {
            Ok(Some(resolved)) if resolved.principal.user_id().is_some() => {
                if permit(Some(&resolved.principal), action).is_ok() {
                    return run(&app, action, request, resolved, next).await;
                }
                request.extensions_mut().insert(resolved.principal);
                page::forbidden(&app, request).await
            }
            Ok(Some(_)) => to_sign_in(&request),
            Ok(None) => match guest(&app, &mut request, (Kind::Page, action)).await {
                Some(guest) => run(&app, action, request, guest, next).await,
                None => to_sign_in(&request),
            },
            Err(error) => Error::from(error).into_response(),
        },
    }
}

/// Somebody whom a request's headers prove.
pub struct Proven {
    /// Who asks.
    pub principal: Principal,
    /// The cookie that moves the end of the session in the browser, too.
    cookie: Option<String>,
}

impl Proven {
    /// The same proof, for less.
    pub(super) fn seen_as(self, principal: Principal) -> Proven {
        Proven { principal, ..self }
    }
}

/// Who sends these headers: the holder of a bearer token, or of a session's cookie. Under any other
/// scheme `Authorization` is a proxy's own affair.
pub async fn resolve(app: &AppState, headers: &HeaderMap) -> Result<Option<Proven>, StorageError> {
    if let Some(secret) = origin::bearer(headers) {
        let principal = app.access.resolve_token(secret).await?;
        return Ok(principal.map(|principal| Proven {
            principal,
            cookie: None,
        }));
    }
    let cookies = Cookies::of(app, headers);
    for (secret, is_current) in cookies.secrets() {
        let session = app.access.resolve_session(secret, clock::now_ms()).await?;
        if let Some(Resolved { principal, renewed }) = session {
            let cookie = (renewed || !is_current).then(|| cookies.session(secret));
            return Ok(Some(Proven { principal, cookie }));
        }
    }
    Ok(None)
}

/// To the sign-in page, and from there back to where somebody wanted to go.
pub fn to_sign_in(request: &Request) -> Response {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or(paths::HOME_PAGE, |path| path.as_str());
    let wanted = paths::local_path(wanted).unwrap_or(paths::HOME_PAGE);
    let next = (wanted != paths::HOME_PAGE).then_some(wanted);
    Redirect::to(&paths::sign_in_page(next)).into_response()
}

/// What a request asks for, by the tables of routes and pages; none for files of the site and what
/// does not exist.
fn asked(app: &AppState, request: &Request) -> Option<(Kind, Action)> {
    let api = paths::is_api(request.uri().path());
    let unknown = api.then_some((Kind::Api, Action::SignedIn));
    let Some(route) = request.extensions().get::<MatchedPath>() else {
        return unknown;
    };
    let method = match request.method() {
        &Method::HEAD => &Method::GET,
        method => method,
    };
    let known = router::action(app, method, route.as_str());
    known.or(unknown).or(Some((Kind::Page, Action::SignedIn)))
}

async fn admit(app: &AppState, request: &mut Request, action: Action) -> Result<Proven, Error> {
    let resolved = match resolve(app, request.headers()).await? {
        None => guest(app, request, (Kind::Api, action)).await,
        known => known,
    };
    permit(resolved.as_ref().map(|proven| &proven.principal), action)?;
    resolved.ok_or_else(Error::sign_in_first)
}

/// Somebody who proved nothing, when what they ask for is open to them. The first parameter of an
/// address to look at is a dashboard. Whoever shows a bearer token or a session that has ended is
/// none: their page is another person's, and leads to the sign-in page; a page that is loaded from
/// now on is a guest's, without that session.
async fn guest(app: &AppState, request: &mut Request, asked: (Kind, Action)) -> Option<Proven> {
    let (kind, action) = asked;
    if !matches!(action, Action::View | Action::Me) || origin::bearer(request.headers()).is_some() {
        return None;
    }
    let principal = as_guest(app, request).await?;
    let cookies = Cookies::of(app, request.headers());
    let has_ended = cookies.secrets().iter().any(|(_, is_current)| *is_current);
    (kind == Kind::Page || !has_ended).then(|| Proven {
        principal,
        cookie: has_ended.then(|| cookies.no_session()),
    })
}

/// Somebody who is not signed in, when this is open to them.
pub(super) async fn as_guest(app: &AppState, request: &mut Request) -> Option<Principal> {
    let parameters = request.extract_parts::<RawPathParams>().await.ok()?;
    let dashboard = parameters.iter().next().map(|(_, value)| value);
    app.access.guest(dashboard)
}

async fn run(
    app: &AppState,
    action: Action,
    mut request: Request,
    proven: Proven,
    next: Next,
) -> Response {
    let Proven { principal, cookie } = proven;
    let place = principal.is_guest().then(|| {
        let connection = request.extensions().get::<ConnectInfo<Peer>>();
        let address = client_address(&app.config, request.headers(), connection);
        app.guests.take(address.map(Into::into))
    });
    // Held until there is a response.
    let _place = match place.transpose() {
        Ok(place) => place,
        Err(limit) => return guests::rejected(&app.registry, limit),
    };
    request.extensions_mut().insert(principal);
    let mut response = handle(action, request, next).await;
    if let Some(cookie) = cookie
        && !response.headers().contains_key(header::SET_COOKIE)
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Runs the handler; a change to its end.
async fn handle(action: Action, request: Request, next: Next) -> Response {
    if !router::changes(request.method(), request.uri().path()) || action == Action::Ingest {
        return next.run(request).await;
    }
    finish(request, |request| next.run(request)).await
}
