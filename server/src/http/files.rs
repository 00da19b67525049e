//! Files of the site: scripts, styles, icons. Compressed siblings made by the build are served
//! as they are. What is no file is a page that does not exist, which only people who are
//! signed in may know.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::paths;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::assets::Freshness;
use super::preview::{self, PreviewRole};
use super::{Error, guard, page};
use crate::state::AppState;

/// Longest name of a file in bytes that file systems take, and longest path. Beyond them the system
/// reports a fault that is none of the server's.
const MAX_NAME_BYTES: usize = 255;
const MAX_PATH_BYTES: usize = 1_024;

/// The fallback of the router.
pub async fn file(State(app): State<AppState>, request: Request) -> Response {
    if paths::is_api(request.uri().path()) {
        return Error::not_found("there is nothing at this address").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let mut asked = Request::new(Body::empty());
    *asked.method_mut() = request.method().clone();
    *asked.uri_mut() = request.uri().clone();
    *asked.headers_mut() = request.headers().clone();
    if !may_be_a_file(asked.uri().path()) {
        return missing(&app, request).await;
    }
    let freshness = app
        .assets
        .freshness(asked.uri().path(), asked.uri().query());
    if freshness == Freshness::Gone {
        return StatusCode::NOT_FOUND.into_response();
    }
    match from_site(&app, asked, freshness).await {
        Some(response) => response,
        None => missing(&app, request).await,
    }
}

/// Names of the site's files need no escaping, so they are as long in an address as on the disk.
fn may_be_a_file(path: &str) -> bool {
    path.len() <= MAX_PATH_BYTES && path.split('/').all(|name| name.len() <= MAX_NAME_BYTES)
}

async fn from_site(app: &AppState, asked: Request, freshness: Freshness) -> Option<Response> {
    let site = ServeDir::new(&*app.leptos.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let mut response = match site.oneshot(asked).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    if response.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let cache = match freshness {
        Freshness::Current => "public, max-age=31536000, immutable",
        Freshness::Any | Freshness::Gone => "no-cache",
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Some(response)
}

async fn missing(app: &AppState, mut request: Request) -> Response {
    match guard::resolve(app, request.headers()).await {
        Ok(Some(resolved)) if resolved.principal.user_id().is_some() => {
            // A preview has nothing of the admin who looks.
            let principal = match request.extensions_mut().remove::<PreviewRole>() {
                Some(role) => preview::seen(app, &resolved.principal, &role),
                None => Some(resolved.principal),
            };
            if let Some(principal) = principal {
                request.extensions_mut().insert(principal);
            }
            page::missing(app, request).await
        }
        Ok(_) => guard::to_sign_in(&request),
        Err(error) => Error::from(error).into_response(),
    }
}
