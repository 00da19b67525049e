//! `GET /api/history`.

use crate::common::{TestApp, TestClient, TestConfig, until};
use protocol::History;
use reqwest::StatusCode;

async fn memory(client: &TestClient, query: &str) -> History {
    let got = client
        .get(&format!("/api/history?metric=host.memory.total{query}"))
        .await;
    assert_eq!(got.status, StatusCode::OK, "{got:?}");
    serde_json::from_str(&got.text).expect("history")
}

/// Asks until there are so many steps.
async fn wait_for(client: &TestClient, steps: usize) -> History {
    until("steps of host.memory.total", async || {
        let history = memory(client, "").await;
        let series = history.series.first();
        match series.is_some_and(|series| series.steps.len() >= steps) {
            true => Ok(history),
            false => Err(history),
        }
    })
    .await
}

#[tokio::test]
async fn what_was_measured_is_there_after_a_restart_once() {
    let app = TestApp::start().await;
    let before = wait_for(&app.signed_in("viewer").await, 2).await;
    let folder = app.stop().await;
    let app = TestApp::start_in(folder, TestConfig::default()).await;
    let after = wait_for(&app.signed_in("viewer").await, 4).await;
    let (before, after) = (&before.series[0], &after.series[0]);
    assert_eq!(before.info, after.info);
    for step in &before.steps {
        assert!(after.steps.contains(step), "{step:?} {after:?}");
    }
    assert!(
        after.steps.is_sorted_by(|one, next| one.0 < next.0),
        "{after:?}"
    );
}

#[tokio::test]
async fn refusals() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    let rows = [
        ("", 400),
        ("?metric=host.memory.total&points=0", 400),
        ("?metric=host.memory.total&from=x", 400),
        ("?metric=host.memory.total&tag.nope=x", 400),
        ("?metric=db.queries", 404),
        ("?metric=no.such", 404),
        ("?metric=host.memory.total&from=-1000&to=-500", 200),
    ];
    for (query, status) in rows {
        let got = viewer.get(&format!("/api/history{query}")).await;
        assert_eq!(got.status.as_u16(), status, "{query}: {got:?}");
    }
    let (hidden, unknown) = (
        viewer.get("/api/history?metric=db.queries").await,
        viewer.get("/api/history?metric=no.such").await,
    );
    assert_eq!(hidden.text, unknown.text.replace("no.such", "db.queries"));
    let visible = viewer.get("/api/metrics").await;
    assert!(visible.text.contains("host.memory.total") && !visible.text.contains("db.queries"));
}
