//! The identity of this instance: one row, made at the first start.

use super::{Storage, StorageError};

/// One instance, which is one database.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredInstance {
    /// Stands in the names of its cookies.
    pub name: String,
    /// Key of the marks of trusted devices.
    pub device_key: Vec<u8>,
}

impl Storage {
    /// What this instance is; `new` when nothing stands there yet.
    pub async fn instance(&self, new: StoredInstance) -> Result<StoredInstance, StorageError> {
        let add = sqlx::query(
            "INSERT INTO instance (id, name, device_key) VALUES (1, ?, ?)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(new.name)
        .bind(new.device_key);
        self.timed("instance_add", add.execute(self.pool())).await?;
        let query = sqlx::query_as::<_, (String, Vec<u8>)>("SELECT name, device_key FROM instance");
        let (name, device_key) = self
            .timed("instance_get", query.fetch_one(self.pool()))
            .await?;
        Ok(StoredInstance { name, device_key })
    }
}
