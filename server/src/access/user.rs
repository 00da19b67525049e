//! Users: made, changed and removed. Whoever loses a right loses it in open streams as well.
//!
//! Invariant: there is an enabled user with the role `admin` as long as there was one.

use super::{Access, Caller, PasswordError, Principal, PrincipalKind, SignInError, secret};
use crate::storage::{AddUser, NextSecret, StorageError, StoredUser, UserChanged};

/// Why a user is not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// The name is empty, too long, or holds control characters.
    #[error("a name has 1 to 64 characters, without control characters or spaces at its ends")]
    Name,
    /// The name is in use, perhaps in another case.
    #[error("there is a user of that name already; names are unique without regard to case")]
    Taken,
    /// No role, or one that does not exist.
    #[error("{0}")]
    Roles(String),
    /// Nobody has this id or name.
    #[error("there is no such user")]
    Unknown,
    /// Without this user, nobody could make users any more.
    #[error("this is the only enabled user with the role `admin`; make another one first")]
    LastAdmin,
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a password is not changed by its owner.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is wrong, or was tried too often.
    #[error(transparent)]
    Current(#[from] SignInError),
    /// The new one cannot be used.
    #[error(transparent)]
    New(#[from] UserError),
}

impl Access {
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
        // A name from before names were compared in normal form has another key in the database.
        if self.storage.user(name).await?.is_some() {
            return Err(UserError::Taken);
        }
        let id = self.storage.add_user(user).await?.ok_or(UserError::Taken)?;
        self.changed();
        Ok(id)
    }

    pub(super) fn check_roles(&self, roles: &[String]) -> Result<(), UserError> {
        let known = || {
            let mut known = self.fixed.clone();
            known.extend(self.made_roles());
            known.dedup();
            known.join(", ")
        };
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
        let is_role = |known: &String| known == role;
        self.fixed.iter().any(is_role) || self.made_roles().iter().any(is_role)
    }

    /// Every user, by name.
    pub async fn users(&self) -> Result<Vec<StoredUser>, StorageError> {
        self.storage.users().await
    }

    /// The user of this id.
    pub async fn user_by_id(&self, id: i64) -> Result<StoredUser, UserError> {
        self.storage.user_by_id(id).await?.ok_or(UserError::Unknown)
    }

    /// The user of this name, whatever the case.
    pub async fn user(&self, name: &str) -> Result<StoredUser, UserError> {
        self.storage.user(name).await?.ok_or(UserError::Unknown)
    }

    /// Gives somebody another password, and ends all of their sessions.
    pub async fn reset_password(&self, id: i64, password: String) -> Result<(), UserError> {
        self.set_password(id, password, None).await
    }

    /// Changes one's own password, which takes the present one, and answers the secret that the session
    /// has from now on. Every other session of the person ends, and so does every stream. Wrong attempts
    /// count as those to sign in do.
    pub async fn change_password(
        &self,
        principal: &Principal,
        current: String,
        new: String,
        caller: &Caller,
        now_ms: i64,
    ) -> Result<String, ChangePasswordError> {
        let PrincipalKind::User { id, session } = principal.kind else {
            return Err(UserError::Unknown.into());
        };
        self.prove_own(principal, current, caller, now_ms).await?;
        let secret = secret::new_secret().map_err(SignInError::from)?;
        let next = NextSecret {
            former: &session.0,
            next: &secret::hash(&secret),
        };
        self.set_password(id, new, Some(next)).await?;
        Ok(secret)
    }

    async fn set_password(
        &self,
        id: i64,
        password: String,
        keep_session: Option<NextSecret<'_>>,
    ) -> Result<(), UserError> {
        let hash = self.passwords.hash(password).await?;
        if !self.storage.set_password(id, &hash, keep_session).await? {
            return Err(UserError::Unknown);
        }
        self.changed();
        Ok(())
    }

    /// Gives somebody another name, of which only the case may be that of the former one.
    pub async fn rename(&self, id: i64, name: &str) -> Result<(), UserError> {
        check_name(name)?;
        let holder = self.storage.user(name).await?;
        let is_free = holder.is_none_or(|user| user.id == id);
        if !is_free || !self.storage.rename_user(id, name).await? {
            return Err(UserError::Taken);
        }
        self.changed();
        Ok(())
    }

    /// Removes somebody with their sessions and preferences.
    pub async fn remove_user(&self, id: i64) -> Result<(), UserError> {
        let changed = self.storage.remove_user(id).await?;
        self.user_changed(changed)
    }

    /// Gives somebody exactly these roles. The last admin stays one.
    pub async fn set_roles(&self, user: i64, roles: &[String]) -> Result<(), UserError> {
        self.check_roles(roles)?;
        let changed = self.storage.set_roles(user, roles).await?;
        self.user_changed(changed)
    }

    /// Disables somebody, or enables them again, and ends their sessions. The last admin stays enabled.
    pub async fn set_disabled(&self, id: i64, disabled_ms: Option<i64>) -> Result<(), UserError> {
        let changed = self.storage.set_disabled(id, disabled_ms).await?;
        self.user_changed(changed)
    }

    fn user_changed(&self, changed: UserChanged) -> Result<(), UserError> {
        match changed {
            UserChanged::Yes => {
                self.changed();
                Ok(())
            }
            UserChanged::Unknown => Err(UserError::Unknown),
            UserChanged::LastAdmin => Err(UserError::LastAdmin),
        }
    }
}

/// Names of users and tokens: what people can read back and type.
pub(super) fn check_name(name: &str) -> Result<(), UserError> {
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
