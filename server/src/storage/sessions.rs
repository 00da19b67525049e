//! Sessions by the hash of their secret: whoever reads the database cannot sign in with it.

use super::users::read_roles;
use super::{Storage, StorageError};

/// Sessions that one user may have at a time; a further sign-in ends the oldest.
const MAX_SESSIONS_PER_USER: i64 = 50;

/// One session with its user as of now.
#[derive(Clone, Debug)]
pub struct StoredSession {
    /// The user's row id.
    pub user_id: i64,
    /// The user's name.
    pub name: String,
    /// The user's roles as of now.
    pub roles: Vec<String>,
    /// When somebody signed in, in ms since the epoch.
    pub created_ms: i64,
    /// When it was last renewed, in ms since the epoch.
    pub last_seen_ms: i64,
    /// When it ends, in ms since the epoch.
    pub expires_ms: i64,
}

impl Storage {
    /// Adds a session, and removes those that have ended and those above the limit.
    pub async fn add_session(
        &self,
        hash: &[u8; 32],
        user_id: i64,
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StorageError> {
        self.timed("session_add", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query("DELETE FROM sessions WHERE expires_ms <= ?")
                .bind(now_ms)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO sessions (secret_hash, user_id, created_ms, last_seen_ms, expires_ms)
                 VALUES (?, ?, ?, ?, ?)",
            )
            .bind(hash.as_slice())
            .bind(user_id)
            .bind(now_ms)
            .bind(now_ms)
            .bind(expires_ms)
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "DELETE FROM sessions WHERE user_id = ? AND secret_hash NOT IN
                 (SELECT secret_hash FROM sessions WHERE user_id = ?
                  ORDER BY created_ms DESC LIMIT ?)",
            )
            .bind(user_id)
            .bind(user_id)
            .bind(MAX_SESSIONS_PER_USER)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        })
        .await
    }

    /// The session, unless it has ended.
    pub async fn session(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<StoredSession>, StorageError> {
        let query = sqlx::query_as::<_, (i64, String, String, i64, i64, i64)>(
            "SELECT users.id, users.name, users.roles, sessions.created_ms, sessions.last_seen_ms,
                    sessions.expires_ms
             FROM sessions JOIN users ON users.id = sessions.user_id
             WHERE sessions.secret_hash = ? AND sessions.expires_ms > ?",
        )
        .bind(hash.as_slice())
        .bind(now_ms);
        let row = self
            .timed("session_get", query.fetch_optional(self.pool()))
            .await?;
        row.map(
            |(user_id, name, roles, created_ms, last_seen_ms, expires_ms)| {
                let roles = read_roles(&roles)?;
                Ok(StoredSession {
                    user_id,
                    name,
                    roles,
                    created_ms,
                    last_seen_ms,
                    expires_ms,
                })
            },
        )
        .transpose()
    }

    /// Moves the end of a session.
    pub async fn renew_session(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
        expires_ms: i64,
    ) -> Result<(), StorageError> {
        let query = sqlx::query(
            "UPDATE sessions SET last_seen_ms = ?, expires_ms = ? WHERE secret_hash = ?",
        )
        .bind(now_ms)
        .bind(expires_ms)
        .bind(hash.as_slice());
        self.timed("session_renew", query.execute(self.pool()))
            .await
            .map(drop)
    }

    /// A number that grows whenever somebody lost or got a right, whichever program did it.
    pub async fn access_version(&self) -> Result<i64, StorageError> {
        let query = sqlx::query_scalar("SELECT version FROM access_changes");
        self.timed("access_version", query.fetch_one(self.pool()))
            .await
    }

    /// Ends a session.
    pub async fn remove_session(&self, hash: &[u8; 32]) -> Result<(), StorageError> {
        let query = sqlx::query("DELETE FROM sessions WHERE secret_hash = ?").bind(hash.as_slice());
        self.timed("session_remove", query.execute(self.pool()))
            .await
            .map(drop)
    }
}
