//! `/health` and `/health/ready`.

use std::path::PathBuf;

use crate::common::{TestApp, TestClient, until};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Executor};

async fn ready(client: &TestClient) -> Value {
    // The flush loop's first flush may still be ahead.
    until("ready", async || {
        let ready = client.get("/health/ready").await;
        match ready.status.as_u16() {
            200 => Ok(ready.json),
            _ => Err(ready),
        }
    })
    .await
}

/// Waits until it is not ready, for this check.
async fn not_ready(client: &TestClient, check: &str) {
    let degraded = until("degraded", async || {
        let answer = client.get("/health/ready").await;
        match answer.status.as_u16() {
            503 if answer.json["checks"][check] != "ok" => Ok(answer.json),
            _ => Err(answer),
        }
    });
    assert_eq!(degraded.await["status"], "degraded");
}

fn database(app: &TestApp) -> PathBuf {
    app.folder.path().join("data/pulseboard.db")
}

#[tokio::test]
async fn ready_asks_the_database() {
    let app = TestApp::start().await;
    let client = app.client();
    let live = client.get("/health").await;
    assert_eq!(
        (live.status.as_u16(), live.json),
        (200, json!({ "status": "ok" }))
    );
    let ready = ready(&client).await;
    let checks = json!({ "clock": "ok", "database": "ok", "history": "ok", "pump": "ok" });
    assert_eq!(
        (&ready["status"], &ready["checks"]),
        (&json!("ready"), &checks)
    );
    assert!(ready["newest_second_age_ms"].is_u64(), "{ready}");

    app.state.storage.close().await;
    let degraded = client.get("/health/ready").await;
    assert_eq!(degraded.status.as_u16(), 503);
    assert_eq!(degraded.json["status"], "degraded");
    assert_eq!(degraded.json["checks"]["database"], "failed");
    assert_eq!(client.get("/health").await.status.as_u16(), 200);
    // Nothing internal leaks when the database is gone.
    let me = client
        .request(reqwest::Method::GET, "/api/me")
        .header("cookie", "pulseboard_session=x");
    let me = crate::common::answer(me).await;
    assert_eq!((me.status.as_u16(), me.code()), (500, "internal"));
    assert!(!me.text.to_lowercase().contains("pool"), "{}", me.text);
}

#[tokio::test]
async fn ready_ends_while_the_file_is_locked() {
    let app = TestApp::start().await;
    let client = app.client();
    ready(&client).await;
    let options = SqliteConnectOptions::new().filename(database(&app));
    let mut outside = options.connect().await.expect("opens");
    outside.execute("BEGIN IMMEDIATE").await.expect("locks");
    not_ready(&client, "history").await;
    outside.execute("ROLLBACK").await.expect("unlocks");
    let ready = ready(&client).await;
    assert!(
        ready["newest_second_age_ms"].as_u64() < Some(10_000),
        "{ready}"
    );
}

#[tokio::test]
async fn ready_ends_with_a_file_that_is_unlinked_and_nothing_more_is_acknowledged() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    ready(&admin).await;
    std::fs::remove_file(database(&app)).expect("removes");
    not_ready(&admin, "history").await;
    let note = json!({ "t": 1, "text": "x" });
    let lost = admin.post("/api/annotations", &note).await;
    assert_eq!((lost.status.as_u16(), lost.code()), (500, "internal"));
}

#[tokio::test]
async fn ready_ends_with_a_file_that_is_malformed() {
    let app = TestApp::start().await;
    let client = app.client();
    ready(&client).await;
    // In place, as a disk or a script would: the file stays the same one.
    let path = database(&app);
    let length = std::fs::metadata(&path).expect("is there").len();
    std::fs::write(&path, vec![0xa5; length as usize]).expect("writes");
    let log = app.folder.path().join("data/pulseboard.db-wal");
    let length = std::fs::metadata(&log).expect("is there").len();
    std::fs::write(&log, vec![0xa5; length as usize]).expect("writes");
    not_ready(&client, "history").await;
}
