//! Roles that admins make: saved, removed, and taken over from the database.
//!
//! Invariant: what the table of visibility holds was committed, and a role that cannot be read
//! gives nothing.

use std::collections::BTreeMap;

use protocol::{Role, Roles};

use super::Access;
use super::grant;
use crate::storage::{RoleRemoved, Saved, StorageError, StoredDocument};

/// Why a role is not saved or removed.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// A rule is broken; the text begins with the JSON path.
    #[error("{0}")]
    Invalid(String),
    /// The database holds another version, or none any more.
    #[error("somebody saved another version in between")]
    Stale(Option<Box<Role>>),
    /// As many roles exist as may.
    #[error("there are {0} roles already: `limits.max_roles`")]
    Full(u32),
    /// There is no role of this name that an admin made.
    #[error("no admin made a role of that name")]
    Unknown,
    /// Users have the role.
    #[error("{}", in_use(*.0))]
    InUse(u32),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a role that so many users have is not removed.
fn in_use(users: u32) -> String {
    match users {
        1 => "1 user has this role; give them another role first".into(),
        users => format!("{users} users have this role; give them other roles first"),
    }
}

impl Access {
    /// Every role that a user can have.
    pub async fn roles(&self) -> Result<Roles, StorageError> {
        let stored = self.storage.roles().await?;
        let roles = stored.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let made = |name: &String| roles.iter().any(|role| role.name == *name);
        let built_in = self.fixed.iter().filter(|name| !made(name));
        Ok(Roles {
            built_in: built_in.cloned().collect(),
            roles,
        })
    }

    /// The role of this name, if an admin made it.
    pub async fn role(&self, name: &str) -> Result<Role, RoleError> {
        let stored = self.storage.role(name).await?.ok_or(RoleError::Unknown)?;
        Ok(read(&stored)?)
    }

    /// Whether admins can look at what people of this role see: of every role but that of admins.
    pub fn can_be_previewed(&self, name: &str) -> bool {
        let is_made = || self.made_roles().iter().any(|made| made == name);
        let is_known = name == protocol::role::GUEST || self.fixed.iter().any(|one| one == name);
        name != protocol::role::ADMIN && (is_known || is_made())
    }

    /// Replaces the version that the role names, 0 for a new one, and answers it under its new
    /// version. From then on everybody who has it sees what it gives.
    pub async fn save_role(&self, role: Role) -> Result<Role, RoleError> {
        if let Some(problem) = grant::problem(&role) {
            return Err(RoleError::Invalid(problem));
        }
        if role.version == 0 && self.fixed.contains(&role.name) {
            let name = &role.name;
            let text = format!("name: `{name}` is a role of the program or of the configuration");
            return Err(RoleError::Invalid(text));
        }
        if !role.defaults.is_empty() {
            let before = self.storage.role(&role.name).await?;
            // One that cannot be read names nothing that could stay.
            let before = before.and_then(|stored| read(&stored).ok());
            let before = before.unwrap_or_default().defaults;
            if let Some(problem) = self.unknown_default(&role.defaults, &before).await? {
                return Err(RoleError::Invalid(problem));
            }
        }
        let source = |source| StorageError::Document {
            what: "role",
            source,
        };
        let body = serde_json::to_string(&role).map_err(source)?;
        let (seen, max) = (role.version, self.max_roles);
        match self.storage.save_role(&role.name, seen, &body, max).await? {
            Saved::Yes(version) => {
                self.take_over().await;
                Ok(Role { version, ..role })
            }
            Saved::Full => Err(RoleError::Full(max)),
            Saved::Stale(current) => {
                let current = current.as_ref().map(read).transpose()?;
                Err(RoleError::Stale(current.map(Box::new)))
            }
        }
    }

    /// Removes a role that nobody has.
    pub async fn remove_role(&self, name: &str) -> Result<(), RoleError> {
        match self.storage.remove_role(name).await? {
            RoleRemoved::Yes => {
                self.take_over().await;
                Ok(())
            }
            RoleRemoved::Unknown => Err(RoleError::Unknown),
            RoleRemoved::InUse(users) => Err(RoleError::InUse(users)),
        }
    }

    /// Takes over a change of roles or dashboards that was committed. It is made, and is to be in the audit
    /// log, also when the database does not answer now: [`Access::follow_database`] asks it again
    /// until it does.
    pub async fn take_over(&self) {
        if let Err(error) = self.reload_roles().await {
            tracing::warn!(%error, "a change of who may see what holds as soon as the database answers");
        }
    }

    /// Takes over what the database holds by now: roles, and what the dashboards show that one of them
    /// opens.
    pub async fn reload_roles(&self) -> Result<(), StorageError> {
        // One at a time, so that none puts back what another one read later.
        let _turn = self.reloading.lock().await;
        let stored = self.storage.roles().await?;
        let roles = stored.iter().map(|stored| {
            let role = read(stored).unwrap_or_else(|error| {
                tracing::error!("the role `{}` gives nothing: {error}", stored.id);
                Role::default()
            });
            (stored.id.clone(), role)
        });
        let roles: BTreeMap<_, _> = roles.collect();
        let open = self.open_dashboards(&roles).await?;
        self.take_roles(&roles, open);
        Ok(())
    }
}

fn read(stored: &StoredDocument) -> Result<Role, StorageError> {
    let role = serde_json::from_str::<Role>(&stored.body);
    let role = role.map_err(|source| StorageError::Document {
        what: "role",
        source,
    })?;
    Ok(Role {
        name: stored.id.clone(),
        version: stored.version,
        ..role
    })
}
