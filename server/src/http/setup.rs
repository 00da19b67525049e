//! The first admin, through the one-time link that the server printed.

use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::paths;
use protocol::role::Setup;

use super::body::JsonOrForm;
use super::session::{caller, signed_in, signed_in_to};
use super::{Error, Peer};
use crate::clock;
use crate::state::AppState;

/// `POST /api/setup`: makes the first admin and signs in. The link works once.
pub async fn set_up(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    headers: HeaderMap,
    body: JsonOrForm<Setup>,
) -> Result<Response, Error> {
    let caller = caller(&app, &headers, &connection);
    let now_ms = clock::now_ms();
    match body {
        JsonOrForm::Json(Setup {
            token,
            name,
            password,
        }) => {
            let session = app
                .access
                .set_up(&token, &name, password, caller, now_ms)
                .await?;
            Ok(signed_in(&app, &headers, session))
        }
        JsonOrForm::Form(Setup {
            token,
            name,
            password,
        }) => {
            match app
                .access
                .set_up(&token, &name, password, caller, now_ms)
                .await
            {
                Ok(session) => Ok(signed_in_to(&app, &headers, &session, paths::HOME_PAGE)),
                Err(error) => {
                    let error = Error::from(error);
                    if error.status().is_server_error() {
                        return Err(error);
                    }
                    Ok(Redirect::to(&paths::setup_again(&token, &name)).into_response())
                }
            }
        }
    }
}
