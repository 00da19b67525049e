//! Who asks, and what they may see. Nothing else in the server decides that: handlers get a
//! [`Principal`] from here, and what it may see from [`Access::visibility`].

mod attempts;
mod metric_set;
mod open;
mod outside;
mod password;
mod principal;
mod secret;
mod session;
mod setup;
mod token;
mod visibility;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use telemetry::Registry;
use tokio::sync::watch;

pub use metric_set::MetricSet;
pub use password::PasswordError;
pub use principal::{Principal, PrincipalKind, SessionId};
pub use session::{NewSession, Resolved, SignInError};
pub use setup::{LinkError, SetupError};
pub use token::TokenError;
pub use visibility::VisibilityError;

use crate::config::Limits;
use crate::storage::{AddUser, Storage, StorageError};
use attempts::Attempts;
use open::OpenSessions;
use password::Passwords;
use visibility::Visibility;

/// Users, sessions and tokens.
pub struct Access {
    storage: Storage,
    registry: Arc<Registry>,
    passwords: Passwords,
    attempts: Mutex<Attempts>,
    /// Grows whenever somebody's session or rights may have changed.
    generation: watch::Sender<u64>,
    open: Mutex<OpenSessions>,
    session_ms: i64,
    /// Every role that a user may have.
    roles: Vec<String>,
    visibility: ArcSwap<Visibility>,
}

/// Why a user is not made.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The name is empty, too long, or holds control characters.
    #[error("a name has 1 to 64 characters, without control characters or spaces at its ends")]
    Name,
    /// The name is in use, perhaps in another case.
    #[error("there is a user of that name already; names are unique without regard to case")]
    Taken,
    /// No role, or one that the configuration does not have.
    #[error("{0}")]
    Roles(String),
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Access {
    /// Over this database; `roles` are those of the configuration, `admin` and `viewer` exist
    /// always.
    pub fn new(
        storage: Storage,
        registry: Arc<Registry>,
        limits: &Limits,
        roles: &[String],
    ) -> Access {
        let own = [protocol::role::ADMIN, protocol::role::VIEWER].map(str::to_owned);
        Access {
            storage,
            registry,
            passwords: Passwords::default(),
            attempts: Mutex::new(Attempts::new(
                limits.sign_in_attempts_per_minute,
                limits.sign_in_attempts_per_peer_per_minute,
            )),
            generation: watch::Sender::new(0),
            open: Mutex::default(),
            session_ms: i64::from(limits.session_hours) * 3_600_000,
            roles: own.into_iter().chain(roles.iter().cloned()).collect(),
            visibility: ArcSwap::default(),
        }
    }

    /// Tells when to ask [`Access::still`] again: a number that grows with every sign-out and
    /// every change of a user.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.generation.subscribe()
    }

    /// Makes a user and answers the id.
    pub async fn add_user(
        &self,
        name: &str,
        password: String,
        roles: &[String],
        now_ms: i64,
    ) -> Result<i64, UserError> {
        check_name(name)?;
        self.check_roles(roles)?;
        let password_hash = self.passwords.hash(password).await?;
        let user = AddUser {
            name,
            password_hash: &password_hash,
            roles,
            now_ms,
        };
        let id = self.storage.add_user(user).await?.ok_or(UserError::Taken)?;
        self.changed();
        Ok(id)
    }

    fn check_roles(&self, roles: &[String]) -> Result<(), UserError> {
        let known = || self.roles.join(", ");
        if roles.is_empty() {
            return Err(UserError::Roles(format!(
                "a user has at least one role of: {}",
                known()
            )));
        }
        for (place, role) in roles.iter().enumerate() {
            if !self.has_role(role) {
                let known = known();
                let text = format!("roles[{place}]: there is no role `{role}`; there are: {known}");
                return Err(UserError::Roles(text));
            }
            if roles[..place].contains(role) {
                return Err(UserError::Roles(format!(
                    "roles[{place}]: `{role}` stands there twice"
                )));
            }
        }
        Ok(())
    }

    /// Whether users may have this role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|known| known == role)
    }

    fn changed(&self) {
        self.generation.send_modify(|generation| *generation += 1);
    }
}

/// Names of users and tokens: what people can read back and type.
fn check_name(name: &str) -> Result<(), UserError> {
    let length = name.chars().count();
    let holds =
        (1..=64).contains(&length) && name.trim() == name && !name.chars().any(char::is_control);
    if holds { Ok(()) } else { Err(UserError::Name) }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names() {
        let check = |name: &str, good: bool| assert_eq!(check_name(name).is_ok(), good, "{name:?}");
        check("ada", true);
        check("Ada Lovelace", true);
        check("Ünal", true);
        check("", false);
        check(" ada", false);
        check("ada\n", false);
        check("a\u{0}b", false);
        check(&"x".repeat(64), true);
        check(&"é".repeat(64), true);
        check(&"x".repeat(65), false);
    }
}
