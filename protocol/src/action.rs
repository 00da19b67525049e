//! Who may do something: the one list of permissions that API routes and pages share.

use super::Me;

/// Who may use a route or open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Anybody.
    Public,
    /// Signed-in users.
    SignedIn,
    /// Users with role `admin`.
    Admin,
    /// Tokens with scope `ingest`.
    Ingest,
    /// Tokens with scope `ingest`, and signed-in users.
    Contribute,
}

impl Action {
    /// Whether a signed-in user is permitted. Tokens are checked by the server alone.
    pub fn permits_user(self, me: &Me) -> bool {
        match self {
            Action::Public | Action::SignedIn | Action::Contribute => true,
            Action::Admin => me.admin,
            Action::Ingest => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users() {
        for (action, viewer, admin) in [
            (Action::Public, true, true),
            (Action::SignedIn, true, true),
            (Action::Admin, false, true),
            (Action::Ingest, false, false),
            (Action::Contribute, true, true),
        ] {
            let user = |admin| Me {
                admin,
                ..Me::default()
            };
            let found = [false, true].map(|is| action.permits_user(&user(is)));
            assert_eq!(found, [viewer, admin], "{action:?}");
        }
    }
}
