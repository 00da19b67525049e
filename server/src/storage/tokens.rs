//! Tokens of programs, by the hash of their secret.

use protocol::Scope;

use super::{Storage, StorageError};

/// One token.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// Row id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl Storage {
    /// Adds a token and answers its id.
    pub async fn add_token(
        &self,
        name: &str,
        hash: &[u8; 32],
        scopes: &[Scope],
        now_ms: i64,
    ) -> Result<i64, StorageError> {
        let scopes = serde_json::to_string(scopes).map_err(|source| StorageError::Document {
            what: "scope list",
            source,
        })?;
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO tokens (name, secret_hash, scopes, created_ms)
             VALUES (?, ?, ?, ?) RETURNING id",
        )
        .bind(name)
        .bind(hash.as_slice())
        .bind(scopes)
        .bind(now_ms);
        Ok(self
            .timed("token_add", query.fetch_one(self.pool()))
            .await?
            .0)
    }

    /// The token with that secret.
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<StoredToken>, StorageError> {
        let query = sqlx::query_as::<_, (i64, String, String)>(
            "SELECT id, name, scopes FROM tokens WHERE secret_hash = ?",
        )
        .bind(hash.as_slice());
        let row = self
            .timed("token_get", query.fetch_optional(self.pool()))
            .await?;
        row.map(|(id, name, scopes)| {
            let scopes =
                serde_json::from_str(&scopes).map_err(|source| StorageError::Document {
                    what: "scope list",
                    source,
                })?;
            Ok(StoredToken { id, name, scopes })
        })
        .transpose()
    }
}
