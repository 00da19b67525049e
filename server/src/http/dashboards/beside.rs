//! What is changed beside the document of a dashboard: its owner, a person's star, and putting back one
//! that was removed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use protocol::{AuditCode, Dashboard, ErrorCode, Owner, Ownership, Star};

use super::save::{full, most, own, taken};
use super::{no_dashboard, seen_of};
use crate::access::{Actor, Change, DashboardAction, Denied, Principal, permit_dashboard};
use crate::clock;
use crate::dashboards;
use crate::http::dashboard_files::owned_by_people;
use crate::http::extract::DashboardOwner;
use crate::http::{Error, Json};
use crate::state::AppState;
use crate::storage::{OwnerSet, Restored, VersionLimits};

/// `PUT /api/dashboards/{id}/owner`: gives a dashboard to another owner, or other readers.
pub async fn set_owner(
    State(app): State<AppState>,
    DashboardOwner(principal): DashboardOwner,
    actor: Actor,
    Path(id): Path<String>,
    Json(wanted): Json<Ownership>,
) -> Result<axum::Json<Ownership>, Error> {
    let stored = app.storage.owned_dashboard(&id).await?;
    let stored = stored.ok_or_else(no_dashboard)?;
    let (before, after) = (stored.ownership, of_request(&principal, wanted));
    permit_dashboard(&principal, &before, DashboardAction::Give(&after.owner))?;
    owned_by_people(&app, &id).await?;
    check(&app, &id, &after).await?;
    let max = app.config.limits.max_dashboards_per_user;
    let set = app
        .storage
        .set_dashboard_owner(&id, &before.owner, &after, max);
    match set.await? {
        OwnerSet::Yes => {
            if before.is_private() && !after.is_private() {
                // What stood in it while one person alone read it stays theirs.
                app.storage.drop_former_versions(&id).await?;
            }
        }
        OwnerSet::Full => return Err(full(&app)),
        OwnerSet::Stale => return Err(no_dashboard()),
    }
    app.access.take_over().await;
    let now = app.storage.owned_dashboard(&id).await?;
    let after = now.map_or(after, |now| now.ownership);
    let change = Change::new(AuditCode::DashboardOwnerSet, id);
    let change = change.before(&before).after(&after);
    app.access.record(&actor, change).await?;
    Ok(axum::Json(after))
}

/// A person without an id is whoever asks, and the team's is for all.
fn of_request(principal: &Principal, wanted: Ownership) -> Ownership {
    match wanted.owner {
        Owner::Team => Ownership::default(),
        Owner::Person { id: None, .. } => Ownership {
            owner: own(principal),
            ..wanted
        },
        Owner::Person { .. } | Owner::Role { .. } => wanted,
    }
}

async fn check(app: &AppState, id: &str, after: &Ownership) -> Result<(), Error> {
    let invalid = |message: &str| Err(Error::new(ErrorCode::InvalidDocument, message.to_owned()));
    if dashboards::delivered(id).is_some() && after.owner != Owner::Team {
        return invalid("owner: a built-in dashboard is the team's; duplicate it first");
    }
    match &after.owner {
        Owner::Role { name } if !app.access.has_role(name) => {
            invalid("owner.name: there is no role of this name")
        }
        Owner::Person { id: Some(id), .. } if app.storage.user_by_id(*id).await?.is_none() => {
            invalid("owner.id: there is no user of this id")
        }
        _ => Ok(()),
    }
}

/// `PUT /api/dashboards/{id}/star`: 204.
pub async fn star(
    State(app): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
    Json(star): Json<Star>,
) -> Result<StatusCode, Error> {
    let user_id = principal.person()?;
    let readable = super::readable(&app, &principal, &id).await?;
    if readable.is_none() {
        return Err(no_dashboard());
    }
    let max = app.config.limits.max_dashboards;
    let is_set = app
        .storage
        .star_dashboard(user_id, &id, star.starred, max)
        .await?;
    is_set
        .then_some(StatusCode::NO_CONTENT)
        .ok_or_else(|| full(&app))
}

/// `POST /api/dashboards/{id}/restore`: puts back a dashboard that was removed, and answers it under its
/// new version.
pub async fn restore(
    State(app): State<AppState>,
    DashboardOwner(principal): DashboardOwner,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<axum::Json<Dashboard>, Error> {
    principal.person()?;
    let gone = || Error::not_found("no dashboard of that id can be put back");
    let now_ms = clock::now_ms();
    let since_ms = now_ms - dashboards::deleted_limits(&app.config.limits).keep_ms;
    let deleted = app.storage.deleted_dashboards(since_ms).await?;
    let deleted = deleted.into_iter().find(|one| one.id == id);
    let deleted = deleted.ok_or_else(gone)?;
    match permit_dashboard(&principal, &deleted.ownership, DashboardAction::Delete) {
        Err(Denied::Hidden) => return Err(gone()),
        permitted => permitted?,
    }
    owned_by_people(&app, &id).await?;
    let over = dashboards::delivered(&id).is_some();
    let restored = app
        .storage
        .restore_dashboard(&deleted, over, now_ms, most(&app));
    match restored.await? {
        Restored::Yes(version) => {
            let limits = VersionLimits::of(&app.config.limits);
            app.storage
                .sign_version(&id, version, actor.who(), limits)
                .await?;
        }
        Restored::Gone => return Err(gone()),
        Restored::Taken => return Err(taken()),
        Restored::Full => return Err(full(&app)),
    }
    app.access.take_over().await;
    let stored = app.storage.dashboard(&id).await?.ok_or_else(no_dashboard)?;
    let change = Change::new(AuditCode::DashboardRestored, id);
    let change = match deleted.ownership.is_private() {
        true => change,
        false => change.after(&dashboards::read(&stored)?),
    };
    app.access.record(&actor, change).await?;
    // An admin puts back what one person has without reading it.
    let reads = permit_dashboard(&principal, &deleted.ownership, DashboardAction::Read);
    Ok(axum::Json(match reads {
        Ok(()) => seen_of(&app, &principal, &stored)?,
        Err(_) => Dashboard {
            id: stored.id,
            version: stored.version,
            ..Dashboard::default()
        },
    }))
}
