//! What the server measures of its host and of itself.

use protocol::History;
use protocol::history::HistorySeries;
use reqwest::StatusCode;

use crate::common::{TestApp, TestClient, TestConfig, until};

/// Asks until there are series of the metric, all of them as they are wanted.
async fn wait_for(
    client: &TestClient,
    metric: &str,
    wanted: impl Fn(&HistorySeries) -> bool,
) -> Vec<HistorySeries> {
    until(metric, async || {
        let got = client.get(&format!("/api/history?metric={metric}")).await;
        assert_eq!(got.status, StatusCode::OK, "{metric}: {got:?}");
        let History { series, .. } = serde_json::from_str(&got.text).expect("history");
        match !series.is_empty() && series.iter().all(&wanted) {
            true => Ok(series),
            false => Err(series),
        }
    })
    .await
}

fn is_there(series: &HistorySeries) -> bool {
    !series.steps.is_empty()
}

/// Counts readings.
const READINGS: TestConfig = TestConfig::toml(
    "[[metrics]]\nname = 'readings.host'\nkind = 'counter'\nevent = 'host.memory'\n\
           [[metrics]]\nname = 'readings.process'\nkind = 'counter'\nevent = 'process.self'\n\
           [[metrics]]\nname = 'readings.runtime'\nkind = 'counter'\nevent = 'tokio.runtime'\n\
           [[metrics]]\nname = 'readings.worker'\nkind = 'counter'\nevent = 'tokio.worker'\n\
           tags = ['worker']",
);

#[tokio::test]
async fn every_second_has_one_reading_of_each() {
    let app = TestApp::start_with(READINGS).await;
    app.user("viewer", &["viewer"]).await;
    let viewer = app.signed_in("viewer").await;
    // The first second may have the reading at once as well. On a machine that is busy a tick may
    // come half a second late, or not at all; not for ever.
    let three_in_a_row = |series: &HistorySeries| {
        let mut windows = series.steps.windows(3);
        windows.any(|steps| {
            let seconds = steps.is_sorted_by(|one, next| next.0 - one.0 == 1_000);
            seconds && steps.iter().all(|step| step.1[0] == 1.0)
        })
    };
    for metric in [
        "readings.host",
        "readings.process",
        "readings.runtime",
        "readings.worker",
    ] {
        for series in wait_for(&viewer, metric, three_in_a_row).await {
            let ends: Vec<i64> = series.steps.iter().map(|step| step.0).collect();
            let seconds = ends.is_sorted_by(|one, next| one < next);
            let whole = ends.iter().all(|end| end % 1_000 == 0);
            assert!(seconds && whole, "{metric}: {ends:?}");
        }
    }
}

#[tokio::test]
async fn host_process_and_runtime_are_shown_to_whom_they_concern() {
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
        wait_for(&admin, metric, is_there).await;
    }
    let workers = wait_for(&admin, "tokio.worker.busy", is_there).await;
    assert_eq!(workers[0].info.tags["worker"], "0");
    let tasks = wait_for(&admin, "tokio.tasks.alive", is_there).await;
    assert!(tasks[0].steps.iter().all(|step| step.1[0] >= 1.0));

    let viewer = app.signed_in("viewer").await;
    let hidden = viewer.get("/api/history?metric=tokio.worker.busy").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn readings_that_come_later_are_no_rejections() {
    let app = TestApp::start().await;
    let admin = app.signed_in("admin").await;
    // It comes from the second reading on. What was rejected of the first is told a flush later.
    wait_for(&admin, "process.cpu", is_there).await;
    let got = admin.get("/api/history?metric=pulseboard.refused").await;
    let History { series, .. } = serde_json::from_str(&got.text).expect("history");
    assert!(series.is_empty(), "{series:?}");
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
        let series = wait_for(&admin, metric, is_there).await;
        assert_eq!(series[0].info.tags["measurement"], "host");
    }
}
