//! What the server declares of itself, held to what it emits.

use std::collections::BTreeSet;

use protocol::Scope;
use reqwest::StatusCode;
use serde_json::json;
use server::contract;
use server::ingest::is_reserved;
use telemetry::testing;

use crate::common::{TestApp, TestConfig, answer, in_time, until};
use crate::otlp::{PROTOBUF, gauge};

/// What can be limited, and what only OTLP feeds.
const LIMITED: TestConfig = TestConfig::toml(
    "[[metrics]]\nname = 'shop.items'\nkind = 'counter'\nevent = 'shop.item'\n\
           tags = ['city']\nmax_series = 1\n\
           [[metrics]]\nname = 'shop.temperature'\nkind = 'last_value'\nevent = 'otlp'\n\
           measurement = 'value'",
);

/// What the server emits when it does what [`does_all_it_does`] has it do. Readings that take two
/// polls come within three seconds.
const EMITTED: [&str; 22] = [
    "auth.sign_in.stop",
    "db.query.stop",
    "host.cpu",
    "host.cpu.total",
    "host.load",
    "host.memory",
    "http.request.stop",
    "log.message",
    "process.self",
    "pulseboard.events",
    "pulseboard.frames",
    "pulseboard.health",
    "pulseboard.history",
    "pulseboard.otlp",
    "pulseboard.otlp.refused",
    "pulseboard.pump",
    "pulseboard.refused",
    "pulseboard.ring",
    "pulseboard.undeclared",
    "telemetry.handler.failure",
    "tokio.runtime",
    "tokio.worker",
];

/// What depends on the machine, or on something that breaks; what a reporter emits in other
/// programs; and what nobody emits.
const NOT_EMITTED: [&str; 12] = [
    "host.disk",
    "host.network",
    "http.request.exception",
    "otlp",
    "pulseboard.clock",
    "pulseboard.history.retry",
    "pulseboard.sink.failure",
    "telemetry.otlp.dropped",
    "telemetry.otlp.export",
    "telemetry.otlp.refused",
    "telemetry.poller.failure",
    "telemetry.poller.skipped",
];

/// Signs in, wrongly too; sends events and points, good and bad; reads a stream.
async fn does_all_it_does(app: &TestApp) {
    app.registry
        .attach("fails", "shop.order", |_| panic!("on purpose"))
        .expect("attaches");
    app.registry.execute("shop.order", &[], &[]);
    let body = json!({"name": "viewer", "password": "wrong"});
    let refused = app.client().post("/api/session", &body).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);

    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    for (event, status) in [
        (json!({"name": "shop.oder"}), 422),
        (
            json!({"name": "log.message", "metadata": {"level": "info", "message": "m", "source": "s"}}),
            202,
        ),
        (json!({"name": "shop.item", "metadata": {"city": "a"}}), 202),
        (json!({"name": "shop.item", "metadata": {"city": "b"}}), 202),
    ] {
        let answer = program.post("/api/events", &event).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    }
    // A counter takes no gauge.
    for (metric, refused) in [("shop.temperature", false), ("shop.items", true)] {
        let points = program.request(reqwest::Method::POST, "/v1/metrics");
        let points = points.header("content-type", PROTOBUF);
        let answer = answer(points.body(gauge(metric, 1))).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        assert_eq!(answer.text.contains(metric), refused, "{answer:?}");
    }

    let viewer = app.signed_in("viewer").await;
    let request = viewer.request(reqwest::Method::GET, "/api/stream");
    let mut stream = in_time("a stream", request.send())
        .await
        .expect("an answer");
    let begin = in_time("its begin", stream.chunk()).await;
    assert!(begin.expect("bytes").is_some());
}

/// Captures whatever the server emits under its own names, and holds that to the contract.
#[tokio::test]
async fn what_the_server_emits_is_what_it_declares() {
    let contract = contract::builtin();
    let names: BTreeSet<&str> = contract.events().iter().map(|event| &*event.name).collect();
    let known = EMITTED.into_iter().chain(NOT_EMITTED);
    assert_eq!(names, known.collect(), "each event stands in one list");

    let app = TestApp::start_with(LIMITED).await;
    app.user("viewer", &["viewer"]).await;
    let names: Vec<&str> = names.into_iter().collect();
    let capture = testing::capture(&app.registry, &names).expect("names");
    // Whatever comes beside the contract is counted.
    assert_eq!(app.registry.declare(&contract), Ok(()));
    does_all_it_does(&app).await;

    let mut came = BTreeSet::new();
    until("all events", async || {
        for event in capture.take() {
            let measurements = event.measurements.keys().map(String::as_str);
            let metadata = event.metadata.keys().map(String::as_str);
            let admitted = contract.admit(&event.name, measurements, metadata);
            assert_eq!(admitted, Ok(()), "{event:?}");
            came.insert(event.name);
        }
        let missing = EMITTED.into_iter().filter(|name| !came.contains(*name));
        let missing: Vec<&str> = missing.collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(missing)
        }
    })
    .await;
    assert!(!came.contains("otlp"), "nobody emits it");
    let undeclared = app.registry.undeclared();
    let own = undeclared.iter().filter(|(name, _)| is_reserved(name));
    assert_eq!(own.collect::<Vec<_>>(), Vec::<&(String, u64)>::new());
    assert!(
        undeclared.contains(&("shop.order".to_owned(), 1)),
        "{undeclared:?}"
    );
}
