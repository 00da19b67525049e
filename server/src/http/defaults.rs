//! What opens first, in which order dashboards are listed, and what lists leave out: a person's own
//! choice, else what their roles set.
//!
//! Invariant: nothing of it names a dashboard or a category that the person may not see.

use std::collections::BTreeSet;

use app::source::Muted;
use protocol::{Preferences, RoleDefaults};

use super::{Error, dashboards, preferences};
use crate::access::Principal;
use crate::dashboards::SYSTEM;
use crate::state::AppState;

/// What a principal's roles set.
pub(super) async fn of(app: &AppState, principal: &Principal) -> Result<RoleDefaults, Error> {
    let set = app.access.defaults(principal);
    let home = first_open(app, principal, set.homes).await?;
    let mut order = Vec::new();
    for id in set.order {
        if can_open(app, principal, &id).await? {
            order.push(id);
        }
    }
    let mut muted = set.muted;
    let seen = categories(app, principal);
    muted.retain(|category| seen.contains(category));
    Ok(RoleDefaults { home, order, muted })
}

/// The dashboard that opens first: one's own, else that of a role, else the System dashboard. One that
/// is gone is passed over.
pub(super) async fn home(app: &AppState, principal: &Principal) -> Result<String, Error> {
    let own = preferences::of(app, principal).await?.home;
    let set = app.access.defaults(principal).homes;
    let wanted = own.into_iter().chain(set).collect();
    let found = first_open(app, principal, wanted).await?;
    Ok(found.unwrap_or_else(|| SYSTEM.to_owned()))
}

/// What lists of dashboards begin with. For a program, which has no preferences, they are by id.
pub(super) async fn order(app: &AppState, principal: &Principal) -> Result<Vec<String>, Error> {
    if principal.user_id().is_none() && !principal.only_looks() {
        return Ok(Vec::new());
    }
    let own = preferences::of(app, principal).await?.order;
    Ok(own.unwrap_or_else(|| app.access.defaults(principal).order))
}

/// What lists leave out for somebody with these preferences.
pub(super) fn muted(app: &AppState, principal: &Principal, own: &Preferences) -> Muted {
    let chosen = own.muted.clone();
    let mut muted = chosen.unwrap_or_else(|| app.access.defaults(principal).muted);
    if muted.is_empty() {
        return Muted::default();
    }
    let seen = categories(app, principal);
    muted.retain(|category| seen.contains(category));
    let (metrics, visible) = (app.metrics.list(), app.access.visibility(principal));
    // An event is left out when all that it shows this person is.
    let is_muted = |event: &&str| {
        let seen = metrics.by_event(event).iter();
        let mut seen = seen.filter(|id| visible.contains(**id)).peekable();
        let is_seen = seen.peek().is_some();
        is_seen && seen.all(|id| muted.contains(&metrics.get(*id).category))
    };
    let events: BTreeSet<&str> = metrics.events().filter(is_muted).collect();
    Muted {
        events: events.into_iter().map(str::to_owned).collect(),
        categories: muted,
    }
}

/// The categories of the metrics that a principal sees, in order.
pub(super) fn categories(app: &AppState, principal: &Principal) -> BTreeSet<String> {
    let visible = app.access.visibility(principal);
    let metrics = app.metrics.list();
    let seen = metrics.iter().filter(|(id, _)| visible.contains(*id));
    let named = seen.filter(|(_, metric)| !metric.category.is_empty());
    named.map(|(_, metric)| metric.category.clone()).collect()
}

async fn first_open(
    app: &AppState,
    principal: &Principal,
    wanted: Vec<String>,
) -> Result<Option<String>, Error> {
    for id in wanted {
        if can_open(app, principal, &id).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

async fn can_open(app: &AppState, principal: &Principal, id: &str) -> Result<bool, Error> {
    let readable = dashboards::readable(app, principal, id).await?;
    Ok(readable.is_some())
}
