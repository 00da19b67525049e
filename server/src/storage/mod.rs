//! The embedded database. SQL stands in this folder only, every query is a static string, and
//! every query goes through [`Storage::timed`], so that the server measures its own database.

mod annotations;
mod documents;
mod minutes;
mod points;
mod preferences;
mod runs;
mod series;
mod sessions;
mod setup;
mod tokens;
mod users;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use telemetry::{Registry, Value};

use crate::contract::QUERY;

pub use documents::{Saved, StoredDocument};
pub use minutes::{MINUTE_MS, minute_floor};
pub use points::{SecondBatch, StoredPoint};
pub use series::StoredSeries;
pub use sessions::StoredSession;
pub use tokens::StoredToken;
pub use users::{AddUser, StoredUser};

/// How long a query waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections: SQLite has one writer; the others read beside it.
const CONNECTIONS: u32 = 4;

/// The database, open and migrated. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    pool: SqlitePool,
    registry: Arc<Registry>,
}

/// What can go wrong with the database. The text is for operators, never for clients.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The file cannot be opened or made.
    #[error("cannot open the database {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the database says.
        source: sqlx::Error,
    },
    /// The schema cannot be brought up to date.
    #[error("cannot migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A query failed.
    #[error("database: {0}")]
    Query(#[from] sqlx::Error),
    /// A document in the database is not what this version can read.
    #[error("a {what} in the database cannot be read: {source}")]
    Document {
        /// Which sort of document.
        what: &'static str,
        /// Where the JSON goes wrong.
        source: serde_json::Error,
    },
}

impl Storage {
    /// Opens the file, makes it when it is missing, and applies all migrations. Write-ahead
    /// log with `synchronous = NORMAL`: a killed process loses nothing that was committed.
    pub async fn open(path: &Path, registry: &Arc<Registry>) -> Result<Storage, StorageError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        let storage = Storage::connect(path, options, CONNECTIONS, registry).await?;
        sqlx::migrate!("./migrations").run(&storage.pool).await?;
        Ok(storage)
    }

    /// Opens a file that is there, to read what has been committed, also beside a server that
    /// runs. No file is made and no schema changed, so queries fail where it is older than they.
    pub async fn open_to_read(
        path: &Path,
        registry: &Arc<Registry>,
    ) -> Result<Storage, StorageError> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        // Without a write-ahead log nobody has the file open, and who is not told that it stays
        // so makes one, and leaves it.
        let is_idle = !Path::new(&log).exists();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(is_idle)
            .busy_timeout(BUSY_TIMEOUT);
        Storage::connect(path, options, 1, registry).await
    }

    async fn connect(
        path: &Path,
        options: SqliteConnectOptions,
        connections: u32,
        registry: &Arc<Registry>,
    ) -> Result<Storage, StorageError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(|source| StorageError::Open {
                path: path.to_owned(),
                source,
            })?;
        Ok(Storage {
            pool,
            registry: Arc::clone(registry),
        })
    }

    /// The pool, for the files of this folder.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Runs one query and emits `db.query.stop` {duration in seconds} with its name and
    /// whether it went well.
    pub async fn timed<T>(
        &self,
        query: &'static str,
        run: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StorageError> {
        let start = Instant::now();
        let result = run.await;
        let outcome = if result.is_ok() { "ok" } else { "error" };
        QUERY.execute_on(
            &self.registry,
            &[("duration", start.elapsed().as_secs_f64())],
            &[
                ("query", Value::Str(query)),
                ("result", Value::Str(outcome)),
            ],
        );
        Ok(result?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.timed("ping", sqlx::query("SELECT 1").execute(&self.pool))
            .await
            .map(drop)
    }

    /// Closes all connections, so that the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
