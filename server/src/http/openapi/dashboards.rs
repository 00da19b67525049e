//! Routes of dashboards as files, and of their versions.

use protocol::{Dashboard, DashboardSource, DashboardVersion, ErrorCode, paths};

use super::operation::{JSON, Of, Operation, object, opaque};

pub const OPERATIONS: &[Operation] = &[
    Operation::get(paths::DASHBOARD_SCHEMA, "The JSON schema of a dashboard")
        .answers(&[(200, &[("application/schema+json", object)])]),
    Operation::get(
        paths::DASHBOARD_SOURCE,
        "The file that a dashboard comes from",
    )
    .answers(Of::<DashboardSource>::OK),
    Operation::get(
        paths::DASHBOARD_FILE,
        "One dashboard as a file, as far as one sees it",
    )
    .answers(&[(200, &[(JSON, object)])]),
    Operation::post(
        paths::DASHBOARD_PATCH,
        "What a document changes of the dashboard, as a patch of its file",
    )
    .takes(Of::<Dashboard>::JSON)
    .answers(&[(200, &[("text/x-diff", opaque)])])
    .fails(&[ErrorCode::InvalidDocument]),
    Operation::get(
        paths::DASHBOARD_VERSIONS,
        "The versions of a dashboard that are kept, newest first",
    )
    .answers(Of::<Vec<DashboardVersion>>::OK),
    Operation::get(
        paths::DASHBOARD_VERSION,
        "A dashboard as it was in a version, as far as one sees it",
    )
    .answers(Of::<Dashboard>::OK),
];
