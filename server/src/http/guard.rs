//! Deny by default: every request passes here before any handler runs, and what the table of
//! routes does not call public needs a principal.

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::paths;

use super::origin;
use super::{Action, Error, page, router, session};
use crate::access::{Principal, PrincipalKind, Resolved};
use crate::clock;
use crate::dashboards::SYSTEM;
use crate::state::AppState;
use crate::storage::StorageError;

/// The middleware. Puts the [`Principal`] into the request's extensions.
pub async fn guard(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if let Err(refused) = origin::check_same_site(&app.config, request.method(), headers) {
        return refused.into_response();
    }
    match kind_of(&request) {
        Kind::Api(Action::Public) | Kind::PublicPage | Kind::File => next.run(request).await,
        Kind::Api(action) => match admit(&app, headers, action).await {
            Ok(resolved) => run(&app, request, resolved, next).await,
            Err(refused) => refused.into_response(),
        },
        Kind::Page => match resolve(&app, headers).await {
            Ok(Some(resolved)) if resolved.principal.user_id().is_some() => {
                page_of(&app, request, resolved, next).await
            }
            Ok(_) => to_sign_in(&request),
            Err(error) => Error::from(error).into_response(),
        },
    }
}

/// Who sends these headers: the holder of a bearer token, or of a session's cookie.
pub async fn resolve(
    app: &AppState,
    headers: &HeaderMap,
) -> Result<Option<Resolved>, StorageError> {
    if headers.contains_key(header::AUTHORIZATION) {
        let Some(secret) = origin::bearer(headers) else {
            return Ok(None);
        };
        let principal = app.access.resolve_token(secret).await?;
        return Ok(principal.map(|principal| Resolved {
            principal,
            renewed: false,
        }));
    }
    match session::secret(headers) {
        Some(secret) => app.access.resolve_session(secret, clock::now_ms()).await,
        None => Ok(None),
    }
}

/// To the sign-in page, and from there back to where somebody wanted to go.
pub fn to_sign_in(request: &Request) -> Response {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or(paths::HOME_PAGE, |path| path.as_str());
    let wanted = origin::same_site_path(wanted).unwrap_or(paths::HOME_PAGE);
    let next = (wanted != paths::HOME_PAGE).then_some(wanted);
    Redirect::to(&paths::sign_in_page(next)).into_response()
}

/// What a request asks for, by the table of routes.
enum Kind {
    Api(Action),
    PublicPage,
    Page,
    /// No route: a file of the site, or nothing.
    File,
}

fn kind_of(request: &Request) -> Kind {
    let path = request.uri().path();
    let Some(route) = request
        .extensions()
        .get::<MatchedPath>()
        .map(MatchedPath::as_str)
    else {
        return if paths::is_api(path) {
            Kind::Api(Action::SignedIn)
        } else {
            Kind::File
        };
    };
    let method = if request.method() == Method::HEAD {
        &Method::GET
    } else {
        request.method()
    };
    if let Some(action) = router::action(method, route) {
        return Kind::Api(action);
    }
    if paths::is_api(path) {
        return Kind::Api(Action::SignedIn);
    }
    if [paths::SIGN_IN_PAGE, paths::SETUP_PAGE].contains(&route) {
        Kind::PublicPage
    } else {
        Kind::Page
    }
}

async fn admit(app: &AppState, headers: &HeaderMap, action: Action) -> Result<Resolved, Error> {
    let resolved = resolve(app, headers).await?;
    let missing = if matches!(action, Action::Ingest | Action::Contribute) {
        Error::bearer_first
    } else {
        Error::sign_in_first
    };
    let resolved = resolved.ok_or_else(missing)?;
    permit(&resolved.principal, action)?;
    Ok(resolved)
}

fn permit(principal: &Principal, action: Action) -> Result<(), Error> {
    let user = matches!(principal.kind, PrincipalKind::User { .. });
    match action {
        Action::Public => Ok(()),
        Action::SignedIn if user => Ok(()),
        Action::Admin if principal.is_admin() => Ok(()),
        Action::Admin if user => Err(Error::admins_only()),
        Action::SignedIn | Action::Admin => Err(Error::people_only()),
        Action::Contribute if user => Ok(()),
        Action::Ingest if user => Err(Error::bearer_first()),
        Action::Ingest | Action::Contribute if principal.has_scope(protocol::Scope::Ingest) => {
            Ok(())
        }
        Action::Ingest | Action::Contribute => Err(Error::scope_missing("ingest")),
    }
}

/// Without a dashboard of that id the app says that there is no such page.
async fn page_of(app: &AppState, request: Request, resolved: Resolved, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // `/d/{id}` is the only page with a parameter; without one the built-in dashboard opens.
    let ids = RawPathParams::from_request_parts(&mut parts, app).await;
    let id = ids.ok().and_then(|ids| {
        let mut pairs = ids.iter();
        pairs.next().map(|(_, id)| id.to_owned())
    });
    let boot = page::boot(app, &resolved.principal, id.as_deref().unwrap_or(SYSTEM)).await;
    let mut request = Request::from_parts(parts, body);
    match boot {
        Ok(Some(boot)) => {
            request.extensions_mut().insert(boot);
            run(app, request, resolved, next).await
        }
        Ok(None) => {
            let mut response = run(app, request, resolved, next).await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
        Err(error) => error.into_response(),
    }
}

async fn run(app: &AppState, mut request: Request, resolved: Resolved, next: Next) -> Response {
    let cookie = resolved
        .renewed
        .then(|| session::renewed_cookie(app, request.headers()))
        .flatten();
    request.extensions_mut().insert(resolved.principal);
    let mut response = next.run(request).await;
    if let Some(cookie) = cookie
        && !response.headers().contains_key(header::SET_COOKIE)
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
