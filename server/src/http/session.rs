//! Sign in and out, and one's own password.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use protocol::{AuditCode, ChangePassword, SignIn, paths};

use super::body::JsonOrForm;
use super::cookies::Cookies;
use super::{Error, Json};
use crate::access::{Actor, Caller, Change, NewSession, PasswordError, Principal, SignInError};
use crate::clock;
use crate::state::AppState;

/// `POST /api/session`: the cookie, and who signed in; a form is sent on to `next`.
pub async fn sign_in(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: JsonOrForm<SignIn>,
) -> Result<Response, Error> {
    let next = query
        .get(paths::NEXT)
        .and_then(|next| paths::local_path(next));
    let now_ms = clock::now_ms();
    match body {
        JsonOrForm::Json(given) => {
            let address = caller.address;
            let session = app.access.sign_in(given, caller, now_ms).await?;
            record_sign_in(&app, &session, address).await?;
            end_former(&app, &headers).await?;
            Ok(signed_in(&app, &headers, session))
        }
        JsonOrForm::Form(given) => {
            let (name, address) = (given.name.clone(), caller.address);
            match app.access.sign_in(given, caller, now_ms).await {
                Ok(session) => {
                    record_sign_in(&app, &session, address).await?;
                    end_former(&app, &headers).await?;
                    let next = next.unwrap_or(paths::HOME_PAGE);
                    Ok(signed_in_to(&app, &headers, &session, next))
                }
                Err(SignInError::Wrong) => {
                    Ok(Redirect::to(&paths::sign_in_again(&name, next)).into_response())
                }
                Err(SignInError::SecondFactorNeeded) => {
                    let page = paths::sign_in_code(paths::CODE, &name, next);
                    Ok(Redirect::to(&page).into_response())
                }
                Err(SignInError::WrongCode) => {
                    let page = paths::sign_in_code(paths::WRONG_CODE, &name, next);
                    Ok(Redirect::to(&page).into_response())
                }
                Err(SignInError::Limited { .. } | SignInError::Password(PasswordError::Busy)) => {
                    Ok(Redirect::to(&paths::sign_in_later(&name, next)).into_response())
                }
                Err(error) => Err(error.into()),
            }
        }
    }
}

/// `DELETE /api/session`: ends the session, and the streams it opened.
pub async fn sign_out(
    State(app): State<AppState>,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.access.sign_out(&principal).await?;
    let ended = Change::new(AuditCode::SignedOut, &principal.name);
    app.access.record(&actor, ended).await?;
    let cookie = Cookies::of(&app, &headers).no_session();
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
        .into_response())
}

/// `PUT /api/me/password`: another password of one's own. All other sessions of the person end, and this
/// one goes on under another secret.
pub async fn change_password(
    State(app): State<AppState>,
    caller: Caller,
    principal: Principal,
    actor: Actor,
    headers: HeaderMap,
    Json(ChangePassword { current, new }): Json<ChangePassword>,
) -> Result<Response, Error> {
    let secret = app
        .access
        .change_password(&principal, current, new, &caller, clock::now_ms())
        .await?;
    let changed = Change::new(AuditCode::PasswordChanged, &principal.name);
    app.access.record(&actor, changed).await?;
    let cookie = Cookies::of(&app, &headers).session(&secret);
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}

/// Whoever signs in is in the audit log before anybody has the cookie.
pub(super) async fn record_sign_in(
    app: &AppState,
    session: &NewSession,
    address: Option<IpAddr>,
) -> Result<(), Error> {
    let actor = Actor::of(&session.principal, address);
    let signed_in = Change::new(AuditCode::SignedIn, &session.principal.name);
    Ok(app.access.record(&actor, signed_in).await?)
}

/// A browser has one session: the one that it had ends, whoever planted or left it there.
pub(super) async fn end_former(app: &AppState, headers: &HeaderMap) -> Result<(), Error> {
    let cookies = Cookies::of(app, headers);
    let secrets: Vec<&str> = cookies
        .secrets()
        .into_iter()
        .map(|(secret, _)| secret)
        .collect();
    Ok(app.access.replaced(&secrets).await?)
}

/// The answer to a script: the cookies, and who signed in.
fn signed_in(app: &AppState, headers: &HeaderMap, session: NewSession) -> Response {
    let cookies = set_cookies(app, headers, &session);
    (AppendHeaders(cookies), axum::Json(session.principal.me())).into_response()
}

/// The answer to a form: the cookies, and on to a page.
pub(super) fn signed_in_to(
    app: &AppState,
    headers: &HeaderMap,
    session: &NewSession,
    page: &str,
) -> Response {
    let cookies = set_cookies(app, headers, session);
    (AppendHeaders(cookies), Redirect::to(page)).into_response()
}

/// The answer to whoever used a link that signs in; `again` is the page of the form, if it was one.
pub(super) fn came_in(
    app: &AppState,
    headers: &HeaderMap,
    session: Result<NewSession, Error>,
    again: Option<String>,
) -> Result<Response, Error> {
    match (session, again) {
        (Ok(session), None) => Ok(signed_in(app, headers, session)),
        (Ok(session), Some(_)) => Ok(signed_in_to(app, headers, &session, paths::HOME_PAGE)),
        (Err(error), None) => Err(error),
        (Err(error), Some(page)) => form_again(error, &page),
    }
}

/// Back to the form, unless the fault is the server's.
pub(super) fn form_again(error: Error, page: &str) -> Result<Response, Error> {
    if error.status().is_server_error() {
        return Err(error);
    }
    Ok(Redirect::to(page).into_response())
}

fn set_cookies(
    app: &AppState,
    headers: &HeaderMap,
    session: &NewSession,
) -> Vec<(header::HeaderName, String)> {
    let cookies = Cookies::of(app, headers);
    let device = session.device.as_deref().map(|mark| cookies.trusted(mark));
    let all = [Some(cookies.session(&session.secret)), device];
    let set = all.into_iter().flatten();
    set.map(|cookie| (header::SET_COOKIE, cookie)).collect()
}
