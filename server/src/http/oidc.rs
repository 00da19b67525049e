//! Sign-in with a provider of OpenID Connect: there and back.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::paths;
use serde::Deserialize;

use super::Error;
use super::cookies::Cookies;
use super::origin::site_origin;
use super::session::{end_former, record_sign_in, signed_in_to};
use crate::access::{Begun, Caller, Oidc, OidcError, VouchedError};
use crate::clock;
use crate::state::AppState;

/// Most characters of a provider's error that are logged.
const MAX_SHOWN: usize = 200;

/// What the page is asked with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Begin {
    next: Option<String>,
}

/// What a provider sends a browser back with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /api/oidc?next=…`: on to the provider.
pub async fn begin(
    State(app): State<AppState>,
    headers: HeaderMap,
    Query(asked): Query<Begin>,
) -> Result<Response, Error> {
    let oidc = provider(&app)?;
    let next = asked.next.as_deref().and_then(paths::local_path);
    let next = next.unwrap_or(paths::HOME_PAGE);
    let callback = callback_url(&app, &headers);
    match oidc.begin(&callback, next, clock::now_ms()).await {
        Ok((url, begun)) => {
            let kept = serde_json::to_vec(&begun).map_err(Error::internal)?;
            let cookie = Cookies::of(&app, &headers).begun(&URL_SAFE_NO_PAD.encode(kept));
            let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
            Ok((cookie, Redirect::to(&url)).into_response())
        }
        Err(error) => Ok(failed(&error.into(), next)),
    }
}

/// `GET /api/oidc/callback`: back from the provider, and signed in.
pub async fn callback(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Query(answer): Query<Callback>,
) -> Result<Response, Error> {
    let oidc = provider(&app)?;
    let cookies = Cookies::of(&app, &headers);
    let begun = cookies.sign_in_begun().and_then(|kept| {
        let json = URL_SAFE_NO_PAD.decode(kept).ok()?;
        serde_json::from_slice::<Begun>(&json).ok()
    });
    let next = begun.as_ref().map(|begun| begun.next.clone());
    let next = next.as_deref().and_then(paths::local_path);
    let next = next.unwrap_or(paths::HOME_PAGE);
    let now_ms = clock::now_ms();
    let signed_in = async {
        let identity = match (answer, begun) {
            (
                Callback {
                    error: Some(error), ..
                },
                _,
            ) => return Err(OidcError::Denied(shown(&error)).into()),
            (
                Callback {
                    code: Some(code),
                    state: Some(state),
                    ..
                },
                Some(begun),
            ) => {
                let callback = callback_url(&app, &headers);
                oidc.finish(&callback, code, &state, begun, now_ms).await?
            }
            _ => return Err(VouchedError::from(OidcError::Stranger)),
        };
        let roles = oidc.config().roles_of(&identity.groups);
        app.access
            .sign_in_vouched(identity, roles, &caller, now_ms)
            .await
    };
    let mut response = match signed_in.await {
        Ok(session) => {
            record_sign_in(&app, &session, caller.address).await?;
            end_former(&app, &headers).await?;
            signed_in_to(&app, &headers, &session, next)
        }
        Err(VouchedError::Session(error)) => return Err(error.into()),
        Err(error) => failed(&error, next),
    };
    // It is used once.
    if let Ok(cookie) = cookies.begun("").parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What anybody may have written, as it stands in the log: short, and one line.
fn shown(error: &str) -> String {
    let escaped = error.chars().flat_map(char::escape_debug);
    escaped.take(MAX_SHOWN).collect()
}

fn provider(app: &AppState) -> Result<&Oidc, Error> {
    let none = || Error::not_found("no provider of sign-in is configured: see `[oidc]`");
    app.oidc.as_deref().ok_or_else(none)
}

/// Where the provider sends browsers back to.
fn callback_url(app: &AppState, headers: &HeaderMap) -> String {
    let origin = site_origin(&app.config, headers);
    format!("{origin}{}{}", app.config.base_path, paths::OIDC_CALLBACK)
}

/// To the sign-in page, which says what went wrong; the log says more.
fn failed(error: &VouchedError, next: &str) -> Response {
    let how = match error {
        VouchedError::NoRole => paths::NO_ROLE,
        VouchedError::NameTaken | VouchedError::Name => paths::NO_NAME,
        VouchedError::Provider(OidcError::Busy) => paths::LATER,
        VouchedError::Disabled
        | VouchedError::Provider(OidcError::Denied(_) | OidcError::Stranger) => paths::DENIED,
        VouchedError::Provider(OidcError::Provider(_)) | VouchedError::Session(_) => {
            paths::NO_PROVIDER
        }
    };
    tracing::warn!("nobody is signed in by the provider: {error}");
    Redirect::to(&paths::sign_in_failed_with(how, Some(next))).into_response()
}
