//! Addresses of what stands beside the document of a dashboard: its owner, where it comes from and its
//! versions; and of the page that lists dashboards.

use crate::paths::{dashboard, dashboard_page};

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

/// The page of a dashboard's versions; see [`versions_page`].
pub const VERSIONS_PAGE: &str = "/d/{id}/versions";

/// The page of a dashboard's versions.
pub fn versions_page(id: &str) -> String {
    format!("{}/versions", dashboard_page(id))
}

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

/// Every dashboard in a list, without the documents.
pub const DASHBOARD_INDEX: &str = "/api/dashboard-index";
/// Whom one dashboard belongs to; see [`dashboard_owner`].
pub const DASHBOARD_OWNER: &str = "/api/dashboards/{id}/owner";
/// Whether lists of a person begin with one dashboard; see [`dashboard_star`].
pub const DASHBOARD_STAR: &str = "/api/dashboards/{id}/star";
/// Puts back one dashboard that was removed; see [`dashboard_restore`].
pub const DASHBOARD_RESTORE: &str = "/api/dashboards/{id}/restore";
/// The page that lists dashboards.
pub const DASHBOARDS_PAGE: &str = "/dashboards";

/// Whom one dashboard belongs to.
pub fn dashboard_owner(id: &str) -> String {
    format!("{}/owner", dashboard(id))
}

/// Whether lists of a person begin with one dashboard.
pub fn dashboard_star(id: &str) -> String {
    format!("{}/star", dashboard(id))
}

/// Puts back one dashboard that was removed.
pub fn dashboard_restore(id: &str) -> String {
    format!("{}/restore", dashboard(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filled_addresses_are_those_of_one_dashboard() {
        for (pattern, filled) in [
            (DASHBOARD_OWNER, dashboard_owner("a/b")),
            (DASHBOARD_STAR, dashboard_star("a/b")),
            (DASHBOARD_RESTORE, dashboard_restore("a/b")),
        ] {
            assert_eq!(pattern.replace("{id}", "a%2Fb"), filled);
        }
    }

    #[test]
    fn addresses_of_a_dashboard_fit_their_patterns() {
        for (pattern, path) in [
            (DASHBOARD_SOURCE, dashboard_source("a/b?c")),
            (DASHBOARD_FILE, dashboard_file("a/b?c")),
            (DASHBOARD_PATCH, dashboard_patch("a/b?c")),
            (DASHBOARD_VERSIONS, dashboard_versions("a/b?c")),
            (DASHBOARD_VERSION, dashboard_version("a/b?c", 7)),
            (VERSIONS_PAGE, versions_page("a/b?c")),
        ] {
            let filled = pattern
                .replace("{id}", "a%2Fb%3Fc")
                .replace("{version}", "7");
            assert_eq!(path, filled);
        }
    }
}
