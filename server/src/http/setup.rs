//! The first admin, through the one-time link that the server printed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::paths;
use protocol::role::Setup;

use super::Error;
use super::body::JsonOrForm;
use super::session::came_in;
use crate::access::Caller;
use crate::clock;
use crate::state::AppState;

/// `POST /api/setup`: makes the first admin and signs in. The link works once.
pub async fn set_up(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonOrForm<Setup>,
) -> Result<Response, Error> {
    let (given, is_form) = body.into_parts();
    let again = is_form.then(|| paths::setup_again(&given.token, &given.name));
    let Setup {
        token,
        name,
        password,
    } = given;
    let session = app
        .access
        .set_up(&token, &name, password, caller, clock::now_ms())
        .await;
    came_in(&app, &headers, session.map_err(Error::from), again)
}
