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

/// A session to be made.
#[derive(Clone, Copy, Debug)]
pub struct AddSession<'a> {
    /// Hash of its secret.
    pub hash: &'a [u8; 32],
    /// The user's row id.
    pub user_id: i64,
    /// What the browser calls itself, for people.
    pub device: &'a str,
    /// The address that it came from.
    pub address: &'a str,
    /// Now, in ms since the epoch.
    pub now_ms: i64,
    /// When it ends, in ms since the epoch.
    pub expires_ms: i64,
}

/// A session as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedSession {
    /// Identifies the session; not its secret.
    pub public_id: String,
    /// Hash of its secret.
    pub secret_hash: Vec<u8>,
    /// The user's row id.
    pub user_id: i64,
    /// The user's name.
    pub name: String,
    /// What the browser calls itself.
    pub device: String,
    /// The address at sign-in.
    pub address: String,
    /// When somebody signed in, in ms since the epoch.
    pub created_ms: i64,
    /// When it was last renewed, in ms since the epoch.
    pub last_seen_ms: i64,
    /// When it ends, in ms since the epoch.
    pub expires_ms: i64,
}

/// Which sessions are ended.
#[derive(Clone, Copy, Debug)]
pub struct EndSessions<'a> {
    /// Of one user; of any without it.
    pub user_id: Option<i64>,
    /// The one with this public id; any without it.
    pub public_id: Option<&'a str>,
    /// Not the one with this hash.
    pub but: Option<&'a [u8; 32]>,
}

impl Storage {
    /// Adds a session, and removes those that have ended and those above the limit.
    pub async fn add_session(&self, session: AddSession<'_>) -> Result<(), StorageError> {
        self.timed("session_add", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query("DELETE FROM sessions WHERE expires_ms <= ?")
                .bind(session.now_ms)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(
                "INSERT INTO sessions (secret_hash, public_id, user_id, device, address, created_ms,
                                       last_seen_ms, expires_ms)
                 VALUES (?, lower(hex(randomblob(8))), ?, ?, ?, ?, ?, ?)",
            )
            .bind(session.hash.as_slice())
            .bind(session.user_id)
            .bind(session.device)
            .bind(session.address)
            .bind(session.now_ms)
            .bind(session.now_ms)
            .bind(session.expires_ms)
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "DELETE FROM sessions WHERE user_id = ? AND secret_hash NOT IN
                 (SELECT secret_hash FROM sessions WHERE user_id = ?
                  ORDER BY created_ms DESC LIMIT ?)",
            )
            .bind(session.user_id)
            .bind(session.user_id)
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
             WHERE sessions.secret_hash = ? AND sessions.expires_ms > ?
             AND users.disabled_ms IS NULL",
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

    /// Sessions that have not ended, of one user or of all, last seen first.
    pub async fn sessions(
        &self,
        user_id: Option<i64>,
        now_ms: i64,
    ) -> Result<Vec<ListedSession>, StorageError> {
        let query = sqlx::query_as::<_, ListedSession>(
            "SELECT public_id, secret_hash, user_id, users.name, device, address,
                    sessions.created_ms, sessions.last_seen_ms, expires_ms
             FROM sessions JOIN users ON users.id = user_id
             WHERE expires_ms > ?1 AND (?2 IS NULL OR user_id = ?2) AND disabled_ms IS NULL
             ORDER BY sessions.last_seen_ms DESC, public_id",
        )
        .bind(now_ms)
        .bind(user_id);
        self.timed("sessions_list", query.fetch_all(self.pool()))
            .await
    }

    /// Ends sessions, and answers the user ids of those that were ended.
    pub async fn end_sessions(&self, which: EndSessions<'_>) -> Result<Vec<i64>, StorageError> {
        let query = sqlx::query_scalar(
            "DELETE FROM sessions WHERE (?1 IS NULL OR user_id = ?1)
             AND (?2 IS NULL OR public_id = ?2) AND secret_hash IS NOT ?3 RETURNING user_id",
        )
        .bind(which.user_id)
        .bind(which.public_id)
        .bind(which.but.map(<[u8; 32]>::as_slice));
        self.timed("sessions_end", query.fetch_all(self.pool()))
            .await
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
