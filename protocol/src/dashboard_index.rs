//! What stands beside the document of a dashboard: whom it belongs to, and what a list shows of it.
//!
//! Invariant: nothing of it is in the document, so that a document that is exported and imported again
//! is the same.

use serde::{Deserialize, Serialize};

/// Whom a dashboard belongs to: who changes it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Owner {
    /// The team's: those with the right to edit dashboards change it.
    #[default]
    Team,
    /// A role's: its people change it.
    Role {
        /// The name of the role.
        name: String,
    },
    /// One person's, who alone changes it.
    Person {
        /// Row id of the user; none when the user was removed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<i64>,
        /// The user's name; not read from a request.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
    },
}

/// `PUT /api/dashboards/{id}/owner`: whom a dashboard belongs to, and who else reads it. In a request a
/// person without an id is whoever asks.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// Who changes it.
    pub owner: Owner,
    /// Whether everybody who is signed in reads it, not the owner alone; true for the team's.
    pub shared: bool,
}

impl Default for Ownership {
    /// The team's.
    fn default() -> Self {
        Ownership {
            owner: Owner::Team,
            shared: true,
        }
    }
}

impl Ownership {
    /// One person's, who alone reads it.
    pub const fn private_of(id: i64) -> Ownership {
        Ownership {
            owner: Owner::Person {
                id: Some(id),
                name: String::new(),
            },
            shared: false,
        }
    }

    /// Whether one person alone reads it.
    pub const fn is_private(&self) -> bool {
        matches!(self.owner, Owner::Person { .. }) && !self.shared
    }
}

/// `PUT /api/dashboards/{id}/star`: whether lists of this person begin with it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Star {
    /// Whether it is starred.
    pub starred: bool,
}

/// One dashboard in a list.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DashboardEntry {
    /// Name in addresses.
    pub id: String,
    /// The heading of its page; empty when it belongs to somebody else alone.
    pub title: String,
    /// The version of its document.
    pub version: u64,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where the list puts it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
    /// Words by which it is found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whom it belongs to.
    pub owner: Owner,
    /// Whether everybody who is signed in reads it.
    pub shared: bool,
    /// Whether it belongs to whoever asks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Whether whoever asks opens it; false where an admin sees no more than that it exists.
    pub may_read: bool,
    /// Whether whoever asks changes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_edit: bool,
    /// Whether whoever asks removes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_delete: bool,
    /// Whether it is delivered with the program: removing it puts it back to what is delivered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub built_in: bool,
    /// Whether it comes from a file, which alone changes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_file: bool,
    /// Whether whoever asks starred it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub starred: bool,
    /// When whoever asks opened it last, in ms since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_ms: Option<i64>,
    /// When its document was last saved, in ms since the epoch; none before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_ms: Option<i64>,
    /// Number of its widgets.
    pub widgets: u32,
    /// Number of widgets of which whoever asks sees no metric.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hidden_widgets: u32,
}

/// A dashboard that was removed, and can be put back.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedDashboard {
    /// Name in addresses.
    pub id: String,
    /// The heading of its page; empty when it belonged to somebody else alone.
    pub title: String,
    /// When it was removed, in ms since the epoch.
    pub deleted_ms: i64,
    /// Until when it can be put back, in ms since the epoch.
    pub until_ms: i64,
}

/// `GET /api/dashboard-index`: every dashboard that somebody finds in lists.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DashboardIndex {
    /// In the order that the person or their roles set, the others by id.
    pub dashboards: Vec<DashboardEntry>,
    /// Those that were removed and that whoever asks can put back, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<DeletedDashboard>,
    /// The dashboard that opens first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub home: String,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
