//! `PUT` and `DELETE /api/dashboards/{id}`.

use axum::extract::{Path, Query as Parameters, State};
use axum::http::StatusCode;
use protocol::{AuditCode, Dashboard, DashboardParams, ErrorCode, Owner, Ownership};

use super::{document, no_dashboard, seen_of};
use crate::access::{
    Actor, Change, DashboardAction, Denied, Principal, permit_dashboard, permit_new_dashboard,
};
use crate::clock;
use crate::contract::count_rejected;
use crate::dashboards;
use crate::http::audit::recorded;
use crate::http::dashboard_files::owned_by_people;
use crate::http::extract::DashboardOwner;
use crate::http::{Error, Json};
use crate::state::AppState;
use crate::storage::{SaveDashboard, Saved, StoredDashboard, VersionLimits};

/// `PUT /api/dashboards/{id}`: replaces the version that the document names, 0 for a new one,
/// and answers it under its new version. Whom a new one belongs to, the parameters say.
pub async fn save(
    State(app): State<AppState>,
    DashboardOwner(principal): DashboardOwner,
    actor: Actor,
    Path(id): Path<String>,
    Parameters(parameters): Parameters<Vec<(String, String)>>,
    Json(mut dashboard): Json<Dashboard>,
) -> Result<axum::Json<Dashboard>, Error> {
    let params = DashboardParams::parse(&parameters)?;
    if dashboard.id != id {
        let message = format!("id: the address says `{}`", id.escape_debug());
        return Err(Error::new(ErrorCode::InvalidDocument, message));
    }
    let former = app.storage.owned_dashboard(&id).await?;
    let ownership = ownership(&principal, former.as_ref(), &params, dashboard.version)?;
    owned_by_people(&app, &id).await?;
    let stored = former.as_ref().map(|stored| &stored.document);
    let stored = stored.filter(|stored| stored.version == dashboard.version);
    let stored = stored.map(dashboards::read).transpose()?;
    let (metrics, visible) = (app.metrics.list(), app.access.visibility(&principal));
    dashboards::check_edited(
        &mut dashboard,
        stored.as_ref(),
        &metrics,
        &visible,
        app.pipeline.hub().table(),
    )?;
    let body = document(&app, &dashboard)?;
    let save = SaveDashboard {
        id: &id,
        seen: dashboard.version,
        body: &body,
        ownership: &ownership,
        now_ms: clock::now_ms(),
        max: most(&app),
    };
    match app.storage.save_owned_dashboard(save).await? {
        Saved::Yes(version) => {
            // What it shows may be what people see who are not signed in.
            app.access.take_over().await;
            let limits = VersionLimits::of(&app.config.limits);
            app.storage
                .sign_version(&id, version, actor.who(), limits)
                .await?;
            let dashboard = Dashboard {
                version,
                ..dashboard
            };
            let saved = Change::new(AuditCode::DashboardSaved, id);
            let saved = match ownership.is_private() {
                true => saved,
                false => with_former(saved.after(&dashboard), former.as_ref())?,
            };
            app.access.record(&actor, saved).await?;
            Ok(axum::Json(dashboards::visible(
                dashboard,
                &metrics,
                &visible,
                app.pipeline.hub().table(),
            )))
        }
        Saved::Full => Err(full(&app)),
        Saved::Stale(_) => {
            // As it stands now: it may have been given to somebody else.
            let current = super::readable(&app, &principal, &id).await?;
            let is_hidden = current.is_none() && app.storage.dashboard(&id).await?.is_some();
            if is_hidden {
                return Err(taken());
            }
            let current = current.map(|current| seen_of(&app, &principal, &current.document));
            let current = current.transpose()?;
            Err(Error::stale(
                serde_json::to_value(current).map_err(Error::internal)?,
            ))
        }
    }
}

/// Whom the dashboard belongs to that is saved, when whoever saves may: the owner that it has, or whom a
/// new one is made for.
fn ownership(
    principal: &Principal,
    former: Option<&StoredDashboard>,
    params: &DashboardParams,
    version: u64,
) -> Result<Ownership, Error> {
    if let Some(former) = former {
        return match permit_dashboard(principal, &former.ownership, DashboardAction::Change) {
            Ok(()) => Ok(former.ownership.clone()),
            // Ids are in the addresses of all, so that nobody else makes one.
            Err(Denied::Hidden) if version == 0 => Err(taken()),
            Err(denied) => Err(denied.into()),
        };
    }
    let owner = match params.owner.clone() {
        Some(Owner::Person { .. }) => own(principal),
        Some(owner) => owner,
        None if permit_new_dashboard(principal, &Owner::Team).is_ok() => Owner::Team,
        None => own(principal),
    };
    permit_new_dashboard(principal, &owner)?;
    let shared = match owner {
        Owner::Team => true,
        Owner::Role { .. } => params.shared.unwrap_or(true),
        Owner::Person { .. } => params.shared.unwrap_or(false),
    };
    Ok(Ownership { owner, shared })
}

/// Whoever asks, or whose token it is.
pub(super) fn own(principal: &Principal) -> Owner {
    Owner::Person {
        id: principal.account_id(),
        name: String::new(),
    }
}

/// Whether the principal may change the dashboard of that id: all that offers it asks here.
pub(in crate::http) async fn may_edit(
    app: &AppState,
    principal: &Principal,
    id: &str,
) -> Result<bool, Error> {
    let stored = super::readable(app, principal, id).await?;
    Ok(stored.is_some_and(|stored| {
        permit_dashboard(principal, &stored.ownership, DashboardAction::Change).is_ok()
    }))
}

/// `DELETE /api/dashboards/{id}`: 204. It can be put back for a while. A built-in one goes back to what
/// is delivered.
pub async fn remove(
    State(app): State<AppState>,
    DashboardOwner(principal): DashboardOwner,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    // A token of scope `dashboards` saves, and removes nothing.
    principal.person()?;
    let Some(stored) = app.storage.owned_dashboard(&id).await? else {
        return put_back_to_delivered(&app, &principal, &actor, id).await;
    };
    permit_dashboard(&principal, &stored.ownership, DashboardAction::Delete)?;
    owned_by_people(&app, &id).await?;
    let gone = app.storage.delete_dashboard(
        &id,
        &stored.ownership.owner,
        dashboards::delivered(&id),
        clock::now_ms(),
        dashboards::deleted_limits(&app.config.limits),
    );
    if !gone.await? {
        return Err(no_dashboard());
    }
    app.access.take_over().await;
    let removed = Change::new(AuditCode::DashboardRemoved, id);
    let removed = match stored.ownership.is_private() {
        true => removed,
        false => with_former(removed, Some(&stored))?,
    };
    recorded(&app, &actor, removed).await
}

/// A built-in dashboard that is not in the database comes back.
async fn put_back_to_delivered(
    app: &AppState,
    principal: &Principal,
    actor: &Actor,
    id: String,
) -> Result<StatusCode, Error> {
    if dashboards::delivered(&id).is_none() {
        return Err(no_dashboard());
    }
    permit_dashboard(principal, &Ownership::default(), DashboardAction::Delete)?;
    dashboards::reset(&app.storage, &id).await?;
    app.access.take_over().await;
    recorded(app, actor, Change::new(AuditCode::DashboardRemoved, id)).await
}

/// With the dashboard as it was before.
fn with_former(change: Change, former: Option<&StoredDashboard>) -> Result<Change, Error> {
    Ok(match former {
        Some(stored) => change.before(&dashboards::read(&stored.document)?),
        None => change,
    })
}

/// Most dashboards, in all and of one person.
pub(super) fn most(app: &AppState) -> (u32, u32) {
    let limits = &app.config.limits;
    (limits.max_dashboards, limits.max_dashboards_per_user)
}

/// 422, counted.
pub(super) fn full(app: &AppState) -> Error {
    count_rejected(&app.registry, "dashboard_limit", 1);
    let (all, own) = most(app);
    let message = format!(
        "there are as many dashboards as may be: {all} in all, `limits.max_dashboards`, and {own} of \
         one person, `limits.max_dashboards_per_user`"
    );
    Error::new(ErrorCode::TooManyDashboards, message)
}

/// 409: somebody has a dashboard of this id.
pub(super) fn taken() -> Error {
    Error::new(
        ErrorCode::NameTaken,
        "id: a dashboard of this id exists; choose another one",
    )
}
