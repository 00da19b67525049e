//! Changes of the database that another program makes while the server runs.

use crate::common::TestApp;
use crate::stream::Events;
use protocol::Hello;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};

async fn outside(app: &TestApp) -> SqliteConnection {
    let path = app.folder.path().join("data/pulseboard.db");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true);
    options.connect().await.expect("opens")
}

async fn hello(events: &mut Events) -> Hello {
    let hello = events.next("hello").await.expect("a hello");
    serde_json::from_str(&hello).expect("a hello")
}

fn shows(hello: &Hello, metric: &str) -> bool {
    hello.series.iter().any(|one| one.metric == metric)
}

#[tokio::test]
async fn a_session_that_is_ended_from_outside_ends_its_stream() {
    let app = TestApp::start().await;
    let mut database = outside(&app).await;
    for statement in [
        "DELETE FROM sessions",
        "UPDATE sessions SET expires_ms = 1",
        "DELETE FROM users WHERE name = 'viewer'",
    ] {
        let viewer = app.signed_in("viewer").await;
        let mut events = Events::open(&viewer, "/api/stream", None).await;
        hello(&mut events).await;
        database.execute(statement).await.expect("changes");
        events.drain().await;
    }
}

#[tokio::test]
async fn a_role_that_is_changed_from_outside_reaches_open_streams() {
    let app = TestApp::start().await;
    let mut database = outside(&app).await;
    let viewer = app.signed_in("viewer").await;
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    assert!(!shows(&hello(&mut events).await, "db.queries"));
    let promote = "UPDATE users SET roles = '[\"admin\"]' WHERE name = 'viewer'";
    database.execute(promote).await.expect("changes");
    assert!(shows(&hello(&mut events).await, "db.queries"));
}
