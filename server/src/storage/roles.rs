//! Roles that admins made. One statement decides each change, so that two at one time cannot both
//! win.

use super::documents::ROLES;
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
}
