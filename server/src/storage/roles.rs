//! Roles that admins made, and who has which role. One statement decides each change, so that two
//! at one time cannot both win.

use protocol::role::ADMIN;

use super::documents::ROLES;
use super::users::write_roles;
use super::{Saved, Storage, StorageError, StoredDocument};

/// What became of a role that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleRemoved {
    /// Removed.
    Yes,
    /// There is no role of this name.
    Unknown,
    /// The role stays: so many users have it.
    InUse(u32),
}

/// What became of a user's roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RolesSet {
    /// The user has exactly these.
    Yes,
    /// There is no user of this id.
    Unknown,
    /// They stay: nobody else has the role `admin`.
    LastAdmin,
}

impl Storage {
    /// All roles, by name.
    pub async fn roles(&self) -> Result<Vec<StoredDocument>, StorageError> {
        self.documents(&ROLES).await
    }

    /// One role.
    pub async fn role(&self, name: &str) -> Result<Option<StoredDocument>, StorageError> {
        self.document(&ROLES, name).await
    }

    /// Replaces version `seen` of a role; `seen` 0 makes a new one while there are fewer than `max`.
    pub async fn save_role(
        &self,
        name: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        self.save_document(&ROLES, name, seen, body, max).await
    }

    /// Removes a role, unless somebody has it.
    pub async fn remove_role(&self, name: &str) -> Result<RoleRemoved, StorageError> {
        let query = sqlx::query(
            "DELETE FROM roles WHERE name = ?1 AND NOT EXISTS
                 (SELECT 1 FROM users, json_each(users.roles) AS role WHERE role.value = ?1)",
        )
        .bind(name);
        let done = self
            .timed("role_remove", query.execute(self.pool()))
            .await?;
        if done.rows_affected() > 0 {
            return Ok(RoleRemoved::Yes);
        }
        if self.role(name).await?.is_none() {
            return Ok(RoleRemoved::Unknown);
        }
        let query = sqlx::query_scalar(
            "SELECT COUNT(*) FROM users, json_each(users.roles) AS role WHERE role.value = ?",
        )
        .bind(name);
        let users = self
            .timed("role_users", query.fetch_one(self.pool()))
            .await?;
        Ok(RoleRemoved::InUse(users))
    }

    /// Replaces the roles of a user, unless nobody would have the role `admin` any more.
    pub async fn set_roles(&self, id: i64, roles: &[String]) -> Result<RolesSet, StorageError> {
        let query = sqlx::query(
            "UPDATE users SET roles = ?2 WHERE id = ?1 AND (
                 EXISTS (SELECT 1 FROM json_each(?2) WHERE value = ?3)
                 OR NOT EXISTS (SELECT 1 FROM json_each(users.roles) WHERE value = ?3)
                 OR EXISTS (SELECT 1 FROM users AS other, json_each(other.roles) AS role
                            WHERE other.id <> ?1 AND role.value = ?3))",
        )
        .bind(id)
        .bind(write_roles(roles))
        .bind(ADMIN);
        let done = self
            .timed("user_set_roles", query.execute(self.pool()))
            .await?;
        if done.rows_affected() > 0 {
            return Ok(RolesSet::Yes);
        }
        let query = sqlx::query_as::<_, (i64,)>("SELECT id FROM users WHERE id = ?").bind(id);
        let left = self
            .timed("user_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(left.map_or(RolesSet::Unknown, |_| RolesSet::LastAdmin))
    }
}
