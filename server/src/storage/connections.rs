//! Connections to the database file: one that writes history, a few that answer queries of history, and
//! those of everything else, so that none of these waits for another.
//!
//! Invariant: a connection goes back to its pool only outside of a transaction, and nothing runs once
//! the file is no longer the one that was opened.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Connection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use super::StorageError;
use super::identity::FileIdentity;

/// How long a query waits for another writer, and for a connection.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections of documents, users and sessions.
const GENERAL: u32 = 4;
/// History queries that run at one time; each has a connection of its own.
pub const READERS: u32 = 2;

/// The pools over one file.
#[derive(Clone)]
pub(super) struct Connections {
    /// Documents, users, sessions, annotations.
    pub general: SqlitePool,
    /// The one connection of the history writer.
    pub writer: SqlitePool,
    /// Queries of history.
    pub reader: SqlitePool,
    path: PathBuf,
    identity: FileIdentity,
}

/// Write-ahead log with `synchronous = NORMAL`: a killed process loses nothing that was committed.
pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
}

impl Connections {
    /// Opens the pools over a file that is there.
    pub(super) async fn open(
        path: &Path,
        options: SqliteConnectOptions,
    ) -> Result<Connections, StorageError> {
        let open = |source| StorageError::Open {
            path: path.to_owned(),
            source,
        };
        // Without it, a file that was removed would be made again, empty.
        let options = options.create_if_missing(false);
        let pool = |connections: u32| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(BUSY_TIMEOUT)
                // It is proved clean when it comes back.
                .test_before_acquire(false)
                .after_release(|connection, _| Box::pin(is_clean(connection)))
                .connect_with(options.clone())
        };
        Ok(Connections {
            general: pool(GENERAL).await.map_err(open)?,
            writer: pool(1).await.map_err(open)?,
            reader: pool(READERS).await.map_err(open)?,
            path: path.to_owned(),
            identity: FileIdentity::of(path).map_err(|error| open(error.into()))?,
        })
    }

    /// One connection for everything, of somebody who only reads.
    pub(super) async fn open_to_read(
        path: &Path,
        options: SqliteConnectOptions,
    ) -> Result<Connections, StorageError> {
        let open = |source| StorageError::Open {
            path: path.to_owned(),
            source,
        };
        let options = options.read_only(true).busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options);
        let pool = pool.await.map_err(open)?;
        Ok(Connections {
            general: pool.clone(),
            writer: pool.clone(),
            reader: pool,
            path: path.to_owned(),
            identity: FileIdentity::of(path).map_err(|error| open(error.into()))?,
        })
    }

    /// Fails when the file was removed, or another one stands in its place.
    pub(super) fn check_file(&self) -> Result<(), StorageError> {
        let same = FileIdentity::of(&self.path).is_ok_and(|now| now == self.identity);
        same.then_some(()).ok_or_else(|| StorageError::Gone {
            path: self.path.clone(),
        })
    }

    /// A connection of its own, which reads what anybody reads who opens the file now.
    pub(super) async fn fresh(&self) -> Result<SqliteConnection, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(&self.path)
            .read_only(true)
            .busy_timeout(BUSY_TIMEOUT);
        SqliteConnection::connect_with(&options).await
    }

    /// Closes all connections, so that the write-ahead log is folded into the file.
    pub(super) async fn close(&self) {
        for pool in [&self.reader, &self.writer, &self.general] {
            pool.close().await;
        }
    }
}

/// Whether a connection is outside of a transaction. A full disk or an I/O error ends a transaction
/// without the driver's knowledge, whose rollback then fails, and which would make savepoints of all
/// later transactions, that nobody commits. Such a connection is closed.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // The rollback of a transaction that was dropped is queued, and done before this is answered.
    connection.ping().await?;
    let clean = !connection.is_in_transaction();
    if !clean {
        tracing::warn!("a transaction did not end properly; its connection is closed");
    }
    Ok(clean)
}
