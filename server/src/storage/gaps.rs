//! Stretches of time within a run of which history has nothing.

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
