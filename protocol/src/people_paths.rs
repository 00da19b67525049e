//! Filled-in addresses of people: their sessions, one-time links and the sign-in page.

use crate::escape::escaped;
use crate::paths::{
    ADMIN_INVITATIONS, ADMIN_SESSIONS, ADMIN_USERS, ENDED, FAILED, LATER, MY_SESSIONS, NAME, NEXT,
    OIDC, SESSION, SIGN_IN_PAGE, setup_page,
};

/// Whether one user is disabled.
pub fn admin_user_disabled(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/disabled")
}

/// The second factor of one user.
pub fn admin_user_second_factor(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/second-factor")
}

/// The one-time link by which one user chooses a new password.
pub fn admin_user_reset_link(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/reset-link")
}

/// All sessions of one user.
pub fn admin_user_sessions(id: i64) -> String {
    format!("{ADMIN_USERS}/{id}/sessions")
}

/// One session of anybody.
pub fn admin_session(id: &str) -> String {
    format!("{ADMIN_SESSIONS}/{}", escaped(id))
}

/// One session of the signed-in user.
pub fn my_session(id: &str) -> String {
    format!("{MY_SESSIONS}/{}", escaped(id))
}

/// One invitation.
pub fn admin_invitation(id: i64) -> String {
    format!("{ADMIN_INVITATIONS}/{id}")
}

/// The page that an invitation leads to.
pub fn invitation_page(token: &str) -> String {
    format!("/join/{}", escaped(token))
}

/// The page that a reset link leads to.
pub fn reset_page(token: &str) -> String {
    format!("/reset/{}", escaped(token))
}

/// The page of an invitation after a form that was rejected.
pub fn invitation_again(token: &str, name: &str) -> String {
    let (page, name) = (invitation_page(token), escaped(name));
    format!("{page}?{FAILED}=1&{NAME}={name}")
}

/// The page of a reset link after a form that was rejected.
pub fn reset_again(token: &str) -> String {
    format!("{}?{FAILED}=1", reset_page(token))
}

/// The sign-in page, which leads to `next` when that is given.
pub fn sign_in_page(next: Option<&str>) -> String {
    match next {
        Some(next) => format!("{SIGN_IN_PAGE}?{NEXT}={}", escaped(next)),
        None => SIGN_IN_PAGE.to_owned(),
    }
}

/// Where the form of the sign-in page is sent; success leads to `next`.
pub fn sign_in_form(next: Option<&str>) -> String {
    match next {
        Some(next) => format!("{SESSION}?{NEXT}={}", escaped(next)),
        None => SESSION.to_owned(),
    }
}

/// On to the provider of OpenID Connect; success leads to `next`.
pub fn oidc(next: Option<&str>) -> String {
    match next {
        Some(next) => format!("{OIDC}?{NEXT}={}", escaped(next)),
        None => OIDC.to_owned(),
    }
}

/// The sign-in page after a sign-in with a provider that failed: `how` is a value of [`FAILED`].
pub fn sign_in_failed_with(how: &str, next: Option<&str>) -> String {
    let next = next.map(|next| format!("&{NEXT}={}", escaped(next)));
    format!("{SIGN_IN_PAGE}?{FAILED}={how}{}", next.unwrap_or_default())
}

/// The sign-in page after the session of a page ended, which leads back to that page.
pub fn sign_in_ended(next: Option<&str>) -> String {
    let next = next.map(|next| format!("&{NEXT}={}", escaped(next)));
    format!("{SIGN_IN_PAGE}?{ENDED}=1{}", next.unwrap_or_default())
}

/// The sign-in page after a form that was rejected.
pub fn sign_in_again(name: &str, next: Option<&str>) -> String {
    sign_in_failed("1", name, next)
}

/// The sign-in page after a form that was not looked at, since there were too many.
pub fn sign_in_later(name: &str, next: Option<&str>) -> String {
    sign_in_failed(LATER, name, next)
}

/// The sign-in page after a form without the right code of the second factor; `how` is [`CODE`](crate::paths::CODE) or
/// [`WRONG_CODE`](crate::paths::WRONG_CODE).
pub fn sign_in_code(how: &str, name: &str, next: Option<&str>) -> String {
    sign_in_failed(how, name, next)
}

fn sign_in_failed(how: &str, name: &str, next: Option<&str>) -> String {
    let (name, next) = (escaped(name), next.map(escaped));
    let next = next.map(|next| format!("&{NEXT}={next}"));
    format!(
        "{SIGN_IN_PAGE}?{FAILED}={how}&{NAME}={name}{}",
        next.unwrap_or_default()
    )
}

/// The set-up page after a form that was rejected.
pub fn setup_again(token: &str, name: &str) -> String {
    format!("{}?{FAILED}=1&{NAME}={}", setup_page(token), escaped(name))
}
