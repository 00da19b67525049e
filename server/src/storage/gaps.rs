//! Stretches of time within a run of which history has nothing.

use sqlx::sqlite::SqliteConnection;

use super::{Storage, StorageError};

impl Storage {
    /// Gaps that touch `from..=to`, as start and end in ms, by start.
    pub async fn gaps(&self, from: i64, to: i64) -> Result<Vec<(i64, i64)>, StorageError> {
        let query = sqlx::query_as(
            "SELECT from_ms, to_ms FROM gaps WHERE to_ms >= ? AND from_ms <= ? ORDER BY from_ms",
        );
        let query = query.bind(from).bind(to);
        self.timed("gaps.between", query.fetch_all(self.reader()))
            .await
    }

    /// Forgets gaps that ended before `before`.
    pub async fn forget_gaps(&self, before: i64) -> Result<u64, StorageError> {
        let query = sqlx::query("DELETE FROM gaps WHERE to_ms < ?").bind(before);
        let done = self
            .timed("gaps.forget", query.execute(self.writer()))
            .await?;
        Ok(done.rows_affected())
    }
}

/// Takes a stretch of time out of the gaps.
pub(super) async fn cut_gaps(
    connection: &mut SqliteConnection,
    from: i64,
    to: i64,
) -> Result<(), sqlx::Error> {
    // What is left of them after the stretch, then before it; then what begins within it.
    for query in [
        "INSERT OR REPLACE INTO gaps (from_ms, to_ms) \
         SELECT ?2, MAX(to_ms) FROM gaps WHERE from_ms < ?2 AND to_ms > ?2 \
         HAVING COUNT(*) > 0",
        "UPDATE gaps SET to_ms = ?1 WHERE from_ms < ?1 AND to_ms > ?1 AND from_ms < ?2",
        "DELETE FROM gaps WHERE from_ms >= ?1 AND from_ms < ?2",
    ] {
        let cut = sqlx::query(query).bind(from).bind(to);
        cut.execute(&mut *connection).await?;
    }
    Ok(())
}
