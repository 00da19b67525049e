//! People, programs and what they may do.

use serde::{Deserialize, Serialize};

use super::Right;

/// May see and change everything.
pub const ADMIN: &str = "admin";
/// What people see who are not signed in, on dashboards that an admin opened to them; without one it is
/// off. No user has it.
pub const GUEST: &str = "guest";
/// May see metrics that require no role.
pub const VIEWER: &str = "viewer";

/// `GET /api/me`: the signed-in user.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The user's or token's name.
    pub name: String,
    /// The user's roles; empty for tokens.
    pub roles: Vec<String>,
    /// Whether `/api/admin` answers.
    pub admin: bool,
    /// What the user may do; every right for admins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<Right>,
    /// Whether nobody is signed in: a dashboard that is open to everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// The role as whose people an admin sees everything, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
}

impl Me {
    /// Whether the user may do this.
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    /// Whether nothing of theirs can be saved: a guest's, and in a preview.
    pub fn only_looks(&self) -> bool {
        self.guest || self.preview.is_some()
    }
}

/// `POST /api/session`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// A code of the second factor, or a recovery code; empty at the first step.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
}

/// `POST /api/setup`: makes the first admin and signs in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The secret of the one-time link.
    pub token: String,
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// `POST /api/admin/users`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 1 to 64 characters, no control characters, unique without regard to case.
    pub name: String,
    /// 8 to 1024 characters.
    pub password: String,
    /// Known roles; at least one.
    pub roles: Vec<String>,
}

/// `GET /api/admin/users`: one user, as admins see them.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Unique; names the user in requests.
    pub id: i64,
    /// As typed when the user was made.
    pub name: String,
    /// The user's roles.
    pub roles: Vec<String>,
    /// When the user was made, in ms since the epoch.
    pub created_ms: i64,
    /// Last request while signed in, exact to five minutes, in ms since the epoch.
    #[serde(default)]
    pub last_seen_ms: Option<i64>,
    /// Whether the user cannot sign in.
    #[serde(default)]
    pub disabled: bool,
    /// Whether signing in takes a code as well.
    #[serde(default)]
    pub second_factor: bool,
    /// What the user has open; only in lists of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenOfUser>,
}

/// What a user has open when users are listed: what ends when the user is disabled or removed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOfUser {
    /// Sessions that have not ended.
    pub sessions: u32,
    /// Streams, of pages and of tokens.
    pub streams: u32,
    /// Tokens that the user owns, expired ones included.
    pub tokens: u32,
}

/// `PUT /api/admin/users/{id}/password`: another password, without the present one.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// 8 to 1024 characters.
    pub password: String,
}

/// `PUT /api/me/password`: another password of one's own.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The present one.
    pub current: String,
    /// The next one: 8 to 1024 characters.
    pub new: String,
}
