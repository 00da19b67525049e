//! Connections in the reserve: they are there when all others are taken, for health checks and for who
//! is signed in.
//!
//! Invariant: whoever has no account holds no place of the reserve longer than one request.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use protocol::paths;

use super::listen::InReserve;
use super::{Error, guard};
use crate::contract::count_rejected;
use crate::state::AppState;

/// In seconds, for whoever is rejected.
const RETRY_AFTER_S: u32 = 5;

/// What a request may use its connection for.
pub(super) enum Use {
    /// For this request alone.
    Once,
    /// For as long as any other connection.
    Lasting,
}

/// What this request may do in the reserve. 429 for requests that are neither for health nor of
/// somebody who is signed in.
pub(super) async fn use_of(
    app: &AppState,
    path: &str,
    headers: &HeaderMap,
    place: InReserve,
) -> Result<Use, Error> {
    if [paths::HEALTH, paths::READY].contains(&path) {
        return Ok(Use::Once);
    }
    if guard::resolve(app, headers).await?.is_some() {
        return Ok(Use::Lasting);
    }
    let InReserve(full) = place;
    count_rejected(&app.registry, full.reason(), 1);
    Err(Error::too_many(full.message(), RETRY_AFTER_S))
}

/// Closes the connection after this response.
pub(super) fn closing(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
