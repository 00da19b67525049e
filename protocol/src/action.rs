//! Who may do something: the one list of permissions that API routes and pages share.

use super::{Me, Right};

/// Who may use a route or open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Anybody.
    Public,
    /// Signed-in users; for dashboards that an admin opened to them also people who are not.
    View,
    /// Signed-in users; while any dashboard is open to them also people who are not. No token.
    Me,
    /// Signed-in users.
    SignedIn,
    /// Signed-in users, about themselves: nothing of it is in a preview, which is of somebody else.
    Account,
    /// Users with the right [`Right::EditDashboards`].
    EditDashboards,
    /// Signed-in users, and tokens with scope `dashboards`: what they may change of a dashboard, its
    /// owner decides.
    OwnDashboards,
    /// Users with the right [`Right::Annotate`], and tokens with scope `ingest`.
    Annotate,
    /// Users with the right [`Right::RemoveAnnotations`].
    RemoveAnnotations,
    /// Users with the right [`Right::Invite`].
    Invite,
    /// Users with the right [`Right::Operate`].
    Operate,
    /// Users with role `admin`.
    Admin,
    /// Tokens with scope `ingest`.
    Ingest,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 13] = [
        Action::Public,
        Action::View,
        Action::SignedIn,
        Action::EditDashboards,
        Action::Annotate,
        Action::RemoveAnnotations,
        Action::Invite,
        Action::Operate,
        Action::Admin,
        Action::Ingest,
        Action::Me,
        Action::Account,
        Action::OwnDashboards,
    ];

    /// The right that a user needs for it.
    pub const fn right(self) -> Option<Right> {
        match self {
            Action::EditDashboards => Some(Right::EditDashboards),
            Action::Annotate => Some(Right::Annotate),
            Action::RemoveAnnotations => Some(Right::RemoveAnnotations),
            Action::Invite => Some(Right::Invite),
            Action::Operate => Some(Right::Operate),
            Action::Public
            | Action::View
            | Action::Me
            | Action::SignedIn
            | Action::Account
            | Action::OwnDashboards
            | Action::Admin
            | Action::Ingest => None,
        }
    }

    /// Whether this person is permitted. Tokens are checked by the server alone.
    pub fn permits_user(self, me: &Me) -> bool {
        match self.right() {
            Some(right) => me.may(right),
            None => match self {
                Action::Public | Action::View | Action::Me => true,
                Action::SignedIn => !me.guest,
                Action::Account | Action::OwnDashboards => !me.guest && me.preview.is_none(),
                Action::Admin => me.admin,
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users() {
        let guest = Me {
            guest: true,
            ..Me::default()
        };
        let editor = Me {
            rights: vec![Right::EditDashboards],
            ..Me::default()
        };
        let admin = Me {
            admin: true,
            rights: Right::ALL.to_vec(),
            ..Me::default()
        };
        let preview = Me {
            preview: Some("shop".into()),
            ..Me::default()
        };
        for action in Action::ALL {
            let want = match action {
                Action::Public | Action::View | Action::Me => [true; 5],
                Action::SignedIn => [false, true, true, true, true],
                Action::Account | Action::OwnDashboards => [false, false, true, true, true],
                Action::EditDashboards => [false, false, false, true, true],
                Action::Ingest => [false; 5],
                _ => [false, false, false, false, true],
            };
            let people = [&guest, &preview, &Me::default(), &editor, &admin];
            let found = people.map(|me| action.permits_user(me));
            assert_eq!(found, want, "{action:?}");
        }
    }
}
