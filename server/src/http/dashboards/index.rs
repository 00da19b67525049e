//! `GET /api/dashboard-index`: what a list of dashboards shows, without their documents.
//!
//! Invariant: of a dashboard that belongs to somebody else alone an admin learns its id and its owner,
//! and everybody else nothing.

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use protocol::{
    Dashboard, DashboardEntry, DashboardIndex, DeletedDashboard, Owner, Ownership, Widget,
};

use super::{reads, seen_of};
use crate::access::{DashboardAction, Principal, permit_dashboard};
use crate::clock;
use crate::dashboards;
use crate::http::{Error, defaults};
use crate::state::AppState;
use crate::storage::{StoredDashboard, StoredDeleted, StoredDocument, StoredMark};

/// `GET /api/dashboard-index`.
pub async fn index(
    State(app): State<AppState>,
    principal: Principal,
) -> Result<axum::Json<DashboardIndex>, Error> {
    index_of(&app, &principal).await.map(axum::Json)
}

/// Keeps that somebody opened a dashboard. The page is shown also when that fails.
pub(in crate::http) async fn opened(app: &AppState, principal: &Principal, id: &str) {
    let user_id = principal.user_id().filter(|_| !principal.only_looks());
    let Some(user_id) = user_id else { return };
    let now_ms = clock::now_ms();
    if let Err(error) = app.storage.dashboard_opened(user_id, id, now_ms).await {
        tracing::warn!(%error, "a visit of a dashboard was not kept");
    }
}

/// Every dashboard that the principal finds in lists.
pub(in crate::http) async fn index_of(
    app: &AppState,
    principal: &Principal,
) -> Result<DashboardIndex, Error> {
    let own = principal.user_id().filter(|_| !principal.only_looks());
    let marks = match own {
        Some(user_id) => app.storage.dashboard_marks(user_id).await?,
        None => Vec::new(),
    };
    let marks: HashMap<String, StoredMark> = marks
        .into_iter()
        .map(|mark| (mark.dashboard.clone(), mark))
        .collect();
    let files = app.storage.dashboard_files().await?;
    let files: HashSet<String> = files.into_iter().map(|(id, _)| id).collect();
    let mut all = Vec::new();
    for stored in app.storage.owned_dashboards().await? {
        let entry = entry(app, principal, stored, &marks)?;
        all.extend(entry.map(|entry| of_file(entry, &files)));
    }
    let order = defaults::order(app, principal).await?;
    all.sort_by_cached_key(|one| {
        let place = order.iter().position(|id| *id == one.id);
        place.unwrap_or(order.len())
    });
    Ok(DashboardIndex {
        dashboards: all,
        deleted: deleted(app, principal).await?,
        home: defaults::home(app, principal).await?,
    })
}

fn entry(
    app: &AppState,
    principal: &Principal,
    stored: StoredDashboard,
    marks: &HashMap<String, StoredMark>,
) -> Result<Option<DashboardEntry>, Error> {
    let may = |action| permit_dashboard(principal, &stored.ownership, action).is_ok();
    let may_read = reads(app, principal, &stored);
    let may_delete = may(DashboardAction::Delete);
    if !may_read && !may_delete {
        return Ok(None);
    }
    let seen = match may_read {
        true => seen_of(app, principal, &stored.document)?,
        false => Dashboard::default(),
    };
    let mark = marks.get(&stored.document.id);
    let may_edit = may(DashboardAction::Change);
    let Ownership { owner, shared } = stored.ownership;
    let mine = matches!(&owner, Owner::Person { id: Some(id), .. }
        if Some(*id) == principal.account_id() && !principal.only_looks());
    Ok(Some(DashboardEntry {
        title: seen.title,
        description: seen.description,
        folder: seen.folder,
        tags: seen.tags,
        version: stored.document.version,
        owner,
        shared,
        mine,
        may_read,
        may_edit,
        may_delete,
        from_file: false,
        built_in: dashboards::delivered(&stored.document.id).is_some(),
        starred: mark.is_some_and(|mark| mark.starred),
        opened_ms: mark.and_then(|mark| mark.opened_ms),
        changed_ms: stored.changed_ms.filter(|_| may_read),
        widgets: count(seen.widgets.len()),
        hidden_widgets: count(seen.widgets.iter().filter(|one| is_hidden(one)).count()),
        id: stored.document.id,
    }))
}

/// What comes from a file is changed there alone.
fn of_file(entry: DashboardEntry, files: &HashSet<String>) -> DashboardEntry {
    match files.contains(&entry.id) {
        false => entry,
        true => DashboardEntry {
            from_file: true,
            may_edit: false,
            may_delete: false,
            ..entry
        },
    }
}

/// Whether nothing is left of the metrics that a widget names.
fn is_hidden(widget: &Widget) -> bool {
    let names = &widget.metrics;
    !names.is_empty() && names.iter().all(|one| one.metric.is_empty())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What the principal can put back.
async fn deleted(app: &AppState, principal: &Principal) -> Result<Vec<DeletedDashboard>, Error> {
    let keep_ms = dashboards::deleted_limits(&app.config.limits).keep_ms;
    let all = app
        .storage
        .deleted_dashboards(clock::now_ms() - keep_ms)
        .await?;
    let may =
        |one: &&StoredDeleted, action| permit_dashboard(principal, &one.ownership, action).is_ok();
    let own = all.iter().filter(|one| may(one, DashboardAction::Delete));
    own.map(|one| {
        let title = match may(&one, DashboardAction::Read) {
            true => title(one)?,
            false => String::new(),
        };
        Ok(DeletedDashboard {
            id: one.id.clone(),
            title,
            deleted_ms: one.deleted_ms,
            until_ms: one.deleted_ms + keep_ms,
        })
    })
    .collect()
}

fn title(deleted: &StoredDeleted) -> Result<String, Error> {
    let document = StoredDocument {
        id: deleted.id.clone(),
        version: 0,
        body: deleted.body.clone(),
    };
    Ok(dashboards::read(&document)?.title)
}
