//! When the server ran: outside of its runs nothing was measured.

use sqlx::Connection;

use super::{Storage, StorageError};

impl Storage {
    /// Begins a run and gives its id.
    pub async fn begin_run(&self, now_ms: i64) -> Result<i64, StorageError> {
        let query = sqlx::query("INSERT INTO runs (started_ms, last_ms) VALUES (?1, ?1)");
        let done = self
            .timed("runs.begin", query.bind(now_ms).execute(self.pool()))
            .await?;
        Ok(done.last_insert_rowid())
    }

    /// Runs that touch `from..=to`, as start and last second in ms, by start.
    pub async fn runs(&self, from: i64, to: i64) -> Result<Vec<(i64, i64)>, StorageError> {
        let query = sqlx::query_as(
            "SELECT started_ms, last_ms FROM runs \
             WHERE last_ms >= ? AND started_ms <= ? ORDER BY started_ms",
        );
        let query = query.bind(from).bind(to);
        self.timed("runs.between", query.fetch_all(self.reader()))
            .await
    }

    /// When the first run that wrote something after `t` started.
    pub async fn first_start_after(&self, t: i64) -> Result<Option<i64>, StorageError> {
        let query = sqlx::query_scalar("SELECT MIN(started_ms) FROM runs WHERE last_ms > ?");
        self.timed("runs.after", query.bind(t).fetch_one(self.writer()))
            .await
    }

    /// The end of the newest run; 0 before the first.
    pub async fn newest_ms(&self) -> Result<i64, StorageError> {
        let query = sqlx::query_scalar("SELECT COALESCE(MAX(last_ms), 0) FROM runs");
        self.timed("runs.newest_of_all", query.fetch_one(self.writer()))
            .await
    }

    /// The newest second of a run that is committed, as somebody reads it who opens the file now. Fails
    /// when the file is gone, damaged, or does not have the run.
    pub async fn newest_committed(&self, run: i64) -> Result<i64, StorageError> {
        self.timed("runs.newest", async {
            let mut connection = self.connections.fresh().await?;
            let query = sqlx::query_scalar("SELECT last_ms FROM runs WHERE id = ?");
            let newest = query.bind(run).fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok(newest)
        })
        .await
    }

    /// Forgets runs that ended before `before`.
    pub async fn forget_runs(&self, before: i64) -> Result<u64, StorageError> {
        let query = sqlx::query("DELETE FROM runs WHERE last_ms < ?").bind(before);
        let done = self
            .timed("runs.forget", query.execute(self.writer()))
            .await?;
        Ok(done.rows_affected())
    }
}
