//! The recent events, which outlive a restart, as one document.

use super::{Storage, StorageError};

impl Storage {
    /// The document; none before the first.
    pub async fn event_log(&self) -> Result<Option<String>, StorageError> {
        let query = sqlx::query_scalar("SELECT records FROM event_log WHERE id = 1");
        self.timed("event_log.read", query.fetch_optional(self.pool()))
            .await
    }

    /// Replaces the document.
    pub async fn put_event_log(&self, records: &str) -> Result<(), StorageError> {
        let query = sqlx::query("INSERT OR REPLACE INTO event_log (id, records) VALUES (1, ?)");
        let query = query.bind(records);
        self.timed("event_log.put", query.execute(self.pool()))
            .await
            .map(drop)
    }
}
