//! Statements that fail: what was begun is left behind, and what is answered afterwards is true.

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;

use super::*;

/// An error that all writing statements end in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StorageFault {
    /// `SQLITE_READONLY`: the statement fails, and its transaction goes on.
    ReadOnly,
    /// An error that ends the transaction by itself, as those of the disk do: `SQLITE_FULL`,
    /// `SQLITE_IOERR`.
    RolledBack,
}

impl StorageFault {
    pub(crate) const ALL: [StorageFault; 2] = [StorageFault::ReadOnly, StorageFault::RolledBack];

    /// From now on writing fails; `outside` is a connection of somebody else.
    pub(crate) async fn begin(self, storage: &Storage, outside: &mut SqliteConnection) {
        match self {
            StorageFault::ReadOnly => storage.set_query_only(true).await,
            StorageFault::RolledBack => {
                for table in TABLES {
                    let trigger = format!(
                        "CREATE TRIGGER fault_{table} BEFORE INSERT ON {table}
                         BEGIN SELECT RAISE(ROLLBACK, 'disk I/O error'); END"
                    );
                    let made = outside.execute(AssertSqlSafe(trigger)).await;
                    made.expect("makes");
                }
            }
        }
    }

    /// Writing succeeds again.
    pub(crate) async fn end(self, storage: &Storage, outside: &mut SqliteConnection) {
        match self {
            StorageFault::ReadOnly => storage.set_query_only(false).await,
            StorageFault::RolledBack => {
                for table in TABLES {
                    let drop = format!("DROP TRIGGER fault_{table}");
                    let dropped = outside.execute(AssertSqlSafe(drop)).await;
                    dropped.expect("drops");
                }
            }
        }
    }
}

/// What is written in a transaction, in a statement of its own, and by the writer of history.
const TABLES: [&str; 3] = ["sessions", "dashboards", "points"];

impl Storage {
    /// Lets every connection only read, or write again.
    async fn set_query_only(&self, on: bool) {
        for pool in [self.pool(), self.writer(), self.reader()] {
            let mut held: Vec<PoolConnection<Sqlite>> = Vec::new();
            for _ in 0..pool.options().get_max_connections() {
                held.push(pool.acquire().await.expect("a connection"));
            }
            for connection in &mut held {
                let pragma = if on {
                    "PRAGMA query_only = ON"
                } else {
                    "PRAGMA query_only = OFF"
                };
                connection.execute(pragma).await.expect("is set");
            }
        }
    }
}

#[tokio::test]
async fn after_errors_of_every_kind_what_is_answered_as_saved_is_committed() {
    let (_folder, storage, mut outside) = fresh().await;
    let ada = AddUser {
        name: "ada",
        password_hash: "",
        roles: &[],
        now_ms: 0,
    };
    let user = storage.add_user(ada).await.expect("makes").expect("an id");
    let mut number = 0;
    for error in StorageFault::ALL {
        error.begin(&storage, &mut outside).await;
        // More often than there are connections.
        for _ in 0..9 {
            let id = format!("d{number}");
            let saved = storage.save_dashboard(&id, 0, "{}", 99).await;
            assert!(saved.is_err(), "{error:?} {saved:?}");
            let added = storage
                .add_session(session(&[number; 32], user, 9_000))
                .await;
            assert!(added.is_err(), "{error:?}");
            number += 1;
        }
        error.end(&storage, &mut outside).await;
        for _ in 0..9 {
            let id = format!("d{number}");
            let saved = storage.save_dashboard(&id, 0, "{}", 99).await;
            assert!(matches!(saved, Ok(Saved::Yes(_))), "{error:?} {saved:?}");
            let added = storage
                .add_session(session(&[number; 32], user, 9_000))
                .await;
            added.expect("is added");
            let seen: i64 = sqlx::query_scalar(
                "SELECT (SELECT COUNT(*) FROM dashboards WHERE id = ?)
                 + (SELECT COUNT(*) FROM sessions WHERE secret_hash = ?)",
            )
            .bind(&id)
            .bind(&[number; 32][..])
            .fetch_one(&mut outside)
            .await
            .expect("reads");
            assert_eq!(seen, 2, "{error:?} {id}");
            // Nobody holds the lock.
            let free = outside.execute("BEGIN IMMEDIATE; ROLLBACK").await;
            free.expect("the lock is free");
            number += 1;
        }
    }
}
