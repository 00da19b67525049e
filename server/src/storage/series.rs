//! Which series the database knows.

use super::{Storage, StorageError};

/// Points that are deleted in one transaction.
const DELETED_AT_ONCE: u32 = 1_000;

/// A series as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct StoredSeries {
    /// What rows call it.
    pub id: u32,
    /// Name in the metric list, perhaps of an earlier configuration.
    pub metric: String,
    /// Tag values by tag name, as a JSON object in the order of names.
    pub tags_json: String,
}

impl Storage {
    /// Every series, oldest first.
    pub async fn series(&self) -> Result<Vec<StoredSeries>, StorageError> {
        let query = sqlx::query_as("SELECT id, metric, tags_json FROM series ORDER BY id");
        self.timed("series.all", query.fetch_all(self.writer()))
            .await
    }

    /// The largest id ever given out, or 0.
    pub async fn largest_series_id(&self) -> Result<u32, StorageError> {
        let query = sqlx::query_scalar("SELECT COALESCE(MAX(id), 0) FROM series");
        self.timed("series.largest_id", query.fetch_one(self.pool()))
            .await
    }

    /// Ids of the series that are stored, and whether each has a point, by seconds or by minutes.
    pub async fn series_by_history(&self) -> Result<Vec<(u32, bool)>, StorageError> {
        let query = sqlx::query_as(
            "SELECT id, EXISTS (SELECT 1 FROM points WHERE points.series_id = series.id) OR \
             EXISTS (SELECT 1 FROM minutes WHERE minutes.series_id = series.id) FROM series",
        );
        self.timed("series.by_history", query.fetch_all(self.pool()))
            .await
    }

    /// Forgets those of these series that have no point.
    pub async fn forget_series(&self, ids: &[u32]) -> Result<(), StorageError> {
        for id in ids {
            let query = sqlx::query(
                "DELETE FROM series WHERE id = ?1 AND NOT EXISTS \
                 (SELECT 1 FROM points WHERE series_id = ?1) AND NOT EXISTS \
                 (SELECT 1 FROM minutes WHERE series_id = ?1)",
            );
            self.timed("series.forget", query.bind(id).execute(self.writer()))
                .await?;
        }
        Ok(())
    }

    /// Deletes these series with all their points.
    pub async fn delete_series(&self, ids: &[u32]) -> Result<(), StorageError> {
        for id in ids {
            // In parts, so that the writer of history is not held up.
            while self.delete_points(*id, i64::MAX, DELETED_AT_ONCE).await? > 0 {}
            self.delete_minutes(*id, i64::MAX).await?;
        }
        self.forget_series(ids).await
    }

    /// Forgets series without a point; their ids may be given again.
    pub async fn forget_empty_series(&self) -> Result<u64, StorageError> {
        let query = sqlx::query(
            "DELETE FROM series WHERE NOT EXISTS \
             (SELECT 1 FROM points WHERE points.series_id = series.id) AND NOT EXISTS \
             (SELECT 1 FROM minutes WHERE minutes.series_id = series.id)",
        );
        let done = self
            .timed("series.forget_empty", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected())
    }
}
