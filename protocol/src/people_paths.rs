//! Filled-in addresses of people, their sessions and their one-time links.

use crate::escape::escaped;
use crate::paths::{ADMIN_INVITATIONS, ADMIN_SESSIONS, ADMIN_USERS, FAILED, MY_SESSIONS, NAME};

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
