//! Tokens of programs: what they may do, and how they are made, listed and changed.
//!
//! Invariant: a secret stands in [`TokenCreated`] and nowhere else.

use serde::{Deserialize, Serialize};

/// What a token may do.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send events and points, and add annotations.
    Ingest,
    /// Read `/metrics`.
    Scrape,
    /// Read what the token's owner may see at that time.
    Read,
    /// Save shared dashboards, as far as the token's owner may at that time.
    Dashboards,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 4] = [Scope::Ingest, Scope::Scrape, Scope::Read, Scope::Dashboards];

    /// As JSON has it.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::Ingest => "ingest",
            Scope::Scrape => "scrape",
            Scope::Read => "read",
            Scope::Dashboards => "dashboards",
        }
    }

    /// Whether the token has what its owner has, and nothing without one.
    pub const fn needs_owner(self) -> bool {
        matches!(self, Scope::Read | Scope::Dashboards)
    }
}

/// `POST /api/admin/tokens`: a token of anybody; `POST /api/me/tokens`: one of one's own. `PUT` of one of them
/// replaces all of these fields.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Its purpose, for people: 1 to 64 characters.
    pub name: String,
    /// One sentence for people: at most 256 bytes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// At least one, each once; those that the owner may use.
    pub scopes: Vec<Scope>,
    /// When it stops working, in ms since the epoch; never without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<i64>,
    /// Name of the user that it belongs to, whoever asks without it. Another one is for admins alone,
    /// and nobody changes it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// The answer: the only time that the secret can be seen.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenCreated {
    /// Unique; names it in requests.
    pub id: i64,
    /// Its purpose, for people.
    pub name: String,
    /// Permissions.
    pub scopes: Vec<Scope>,
    /// The value of `Authorization: Bearer …`.
    pub secret: String,
}

/// `GET /api/admin/tokens` and `GET /api/me/tokens`: one token, without its secret.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Unique; names it in requests.
    pub id: i64,
    /// Its purpose, for people.
    pub name: String,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Permissions.
    pub scopes: Vec<Scope>,
    /// When it was made, in ms since the epoch.
    pub created_ms: i64,
    /// When it stops working, in ms since the epoch; never without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<i64>,
    /// When it was last used, to the minute, in ms since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_ms: Option<i64>,
    /// The user that it belongs to; none when it was made at the command line, or when the user was
    /// removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<TokenOwner>,
}

/// The user that a token belongs to.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOwner {
    /// The user's id.
    pub id: i64,
    /// The user's name.
    pub name: String,
}
