//! What stands beside the document of a dashboard: the file that owns it, and its former versions.

use serde::{Deserialize, Serialize};

use super::AuditActor;

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
}
