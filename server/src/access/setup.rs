//! The first admin: made by name and password at start, or through a one-time link.

use protocol::AuditCode;
use protocol::role::ADMIN;
use serde_json::json;

use super::secret::{self, SecretError};
use super::user::check_name;
use super::{Access, Actor, Caller, Change, NewSession, PasswordError, SignInError, UserError};
use crate::storage::{AddUser, StorageError};

/// How long a link works.
const LINK_MS: i64 = 24 * 3_600_000;

/// Why the link makes no admin.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Used, replaced, too old, or never made.
    #[error("this link does not work any more; start the server again to get another")]
    Link,
    /// Too many attempts from this address.
    #[error("too many attempts; try again in {retry_after_s} seconds")]
    Limited {
        /// Seconds until the next attempt can succeed.
        retry_after_s: u32,
    },
    /// Name or password cannot be used.
    #[error(transparent)]
    User(#[from] UserError),
    /// The admin is made, but no session.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl From<StorageError> for SetupError {
    fn from(error: StorageError) -> Self {
        SetupError::User(UserError::Storage(error))
    }
}

impl From<PasswordError> for SetupError {
    fn from(error: PasswordError) -> Self {
        SetupError::User(UserError::Password(error))
    }
}

impl Access {
    /// A new one-time secret while there is no user, else `None`. An older one stops working.
    pub async fn new_setup_link(&self, now_ms: i64) -> Result<Option<String>, SecretError> {
        if self.storage.has_users().await? {
            return Ok(None);
        }
        let secret = secret::new_secret()?;
        self.storage
            .set_setup_link(&secret::hash(&secret), now_ms + LINK_MS)
            .await?;
        Ok(Some(secret))
    }

    /// Whether there is any user.
    pub async fn has_users(&self) -> Result<bool, StorageError> {
        self.storage.has_users().await
    }

    /// Whether a link would make the first admin.
    pub async fn setup_link_holds(&self, link: &str, now_ms: i64) -> Result<bool, StorageError> {
        self.storage
            .setup_link_holds(&secret::hash(link), now_ms)
            .await
    }

    /// Makes user `admin` unless there is one; an existing one keeps its password.
    pub async fn ensure_admin(&self, password: String, now_ms: i64) -> Result<(), UserError> {
        if self.storage.user(ADMIN).await?.is_some() {
            return Ok(());
        }
        match self
            .add_user(ADMIN, password, &[ADMIN.to_owned()], now_ms)
            .await
        {
            Ok(_) => Ok(self.record(&Actor::setup(None), first_admin(ADMIN)).await?),
            // Somebody else was faster: there is one.
            Err(UserError::Taken) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Uses the link up, makes the first admin, and signs in.
    pub async fn set_up(
        &self,
        link: &str,
        name: &str,
        password: String,
        caller: impl Into<Caller>,
        now_ms: i64,
    ) -> Result<NewSession, SetupError> {
        let caller = caller.into();
        self.attempts()
            .without_name(&caller, now_ms)
            .map_err(|retry_after_s| SetupError::Limited { retry_after_s })?;
        // Asked before the password is hashed: a wrong link costs next to nothing.
        if !self.setup_link_holds(link, now_ms).await? {
            return Err(SetupError::Link);
        }
        let link = secret::hash(link);
        check_name(name)?;
        let password_hash = self.passwords.hash(password).await?;
        let roles = vec![ADMIN.to_owned()];
        let user = AddUser {
            name,
            password_hash: &password_hash,
            roles: &roles,
            now_ms,
        };
        let id = self
            .storage
            .use_setup_link(&link, user)
            .await?
            .ok_or(SetupError::Link)?;
        self.changed();
        self.record(&Actor::setup(caller.address), first_admin(name))
            .await?;
        Ok(self
            .begin_session(id, name.to_owned(), roles, &caller, now_ms)
            .await?)
    }
}

fn first_admin(name: &str) -> Change {
    Change::new(AuditCode::SetUp, name).after(&json!({ "roles": [ADMIN] }))
}
