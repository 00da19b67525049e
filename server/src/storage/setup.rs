//! The one-time link that makes the first admin: one row, and worth nothing once a user exists.

use super::users::{name_key, write_roles};
use super::{AddUser, Storage, StorageError};

impl Storage {
    /// Replaces the link: an older one no longer works.
    pub async fn set_setup_link(
        &self,
        hash: &[u8; 32],
        expires_ms: i64,
    ) -> Result<(), StorageError> {
        let query = sqlx::query(
            "INSERT INTO setup_link (id, secret_hash, expires_ms) VALUES (1, ?, ?)
             ON CONFLICT (id) DO UPDATE
             SET secret_hash = excluded.secret_hash, expires_ms = excluded.expires_ms",
        )
        .bind(hash.as_slice())
        .bind(expires_ms);
        self.timed("setup_link_set", query.execute(self.pool()))
            .await
            .map(drop)
    }

    /// Whether the link would work now.
    pub async fn setup_link_holds(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<bool, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "SELECT id FROM setup_link WHERE secret_hash = ? AND expires_ms > ?
             AND NOT EXISTS (SELECT 1 FROM users)",
        )
        .bind(hash.as_slice())
        .bind(now_ms);
        Ok(self
            .timed("setup_link_get", query.fetch_optional(self.pool()))
            .await?
            .is_some())
    }

    /// Uses the link up and makes the user, both or neither; `None` when the link does not
    /// hold. One statement decides, so two who come at once cannot both win.
    pub async fn use_setup_link(
        &self,
        hash: &[u8; 32],
        user: AddUser<'_>,
    ) -> Result<Option<i64>, StorageError> {
        self.timed("setup_link_use", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let row = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO users (id, name, name_key, password_hash, roles, created_ms)
                 SELECT users + 1, ?, ?, ?, ?, ? FROM removed_ids
                 WHERE EXISTS (SELECT 1 FROM setup_link WHERE secret_hash = ? AND expires_ms > ?)
                 AND NOT EXISTS (SELECT 1 FROM users) RETURNING id",
            )
            .bind(user.name)
            .bind(name_key(user.name))
            .bind(user.password_hash)
            .bind(write_roles(user.roles))
            .bind(user.now_ms)
            .bind(hash.as_slice())
            .bind(user.now_ms)
            .fetch_optional(&mut *transaction)
            .await?;
            if row.is_some() {
                sqlx::query("DELETE FROM setup_link")
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await?;
            Ok(row.map(|(id,)| id))
        })
        .await
    }
}
