//! `GET /api/history` and `GET /api/history/columns`.

use crate::common::{TestApp, TestClient, TestConfig, until};
use protocol::{ErrorCode, History, HistoryColumns};
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

#[tokio::test]
async fn columns_are_the_histories_of_several_metrics() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    wait_for(&viewer, 2).await;
    let names = [
        "host.memory.total",
        "db.queries",
        "host.cpu.usage",
        "no.such",
    ];
    let to = memory(&viewer, "").await.to;
    let range = format!("from={}&to={to}&points=60", to - 60_000);
    let query = format!("/api/history/columns?metrics={}&{range}", names.join(","));
    let got = viewer.get(&query).await;
    assert_eq!(got.status, StatusCode::OK, "{got:?}");
    let columns: HistoryColumns = serde_json::from_str(&got.text).expect("columns");
    assert!(columns.rest.is_empty());
    let rejected = columns.rejected.iter();
    let rejected = rejected.map(|one| (&*one.metric, one.error.code));
    let missing = ErrorCode::NotFound;
    assert_eq!(
        rejected.collect::<Vec<_>>(),
        [("db.queries", missing), ("no.such", missing)]
    );
    // A hidden metric and one that there is not differ in nothing but their names.
    let message = |i: usize| &columns.rejected[i].error.message;
    assert_eq!(message(0), &message(1).replace("no.such", "db.queries"));
    let histories = columns.into_histories();
    for (metric, columns) in ["host.memory.total", "host.cpu.usage"]
        .iter()
        .zip(&histories)
    {
        let got = viewer
            .get(&format!("/api/history?metric={metric}&{range}"))
            .await;
        let one: History = serde_json::from_str(&got.text).expect("history");
        assert_eq!(
            (&columns.metric, columns.step_ms),
            (&one.metric, one.step_ms)
        );
        assert_eq!((columns.from, columns.to), (one.from, one.to));
        let infos = |history: &History| {
            history
                .series
                .iter()
                .map(|s| s.info.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(infos(columns), infos(&one));
        for (a, b) in columns.series.iter().zip(&one.series) {
            // Both were asked one after the other: the newer answer may have a second more.
            for (a, b) in a.steps.iter().zip(&b.steps) {
                assert_eq!(a.0, b.0, "{metric}");
                for (a, b) in a.1.iter().zip(&b.1) {
                    assert!((a - b).abs() <= b.abs() * 5e-9, "{metric}: {a} {b}");
                }
            }
        }
    }
}

#[tokio::test]
async fn columns_that_no_answer_has_room_for_are_named() {
    let app = TestApp::start().await;
    let viewer = app.signed_in("viewer").await;
    wait_for(&viewer, 1).await;
    // Each has a series, and 5,000 steps of it: 200,000 are the most in an answer.
    let many = ["host.memory.total"; 41].join(",");
    let query = format!("metrics={many}&from=-4999000&points=5000");
    let got = viewer.get(&format!("/api/history/columns?{query}")).await;
    let columns: HistoryColumns = serde_json::from_str(&got.text).expect("columns");
    assert!(columns.rejected.is_empty());
    assert_eq!((columns.metrics.len(), columns.rest.len()), (40, 1));
    for query in [
        "",
        "metrics=a&from=x",
        "metrics=a&points=0",
        "metrics=a&to=5&from=9",
        "metric=a",
    ] {
        let got = viewer.get(&format!("/api/history/columns?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}: {got:?}");
    }
}
