//! Tokens of programs, by the hash of their secret.

use protocol::Scope;

use super::{Storage, StorageError, committed};

/// One token.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// Row id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made, in ms since the epoch.
    pub created_ms: i64,
}

type TokenRow = (i64, String, String, i64);

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
            "INSERT INTO tokens (id, name, secret_hash, scopes, created_ms)
             SELECT MAX(tokens, COALESCE((SELECT MAX(id) FROM tokens), 0)) + 1, ?, ?, ?, ?
             FROM removed_ids RETURNING id",
        )
        .bind(name)
        .bind(hash.as_slice())
        .bind(scopes)
        .bind(now_ms);
        let row = self
            .timed("token_add", committed(query.fetch_all(self.pool())))
            .await?;
        let (id,) = row.ok_or(sqlx::Error::RowNotFound)?;
        Ok(id)
    }

    /// The token with that secret.
    pub async fn token(&self, hash: &[u8; 32]) -> Result<Option<StoredToken>, StorageError> {
        let query = sqlx::query_as::<_, TokenRow>(
            "SELECT id, name, scopes, created_ms FROM tokens WHERE secret_hash = ?",
        )
        .bind(hash.as_slice());
        let row = self
            .timed("token_get", query.fetch_optional(self.pool()))
            .await?;
        row.map(read_token).transpose()
    }

    /// Every token, by id.
    pub async fn tokens(&self) -> Result<Vec<StoredToken>, StorageError> {
        let query = sqlx::query_as::<_, TokenRow>(
            "SELECT id, name, scopes, created_ms FROM tokens ORDER BY id",
        );
        let rows = self
            .timed("tokens_all", query.fetch_all(self.pool()))
            .await?;
        rows.into_iter().map(read_token).collect()
    }

    /// Removes a token; false when there is none of this id.
    pub async fn remove_token(&self, id: i64) -> Result<bool, StorageError> {
        let query = sqlx::query("DELETE FROM tokens WHERE id = ?").bind(id);
        let done = self
            .timed("token_remove", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

fn read_token((id, name, scopes, created_ms): TokenRow) -> Result<StoredToken, StorageError> {
    let scopes = serde_json::from_str(&scopes).map_err(|source| StorageError::Document {
        what: "scope list",
        source,
    })?;
    Ok(StoredToken {
        id,
        name,
        scopes,
        created_ms,
    })
}
