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

#[tokio::test]
async fn what_a_role_sees_is_changed_from_outside_and_reaches_open_streams() {
    let app = TestApp::start().await;
    let mut database = outside(&app).await;
    let add = "INSERT INTO roles (name, version, body) VALUES ('http', 1, \
               '{\"name\":\"http\",\"metrics\":[{\"pattern\":\"http.*\"}]}')";
    database.execute(add).await.expect("changes");
    let assign = "UPDATE users SET roles = '[\"http\"]' WHERE name = 'viewer'";
    database.execute(assign).await.expect("changes");
    let viewer = app.signed_in("viewer").await;
    let mut events = Events::open(&viewer, "/api/stream", None).await;
    until_hello(&mut events, |hello| {
        shows(hello, "http.requests") && !shows(hello, "host.cpu.usage")
    })
    .await;
    let empty = "UPDATE roles SET body = '{\"name\":\"http\"}'";
    database.execute(empty).await.expect("changes");
    until_hello(&mut events, |hello| hello.series.is_empty()).await;
    // A role that cannot be read gives nothing.
    let broken = "UPDATE roles SET body = '{\"metrics\":[{\"of_tomorrow\":1}]}'";
    database.execute(broken).await.expect("changes");
    let names = viewer.get(protocol::paths::METRICS).await.json;
    assert_eq!(names, serde_json::json!([]));
}

async fn until_hello(events: &mut Events, holds: impl Fn(&Hello) -> bool) {
    while !holds(&hello(events).await) {}
}
