//! The audit log: who changed what, from where, with the state before and after.
//!
//! Invariant: no entry holds a password, a token or any other secret.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AuditCode;

/// What an actor is.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditActorKind {
    /// A signed-in user.
    User,
    /// A program with a token.
    Token,
    /// The command line of the server's machine.
    CommandLine,
    /// The one-time link for the first admin.
    Setup,
    /// Somebody who is not signed in.
    Nobody,
    /// A file of the folder of provisioned dashboards.
    File,
    /// A kind of a newer server. Never written by this one.
    #[serde(other)]
    Unknown,
}

/// Who did something. The name stays as it was at that time.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditActor {
    /// User, token or neither.
    pub kind: AuditActorKind,
    /// The id of the user or token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// The name of the user or token, or what stands for one.
    pub name: String,
}

/// One entry of the audit log.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Grows with every entry; never used twice.
    pub id: i64,
    /// In ms since the epoch.
    pub t: i64,
    /// Who.
    pub who: AuditActor,
    /// What was done.
    pub what: AuditCode,
    /// To what: the name or id of a user, role, token, dashboard or metric. May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub object: String,
    /// The address that the request came from; empty when it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The state before, without secrets; none when there was none. A state that is too long to be
    /// kept is `{"too_long": BYTES}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The state after, in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// `GET /api/admin/audit`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The newest entries that match, newest first.
    pub entries: Vec<AuditEntry>,
    /// The parameter `before` of the next page; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
    /// Entries that were dropped since the log began, by age or by a limit.
    #[serde(default)]
    pub dropped: u64,
}
