//! Migrations that were written beside each other.

use super::*;

/// Those that joined when databases with later numbers were in use already.
const LATE: [i64; 2] = [50, 61];

async fn schema(path: &Path) -> Vec<(String, Option<String>)> {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("opens");
    sqlx::query_as("SELECT name, sql FROM sqlite_master ORDER BY name")
        .fetch_all(&mut connection)
        .await
        .expect("reads")
}

#[tokio::test]
async fn a_database_with_later_migrations_takes_an_earlier_number_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Arc::new(Registry::new());
    let path = folder.path().join("in-order.db");
    let storage = Storage::open(&path, &registry).await.expect("opens");
    storage.close().await;
    let in_order = schema(&path).await;
    for late in LATE {
        let path = folder.path().join(format!("{late}.db"));
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .expect("opens");
        let mut without = sqlx::migrate!("./migrations");
        without
            .migrations
            .to_mut()
            .retain(|one| one.version != late);
        assert!(without.iter().any(|one| one.version > late), "{late}");
        without.run(&mut connection).await.expect("migrates");
        sqlx::query(
            "INSERT INTO users (id, name, name_key, password_hash, roles, created_ms)
             VALUES (1, 'ada', 'ada', '', '[\"admin\"]', 0)",
        )
        .execute(&mut connection)
        .await
        .expect("a user");
        connection.close().await.expect("closes");
        let storage = Storage::open(&path, &registry).await.expect("migrates");
        let user = storage.user("ada").await.expect("reads").expect("a user");
        assert_eq!((user.id, user.disabled), (1, false), "{late}");
        storage.close().await;
        assert_eq!(schema(&path).await, in_order, "{late}");
    }
}
