//! What the server measures of its host and of itself.

use std::time::Duration;

use app::wire::History;
use app::wire::history::HistorySeries;
use reqwest::StatusCode;

use crate::common::{TestApp, TestClient};

/// Asks until every one of the series that there are has so many steps.
async fn wait_for(client: &TestClient, metric: &str, steps: usize) -> Vec<HistorySeries> {
    loop {
        let got = client.get(&format!("/api/history?metric={metric}")).await;
        assert_eq!(got.status, StatusCode::OK, "{metric}: {got:?}");
        let history: History = serde_json::from_str(&got.text).expect("history");
        let enough = |series: &HistorySeries| series.steps.len() >= steps;
        if !history.series.is_empty() && history.series.iter().all(enough) {
            return history.series;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn host_process_and_runtime_arrive_second_by_second() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    for metric in [
        "host.memory.used",
        "process.memory",
        "process.cpu",
        "tokio.tasks.alive",
        "tokio.queue.depth",
        "tokio.worker.busy",
        "tokio.worker.parks",
    ] {
        for series in wait_for(&admin, metric, 3).await {
            let ends: Vec<i64> = series.steps.iter().map(|step| step.0).collect();
            let seconds = ends.is_sorted_by(|one, next| one < next);
            assert!(seconds, "{metric}: {ends:?}");
        }
    }
    let workers = wait_for(&admin, "tokio.worker.busy", 1).await;
    assert_eq!(workers[0].info.tags["worker"], "0");
    let tasks = wait_for(&admin, "tokio.tasks.alive", 1).await;
    assert!(tasks[0].steps.iter().all(|step| step.1[0] >= 1.0));

    let viewer = app.signed_in("viewer").await;
    let hidden = viewer.get("/api/history?metric=tokio.worker.busy").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn failures_and_skipped_ticks_are_shown_to_admins() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    for (event, metric) in [
        (telemetry::POLLER_FAILURE, "telemetry.poller.failures"),
        (telemetry::POLLER_SKIPPED, "telemetry.poller.skipped"),
    ] {
        let metadata = [("measurement", "host".into())];
        app.registry.execute(event, &[("count", 2.0)], &metadata);
        let series = wait_for(&admin, metric, 1).await;
        assert_eq!(series[0].info.tags["measurement"], "host");
    }
}
