//! Who may do what: one pure table of principals and actions, which guard and handlers ask.
//!
//! Invariant: what the table does not allow is denied.

use protocol::{Action, Right, Scope};

use super::{Principal, PrincipalKind};

/// Why something is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in.
    SignInFirst,
    /// A token is needed.
    TokenNeeded,
    /// For users with the role `admin`.
    AdminsOnly,
    /// For users of whom a role has this right.
    RightMissing(Right),
    /// For users; a token cannot do it.
    PeopleOnly,
    /// The token lacks this scope.
    ScopeMissing(Scope),
    /// It is about whoever asks, who looks as somebody else.
    InPreview,
    /// For whom it belongs to.
    OwnersOnly,
    /// Nothing of it is shown, not even that it exists.
    Hidden,
}

/// Whether somebody may do this; `None` is somebody who proved nothing.
pub fn permit(principal: Option<&Principal>, action: Action) -> Result<(), Denied> {
    let Some(principal) = principal else {
        return nobody(action);
    };
    match principal.kind {
        PrincipalKind::User { .. } => user(principal, action),
        PrincipalKind::Token { .. } => token(principal, action),
        PrincipalKind::Preview { .. } => preview(principal, action),
        PrincipalKind::Guest if matches!(action, Action::View | Action::Me) => Ok(()),
        PrincipalKind::Guest => nobody(action),
    }
}

/// Whoever looks as people of a role do changes nothing, and gets no page for admins, and nothing about
/// themselves; as people who are not signed in nothing that these do not get.
fn preview(principal: &Principal, action: Action) -> Result<(), Denied> {
    match action {
        Action::Public | Action::View | Action::Me => Ok(()),
        _ if principal.sees_as_guest() => nobody(action),
        Action::SignedIn => Ok(()),
        Action::Account | Action::OwnDashboards => Err(Denied::InPreview),
        Action::Ingest => Err(Denied::TokenNeeded),
        _ => action.right().map_or(Err(Denied::AdminsOnly), |right| {
            Err(Denied::RightMissing(right))
        }),
    }
}

fn nobody(action: Action) -> Result<(), Denied> {
    match action {
        Action::Public => Ok(()),
        Action::Ingest | Action::Annotate => Err(Denied::TokenNeeded),
        _ => Err(Denied::SignInFirst),
    }
}

fn user(principal: &Principal, action: Action) -> Result<(), Denied> {
    if let Some(right) = action.right() {
        let may = principal.is_admin() || principal.rights.contains(right);
        return may.then_some(()).ok_or(Denied::RightMissing(right));
    }
    match action {
        Action::Public
        | Action::View
        | Action::Me
        | Action::SignedIn
        | Action::Account
        | Action::OwnDashboards => Ok(()),
        Action::Admin if principal.is_admin() => Ok(()),
        Action::Ingest => Err(Denied::TokenNeeded),
        _ => Err(Denied::AdminsOnly),
    }
}

fn token(principal: &Principal, action: Action) -> Result<(), Denied> {
    if action == Action::Public {
        return Ok(());
    }
    let needed = scope_for(action).ok_or(Denied::PeopleOnly)?;
    if !principal.has_scope(needed) {
        return Err(Denied::ScopeMissing(needed));
    }
    // What the token's owner may not do by now, the token may not do either.
    if needed.needs_owner() {
        return user(principal, action);
    }
    Ok(())
}

/// The scope with which a token does this; none when no token does.
pub fn scope_for(action: Action) -> Option<Scope> {
    match action {
        Action::Ingest | Action::Annotate => Some(Scope::Ingest),
        Action::View => Some(Scope::Read),
        Action::EditDashboards | Action::OwnDashboards => Some(Scope::Dashboards),
        _ => None,
    }
}

/// Whether somebody may have a token of this scope; `None` is whoever is at the command line.
pub fn may_hold(owner: Option<&Principal>, scope: Scope) -> bool {
    let Some(owner) = owner else {
        return !scope.needs_owner();
    };
    let action = match scope {
        Scope::Ingest | Scope::Scrape => Action::Admin,
        Scope::Read => Action::View,
        Scope::Dashboards => Action::EditDashboards,
    };
    user(owner, action).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{PrincipalKind, Rights, SessionId};

    fn user(roles: &[&str]) -> Option<Principal> {
        Some(Principal {
            name: "ada".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            rights: Rights::NONE,
            kind: PrincipalKind::User {
                id: 1,
                session: SessionId([0; 32]),
            },
        })
    }

    fn token(scopes: &[Scope], roles: &[&str]) -> Option<Principal> {
        Some(Principal {
            kind: PrincipalKind::Token {
                id: 1,
                scopes: scopes.into(),
                owner: Some(1),
                key: SessionId([0; 32]),
            },
            ..user(roles)?
        })
    }

    #[test]
    fn every_principal_and_every_action() {
        use Denied::{
            AdminsOnly, InPreview, PeopleOnly, RightMissing, ScopeMissing, SignInFirst, TokenNeeded,
        };
        let missing = |right| Err(RightMissing(right));
        // In the order of `Action::ALL`.
        let check = |who: Option<Principal>, want: [Result<(), Denied>; 13]| {
            let found = Action::ALL.map(|action| permit(who.as_ref(), action));
            assert_eq!(found, want, "{who:?}");
        };
        let first = Err(SignInFirst);
        let token_needed = Err(TokenNeeded);
        let mut want = [first; 13];
        (want[0], want[4], want[9]) = (Ok(()), token_needed, token_needed);
        check(None, want);
        // A guest only looks, whatever its roles would allow.
        (want[1], want[10]) = (Ok(()), Ok(()));
        let guest = |one: Principal| Principal {
            kind: PrincipalKind::Guest,
            rights: Rights::all(),
            ..one
        };
        check(user(&["admin", "guest"]).map(guest), want);
        check(Some(Principal::guest()), want);
        let as_guest = user(&["admin"]).and_then(|one| one.as_role("guest"));
        check(as_guest, want);

        let mut want = [
            Ok(()),
            Ok(()),
            Ok(()),
            missing(Right::EditDashboards),
            missing(Right::Annotate),
            missing(Right::RemoveAnnotations),
            missing(Right::Invite),
            missing(Right::Operate),
            Err(AdminsOnly),
            token_needed,
            Ok(()),
            Ok(()),
            Ok(()),
        ];
        for roles in [&["shop", "ops"][..], &["Admin"], &[]] {
            check(user(roles), want);
        }
        // Each right gives what it is for, and nothing else.
        for right in Right::ALL {
            let with = user(&["shop"]).map(|one| Principal {
                rights: [right].into_iter().collect(),
                ..one
            });
            let found = Action::ALL.map(|action| permit(with.as_ref(), action));
            for ((action, found), without) in Action::ALL.into_iter().zip(found).zip(want) {
                let gives = action.right() == Some(right);
                assert_eq!(
                    found,
                    if gives { Ok(()) } else { without },
                    "{right:?} {action:?}"
                );
            }
        }
        // A preview gives nobody's rights, whatever the admin has.
        let preview = |one: Principal| Principal {
            rights: Rights::all(),
            ..one.as_role("admin").expect("a user")
        };
        let people = want;
        want[11..].fill(Err(InPreview));
        check(user(&["admin"]).map(preview), want);
        want = people;
        want[..9].fill(Ok(()));
        check(user(&["viewer", "admin"]), want);

        let people = Err(PeopleOnly);
        let unscoped = |scope| Err(ScopeMissing(scope));
        let mut none = [people; 13];
        (none[0], none[1]) = (Ok(()), unscoped(Scope::Read));
        (none[3], none[12]) = (unscoped(Scope::Dashboards), unscoped(Scope::Dashboards));
        (none[4], none[9]) = (unscoped(Scope::Ingest), unscoped(Scope::Ingest));
        check(token(&[Scope::Scrape], &["admin"]), none);
        check(token(&[], &[]), none);
        let mut want = none;
        (want[4], want[9]) = (Ok(()), Ok(()));
        check(token(&[Scope::Ingest], &[]), want);
        check(token(&[Scope::Ingest], &["admin"]), want);
        let mut want = none;
        want[1] = Ok(());
        check(token(&[Scope::Read], &["viewer"]), want);
        let mut want = none;
        (want[3], want[12]) = (Ok(()), Ok(()));
        check(token(&[Scope::Dashboards], &["admin"]), want);
        // The owner may not save by now.
        want[3] = missing(Right::EditDashboards);
        check(token(&[Scope::Dashboards], &["viewer"]), want);
    }

    #[test]
    fn people_hold_only_scopes_that_they_may_use() {
        let check = |owner: Option<Principal>, want: &[Scope]| {
            let all = Scope::ALL.into_iter();
            let found: Vec<_> = all
                .filter(|scope| may_hold(owner.as_ref(), *scope))
                .collect();
            assert_eq!(found, want, "{owner:?}");
        };
        check(None, &[Scope::Ingest, Scope::Scrape]);
        check(user(&["viewer"]), &[Scope::Read]);
        check(user(&["admin"]), &Scope::ALL);
        let editor = user(&["shop"]).map(|one| Principal {
            rights: [Right::EditDashboards].into_iter().collect(),
            ..one
        });
        check(editor, &[Scope::Read, Scope::Dashboards]);
    }
}
