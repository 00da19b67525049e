//! Documents with a version, and dashboards by id. A save names the version it has seen, and only
//! that version is replaced.
//!
//! Invariant: no document has a version that one of the same name had before it was removed.

use super::{Storage, StorageError, committed};

/// A document as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its name: a dashboard's id, also for preferences; those of a person have none.
    pub id: String,
    /// From 1; above every version that a document had which was removed before this one was made.
    pub version: u64,
    /// JSON.
    pub body: String,
}

/// What came of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved, under this version.
    Yes(u64),
    /// Somebody else was first; the database holds this, or nothing any more.
    Stale(Option<StoredDocument>),
    /// There are as many documents as the limit allows.
    Full,
}

pub(super) type Row = (String, i64, String);

pub(super) fn read((id, version, body): Row) -> StoredDocument {
    StoredDocument {
        id,
        version: version.unsigned_abs(),
        body,
    }
}

pub(super) fn version_column(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

impl Storage {
    /// All dashboards, by id.
    pub async fn dashboards(&self) -> Result<Vec<StoredDocument>, StorageError> {
        let query =
            sqlx::query_as::<_, Row>("SELECT id, version, body FROM dashboards ORDER BY id");
        let rows = self
            .timed("dashboards_list", query.fetch_all(self.pool()))
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// One dashboard.
    pub async fn dashboard(&self, id: &str) -> Result<Option<StoredDocument>, StorageError> {
        let query =
            sqlx::query_as::<_, Row>("SELECT id, version, body FROM dashboards WHERE id = ?")
                .bind(id);
        let row = self
            .timed("dashboard_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(row.map(read))
    }

    /// Replaces version `seen` of a dashboard; `seen` 0 makes a new one while there are fewer
    /// than `max`.
    pub async fn save_dashboard(
        &self,
        id: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        let row = if seen == 0 {
            let query = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO dashboards (id, version, body)
                 SELECT ?, highest + 1, ? FROM removed_versions
                 WHERE (SELECT COUNT(*) FROM dashboards) < ?
                 ON CONFLICT (id) DO NOTHING RETURNING version",
            )
            .bind(id)
            .bind(body)
            .bind(i64::from(max));
            self.timed("dashboard_add", committed(query.fetch_all(self.pool())))
                .await?
        } else {
            let query = sqlx::query_as::<_, (i64,)>(
                "UPDATE dashboards SET version = version + 1, body = ?
                 WHERE id = ? AND version = ? RETURNING version",
            )
            .bind(body)
            .bind(id)
            .bind(version_column(seen));
            self.timed("dashboard_save", committed(query.fetch_all(self.pool())))
                .await?
        };
        Ok(match row {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => match self.dashboard(id).await? {
                None if seen == 0 => Saved::Full,
                current => Saved::Stale(current),
            },
        })
    }

    /// Puts a dashboard back to `body` whatever version there is, as a new version.
    pub async fn reset_dashboard(&self, id: &str, body: &str) -> Result<u64, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO dashboards (id, version, body)
             SELECT ?, highest + 1, ? FROM removed_versions WHERE TRUE
             ON CONFLICT (id) DO UPDATE
             SET version = dashboards.version + 1, body = excluded.body RETURNING version",
        )
        .bind(id)
        .bind(body);
        let row = self
            .timed("dashboard_reset", committed(query.fetch_all(self.pool())))
            .await?;
        let (version,) = row.ok_or(sqlx::Error::RowNotFound)?;
        Ok(version.unsigned_abs())
    }

    /// Removes a dashboard; whether there was one.
    pub async fn remove_dashboard(&self, id: &str) -> Result<bool, StorageError> {
        let query = sqlx::query("DELETE FROM dashboards WHERE id = ?").bind(id);
        let done = self
            .timed("dashboard_remove", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
