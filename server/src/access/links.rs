//! One-time links that admins make: invitations, and links by which a user chooses a new password.
//!
//! Invariant: a link that was used, has expired, was revoked or never existed is rejected with one
//! error, and costs no password hash.

use protocol::role::ADMIN;
use protocol::{Invitation, NewInvitation, Right};

use super::secret::{self, NoRandomness};
use super::user::check_name;
use super::{Access, Caller, NewSession, Principal, SignInError, UserError};
use crate::storage::{AddLink, AddUser, StorageError};

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
    #[error(
        "this link does not work: it was used, has expired or was revoked; ask an admin for a new one"
    )]
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
    /// Makes an invitation; `maker` is none for the command line. Who is no admin gives the roles that
    /// they have themselves, and no other.
    pub async fn add_invitation(
        &self,
        new: &NewInvitation,
        maker: Option<&Principal>,
        now_ms: i64,
    ) -> Result<NewLink, LinkError> {
        self.check_roles(&new.roles)?;
        let own = maker.map(|maker| &*maker.roles);
        if own.is_some_and(|own| !self.may_give(own, &new.roles)) {
            let text = "roles: who is no admin invites with roles of their own alone";
            return Err(UserError::Roles(text.to_owned()).into());
        }
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
            made_by: maker.and_then(Principal::user_id),
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

    /// Whether somebody with the roles `own` may invite with `given`.
    fn may_give(&self, own: &[String], given: &[String]) -> bool {
        let has_all = given.iter().all(|role| own.contains(role));
        let is_admin = own.iter().any(|role| role == ADMIN);
        is_admin || (has_all && self.rights(own).contains(Right::Invite))
    }

    /// Invitations that still work, of one maker or of all, newest first.
    pub async fn invitations(
        &self,
        made_by: Option<i64>,
        now_ms: i64,
    ) -> Result<Vec<Invitation>, StorageError> {
        self.storage.invitations(made_by, now_ms).await
    }

    /// Revokes an invitation, of one maker or of any, at once; false when there is none of this id.
    pub async fn revoke_invitation(
        &self,
        id: i64,
        made_by: Option<i64>,
    ) -> Result<bool, StorageError> {
        self.storage.remove_invitation(id, made_by).await
    }

    /// The roles that an invitation gives, if it still works: its roles exist, and who made it may
    /// still give them.
    async fn invited_roles(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<Vec<String>>, StorageError> {
        let found = self.storage.invitation_roles(hash, now_ms).await?;
        let holds = |(roles, maker): &(Vec<String>, Option<Vec<String>>)| {
            let may_give = maker.as_ref().is_none_or(|own| self.may_give(own, roles));
            may_give && self.check_roles(roles).is_ok()
        };
        Ok(found.filter(holds).map(|(roles, _)| roles))
    }

    /// Whether an invitation would make a user.
    pub async fn invitation_holds(&self, token: &str, now_ms: i64) -> Result<bool, StorageError> {
        let roles = self.invited_roles(&secret::hash(token), now_ms).await?;
        Ok(roles.is_some())
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
        let roles = self.invited_roles(&hash, now_ms).await?;
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
