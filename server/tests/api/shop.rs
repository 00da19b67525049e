//! The example `shop` of telemetry: its contract, its list of metrics, its dashboard, and the
//! reporter that brings the one to the other.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use protocol::role::ADMIN;
use protocol::{Dashboard, Scope};
use reqwest::StatusCode;
use telemetry::contract::Contract;
use telemetry::otlp::{OtlpHandle, OtlpReporter, Stats};
use telemetry::{Registry, metrics_from_toml};

use crate::common::{TestApp, TestConfig};
use crate::otlp::{history, total};

const METRICS: &str = include_str!("../../../telemetry/examples/shop/pulseboard.toml");
const DASHBOARD: &str = include_str!("../../../telemetry/examples/shop/dashboard.json");

const CONTRACT: &str = include_str!("../../../telemetry/examples/shop/contract.json");

async fn shop() -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("contract.json"), CONTRACT).expect("writes");
    let config = TestConfig::toml(METRICS);
    let app = TestApp::start_in(folder, config).await;
    app.user(ADMIN, &[ADMIN]).await;
    app
}

#[tokio::test]
async fn the_reporter_brings_every_kind_to_history() {
    let app = shop().await;
    let registry = Arc::new(Registry::new());
    let reporter = reporter(&app, &registry).await;
    for (open, result) in ["ok", "wrong_password", "ok"].into_iter().enumerate() {
        registry.execute("shop.session.start", &[], &[("result", result.into())]);
        registry.execute("shop.session.change", &[("open", open as f64)], &[]);
        let seconds = [("duration", 0.004 * (open + 1) as f64)];
        registry.execute("shop.page.stop", &seconds, &[("route", "/".into())]);
        registry.execute("shop.page.stop", &seconds, &[("route", "/sign-in".into())]);
        registry.execute("shop.password.hash.stop", &seconds, &[]);
    }
    all_taken(reporter, 7).await;

    let admin = app.signed_in(ADMIN).await;
    let logins = history(&admin, "shop.logins", |all| all.len() == 2).await;
    let count = |result: &str| {
        let mut logins = logins.iter();
        let found = logins.find(|series| series.info.tags["result"] == result);
        found.map(|series| total(series, 0))
    };
    assert_eq!(
        (count("ok"), count("wrong_password")),
        (Some(2.0), Some(1.0))
    );

    let open = history(&admin, "shop.sessions.open", |all| all.len() == 1).await;
    assert_eq!(open[0].steps[0].1[0], 2.0, "the newest");

    let pages = history(&admin, "shop.page.duration", |all| all.len() == 2).await;
    let row = &pages[0].steps[0].1;
    assert_eq!(
        (row[0], row[2], row[3]),
        (3.0, 4.0, 12.0),
        "count, min and max in ms"
    );
    assert!((row[4] - 8.0).abs() < 8.0 * 0.0055, "the median: {row:?}");

    let landing = history(&admin, "shop.landing.duration", |all| all.len() == 1).await;
    let row = &landing[0].steps[0].1;
    assert_eq!(row[4..], [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);

    let busy = history(&admin, "shop.password.hash.busy", |all| all.len() == 1).await;
    assert!((total(&busy[0], 1) - 0.024).abs() < 1e-9);
}

#[tokio::test]
async fn every_metric_of_the_list_has_values_when_its_event_comes() {
    let app = shop().await;
    let registry = Arc::new(Registry::new());
    let reporter = reporter(&app, &registry).await;
    let metrics = metrics_from_toml(METRICS).expect("what the server reads");
    // Several metrics take one event, which therefore comes once and carries all it declares.
    let contract: Contract = serde_json::from_str(CONTRACT).expect("a contract");
    for event in contract.events() {
        let measurements = event.measurements.iter().map(|m| (&*m.name, 0.004));
        let metadata = event.metadata.iter().map(|key| (&*key.name, "/".into()));
        registry.execute(
            &event.name,
            &measurements.collect::<Vec<_>>(),
            &metadata.collect::<Vec<_>>(),
        );
    }
    all_taken(reporter, metrics.len() as u64).await;
    let admin = app.signed_in(ADMIN).await;
    for metric in metrics {
        let series = history(&admin, &metric.name, |all| all.len() == 1).await;
        assert!(!series[0].steps.is_empty(), "{}", metric.name);
    }
}

/// What the example's README says to run.
#[test]
fn contract_list_and_dashboard_fit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let check = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pulseboard"));
        command.env_clear().current_dir(&root);
        let config = "telemetry/examples/shop/pulseboard.toml";
        let dashboards = "telemetry/examples/shop/dashboard.json";
        command.args(["check", "--config", config, "--dashboards", dashboards]);
        let output = command.args(more).output().expect("runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), said)
    };
    let (status, said) = check(&[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.starts_with("no findings in "), "{said}");

    // It would have found something.
    let folder = tempfile::tempdir().expect("a folder");
    let more = folder.path().join("more.json");
    std::fs::write(&more, r#"{"events": [{"name": "shop.unheard"}]}"#).expect("writes");
    let (status, said) = check(&["--events", more.to_str().expect("UTF-8")]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("no metric consumes `shop.unheard`"), "{said}");
}

/// The shop's reporter, at this server; it sends when it is shut down.
async fn reporter(app: &TestApp, registry: &Arc<Registry>) -> OtlpHandle {
    let token = app.token(&[Scope::Ingest]).await.secret;
    OtlpReporter::new(format!("{}/v1/metrics", app.url))
        .token(token)
        .resource("service.name", "shop")
        .every(Duration::from_secs(3_600))
        .start(
            registry,
            metrics_from_toml(METRICS).expect("what the server reads"),
        )
        .expect("starts")
}

async fn all_taken(reporter: OtlpHandle, points: u64) {
    // It blocks, and the server that it waits for runs in this very thread.
    let ended = tokio::task::spawn_blocking(|| reporter.shutdown(Duration::from_secs(60)));
    let stats = ended.await.expect("no panic");
    let expect = Stats {
        sent: points,
        ..Stats::default()
    };
    assert_eq!(stats, expect);
}

#[tokio::test]
async fn the_dashboard_shows_what_the_list_names() {
    let app = shop().await;
    let admin = app.signed_in(ADMIN).await;
    let document = serde_json::from_str(DASHBOARD).expect("JSON");
    let saved = admin.put("/api/dashboards/shop", &document).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let read = admin.get("/api/dashboards/shop").await;
    let read: Dashboard = serde_json::from_str(&read.text).expect("a dashboard");
    assert_eq!(read.widgets.len(), 8);
}
