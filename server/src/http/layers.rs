//! The router, built from the table of routes, with what lies around every request.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use protocol::ErrorCode;
use telemetry::RequestTelemetry;
use tower_http::compression::CompressionLayer;

use super::router::{ROUTES, Route};
use super::{Error, base, files, guard, headers, json_errors, otlp, page, preview};
use crate::state::AppState;

/// The whole server as a router.
pub fn router(app: &AppState) -> Router {
    let (streams, others): (Vec<_>, Vec<_>) = ROUTES
        .iter()
        .partition(|route| route.path.ends_with("/stream"));
    let add =
        |router: Router<AppState>, route: &&Route| router.route(route.path, (route.handler)());
    let router = others.iter().fold(Router::new(), add);
    let timeout = Duration::from_secs(app.config.limits.request_timeout_s.into());
    let compressed = page::routes(router, app)
        .fallback(files::file)
        .layer(CompressionLayer::new());
    // A compressor would hold frames back, and keep kilobytes for each stream.
    let router = streams
        .iter()
        .fold(compressed, add)
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn(move |request, next| {
            in_time(timeout, request, next)
        }))
        .layer(from_fn(json_errors::json_errors))
        .layer(from_fn(otlp::errors))
        .layer(RequestTelemetry::new(app.registry.clone()))
        .with_state(app.clone());
    // Outermost: what is answered for a path above all routes has them too.
    base::below(&app.config.base_path, preview::below(router))
        .layer(from_fn_with_state(app.clone(), headers::headers))
}

/// A stream has answered when its head is sent, so the limit does not end it.
async fn in_time(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let message = "the request took longer than `limits.request_timeout_s`";
            Error::new(ErrorCode::Timeout, message).into_response()
        }
    }
}
