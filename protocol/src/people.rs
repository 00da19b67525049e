//! Sessions, one-time links and the second factor of people.
//!
//! Invariant: a secret stands in the answer that makes it and in no other.

use serde::{Deserialize, Serialize};

/// `GET /api/me/sessions` and `GET /api/admin/sessions`: where somebody is signed in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Identifies the session in requests; not its secret.
    pub id: String,
    /// Id of the user.
    pub user_id: i64,
    /// Name of the user.
    pub user: String,
    /// `User-Agent` of the browser at sign-in, shortened; empty when unknown.
    pub device: String,
    /// IP address at sign-in; empty when unknown.
    pub address: String,
    /// When the user signed in, in ms since the epoch.
    pub created_ms: i64,
    /// Last request, exact to five minutes, in ms since the epoch.
    pub last_seen_ms: i64,
    /// When the session ends without another request, in ms since the epoch.
    pub expires_ms: i64,
    /// Whether the request itself was made with this session.
    pub current: bool,
}

/// `PUT /api/admin/users/{id}/disabled`: whether a user can sign in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disabled {
    /// `true` ends all sessions of the user.
    pub disabled: bool,
}

/// `POST /api/admin/invitations`: a one-time link that makes a user.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Roles of the user to be made: known ones, at least one.
    pub roles: Vec<String>,
    /// For whom it is, for admins: at most 64 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Lifetime in hours, 1 to 720; without it `limits.invitation_hours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
}

/// `GET /api/admin/invitations`: an invitation that was not used and has not expired.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Identifies it in requests.
    pub id: i64,
    /// Roles of the user to be made.
    pub roles: Vec<String>,
    /// For whom it is.
    pub note: String,
    /// Name of the admin who made it; empty when made by the command line.
    pub made_by: String,
    /// When it was made, in ms since the epoch.
    pub created_ms: i64,
    /// When it expires, in ms since the epoch.
    pub expires_ms: i64,
}

/// A one-time link that was just made: the only time that its secret can be seen.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCreated {
    /// Identifies the link in requests.
    pub id: i64,
    /// Parameter of the page that the link leads to.
    pub secret: String,
    /// Address of that page, as far as the server knows how browsers reach it.
    pub url: String,
    /// When it expires, in ms since the epoch.
    pub expires_ms: i64,
}

/// `POST /api/invitation`: accepts an invitation and signs in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The secret of the link.
    pub token: String,
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// `POST /api/password-reset`: a new password through a one-time link.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The secret of the link.
    pub token: String,
    /// The new password: 8 to 1024 characters.
    pub password: String,
}

/// `PUT /api/me/name`: another name to sign in with, which others see too.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewName {
    /// The new name.
    pub name: String,
    /// The present password.
    pub password: String,
}

/// `GET /api/me/second-factor`: whether signing in takes a code as well.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Whether it is on.
    pub on: bool,
    /// Unused recovery codes.
    pub recovery_codes: u32,
}

/// Proof of the present password, for changes of the second factor.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordProof {
    /// The present password.
    pub password: String,
}

/// `POST /api/me/second-factor`: a secret for an authenticator app, off until it is confirmed.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolment {
    /// The secret in base32, for typing.
    pub secret: String,
    /// The same as an `otpauth:` address.
    pub uri: String,
    /// The same as a QR code: an SVG document.
    pub qr_svg: String,
}

/// `PUT /api/me/second-factor`: confirms an enrolment.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEnrolment {
    /// A code of the authenticator app: six digits.
    pub code: String,
}

/// Recovery codes that were just made: the only time that they can be seen. Each replaces a code
/// of the authenticator app once.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// All that work; older ones do not any more.
    pub codes: Vec<String>,
}
