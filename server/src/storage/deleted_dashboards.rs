//! Dashboards that were removed, and can be put back for a while.
//!
//! Invariant: they are bounded in age, number and bytes; beyond these the oldest are dropped for good,
//! and counted.

use protocol::{Owner, Ownership};

use super::dashboards::{OwnerColumns, OwnershipRow};
use super::{Storage, StorageError};
use crate::contract::count_rejected;

/// Bounds of what can be put back.
#[derive(Clone, Copy, Debug)]
pub struct DeletedLimits {
    /// Most dashboards.
    pub count: u32,
    /// Most bytes of their documents.
    pub bytes: u64,
    /// How long one is kept, in ms.
    pub keep_ms: i64,
}

/// A dashboard that was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDeleted {
    /// Its id.
    pub id: String,
    /// Its document as JSON.
    pub body: String,
    /// Whom it belonged to, and who read it.
    pub ownership: Ownership,
    /// When it was removed, in ms since the epoch.
    pub deleted_ms: i64,
}

/// What became of a dashboard that was to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It is back, under this version.
    Yes(u64),
    /// It cannot be put back any more.
    Gone,
    /// Another one has its id.
    Taken,
    /// There are as many dashboards as the limits allow.
    Full,
}

#[derive(sqlx::FromRow)]
struct DeletedRow {
    id: String,
    body: String,
    deleted_ms: i64,
    #[sqlx(flatten)]
    ownership: OwnershipRow,
}

impl From<DeletedRow> for StoredDeleted {
    fn from(row: DeletedRow) -> StoredDeleted {
        StoredDeleted {
            id: row.id,
            body: row.body,
            ownership: row.ownership.into(),
            deleted_ms: row.deleted_ms,
        }
    }
}

impl Storage {
    /// Removes a dashboard while it belongs to `owner`, so that it can be put back; with `instead` that
    /// document takes its place as a new version. Whether there was one.
    pub async fn delete_dashboard(
        &self,
        id: &str,
        owner: &Owner,
        instead: Option<&str>,
        now_ms: i64,
        limits: DeletedLimits,
    ) -> Result<bool, StorageError> {
        let owner = OwnerColumns::from(owner);
        let (is_there, dropped) = self
            .timed("dashboard_delete", async {
                let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
                let kept = sqlx::query(
                    "INSERT OR REPLACE INTO deleted_dashboards
                         (id, body, owner_kind, owner_user, owner_role, shared, deleted_ms)
                     SELECT id, body, owner_kind, owner_user, owner_role, shared, ?1 FROM dashboards
                     WHERE id = ?2 AND owner_kind = ?3 AND owner_user IS ?4 AND owner_role IS ?5",
                )
                .bind(now_ms)
                .bind(id)
                .bind(owner.kind)
                .bind(owner.user)
                .bind(owner.role)
                .execute(&mut *transaction)
                .await?;
                let is_there = kept.rows_affected() > 0;
                if is_there {
                    let change = match instead {
                        Some(body) => sqlx::query(
                            "UPDATE dashboards SET version = version + 1, body = ?, changed_ms = ?
                             WHERE id = ?",
                        )
                        .bind(body)
                        .bind(now_ms)
                        .bind(id),
                        None => sqlx::query("DELETE FROM dashboards WHERE id = ?").bind(id),
                    };
                    change.execute(&mut *transaction).await?;
                }
                let dropped = sqlx::query(
                    "DELETE FROM deleted_dashboards WHERE id IN (
                         SELECT id FROM (
                             SELECT id, ROW_NUMBER() OVER newest AS place,
                                    SUM(LENGTH(CAST(body AS BLOB))) OVER newest AS bytes
                             FROM deleted_dashboards
                             WINDOW newest AS (ORDER BY deleted_ms DESC, id
                                               ROWS UNBOUNDED PRECEDING))
                         WHERE place > ?1 OR bytes > ?2)",
                )
                .bind(i64::from(limits.count))
                .bind(i64::try_from(limits.bytes).unwrap_or(i64::MAX))
                .execute(&mut *transaction)
                .await?;
                transaction.commit().await?;
                Ok((is_there, dropped.rows_affected()))
            })
            .await?;
        if dropped > 0 {
            count_rejected(&self.registry, "deleted_dashboards_limit", dropped);
        }
        Ok(is_there)
    }

    /// Drops those that are older than they are kept.
    pub async fn drop_old_deleted_dashboards(
        &self,
        now_ms: i64,
        limits: DeletedLimits,
    ) -> Result<(), StorageError> {
        let query = sqlx::query("DELETE FROM deleted_dashboards WHERE deleted_ms < ?")
            .bind(now_ms.saturating_sub(limits.keep_ms));
        self.timed("dashboards_deleted_drop", query.execute(self.pool()))
            .await
            .map(drop)
    }

    /// All that were removed from `since_ms` on, the newest first.
    pub async fn deleted_dashboards(
        &self,
        since_ms: i64,
    ) -> Result<Vec<StoredDeleted>, StorageError> {
        let query = sqlx::query_as::<_, DeletedRow>(
            "SELECT deleted_dashboards.id, body, deleted_ms, owner_kind, owner_user, owner_role,
                    users.name AS owner_name, shared
             FROM deleted_dashboards LEFT JOIN users ON users.id = owner_user
             WHERE deleted_ms >= ? ORDER BY deleted_ms DESC, deleted_dashboards.id",
        )
        .bind(since_ms);
        let rows = self.timed("dashboards_deleted", query.fetch_all(self.pool()));
        Ok(rows.await?.into_iter().map(Into::into).collect())
    }

    /// Puts a dashboard back for the owner that it had; over another one of its id only when `over`
    /// says so. At most `max` dashboards, in all and of one person.
    pub async fn restore_dashboard(
        &self,
        deleted: &StoredDeleted,
        over: bool,
        now_ms: i64,
        max: (u32, u32),
    ) -> Result<Restored, StorageError> {
        let owner = OwnerColumns::from(&deleted.ownership.owner);
        self.timed("dashboard_restore", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let row = sqlx::query_scalar::<_, i64>(
                "UPDATE dashboards SET version = version + 1, body = ?1, changed_ms = ?2
                 WHERE id = ?3 AND ?4 RETURNING version",
            )
            .bind(&deleted.body)
            .bind(now_ms)
            .bind(&deleted.id)
            .bind(over)
            .fetch_optional(&mut *transaction)
            .await?;
            let row = match row {
                None => {
                    sqlx::query_scalar::<_, i64>(
                        "INSERT INTO dashboards (id, version, body, owner_kind, owner_user,
                                                 owner_role, shared, changed_ms)
                         SELECT ?1, highest + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM removed_versions
                         WHERE (SELECT COUNT(*) FROM dashboards) < ?8
                         AND (SELECT COUNT(*) FROM dashboards WHERE owner_user = ?4) < ?9
                         ON CONFLICT (id) DO NOTHING RETURNING version",
                    )
                    .bind(&deleted.id)
                    .bind(&deleted.body)
                    .bind(owner.kind)
                    .bind(owner.user)
                    .bind(owner.role)
                    .bind(deleted.ownership.shared)
                    .bind(now_ms)
                    .bind(i64::from(max.0))
                    .bind(i64::from(max.1))
                    .fetch_optional(&mut *transaction)
                    .await?
                }
                row => row,
            };
            let Some(version) = row else {
                let taken: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dashboards WHERE id = ?")
                    .bind(&deleted.id)
                    .fetch_one(&mut *transaction)
                    .await?;
                return Ok(match taken {
                    0 => Restored::Full,
                    _ => Restored::Taken,
                });
            };
            let gone =
                sqlx::query("DELETE FROM deleted_dashboards WHERE id = ? AND deleted_ms = ?")
                    .bind(&deleted.id)
                    .bind(deleted.deleted_ms)
                    .execute(&mut *transaction)
                    .await?;
            // Somebody else put it back, or removed another one of this id, in between.
            if gone.rows_affected() == 0 {
                transaction.rollback().await?;
                return Ok(Restored::Gone);
            }
            transaction.commit().await?;
            Ok(Restored::Yes(version.unsigned_abs()))
        })
        .await
    }
}
