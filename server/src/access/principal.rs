//! Who asks: a user with roles, a token with scopes, or somebody who is not signed in and to whom an
//! admin opened dashboards. A principal is a fact of the moment it
//! was looked up; [`Access::still`](super::Access::still) tells what became of it.

use std::fmt;
use std::sync::Arc;

use protocol::role::{ADMIN, GUEST};
use protocol::{Me, Scope};

use super::{Denied, Rights};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The user's or token's name.
    pub name: String,
    /// The user's roles; of a token with a scope that reads or saves for its owner, the owner's.
    pub roles: Arc<[String]>,
    /// What these roles let a user do; none for tokens.
    pub rights: Rights,
    /// User or token.
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// Somebody who signed in.
    User {
        /// Row id of the user.
        id: i64,
        /// The session they came with.
        session: SessionId,
    },
    /// A program.
    Token {
        /// Row id of the token.
        id: i64,
        /// What it may do.
        scopes: Arc<[Scope]>,
        /// Row id of the user that it belongs to.
        owner: Option<i64>,
        /// Finds it again.
        key: SessionId,
    },
    /// An admin who looks at what people of a role see.
    Preview {
        /// Row id of the admin.
        id: i64,
        /// The session they came with.
        session: SessionId,
    },
    /// Somebody who is not signed in, before a dashboard that is open to everybody.
    Guest,
}

/// A session or token by the hash of its secret: enough to find it, not enough to use it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub(super) [u8; 32]);

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

impl Principal {
    /// Whether it may see and change everything.
    pub fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == ADMIN)
    }

    /// Distinguishes it from all others where what somebody brings is counted.
    pub fn source_id(&self) -> u64 {
        match self.kind {
            PrincipalKind::User { id, .. } | PrincipalKind::Preview { id, .. } => {
                id.cast_unsigned() << 1
            }
            PrincipalKind::Token { id, .. } => id.cast_unsigned() << 1 | 1,
            // Guests bring nothing.
            PrincipalKind::Guest => 0,
        }
    }

    /// Whether it is a token with this scope.
    pub fn has_scope(&self, scope: Scope) -> bool {
        matches!(&self.kind, PrincipalKind::Token { scopes, .. } if scopes.contains(&scope))
    }

    /// Somebody who is not signed in.
    pub fn guest() -> Principal {
        Principal {
            name: GUEST.to_owned(),
            roles: [GUEST.to_owned()].into(),
            rights: Rights::NONE,
            kind: PrincipalKind::Guest,
        }
    }

    /// Whether nobody is signed in.
    pub fn is_guest(&self) -> bool {
        matches!(self.kind, PrincipalKind::Guest)
    }

    /// A user as people of a role see everything: with that role, and no right.
    pub fn as_role(&self, role: &str) -> Option<Principal> {
        let (PrincipalKind::User { id, session } | PrincipalKind::Preview { id, session }) =
            self.kind
        else {
            return None;
        };
        Some(Principal {
            name: self.name.clone(),
            roles: [role.to_owned()].into(),
            rights: Rights::NONE,
            kind: PrincipalKind::Preview { id, session },
        })
    }

    /// The role as whose people an admin looks.
    pub fn previewed(&self) -> Option<&str> {
        let is_preview = matches!(self.kind, PrincipalKind::Preview { .. });
        self.roles
            .first()
            .filter(|_| is_preview)
            .map(String::as_str)
    }

    /// Whether it sees what people see who are not signed in: as one, or in a preview of their role.
    pub fn sees_as_guest(&self) -> bool {
        self.is_guest() || self.previewed() == Some(GUEST)
    }

    /// Whether nothing of its own is kept: a guest's, and that of a preview.
    pub fn only_looks(&self) -> bool {
        self.is_guest() || self.previewed().is_some()
    }

    /// The user's row id; `None` for tokens and guests.
    pub fn user_id(&self) -> Option<i64> {
        match self.kind {
            PrincipalKind::User { id, .. } | PrincipalKind::Preview { id, .. } => Some(id),
            PrincipalKind::Token { .. } | PrincipalKind::Guest => None,
        }
    }

    /// The user's row id; an error for tokens and guests.
    pub fn person(&self) -> Result<i64, Denied> {
        self.user_id().ok_or(Denied::PeopleOnly)
    }

    /// The row id of the user whose streams count together: one's own, or that of the token's owner.
    pub fn account_id(&self) -> Option<i64> {
        match self.kind {
            PrincipalKind::User { id, .. } | PrincipalKind::Preview { id, .. } => Some(id),
            PrincipalKind::Token { owner, .. } => owner,
            PrincipalKind::Guest => None,
        }
    }

    /// The signed-in user for the page; in a preview nothing of the admin, and the role in their place.
    pub fn me(&self) -> Me {
        Me {
            name: self.previewed().unwrap_or(&self.name).to_owned(),
            roles: self.roles.to_vec(),
            admin: self.is_admin(),
            rights: self.rights.to_vec(),
            guest: self.sees_as_guest(),
            preview: self.previewed().map(str::to_owned),
        }
    }
}
