//! Who may do what with one dashboard: one pure table of whoever asks, whom it belongs to, and what is to
//! be done.
//!
//! Invariant: what the table does not allow is denied, and whoever may not read a dashboard is denied
//! everything as if it did not exist; but for admins, who take over or remove what belongs to one person
//! without reading it.

use protocol::role::GUEST;
use protocol::{Action, Owner, Ownership};

use super::{Denied, Principal, PrincipalKind, permit};

/// What is to be done with a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DashboardAction<'a> {
    /// Open it, or find it in lists with its title.
    Read,
    /// Save another version of its document.
    Change,
    /// Remove it, or put it back.
    Delete,
    /// Give it to an owner, or to the same one with other readers.
    Give(&'a Owner),
}

/// Whether somebody may do this. Whether a dashboard is open to people who are not signed in is asked
/// before.
pub fn permit_dashboard(
    principal: &Principal,
    ownership: &Ownership,
    action: DashboardAction<'_>,
) -> Result<(), Denied> {
    let is_readable = reads(principal, ownership);
    let hidden = |denied: Denied| if is_readable { denied } else { Denied::Hidden };
    match action {
        DashboardAction::Read => is_readable.then_some(()).ok_or(Denied::Hidden),
        DashboardAction::Change => changes(principal, &ownership.owner).map_err(hidden),
        DashboardAction::Delete => in_person(principal)
            .and_then(|()| match changes(principal, &ownership.owner) {
                Err(_) if takes_over(principal, &ownership.owner) => Ok(()),
                changes => changes,
            })
            .map_err(hidden),
        DashboardAction::Give(to) => in_person(principal)
            .and_then(|()| gives(principal, &ownership.owner, to))
            .map_err(hidden),
    }
}

/// Whether somebody may make a dashboard that belongs to this owner.
pub fn permit_new_dashboard(principal: &Principal, owner: &Owner) -> Result<(), Denied> {
    permit(Some(principal), Action::OwnDashboards)?;
    match owner {
        // A program may save for its owner, also what the owner alone reads.
        Owner::Person { id, .. } if id.is_some() && *id == principal.account_id() => Ok(()),
        Owner::Person { .. } => Err(Denied::OwnersOnly),
        Owner::Team | Owner::Role { .. } => receives(principal, owner),
    }
}

fn reads(principal: &Principal, ownership: &Ownership) -> bool {
    match &ownership.owner {
        Owner::Team => true,
        _ if ownership.shared => true,
        Owner::Role { name } => !principal.sees_as_guest() && is_of(principal, name),
        Owner::Person { id, .. } => is_own(principal, *id),
    }
}

fn changes(principal: &Principal, owner: &Owner) -> Result<(), Denied> {
    permit(Some(principal), Action::OwnDashboards)?;
    let may = match owner {
        Owner::Team => return permit(Some(principal), Action::EditDashboards),
        Owner::Role { name } => is_of(principal, name),
        Owner::Person { id, .. } => is_own(principal, *id),
    };
    may.then_some(()).ok_or(Denied::OwnersOnly)
}

/// Whether an admin takes over what belongs to one person.
fn takes_over(principal: &Principal, owner: &Owner) -> bool {
    let is_admin = permit(Some(principal), Action::Admin).is_ok();
    is_admin && matches!(owner, Owner::Person { .. })
}

fn gives(principal: &Principal, owner: &Owner, to: &Owner) -> Result<(), Denied> {
    let to_themselves = matches!(to, Owner::Person { id, .. } if is_own(principal, *id));
    match changes(principal, owner) {
        Err(_) if takes_over(principal, owner) && to_themselves => Ok(()),
        Err(denied) => Err(denied),
        Ok(()) if to_themselves => Ok(()),
        Ok(()) => receives(principal, to),
    }
}

/// Whether somebody may give something to this owner, who is not themselves.
fn receives(principal: &Principal, to: &Owner) -> Result<(), Denied> {
    match to {
        Owner::Team => permit(Some(principal), Action::EditDashboards),
        Owner::Role { name } if name != GUEST && is_of(principal, name) => Ok(()),
        Owner::Person { id: Some(_), .. } => permit(Some(principal), Action::Admin),
        Owner::Role { .. } | Owner::Person { .. } => Err(Denied::OwnersOnly),
    }
}

fn in_person(principal: &Principal) -> Result<(), Denied> {
    permit(Some(principal), Action::OwnDashboards)?;
    principal.person().map(drop)
}

/// Whether somebody has the role, or may do everything.
fn is_of(principal: &Principal, role: &str) -> bool {
    principal.is_admin() || principal.roles.iter().any(|own| own == role)
}

/// Whether it belongs to the user who asks, or to the one whose token it is. A preview is of somebody
/// else.
fn is_own(principal: &Principal, id: Option<i64>) -> bool {
    let looks = matches!(principal.kind, PrincipalKind::Preview { .. });
    !looks && id.is_some() && id == principal.account_id()
}

#[cfg(test)]
mod tests;
