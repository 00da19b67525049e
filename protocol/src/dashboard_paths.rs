//! Addresses of what belongs to dashboards as files and to their versions.

use crate::paths::dashboard;

/// The JSON schema of a dashboard.
pub const DASHBOARD_SCHEMA: &str = "/api/schemas/dashboard.json";
/// Where a dashboard comes from; see [`dashboard_source`].
pub const DASHBOARD_SOURCE: &str = "/api/dashboards/{id}/source";
/// A dashboard as a file; see [`dashboard_file`].
pub const DASHBOARD_FILE: &str = "/api/dashboards/{id}/file";
/// What an edited document changes of the file; see [`dashboard_patch`].
pub const DASHBOARD_PATCH: &str = "/api/dashboards/{id}/patch";
/// The versions of a dashboard; see [`dashboard_versions`].
pub const DASHBOARD_VERSIONS: &str = "/api/dashboards/{id}/versions";
/// One version of a dashboard; see [`dashboard_version`].
pub const DASHBOARD_VERSION: &str = "/api/dashboards/{id}/versions/{version}";

/// Where a dashboard comes from.
pub fn dashboard_source(id: &str) -> String {
    format!("{}/source", dashboard(id))
}

/// A dashboard as a file.
pub fn dashboard_file(id: &str) -> String {
    format!("{}/file", dashboard(id))
}

/// What an edited document changes of the file.
pub fn dashboard_patch(id: &str) -> String {
    format!("{}/patch", dashboard(id))
}

/// The versions of a dashboard.
pub fn dashboard_versions(id: &str) -> String {
    format!("{}/versions", dashboard(id))
}

/// One version of a dashboard.
pub fn dashboard_version(id: &str, version: u64) -> String {
    format!("{}/versions/{version}", dashboard(id))
}
