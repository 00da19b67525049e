//! Who may do what: one pure table of principals and actions, which guard and handlers ask.
//!
//! Invariant: what the table does not allow is denied.

use protocol::{Action, Scope};

use super::Principal;

/// Why something is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Nobody is signed in.
    SignInFirst,
    /// A token is needed.
    TokenNeeded,
    /// For users with the role `admin`.
    AdminsOnly,
    /// For users; a token cannot do it.
    PeopleOnly,
    /// The token lacks this scope.
    ScopeMissing(Scope),
}

/// Whether somebody may do this; `None` is somebody who proved nothing.
pub fn permit(principal: Option<&Principal>, action: Action) -> Result<(), Denied> {
    let Some(principal) = principal else {
        return match action {
            Action::Public => Ok(()),
            Action::SignedIn | Action::Admin => Err(Denied::SignInFirst),
            Action::Ingest | Action::Contribute => Err(Denied::TokenNeeded),
        };
    };
    let user = principal.user_id().is_some();
    match action {
        Action::Public => Ok(()),
        Action::SignedIn | Action::Contribute if user => Ok(()),
        Action::Admin if user && principal.is_admin() => Ok(()),
        Action::Admin if user => Err(Denied::AdminsOnly),
        Action::SignedIn | Action::Admin => Err(Denied::PeopleOnly),
        Action::Ingest if user => Err(Denied::TokenNeeded),
        Action::Ingest | Action::Contribute if principal.has_scope(Scope::Ingest) => Ok(()),
        Action::Ingest | Action::Contribute => Err(Denied::ScopeMissing(Scope::Ingest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{PrincipalKind, SessionId};

    fn user(roles: &[&str]) -> Option<Principal> {
        Some(Principal {
            name: "ada".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
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
            },
            ..user(roles)?
        })
    }

    #[test]
    fn every_principal_and_every_action() {
        use Denied::{AdminsOnly, PeopleOnly, ScopeMissing, SignInFirst, TokenNeeded};
        let (yes, no) = (Ok(()), Err);
        let unscoped = no(ScopeMissing(Scope::Ingest));
        let check = |who: Option<Principal>, want: [Result<(), Denied>; 5]| {
            let actions = [
                Action::Public,
                Action::SignedIn,
                Action::Admin,
                Action::Ingest,
                Action::Contribute,
            ];
            let found = actions.map(|action| permit(who.as_ref(), action));
            assert_eq!(found, want, "{who:?}");
        };
        let nobody = [
            yes,
            no(SignInFirst),
            no(SignInFirst),
            no(TokenNeeded),
            no(TokenNeeded),
        ];
        check(None, nobody);
        let person = [yes, yes, no(AdminsOnly), no(TokenNeeded), yes];
        check(user(&["viewer"]), person);
        check(user(&["shop", "ops"]), person);
        check(user(&["Admin"]), person);
        check(user(&[]), person);
        let admin = [yes, yes, yes, no(TokenNeeded), yes];
        check(user(&["viewer", "admin"]), admin);
        let program = [yes, no(PeopleOnly), no(PeopleOnly), yes, yes];
        check(token(&[Scope::Ingest], &[]), program);
        check(token(&[Scope::Ingest], &["admin"]), program);
        let reader = [yes, no(PeopleOnly), no(PeopleOnly), unscoped, unscoped];
        check(token(&[Scope::Scrape], &[]), reader);
        check(token(&[], &[]), reader);
    }
}
