//! One-time links that admins make: invitations, and links by which a user chooses a new password.
//!
//! Invariant: a link that was used, has expired, was revoked or never existed is rejected with one
//! error, and costs no password hash.

use protocol::NewInvitation;

use super::secret::{self, NoRandomness};
use super::user::check_name;
use super::{Access, Caller, NewSession, SignInError, UserError};
use crate::storage::{AddLink, AddUser, StorageError, StoredInvitation};

const HOUR_MS: i64 = 3_600_000;
/// Longest lifetime of an invitation in hours: 30 days.
pub const MAX_INVITATION_HOURS: u32 = 24 * 30;
/// Longest note in characters.
const MAX_NOTE: usize = 64;

/// A link that was just made.
pub struct NewLink {
    /// Row id.
    pub id: i64,
    /// Stands in the address; seen here only.
    pub secret: String,
    /// When it expires, in ms since the epoch.
    pub expires_ms: i64,
}

/// Why a link is not made, or does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Used, expired, revoked, or never made.
    #[error("this link does not work: it was used, has expired or was revoked; ask an admin for a new one")]
    Link,
    /// Too many attempts from this network.
    #[error("too many attempts; try again in {retry_after_s} seconds")]
    Limited {
        /// Seconds until the next attempt can succeed.
        retry_after_s: u32,
    },
    /// As many invitations are open as may be.
    #[error("{0} invitations are open already: `limits.max_invitations`; revoke one first")]
    Full(u32),
    /// The invitation makes no sense; the text begins with the JSON path.
    #[error("{0}")]
    Invalid(String),
    /// Name, password, roles or user.
    #[error(transparent)]
    User(#[from] UserError),
    /// The user is made, but no session.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// No secret can be made.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Access {
    /// Makes an invitation; `made_by` is the id of the admin, none for the command line.
    pub async fn add_invitation(
        &self,
        new: &NewInvitation,
        made_by: Option<i64>,
        now_ms: i64,
    ) -> Result<NewLink, LinkError> {
        self.check_roles(&new.roles)?;
        if new.note.chars().count() > MAX_NOTE || new.note.chars().any(char::is_control) {
            let text = format!("note: one line of at most {MAX_NOTE} characters");
            return Err(LinkError::Invalid(text));
        }
        let hours = new.hours.unwrap_or(self.link_limits.invitation_hours);
        if !(1..=MAX_INVITATION_HOURS).contains(&hours) {
            let text = format!("hours: 1 to {MAX_INVITATION_HOURS}");
            return Err(LinkError::Invalid(text));
        }
        let secret = secret::new_secret()?;
        let expires_ms = now_ms.saturating_add(i64::from(hours) * HOUR_MS);
        let link = AddLink {
            hash: &secret::hash(&secret),
            made_by,
            now_ms,
            expires_ms,
        };
        let max = self.link_limits.max_invitations;
        let id = self
            .storage
            .add_invitation(link, &new.roles, &new.note, max)
            .await?
            .ok_or(LinkError::Full(max))?;
        Ok(NewLink {
            id,
            secret,
            expires_ms,
        })
    }

    /// Invitations that still work, newest first.
    pub async fn invitations(&self, now_ms: i64) -> Result<Vec<StoredInvitation>, StorageError> {
        self.storage.invitations(now_ms).await
    }

    /// Revokes an invitation at once; false when there is none of this id.
    pub async fn revoke_invitation(&self, id: i64) -> Result<bool, StorageError> {
        self.storage.remove_invitation(id).await
    }

    /// Whether an invitation would make a user.
    pub async fn invitation_holds(&self, token: &str, now_ms: i64) -> Result<bool, StorageError> {
        let roles = self
            .storage
            .invitation_roles(&secret::hash(token), now_ms)
            .await?;
        Ok(roles.is_some_and(|roles| self.check_roles(&roles).is_ok()))
    }

    /// Uses an invitation up, makes the user with its roles, and signs in. The invitation works on
    /// when name or password cannot be used.
    pub async fn accept_invitation(
        &self,
        token: &str,
        name: &str,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<NewSession, LinkError> {
        self.count_link(caller, now_ms)?;
        let hash = secret::hash(token);
        let roles = self.storage.invitation_roles(&hash, now_ms).await?;
        // A role that was removed meanwhile may come again with another meaning.
        let roles = roles.filter(|roles| self.check_roles(roles).is_ok());
        let roles = roles.ok_or(LinkError::Link)?;
        check_name(name)?;
        if self.storage.user(name).await?.is_some() {
            return Err(UserError::Taken.into());
        }
        let password_hash = self.passwords.hash(password).await;
        let user = AddUser {
            name,
            password_hash: &password_hash.map_err(UserError::from)?,
            roles: &roles,
            now_ms,
        };
        let made = self.storage.use_invitation(&hash, user).await?;
        let id = made.ok_or(LinkError::Link)?.ok_or(UserError::Taken)?;
        self.changed();
        Ok(self
            .begin_session(id, name.to_owned(), roles, caller, now_ms)
            .await?)
    }

    /// Makes the link by which a user chooses a new password; an older one stops working.
    pub async fn add_reset_link(
        &self,
        user_id: i64,
        made_by: Option<i64>,
        now_ms: i64,
    ) -> Result<NewLink, LinkError> {
        let secret = secret::new_secret()?;
        let hours = i64::from(self.link_limits.reset_link_hours);
        let expires_ms = now_ms.saturating_add(hours * HOUR_MS);
        let link = AddLink {
            hash: &secret::hash(&secret),
            made_by,
            now_ms,
            expires_ms,
        };
        let id = self.storage.set_reset_link(link, user_id).await?;
        Ok(NewLink {
            id: id.ok_or(UserError::Unknown)?,
            secret,
            expires_ms,
        })
    }

    /// The name of the user whose password a link resets, if it works.
    pub async fn reset_link_user(
        &self,
        token: &str,
        now_ms: i64,
    ) -> Result<Option<String>, StorageError> {
        let hash = secret::hash(token);
        let user = self.storage.reset_link_user(&hash, now_ms).await?;
        Ok(user.map(|(_, name)| name))
    }

    /// Uses a reset link up: another password, and the end of all sessions. Answers the name. Nobody
    /// is signed in by it, since a second factor may be asked for.
    pub async fn use_reset_link(
        &self,
        token: &str,
        password: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<String, LinkError> {
        self.count_link(caller, now_ms)?;
        let hash = secret::hash(token);
        let user = self.storage.reset_link_user(&hash, now_ms).await?;
        let (_, name) = user.ok_or(LinkError::Link)?;
        let password_hash = self.passwords.hash(password).await;
        let password_hash = password_hash.map_err(UserError::from)?;
        let used = self
            .storage
            .use_reset_link(&hash, &password_hash, now_ms)
            .await?;
        if !used {
            return Err(LinkError::Link);
        }
        self.changed();
        Ok(name)
    }

    fn count_link(&self, caller: &Caller, now_ms: i64) -> Result<(), LinkError> {
        self.attempts()
            .without_name(caller, now_ms)
            .map_err(|retry_after_s| LinkError::Limited { retry_after_s })
    }
}
