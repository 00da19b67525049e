//! The example `shop` of telemetry: its list of metrics, its dashboard, and the reporter that
//! brings the one to the other.

use std::sync::Arc;
use std::time::Duration;

use app::wire::role::ADMIN;
use app::wire::{Dashboard, Scope};
use reqwest::StatusCode;
use telemetry::otlp::{OtlpReporter, Stats};
use telemetry::{Registry, metrics_from_toml};

use crate::common::{TestApp, TestConfig};
use crate::otlp::{history, total};

const METRICS: &str = include_str!("../../../telemetry/examples/shop/pulseboard.toml");
const DASHBOARD: &str = include_str!("../../../telemetry/examples/shop/dashboard.json");

async fn shop() -> TestApp {
    let app = TestApp::start_with(TestConfig {
        toml: METRICS,
        admin_password: None,
    })
    .await;
    app.user(ADMIN, &[ADMIN]).await;
    app
}

#[tokio::test]
async fn the_reporter_brings_every_kind_to_history() {
    let app = shop().await;
    let token = app.token(&[Scope::Ingest]).await.secret;
    let url = format!("{}/v1/metrics", app.url);
    let registry = Arc::new(Registry::new());
    let reporter = OtlpReporter::new(url)
        .token(token)
        .resource("service.name", "shop")
        .every(Duration::from_secs(3_600))
        .start(
            &registry,
            metrics_from_toml(METRICS).expect("what the server reads"),
        )
        .expect("starts");
    for (open, result) in ["ok", "wrong_password", "ok"].into_iter().enumerate() {
        registry.execute("shop.session.start", &[], &[("result", result.into())]);
        registry.execute("shop.session.change", &[("open", open as f64)], &[]);
        let seconds = [("duration", 0.004 * (open + 1) as f64)];
        registry.execute("shop.page.stop", &seconds, &[("route", "/".into())]);
        registry.execute("shop.page.stop", &seconds, &[("route", "/sign-in".into())]);
        registry.execute("shop.password.hash.stop", &seconds, &[]);
    }
    // It blocks, and the server that it waits for runs in this very thread.
    let ended = tokio::task::spawn_blocking(|| reporter.shutdown(Duration::from_secs(60)));
    let stats = ended.await.expect("no panic");
    let all_taken = Stats {
        sent: 7,
        ..Stats::default()
    };
    assert_eq!(stats, all_taken);

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
