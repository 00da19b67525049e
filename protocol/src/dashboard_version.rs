//! What stands beside the document of a dashboard: the file that owns it, and its former versions.

use serde::{Deserialize, Serialize};

use super::{AuditActor, DashboardLink};

/// Where a dashboard comes from.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardSource {
    /// The name of its file in the provisioned folder; absent for one that people save here. A dashboard
    /// of a file is changed by changing the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A version of a dashboard that was saved.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardVersion {
    /// Its number.
    pub version: u64,
    /// When it was saved, in ms since the epoch.
    pub t: i64,
    /// Who saved it; absent when that is not known, as of what was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<AuditActor>,
    /// What differs from the version before, as far as the reader sees it: `CPU: moved, unit`. Empty for
    /// the oldest that is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// What the page of a dashboard's versions loads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionsBoot {
    /// Of which dashboard.
    pub dashboard: DashboardLink,
    /// Its versions, newest first.
    pub versions: Vec<DashboardVersion>,
    /// Whether the person may put an old one back.
    pub may_restore: bool,
    /// The file that owns the dashboard, so that nobody restores here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// When the page was loaded, in ms since the epoch.
    pub now_ms: i64,
}
