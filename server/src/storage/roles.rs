//! Roles that admins made, and who has which role. One statement decides each change, so that two
//! at one time cannot both win.

use protocol::role::ADMIN;

use super::documents::{Row, read, version_column};
use super::users::write_roles;
use super::{Saved, Storage, StorageError, StoredDocument, committed};

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
        let query = sqlx::query_as::<_, Row>("SELECT name, version, body FROM roles ORDER BY name");
        let rows = self
            .timed("roles_list", query.fetch_all(self.pool()))
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// One role.
    pub async fn role(&self, name: &str) -> Result<Option<StoredDocument>, StorageError> {
        let query =
            sqlx::query_as::<_, Row>("SELECT name, version, body FROM roles WHERE name = ?")
                .bind(name);
        let row = self
            .timed("role_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(row.map(read))
    }

    /// Replaces version `seen` of a role; `seen` 0 makes a new one while there are fewer than `max`.
    pub async fn save_role(
        &self,
        name: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        let row = if seen == 0 {
            let query = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO roles (name, version, body)
                 SELECT ?, highest + 1, ? FROM removed_versions
                 WHERE (SELECT COUNT(*) FROM roles) < ?
                 ON CONFLICT (name) DO NOTHING RETURNING version",
            )
            .bind(name)
            .bind(body)
            .bind(i64::from(max));
            self.timed("role_add", committed(query.fetch_all(self.pool())))
                .await?
        } else {
            let query = sqlx::query_as::<_, (i64,)>(
                "UPDATE roles SET version = version + 1, body = ?
                 WHERE name = ? AND version = ? RETURNING version",
            )
            .bind(body)
            .bind(name)
            .bind(version_column(seen));
            self.timed("role_save", committed(query.fetch_all(self.pool())))
                .await?
        };
        Ok(match row {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => match self.role(name).await? {
                None if seen == 0 => Saved::Full,
                current => Saved::Stale(current),
            },
        })
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
