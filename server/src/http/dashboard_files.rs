//! Dashboards as files, for the page: the schema, the text, where one comes from, and its versions.
//!
//! Invariant: nobody reads of a file or of a former version what they may not see of a dashboard.

use std::sync::LazyLock;
use std::time::Duration;

use app::editor::changes::{self, Change};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use protocol::{
    Dashboard, DashboardLink, DashboardSource, DashboardVersion, ErrorCode, VersionsBoot,
};
use similar::TextDiff;

use super::dashboards::{self as shown, no_dashboard, seen_of};
use super::extract::Viewer;
use super::{Error, Json};
use crate::access::Principal;
use crate::clock;
use crate::dashboards;
use crate::state::AppState;
use crate::storage::StoredDocument;

/// How long the smallest patch is looked for: two texts that share nothing could take minutes. After that
/// it is a longer one, and right all the same.
const LONGEST_DIFF: Duration = Duration::from_millis(100);

/// `GET /api/schemas/dashboard.json`.
pub async fn schema() -> impl IntoResponse {
    static SCHEMA: LazyLock<String> = LazyLock::new(dashboards::dashboard_schema_text);
    ([(CONTENT_TYPE, "application/schema+json")], SCHEMA.as_str())
}

/// `GET /api/dashboards/{id}/source`.
pub async fn source(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Path(id): Path<String>,
) -> Result<axum::Json<DashboardSource>, Error> {
    seen(&app, &principal, &id).await?;
    let file = app.storage.dashboard_file(&id).await?;
    Ok(axum::Json(DashboardSource { file }))
}

/// `GET /api/dashboards/{id}/file`: the text of the file, as far as the principal sees the dashboard.
pub async fn file(
    State(app): State<AppState>,
    Viewer(principal): Viewer,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let dashboard = seen(&app, &principal, &id).await?;
    let text = dashboards::text(&dashboard).map_err(Error::internal)?;
    // An id has no character that the header would have to escape.
    let name = format!("attachment; filename=\"{}.json\"", dashboard.id);
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text))
}

/// `POST /api/dashboards/{id}/patch`: what the document in the body changes, as a patch of the file.
pub async fn patch(
    State(app): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
    Json(edited): Json<Dashboard>,
) -> Result<impl IntoResponse, Error> {
    let former = seen(&app, &principal, &id).await?;
    if edited.id != id {
        let message = format!("id: the address says `{}`", id.escape_debug());
        return Err(Error::new(ErrorCode::InvalidDocument, message));
    }
    let before = dashboards::text(&former).map_err(Error::internal)?;
    let after = dashboards::text(&edited).map_err(Error::internal)?;
    let file = app.storage.dashboard_file(&id).await?;
    let file = file.unwrap_or_else(|| format!("{id}.json"));
    let patch = TextDiff::configure()
        .timeout(LONGEST_DIFF)
        .diff_lines(&before, &after)
        .unified_diff()
        .header(&format!("a/{file}"), &format!("b/{file}"))
        .to_string();
    Ok(([(CONTENT_TYPE, "text/x-diff; charset=utf-8")], patch))
}

/// `GET /api/dashboards/{id}/versions`: newest first.
pub async fn versions(
    State(app): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<axum::Json<Vec<DashboardVersion>>, Error> {
    Ok(axum::Json(versions_of(&app, &principal, &id).await?))
}

/// `GET /api/dashboards/{id}/versions/{version}`: the document as it was, as far as the principal sees
/// it today.
pub async fn version(
    State(app): State<AppState>,
    principal: Principal,
    Path((id, version)): Path<(String, u64)>,
) -> Result<axum::Json<Dashboard>, Error> {
    seen(&app, &principal, &id).await?;
    let found = app.storage.dashboard_version(&id, version).await?;
    let found =
        found.ok_or_else(|| Error::not_found("there is no such version; it may be too old"))?;
    let document = StoredDocument {
        id,
        version: found.version,
        body: found.body,
    };
    Ok(axum::Json(seen_of(&app, &principal, &document)?))
}

/// What the page of versions loads; none when there is no such dashboard.
pub(super) async fn page(
    app: &AppState,
    principal: &Principal,
    id: &str,
) -> Result<Option<VersionsBoot>, Error> {
    let Some(dashboard) = shown::seen(app, principal, id).await? else {
        return Ok(None);
    };
    let file = app.storage.dashboard_file(id).await?;
    Ok(Some(VersionsBoot {
        versions: versions_of(app, principal, id).await?,
        may_restore: file.is_none() && shown::may_edit(app, principal, id).await?,
        file,
        dashboard: DashboardLink {
            id: dashboard.id,
            title: dashboard.title,
        },
        now_ms: clock::now_ms(),
    }))
}

/// The versions with what each of them changed, as far as the principal sees it.
async fn versions_of(
    app: &AppState,
    principal: &Principal,
    id: &str,
) -> Result<Vec<DashboardVersion>, Error> {
    seen(app, principal, id).await?;
    let mut listed = Vec::new();
    let mut newer: Option<Dashboard> = None;
    for one in app.storage.dashboard_versions(id).await? {
        let document = StoredDocument {
            id: id.to_owned(),
            version: one.version,
            body: one.body,
        };
        let dashboard = seen_of(app, principal, &document)?;
        if let (Some(newer), Some(last)) = (&newer, listed.last_mut()) {
            let last: &mut DashboardVersion = last;
            let changes = changes::between(&dashboard, newer);
            last.changes = changes.iter().map(Change::words).collect();
        }
        newer = Some(dashboard);
        listed.push(DashboardVersion {
            version: one.version,
            t: one.saved_ms,
            who: one.who,
            changes: Vec::new(),
        });
    }
    Ok(listed)
}

/// The dashboard as the principal sees it.
async fn seen(app: &AppState, principal: &Principal, id: &str) -> Result<Dashboard, Error> {
    let seen = shown::seen(app, principal, id).await?;
    seen.ok_or_else(no_dashboard)
}

/// Rejects a change of a dashboard that comes from a file.
pub(super) async fn owned_by_people(app: &AppState, id: &str) -> Result<(), Error> {
    match app.storage.dashboard_file(id).await? {
        None => Ok(()),
        Some(file) => Err(Error::new(
            ErrorCode::FromFile,
            format!(
                "the dashboard comes from the file `{file}`: change it there, or save it under another id"
            ),
        )),
    }
}
