//! A real full disk, as far as the database is concerned: SQLite's own bound of pages.

use protocol::Annotation;
use sqlx::{AssertSqlSafe, Executor};
use telemetry::aggregate::Packed;

use super::*;

pub(crate) mod faults;
mod ids;
mod migrations;

/// A connection beside those of the storage.
async fn outside(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&connections::options(path))
        .await
        .expect("opens")
}

/// An empty database in a folder, and a connection beside those of the storage.
async fn fresh() -> (tempfile::TempDir, Storage, SqliteConnection) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.db");
    let storage = Storage::open(&path, &Arc::default()).await.expect("opens");
    let outside = outside(&path).await;
    (folder, storage, outside)
}

/// A database that has no room for another page, and a connection that has.
async fn full(folder: &Path) -> (Storage, SqliteConnection) {
    let path = folder.join("full.db");
    let registry = Arc::new(Registry::new());
    let storage = Storage::open(&path, &registry).await.expect("opens");
    for name in 0..40 {
        let user = AddUser {
            name: &name.to_string(),
            password_hash: "",
            roles: &[],
            now_ms: 0,
        };
        storage.add_user(user).await.expect("makes");
    }
    storage.close().await;
    let mut outside = outside(&path).await;
    outside
        .execute("CREATE TABLE ballast (bytes BLOB)")
        .await
        .expect("makes");
    outside
        .execute("INSERT INTO ballast VALUES (zeroblob(1000000))")
        .await
        .expect("fills");
    // The bound is raised to the pages that there are.
    let options = connections::options(&path).pragma("max_page_count", "1");
    let storage = Storage::open_with(&path, &registry, options)
        .await
        .expect("opens");
    (storage, outside)
}

fn session(hash: &[u8; 32], user_id: i64, expires_ms: i64) -> AddSession<'_> {
    AddSession {
        hash,
        user_id,
        device: "",
        address: "",
        now_ms: 0,
        expires_ms,
    }
}

/// Signs users in until there is no room, and then more often than there are connections.
async fn fill(storage: &Storage, users: &[i64]) {
    let (mut failed, mut number) = (0, 0u32);
    while failed < 9 {
        number += 1;
        assert!(number < 2_000, "everything fits");
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&number.to_be_bytes());
        let user = users[number as usize % users.len()];
        if let Err(error) = storage.add_session(session(&hash, user, 1_000)).await {
            assert!(error.to_string().contains("full"), "{error}");
            failed += 1;
        }
    }
}

#[tokio::test]
async fn a_full_disk_leaves_no_connection_within_a_transaction() {
    let folder = tempfile::tempdir().expect("a folder");
    let (storage, mut outside) = full(folder.path()).await;
    let users: Vec<i64> = sqlx::query_scalar("SELECT id FROM users")
        .fetch_all(&mut outside)
        .await
        .expect("reads");
    fill(&storage, &users).await;
    outside.execute("DELETE FROM ballast").await.expect("frees");
    // What is acknowledged now is seen by everybody, and nobody holds the lock.
    for number in 0..8 {
        let id = format!("after{number}");
        let saved = storage
            .save_dashboard(&id, 0, "{}", u32::MAX)
            .await
            .expect("saves");
        assert!(matches!(saved, Saved::Yes(_)));
        let seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dashboards WHERE id = ?")
            .bind(&id)
            .fetch_one(&mut outside)
            .await
            .expect("reads");
        assert_eq!(seen, 1, "{id}");
        outside
            .execute("DELETE FROM ballast")
            .await
            .expect("the lock is free");
    }
}

#[tokio::test]
async fn nothing_is_written_to_a_file_that_is_gone_or_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.db");
    let registry = Arc::new(Registry::new());
    let storage = Storage::open(&path, &registry).await.expect("opens");
    let run = storage.begin_run(1_000).await.expect("begins");
    assert_eq!(storage.newest_committed(run).await.expect("reads"), 1_000);
    let aside = folder.path().join("aside.db");
    std::fs::rename(&path, &aside).expect("moves");
    let is_gone = async || {
        let saved = storage.save_dashboard("d", 0, "{}", 9).await;
        assert!(matches!(saved, Err(StorageError::Gone { .. })), "{saved:?}");
        let newest = storage.newest_committed(run).await;
        assert!(
            matches!(newest, Err(StorageError::Gone { .. })),
            "{newest:?}"
        );
    };
    is_gone().await;
    std::fs::copy(&aside, &path).expect("copies");
    is_gone().await;
    std::fs::remove_file(&path).expect("removes");
    std::fs::create_dir(&path).expect("makes a folder");
    is_gone().await;
    std::fs::remove_dir(&path).expect("removes");
    std::fs::rename(&aside, &path).expect("moves");
    assert_eq!(
        storage
            .save_dashboard("d", 0, "{}", 9)
            .await
            .expect("saves"),
        Saved::Yes(1)
    );
}

#[tokio::test]
async fn an_id_that_stands_for_another_series_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Arc::new(Registry::new());
    let storage = Storage::open(&folder.path().join("p.db"), &registry)
        .await
        .expect("opens");
    let packed = Packed {
        count: 1,
        sum: 1.0,
        min: 1.0,
        max: 1.0,
        last: 1.0,
        detail: Box::default(),
    };
    let write = async |id: u32, metric: &str, keeps: bool| {
        let series = [(id, metric.to_owned(), "{}".to_owned())];
        let rows = [(id, &packed)];
        let batch = SecondBatch {
            run: 1,
            t: 1_000,
            series: &series,
            rows: if keeps { &rows } else { &[] },
            gaps: &[],
            is_again: false,
        };
        storage.write_second(&batch).await
    };
    write(1, "a.b", true).await.expect("writes");
    write(1, "a.b", true).await.expect("is the same");
    for (id, metric) in [(1, "a.c"), (2, "a.b")] {
        let taken = write(id, metric, true).await;
        assert!(
            matches!(taken, Err(StorageError::SeriesTaken { .. })),
            "{id} {metric} {taken:?}"
        );
    }
    write(2, "a.c", false).await.expect("writes");
    // Nothing is kept of it: it gave its place back, and its tags came again.
    write(3, "a.c", true).await.expect("takes the row over");
    let ids: Vec<u32> = storage
        .series()
        .await
        .expect("reads")
        .iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(ids, [1, 3]);
}

#[tokio::test]
async fn a_version_of_any_document_does_not_come_again() {
    let (_folder, storage, mut outside) = fresh().await;
    let add = "INSERT INTO users (id, name, name_key, password_hash, roles, created_ms)
               VALUES (1, 'ada', 'ada', '', '[]', 0)";
    outside.execute(add).await.expect("a user");
    let save = async |seen: u64| {
        [
            storage
                .save_dashboard("d", seen, "{}", 9)
                .await
                .expect("saves"),
            storage
                .save_preferences(1, seen, "{}")
                .await
                .expect("saves"),
            storage
                .save_dashboard_preferences(1, "d", seen, "{}", 9)
                .await
                .expect("saves"),
        ]
    };
    assert!(save(0).await.iter().all(|saved| *saved == Saved::Yes(1)));
    assert!(save(1).await.iter().all(|saved| *saved == Saved::Yes(2)));
    // Preferences go with their user, whose id may come again.
    for removal in ["DELETE FROM users", add, "DELETE FROM dashboards"] {
        outside.execute(removal).await.expect("changes");
    }
    for stale in [1, 2] {
        assert!(
            save(stale)
                .await
                .iter()
                .all(|saved| *saved == Saved::Stale(None))
        );
    }
    assert!(save(0).await.iter().all(|saved| *saved == Saved::Yes(3)));
    assert!(
        save(2)
            .await
            .iter()
            .all(|saved| matches!(saved, Saved::Stale(Some(_))))
    );
}

/// A commit that fails after the statement has returned its row, as it does when the disk is full.
#[tokio::test]
async fn what_is_answered_as_saved_is_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("p.db");
    let storage = Storage::open(&path, &Arc::default()).await.expect("opens");
    let add_user = async |name: &str| {
        let user = AddUser {
            name,
            password_hash: "",
            roles: &[],
            now_ms: 0,
        };
        storage.add_user(user).await
    };
    let user = add_user("first").await.expect("makes").expect("an id");
    storage
        .save_dashboard("old", 0, "{}", 9)
        .await
        .expect("saves");
    let saved = storage.save_preferences(user, 0, "{}").await;
    saved.expect("saves");
    let saved = storage.save_dashboard_preferences(user, "old", 0, "{}", 9);
    saved.await.expect("saves");
    let mut outside = outside(&path).await;
    let tables = [
        "dashboards",
        "preferences",
        "dashboard_preferences",
        "annotations",
    ];
    let mut statements = vec![
        "CREATE TABLE parents (id INTEGER PRIMARY KEY)".to_owned(),
        "CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"
            .to_owned(),
    ];
    for table in tables.into_iter().chain(["users", "tokens"]) {
        for (name, when) in [("added", "INSERT"), ("changed", "UPDATE")] {
            statements.push(format!(
                "CREATE TRIGGER {table}_{name}_breaks AFTER {when} ON {table} \
                 BEGIN INSERT INTO children VALUES (1); END"
            ));
        }
    }
    for statement in statements {
        outside
            .execute(AssertSqlSafe(statement))
            .await
            .expect("runs");
    }
    let limits = AnnotationLimits {
        all: 9,
        by_author: 9,
    };
    let annotation = Annotation {
        id: 0,
        t: 1,
        to: None,
        text: "x".to_owned(),
        tags: Vec::new(),
        source: String::new(),
    };
    for (what, answer) in [
        (
            "a new dashboard",
            storage.save_dashboard("new", 0, "{}", 9).await.is_ok(),
        ),
        (
            "a dashboard",
            storage.save_dashboard("old", 1, "{}", 9).await.is_ok(),
        ),
        (
            "a reset",
            storage.reset_dashboard("old", "{}").await.is_ok(),
        ),
        (
            "preferences",
            storage.save_preferences(user, 1, "{}").await.is_ok(),
        ),
        (
            "preferences of a dashboard",
            storage
                .save_dashboard_preferences(user, "old", 1, "{}", 9)
                .await
                .is_ok(),
        ),
        (
            "new preferences of a dashboard",
            storage
                .save_dashboard_preferences(user, "new", 0, "{}", 9)
                .await
                .is_ok(),
        ),
        (
            "an annotation",
            storage
                .add_annotation(&annotation, "ci", limits)
                .await
                .is_ok(),
        ),
        ("a user", add_user("second").await.is_ok()),
        ("a token", add_token(&storage, 0).await.is_ok()),
    ] {
        assert!(!answer, "{what} is answered as saved");
    }
}

async fn add_token(storage: &Storage, secret: u8) -> Result<Option<i64>, StorageError> {
    let token = protocol::NewToken {
        name: "t".into(),
        description: String::new(),
        scopes: Vec::new(),
        expires_ms: None,
        owner: None,
    };
    let add = AddToken {
        token: &token,
        hash: &[secret; 32],
        owner: None,
        now_ms: 0,
        max: (9, 9),
    };
    let entry = crate::access::Change::new(protocol::AuditCode::TokenAdded, "t")
        .entry(&crate::access::Actor::command_line(), 0);
    let limits = AuditLimits {
        entries: 9,
        bytes: 9_999,
        keep_ms: 9,
    };
    storage.add_token(add, (&entry, limits)).await
}
