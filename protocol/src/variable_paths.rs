//! The address of a dashboard's variables.

use crate::paths::dashboard;

/// What can be chosen of a dashboard's variables; see [`dashboard_variables`].
pub const DASHBOARD_VARIABLES: &str = "/api/dashboards/{id}/variables";

/// What can be chosen of a dashboard's variables.
pub fn dashboard_variables(id: &str) -> String {
    dashboard(id) + "/variables"
}
