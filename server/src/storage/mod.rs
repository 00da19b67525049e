//! The embedded database. SQL stands in this folder only, every query is a static string, and
//! every query goes through [`Storage::timed`], so that the server measures its own database.

mod annotations;
mod audit;
mod connections;
mod dashboard_batch;
mod dashboard_marks;
mod dashboards;
mod deleted_dashboards;
mod documents;
mod event_log;
mod gaps;
mod identities;
mod identity;
mod instance;
mod links;
mod lock;
mod minutes;
mod points;
mod preferences;
mod roles;
mod runs;
mod second_factor;
mod series;
mod sessions;
mod setup;
mod tokens;
mod users;
mod versions;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool};
use telemetry::{Registry, Value};

use crate::contract::QUERY;
use connections::Connections;

pub use annotations::AnnotationLimits;
pub use audit::{AuditFilter, AuditLimits, NewAuditEntry};
pub use connections::READERS;
pub use dashboard_batch::{BatchLimits, BatchSaved, DashboardChange};
pub use dashboard_marks::StoredMark;
pub use dashboards::{OwnerSet, SaveDashboard, StoredDashboard};
pub use deleted_dashboards::{DeletedLimits, Restored, StoredDeleted};
pub use documents::{Saved, StoredDocument};
pub use instance::StoredInstance;
pub use links::AddLink;
pub use lock::{DatabaseLock, LockError};
pub use minutes::{MINUTE_MS, minute_floor};
pub use points::{SecondBatch, StoredPoint};
pub use roles::RoleRemoved;
pub use second_factor::StoredSecondFactor;
pub use series::StoredSeries;
pub use sessions::{AddSession, EndSessions, ListedSession, StoredSession};
pub use tokens::{AddToken, Audited, StoredToken};
pub use users::{AddUser, NextSecret, StoredUser, UserChanged};
pub use versions::{StoredVersion, VersionLimits};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The database, open and migrated. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    connections: Connections,
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
    /// The schema is that of another version, and a server is using it.
    #[error(
        "the database {} is of another version of Pulseboard, whose server is running; end that server \
         first, or use the program of its version", path.display()
    )]
    OtherSchema {
        /// The file.
        path: PathBuf,
    },
    /// The file was removed, or another one stands in its place: what is written now would be lost.
    #[error(
        "the database file {} was removed or replaced while it was open; put it back and start the \
         server again", path.display()
    )]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// A series has the id of another one: somebody else wrote to the database.
    #[error(
        "the series {metric} {tags_json} has the id {id} of another series in the database: another \
         server writes to it"
    )]
    SeriesTaken {
        /// The id.
        id: u32,
        /// The metric of the series that is to be written.
        metric: String,
        /// Its tags.
        tags_json: String,
    },
    /// A document in the database is not what this version can read.
    #[error("a {what} in the database cannot be read: {source}")]
    Document {
        /// Which sort of document.
        what: &'static str,
        /// Where the JSON goes wrong.
        source: serde_json::Error,
    },
}

/// The row that a statement returns which writes. All rows are fetched: the commit comes after the
/// last, and who stops at the first does not learn that it failed, as on a full disk.
async fn committed<T>(
    rows: impl Future<Output = Result<Vec<T>, sqlx::Error>>,
) -> Result<Option<T>, sqlx::Error> {
    Ok(rows.await?.pop())
}

impl Storage {
    /// Opens the file, makes it when it is missing, and applies all migrations.
    pub async fn open(path: &Path, registry: &Arc<Registry>) -> Result<Storage, StorageError> {
        Storage::open_with(path, registry, connections::options(path)).await
    }

    /// As [`Storage::open`], with other options.
    pub(crate) async fn open_with(
        path: &Path,
        registry: &Arc<Registry>,
        options: SqliteConnectOptions,
    ) -> Result<Storage, StorageError> {
        let open = |source| StorageError::Open {
            path: path.to_owned(),
            source,
        };
        let making = options.clone().create_if_missing(true);
        let mut first = SqliteConnection::connect_with(&making)
            .await
            .map_err(open)?;
        MIGRATIONS.run(&mut first).await?;
        let connections = Connections::open(path, options).await?;
        first.close().await.map_err(open)?;
        Ok(Storage {
            connections,
            registry: Arc::clone(registry),
        })
    }

    /// Opens the database of a server that is running: the schema stays as it is, and has to be that
    /// of this version.
    pub async fn open_beside(
        path: &Path,
        registry: &Arc<Registry>,
    ) -> Result<Storage, StorageError> {
        let storage = Storage {
            connections: Connections::open(path, connections::options(path)).await?,
            registry: Arc::clone(registry),
        };
        let query = sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version");
        let applied: Vec<i64> = storage
            .timed("migrations.applied", query.fetch_all(storage.pool()))
            .await?;
        let mut known: Vec<i64> = MIGRATIONS.iter().map(|one| one.version).collect();
        known.sort_unstable();
        match applied == known {
            true => Ok(storage),
            false => Err(StorageError::OtherSchema {
                path: path.to_owned(),
            }),
        }
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
            .immutable(is_idle);
        Ok(Storage {
            connections: Connections::open_to_read(path, options).await?,
            registry: Arc::clone(registry),
        })
    }

    /// The pool of documents, users and sessions, for the files of this folder.
    pub fn pool(&self) -> &SqlitePool {
        &self.connections.general
    }

    /// The connection of the history writer, which waits for no reader.
    fn writer(&self) -> &SqlitePool {
        &self.connections.writer
    }

    /// The pool of history queries.
    fn reader(&self) -> &SqlitePool {
        &self.connections.reader
    }

    /// Runs one query and emits `db.query.stop` {duration in seconds} with its name and
    /// whether it went well. Nothing runs once the file is gone.
    pub async fn timed<T>(
        &self,
        query: &'static str,
        run: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StorageError> {
        let start = Instant::now();
        let file = self.connections.check_file();
        let result = match file {
            Ok(()) => run.await.map_err(StorageError::from),
            Err(gone) => Err(gone),
        };
        let outcome = if result.is_ok() { "ok" } else { "error" };
        QUERY.execute_on(
            &self.registry,
            &[("duration", start.elapsed().as_secs_f64())],
            &[
                ("query", Value::Str(query)),
                ("result", Value::Str(outcome)),
            ],
        );
        result
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.timed("ping", sqlx::query("SELECT 1").execute(self.pool()))
            .await
            .map(drop)
    }

    /// Closes all connections, so that the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

#[cfg(test)]
pub(crate) mod tests;
