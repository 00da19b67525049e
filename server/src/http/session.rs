//! Sign in and out, and the cookie that holds a session's secret.

use std::collections::BTreeMap;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use protocol::{SignIn, paths};

use super::body::JsonOrForm;
use super::origin::{self, is_https, same_site_path};
use super::{Error, Peer};
use crate::access::{NewSession, Principal, SignInError};
use crate::clock;
use crate::state::AppState;

/// The cookie's name.
const COOKIE: &str = "pulseboard_session";

/// `POST /api/session`: the cookie, and who signed in; a form is sent on to `next`.
pub async fn sign_in(
    State(app): State<AppState>,
    connection: ConnectInfo<Peer>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: JsonOrForm<SignIn>,
) -> Result<Response, Error> {
    let peer = origin::peer(&app.config, &headers, Some(&connection));
    let next = query.get(paths::NEXT).and_then(|next| same_site_path(next));
    let now_ms = clock::now_ms();
    match body {
        JsonOrForm::Json(SignIn { name, password }) => {
            let session = app.access.sign_in(&name, password, peer, now_ms).await?;
            Ok(signed_in(&app, &headers, session))
        }
        JsonOrForm::Form(SignIn { name, password }) => {
            match app.access.sign_in(&name, password, peer, now_ms).await {
                Ok(session) => Ok(signed_in_to(
                    &app,
                    &headers,
                    &session,
                    next.unwrap_or(paths::HOME_PAGE),
                )),
                Err(SignInError::Wrong | SignInError::Limited { .. }) => {
                    Ok(Redirect::to(&paths::sign_in_again(&name, next)).into_response())
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
    headers: HeaderMap,
) -> Result<Response, Error> {
    app.access.sign_out(&principal).await?;
    let cookie = cookie("", 0, is_https(&app.config, &headers));
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    )
        .into_response())
}

/// The answer to a script: the cookie, and who signed in.
pub(super) fn signed_in(app: &AppState, headers: &HeaderMap, session: NewSession) -> Response {
    let cookie = session_cookie(app, headers, &session.secret);
    let me = axum::Json(session.principal.me());
    (AppendHeaders([(header::SET_COOKIE, cookie)]), me).into_response()
}

/// The answer to a form: the cookie, and on to a page.
pub(super) fn signed_in_to(
    app: &AppState,
    headers: &HeaderMap,
    session: &NewSession,
    page: &str,
) -> Response {
    let cookie = session_cookie(app, headers, &session.secret);
    (
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to(page),
    )
        .into_response()
}

/// The secret that the browser sent.
pub(super) fn secret(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The cookie that the browser sent, with its end moved.
pub(super) fn renewed_cookie(app: &AppState, headers: &HeaderMap) -> Option<String> {
    secret(headers).map(|secret| session_cookie(app, headers, secret))
}

fn session_cookie(app: &AppState, headers: &HeaderMap, secret: &str) -> String {
    let max_age_s = u64::from(app.config.limits.session_hours) * 3_600;
    cookie(secret, max_age_s, is_https(&app.config, headers))
}

fn cookie(secret: &str, max_age_s: u64, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age_s}{secure}")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        let check = |line: &'static str, expect: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(line));
            assert_eq!(secret(&headers), expect, "{line}");
        };
        check("pulseboard_session=abc", Some("abc"));
        check("a=b; pulseboard_session=abc; c=d", Some("abc"));
        check("xpulseboard_session=abc", None);
        check("pulseboard_session2=abc", None);
        check("pulseboard_session", None);
        check("", None);
    }

    #[test]
    fn cookies() {
        let plain = cookie("s", 60, false);
        assert_eq!(
            plain,
            "pulseboard_session=s; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
        );
        assert_eq!(cookie("s", 60, true), format!("{plain}; Secure"));
    }
}
