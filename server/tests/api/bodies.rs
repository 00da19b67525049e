//! Bodies of requests: encodings, marks, limits by route.

use std::io::Write;

use protocol::Scope;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use telemetry::otlp_message::prost::Message;
use telemetry::otlp_message::{
    Data, ExportMetricsServiceRequest, ExportMetricsServiceResponse, Gauge, KeyValue, Metric,
    Number, NumberDataPoint, ResourceMetrics, ScopeMetrics,
};

use crate::common::{TestApp, TestClient, TestConfig, answer};
use crate::otlp::PROTOBUF;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("into memory");
    packed.finish().expect("into memory")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("into memory");
    packed.finish().expect("into memory")
}

fn marked(text: &str) -> Vec<u8> {
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}

#[tokio::test]
async fn every_route_reads_bodies_alike() {
    let app = TestApp::start().await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let admin = app.signed_in("admin").await;
    let event = r#"{"name":"log.message","metadata":{"message":"m","trace":null}}"#;
    let dashboard = r#"{"id":"d","title":"D","version":null,"widgets":[]}"#;
    let annotation = r#"{"text":"a","tags":null}"#;
    let routes: [(&TestClient, Method, &str, &str, u16); 3] = [
        (&program, Method::POST, "/api/events", event, 202),
        (&program, Method::POST, "/api/annotations", annotation, 201),
        (&admin, Method::PUT, "/api/dashboards/d", dashboard, 200),
    ];
    for (client, method, path, text, status) in routes {
        let send = async |encoding: &str, body: Vec<u8>| {
            let request = client
                .request(method.clone(), path)
                .header("content-type", "application/json")
                .header("content-encoding", encoding)
                .header("origin", app.url.clone());
            let got = answer(request.body(body)).await;
            if path.starts_with("/api/dashboards") {
                client.delete(path).await;
            }
            got
        };
        for (encoding, body) in [
            ("identity", marked(text)),
            ("gzip", gzip(text.as_bytes())),
            ("GZIP", gzip(&marked(text))),
            ("deflate", deflate(text.as_bytes())),
        ] {
            let got = send(encoding, body).await;
            assert_eq!(got.status.as_u16(), status, "{path} {encoding} {got:?}");
        }
        let got = send("gzip", text.as_bytes().to_vec()).await;
        assert_eq!(got.code(), "bad_gzip", "{path}");
        let got = send("br", text.as_bytes().to_vec()).await;
        assert_eq!(got.code(), "content_encoding", "{path}");
        let got = send("identity", b"\xff\xfe{\0".to_vec()).await;
        assert_eq!(got.code(), "bad_json", "{path}");
        assert!(got.text.contains("UTF-16"), "{path} {got:?}");
    }
    let got = admin
        .put(
            "/api/dashboards/d",
            &json!({"id": "d", "title": "D", "widgets": [], "feild": 1}),
        )
        .await;
    assert_eq!(got.code(), "bad_field");
    assert!(
        got.text.contains("feild: there is no key `feild`"),
        "{got:?}"
    );
}

#[tokio::test]
async fn limits_are_those_of_the_route() {
    let toml = "[limits]\nmax_public_body_bytes = 1024\nmax_body_bytes = 2048\n\
                max_ingest_body_bytes = 8192";
    let config = TestConfig {
        toml,
        admin_password: None,
    };
    let app = TestApp::start_with(config).await;
    app.user("admin", &["admin"]).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let admin = app.signed_in("admin").await;
    // A text of so many bytes in a document that the route takes or rejects by its content.
    let check = async |client: &TestClient, path: &str, bytes: usize, too_long: Option<&str>| {
        let body = json!({"text": "x".repeat(bytes)}).to_string();
        let request = client
            .request(Method::POST, path)
            .header("content-type", "application/json")
            .header("origin", app.url.clone());
        let got = answer(request.body(body)).await;
        let is_too_long = got.code() == "body_too_large";
        assert_eq!(is_too_long, too_long.is_some(), "{path} {bytes} {got:?}");
        assert!(got.text.contains(too_long.unwrap_or_default()), "{got:?}");
    };
    check(&app.client(), "/api/session", 900, None).await;
    let public = Some("limits.max_public_body_bytes");
    check(&app.client(), "/api/session", 1_100, public).await;
    check(&admin, "/api/annotations", 2_000, None).await;
    check(
        &admin,
        "/api/annotations",
        2_100,
        Some("limits.max_body_bytes"),
    )
    .await;
    check(&program, "/api/events", 8_100, None).await;
    let ingest = Some("limits.max_ingest_body_bytes");
    check(&program, "/api/events", 8_200, ingest).await;
}

/// So many gauge points with four attributes of 20 bytes, as a Collector sends them.
fn batch(points: usize) -> Vec<u8> {
    let attribute = |key: usize, point: usize| {
        KeyValue::text(&format!("attribute.{key}"), &format!("{point:020}"))
    };
    let point = |point: usize| NumberDataPoint {
        attributes: (0..4).map(|key| attribute(key, point % 10)).collect(),
        time_unix_nano: server::clock::now_ms() as u64 * 1_000_000,
        value: Some(Number::AsDouble(point as f64)),
        ..NumberDataPoint::default()
    };
    let metric = Metric {
        name: "room.temperature".into(),
        data: Some(Data::Gauge(Gauge {
            data_points: (0..points).map(point).collect(),
        })),
        ..Metric::default()
    };
    let request = ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: None,
            scope_metrics: vec![ScopeMetrics {
                scope: None,
                metrics: vec![metric],
            }],
        }],
    };
    request.encode_to_vec()
}

#[tokio::test]
async fn an_ordinary_collector_batch_is_taken() {
    let config = TestConfig::toml(
        "[[metrics]]\nname = 'room.temperature'\nkind = 'last_value'\nevent = 'otlp'\n\
               measurement = 'value'\ntags = ['attribute.1']",
    );
    let app = TestApp::start_with(config).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let body = batch(8_192);
    assert!(body.len() > 1024 * 1024, "more than a document may have");
    for (encoding, body) in [("identity", body.clone()), ("gzip", gzip(&body))] {
        let request = program
            .request(Method::POST, "/v1/metrics")
            .header("content-type", PROTOBUF)
            .header("content-encoding", encoding);
        let got = request.body(body).send().await.expect("an answer");
        assert_eq!(got.status(), StatusCode::OK, "{encoding}");
        let got = got.bytes().await.expect("a body");
        let got = ExportMetricsServiceResponse::decode(got).expect("a response");
        assert_eq!(got.partial_success, None, "{encoding}");
    }
}

#[tokio::test]
async fn memory_of_bodies_in_flight_is_bounded() {
    let config =
        TestConfig::toml("[limits]\nmax_ingest_body_bytes = 400000\ningest_memory_bytes = 1300000");
    let app = TestApp::start_with(config).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let event = r#"{"name":"log.message","metadata":{"level":"info"}}"#;
    let send = async |events: usize| {
        let body = format!("[{}]", vec![event; events].join(","));
        let request = program.request(Method::POST, "/api/events");
        answer(request.body(body)).await
    };
    assert_eq!(send(7_000).await.status, StatusCode::ACCEPTED);
    // Others hold all of it.
    let mut held = app.state.ingest_memory.reserve();
    while held.grow(16 * 1024).is_ok() {}
    let full = send(100).await;
    assert_eq!((full.code(), full.header("retry-after")), ("too_many", "1"));
    drop(held);
    let got: Value = send(7_000).await.json;
    assert_eq!(got["accepted"], json!(7_000));
}
