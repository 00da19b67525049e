//! Sign-in of people whom a provider vouches for.
//!
//! Invariant: an account that was made here never becomes that of somebody else, who has the same
//! name at a provider.

use std::time::Instant;

use protocol::role::ADMIN;
use protocol::{AuditCode, UserRoles};
use telemetry::Value;

use super::oidc::{Identity, OidcError};
use super::user::check_name;
use super::{Access, Actor, Caller, Change, NewSession, PasswordError, SignInError, secret};
use crate::contract::SIGN_IN;
use crate::storage::{AddUser, StorageError, UserChanged};

/// Why somebody whom a provider vouches for is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum VouchedError {
    /// The provider vouches for nobody.
    #[error(transparent)]
    Provider(#[from] OidcError),
    /// None of the person's groups has a role here.
    #[error("none of this person's groups has a role here")]
    NoRole,
    /// The token has no name, or none that a user can have.
    #[error("the provider says no name that a user can have")]
    Name,
    /// An admin disabled the user.
    #[error("an admin disabled this user")]
    Disabled,
    /// Somebody else has the name here.
    #[error("somebody else has this name here")]
    NameTaken,
    /// A session cannot be made.
    #[error(transparent)]
    Session(#[from] SignInError),
}

/// Whom the log names for what a provider says of somebody: the person, who just proved to be them.
fn by_provider(id: i64, name: &str, caller: &Caller) -> Actor {
    Actor::user(id, name, caller.address)
}

impl From<StorageError> for VouchedError {
    fn from(error: StorageError) -> VouchedError {
        SignInError::from(error).into()
    }
}

impl From<PasswordError> for VouchedError {
    fn from(error: PasswordError) -> VouchedError {
        SignInError::from(error).into()
    }
}

impl Access {
    /// Signs in whom a provider vouches for with these roles, which are those of the person from now
    /// on; makes the user at the first time. Emits `auth.sign_in.stop` as [`Access::sign_in`] does.
    pub async fn sign_in_vouched(
        &self,
        identity: Identity,
        roles: Vec<String>,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<NewSession, VouchedError> {
        let start = Instant::now();
        let result = self.try_vouched(identity, roles, caller, now_ms).await;
        let outcome = if result.is_ok() { "success" } else { "failure" };
        SIGN_IN.execute_on(
            &self.registry,
            &[("duration", start.elapsed().as_secs_f64())],
            &[("result", Value::Str(outcome))],
        );
        result
    }

    async fn try_vouched(
        &self,
        identity: Identity,
        mut roles: Vec<String>,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<NewSession, VouchedError> {
        roles.retain(|role| {
            let known = self.has_role(role);
            if !known {
                tracing::warn!("[oidc] gives the role `{role}`, which does not exist");
            }
            known
        });
        if roles.is_empty() {
            return Err(VouchedError::NoRole);
        }
        let (id, name) = match self
            .storage
            .identified(&identity.issuer, &identity.subject)
            .await?
        {
            Some((id, name)) => {
                self.give_roles(id, &name, &roles, caller).await?;
                (id, name)
            }
            None => {
                let (id, name) = self.add_vouched(identity, &roles, now_ms).await?;
                let added = Change::new(AuditCode::UserAdded, &name);
                let added = added.after(&UserRoles {
                    roles: roles.clone(),
                });
                self.record(&by_provider(id, &name, caller), added).await?;
                (id, name)
            }
        };
        let user = self.storage.user_by_id(id).await?;
        let user = user.filter(|user| !user.disabled);
        let roles = user.ok_or(VouchedError::Disabled)?.roles;
        Ok(self.begin_session(id, name, roles, caller, now_ms).await?)
    }

    /// Gives somebody the roles that the provider vouches for, and records it when they are others.
    async fn give_roles(
        &self,
        id: i64,
        name: &str,
        roles: &[String],
        caller: &Caller,
    ) -> Result<(), VouchedError> {
        let former = self.storage.user_by_id(id).await?;
        let former = former.map(|user| user.roles).unwrap_or_default();
        match self.storage.set_roles(id, roles).await? {
            UserChanged::Yes => self.changed(),
            UserChanged::LastAdmin => {
                tracing::warn!("{name} stays the only admin, whatever the provider says");
                return Ok(());
            }
            UserChanged::Unknown => return Err(VouchedError::NoRole),
        }
        if former != roles {
            let set = Change::new(AuditCode::UserRolesSet, name);
            let set = set.before(&UserRoles { roles: former });
            let set = set.after(&UserRoles {
                roles: roles.to_vec(),
            });
            self.record(&by_provider(id, name, caller), set).await?;
        }
        Ok(())
    }

    async fn add_vouched(
        &self,
        identity: Identity,
        roles: &[String],
        now_ms: i64,
    ) -> Result<(i64, String), VouchedError> {
        let Identity {
            issuer,
            subject,
            name,
            ..
        } = identity;
        let is_admin = roles.iter().any(|role| role == ADMIN);
        if !is_admin && !self.storage.has_users().await? {
            // The one-time link would be used up, and nobody be an admin.
            return Err(VouchedError::NoRole);
        }
        let name = name.ok_or(VouchedError::Name)?;
        check_name(&name).map_err(|_| VouchedError::Name)?;
        if self.storage.user(&name).await?.is_some() {
            return Err(VouchedError::NameTaken);
        }
        // A password that nobody has.
        let password = secret::new_secret().map_err(SignInError::from)?;
        let password_hash = self.passwords.hash(password).await?;
        let user = AddUser {
            name: &name,
            password_hash: &password_hash,
            roles,
            now_ms,
        };
        let added = self.storage.add_identified(&issuer, &subject, user).await?;
        let id = added.ok_or(VouchedError::NameTaken)?;
        self.changed();
        Ok((id, name))
    }
}
