//! `POST /v1/metrics`, with the OpenTelemetry SDK as programs use it.

use std::collections::HashMap;
use std::io::Write;
use std::time::Duration;

use crate::common::{TestApp, TestClient, TestConfig, answer};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_otlp::{Compression, MetricExporter, Protocol};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{Aggregation, Instrument, SdkMeterProvider, Stream, Temporality};
use protocol::history::HistorySeries;
use protocol::{History, Scope};
use reqwest::{Method, StatusCode};

const SHOP: TestConfig = TestConfig::toml(
    "[[metrics]]\nname = 'shop.orders'\nkind = 'counter'\nevent = 'shop.orders'\n\
           tags = ['service.name', 'result']\n\
           [[metrics]]\nname = 'shop.stock'\nkind = 'sum'\nevent = 'shop.stock'\n\
           measurement = 'change'\n\
           [[metrics]]\nname = 'shop.stock.now'\nkind = 'last_value'\nevent = 'shop.stock.now'\n\
           measurement = 'pieces'\n\
           [[metrics]]\nname = 'shop.temperature'\nkind = 'last_value'\n\
           event = 'shop.temperature'\nmeasurement = 'degrees'\n\
           [[metrics]]\nname = 'shop.size'\nkind = 'distribution'\nevent = 'shop.size'\n\
           measurement = 'bytes'\nunit = 'kilobyte'\nbuckets = [1.0, 2.0, 4.0]\n\
           [[metrics]]\nname = 'shop.latency'\nkind = 'summary'\nevent = 'shop.latency'\n\
           measurement = 'time'\nunit = 'millisecond'\n\
           [limits]\nmax_ingest_body_bytes = 4096\n[pipeline]\nmax_events_per_request = 20",
);

/// A program that uses the SDK. Exporters of the SDK block, so it lives on a thread of its own.
struct Program {
    provider: SdkMeterProvider,
    meter: Meter,
}

impl Program {
    fn new(url: &str, token: &str, temporality: Temporality, compression: bool) -> Program {
        let header = ("authorization".to_owned(), format!("Bearer {token}"));
        let exporter = MetricExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{url}/v1/metrics"))
            .with_headers(HashMap::from([header]))
            .with_temporality(temporality);
        let exporter = if compression {
            exporter.with_compression(Compression::Gzip)
        } else {
            exporter
        };
        // Only what is flushed is sent, so that nothing depends on a timer.
        let reader = opentelemetry_sdk::metrics::PeriodicReader::builder(
            exporter.build().expect("an exporter"),
        )
        .with_interval(Duration::from_secs(3_600))
        .build();
        let view = |instrument: &Instrument| {
            let aggregation = match instrument.name() {
                "shop.latency" => Aggregation::Base2ExponentialHistogram {
                    max_size: 160,
                    max_scale: 20,
                    record_min_max: true,
                },
                "shop.size" => Aggregation::ExplicitBucketHistogram {
                    boundaries: vec![1_000.0, 2_000.0, 4_000.0],
                    record_min_max: true,
                },
                _ => return None,
            };
            Stream::builder().with_aggregation(aggregation).build().ok()
        };
        let provider = SdkMeterProvider::builder()
            .with_resource(Resource::builder().with_service_name("shop").build())
            .with_reader(reader)
            .with_view(view)
            .build();
        let meter = provider.meter("test");
        Program { provider, meter }
    }

    /// Two exports of everything.
    fn work(&self) {
        let orders = self.meter.u64_counter("Shop.Orders").build();
        let stock = self.meter.i64_up_down_counter("shop.stock").build();
        let pieces = self.meter.i64_up_down_counter("shop.stock.now").build();
        let temperature = self.meter.f64_gauge("shop.temperature").build();
        let size = self.meter.u64_histogram("shop.size").with_unit("By");
        let size = size.build();
        let latency = self.meter.f64_histogram("shop.latency").with_unit("s");
        let latency = latency.build();
        let ok = [KeyValue::new("result", "ok")];
        for (ordered, degrees) in [(3, 20.5), (4, 21.5)] {
            orders.add(ordered, &ok);
            orders.add(1, &[KeyValue::new("result", "failed")]);
            stock.add(10, &[]);
            stock.add(-3, &[]);
            pieces.add(7, &[]);
            temperature.record(degrees, &[]);
            for bytes in [500, 1_000, 1_500, 9_000] {
                size.record(bytes, &[]);
            }
            for ms in 1..=50 {
                latency.record(f64::from(ms) / 1_000.0, &[]);
            }
            self.provider.force_flush().expect("is taken");
        }
    }
}

/// What a metric did in each of its seconds, by its series, once `done` says that all is there.
pub async fn history(
    client: &TestClient,
    metric: &str,
    done: impl Fn(&[HistorySeries]) -> bool,
) -> Vec<HistorySeries> {
    for _ in 0..100 {
        let got = client.get(&format!("/api/history?metric={metric}")).await;
        assert_eq!(got.status, StatusCode::OK, "{got:?}");
        let history: History = serde_json::from_str(&got.text).expect("history");
        if done(&history.series) {
            return history.series;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not all of {metric} is there");
}

/// A number of a row, added up over the seconds.
pub fn total(series: &HistorySeries, at: usize) -> f64 {
    series.steps.iter().map(|step| step.1[at]).sum()
}

async fn program_runs(temporality: Temporality, compression: bool) {
    let app = TestApp::start_with(SHOP).await;
    app.user("viewer", &["viewer"]).await;
    let token = app.token(&[Scope::Ingest]).await.secret;
    let url = app.url.clone();
    let worked = tokio::task::spawn_blocking(move || {
        let program = Program::new(&url, &token, temporality, compression);
        program.work();
        program.provider.shutdown().expect("ends");
    });
    worked.await.expect("no panic");

    let viewer = app.signed_in("viewer").await;
    let counted = |at: usize, expect: f64| {
        move |all: &[HistorySeries]| all.iter().map(|one| total(one, at)).sum::<f64>() == expect
    };
    let orders = history(&viewer, "shop.orders", counted(0, 9.0)).await;
    let by_result = orders.iter().map(|series| {
        assert_eq!(series.info.tags["service.name"], "shop");
        (series.info.tags["result"].as_str(), total(series, 0))
    });
    assert_eq!(
        by_result.collect::<HashMap<_, _>>(),
        [("ok", 7.0), ("failed", 2.0)].into()
    );
    // An up-down counter as what it changed by, and as what it is.
    history(&viewer, "shop.stock", counted(1, 14.0)).await;
    let is = |value: f64| {
        move |all: &[HistorySeries]| {
            let last = all.first().and_then(|series| series.steps.last());
            last.is_some_and(|step| step.1[0] == value)
        }
    };
    history(&viewer, "shop.stock.now", is(14.0)).await;
    history(&viewer, "shop.temperature", is(21.5)).await;
    let sizes = history(&viewer, "shop.size", counted(0, 8.0)).await;
    let buckets = [4, 5, 6, 7].map(|at| total(&sizes[0], at));
    assert_eq!((buckets, total(&sizes[0], 1)), ([4.0, 2.0, 0.0, 2.0], 24.0));
    let latencies = history(&viewer, "shop.latency", counted(0, 100.0)).await;
    let row = &latencies[0].steps[0].1;
    let (least, most, p50) = (row[2], row[3], row[4]);
    assert!(
        (0.99..=1.0).contains(&least) && (50.0..=50.6).contains(&most),
        "{row:?}"
    );
    assert!((24.5..=25.7).contains(&p50), "{row:?}");
    assert!((total(&latencies[0], 1) - 2_550.0).abs() < 1e-6, "{row:?}");
}

#[tokio::test]
async fn an_sdk_that_sends_deltas() {
    program_runs(Temporality::Delta, false).await;
}

#[tokio::test]
async fn an_sdk_that_sends_totals_in_gzip() {
    program_runs(Temporality::Cumulative, true).await;
}

/// A protobuf field that holds fewer than 16,384 bytes. Its length takes two bytes, needed or not.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let len = bytes.len();
    let head = [number << 3 | 2, (len & 0x7f) as u8 | 0x80, (len >> 7) as u8];
    [&head, bytes].concat()
}

/// A gauge of that name with so many points, each 1 at no certain time.
pub fn gauge(name: &str, points: usize) -> Vec<u8> {
    let value = [&[0x21][..], &1f64.to_le_bytes()].concat();
    let points = field(1, &value).repeat(points);
    let metric = [field(1, name.as_bytes()), field(5, &points)].concat();
    field(1, &field(2, &field(2, &metric)))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("into memory");
    packed.finish().expect("into memory")
}

pub const PROTOBUF: &str = "application/x-protobuf";

#[tokio::test]
async fn bodies_and_what_they_are_answered() {
    let app = TestApp::start_with(SHOP).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let check = async |headers: &[(&str, &str)], body: Vec<u8>, status: u16, said: &str| {
        let mut request = program.request(Method::POST, "/v1/metrics").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let got = answer(request).await;
        assert_eq!(got.status.as_u16(), status, "{headers:?} {got:?}");
        assert!(got.text.contains(said), "{said} {got:?}");
        let kind = got.header("content-type").to_owned();
        (kind, got.code().to_owned())
    };
    let proto = ("content-type", PROTOBUF);
    let packed = ("content-encoding", "gzip");
    let shouted = ("content-encoding", " GZIP");
    let json = ("accept", "application/json");
    let (kind, _) = check(&[proto], Vec::new(), 200, "").await;
    assert_eq!(kind, PROTOBUF);
    check(&[proto], gauge("shop.temperature", 1), 200, "").await;
    check(
        &[proto, packed],
        gzip(&gauge("shop.temperature", 1)),
        200,
        "",
    )
    .await;
    check(&[proto, shouted], gzip(&[]), 200, "").await;
    check(
        &[("content-type", "Application/X-Protobuf; v=1")],
        Vec::new(),
        200,
        "",
    )
    .await;
    check(
        &[proto],
        gauge("shop.nothing", 2),
        200,
        "`shop.nothing` point 0: no metric",
    )
    .await;
    check(
        &[proto],
        gauge("http.requests", 1),
        200,
        "the server itself feeds",
    )
    .await;
    // Errors are `google.rpc.Status`: its code, then its message.
    let (kind, _) = check(&[proto], b"nothing".to_vec(), 400, "\u{8}\u{3}").await;
    assert_eq!(kind, PROTOBUF);
    let (_, code) = check(&[proto, json], b"nothing".to_vec(), 400, "").await;
    assert_eq!(code, "bad_protobuf");
    check(&[proto, packed], b"nothing".to_vec(), 400, "bad_gzip").await;
    check(
        &[proto, ("content-encoding", "zstd")],
        Vec::new(),
        415,
        "content_encoding",
    )
    .await;
    let (_, code) = check(
        &[("content-type", "application/json")],
        b"{}".to_vec(),
        415,
        "",
    )
    .await;
    assert_eq!(code, "content_type");
    check(&[], Vec::new(), 415, "application/x-protobuf").await;
    check(&[proto], gauge("m", 21), 413, "too_many_points").await;
    // Fewer points, but more metrics than 20 points may come with.
    let metrics = field(1, &field(2, &field(2, &[]).repeat(40)));
    check(&[proto], metrics, 413, "resources, scopes and metrics").await;
    check(&[proto], vec![0; 5_000], 413, "body_too_large").await;
    check(
        &[proto, packed],
        gzip(&vec![0; 1_000_000]),
        413,
        "body_too_large",
    )
    .await;
}

#[tokio::test]
async fn only_a_token_with_the_scope_may_send() {
    let app = TestApp::start_with(SHOP).await;
    let scrape = app.token(&[Scope::Scrape]).await.secret;
    let check = async |client: TestClient, status: u16, code: char| {
        let request = client.request(Method::POST, "/v1/metrics");
        let got = answer(request.header("content-type", PROTOBUF)).await;
        assert_eq!(got.status.as_u16(), status, "{got:?}");
        assert_eq!(got.header("content-type"), PROTOBUF);
        assert!(got.text.starts_with(&format!("\u{8}{code}")), "{got:?}");
    };
    check(app.client(), 401, '\u{10}').await;
    check(app.program("pb_no"), 401, '\u{10}').await;
    check(app.program(&scrape), 403, '\u{7}').await;
}

#[tokio::test]
async fn admins_see_what_is_taken_and_refused() {
    let app = TestApp::start_with(SHOP).await;
    app.user("admin", &["admin"]).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    for (name, points) in [("shop.temperature", 2), ("shop.orders", 3), ("X.y", 4)] {
        let request = program.request(Method::POST, "/v1/metrics");
        let request = request
            .header("content-type", PROTOBUF)
            .body(gauge(name, points));
        assert_eq!(answer(request).await.status, StatusCode::OK);
    }
    let admin = app.signed_in("admin").await;
    let all = |expect: f64| {
        move |all: &[HistorySeries]| all.iter().map(|one| total(one, 1)).sum::<f64>() == expect
    };
    history(&admin, "pulseboard.otlp.accepted", all(2.0)).await;
    let refused = history(&admin, "pulseboard.otlp.rejected", all(7.0)).await;
    let by_reason = refused.iter().map(|series| {
        let tags = &series.info.tags;
        (
            tags["reason"].as_str(),
            tags["metric"].as_str(),
            total(series, 1),
        )
    });
    let mut by_reason: Vec<_> = by_reason.collect();
    by_reason.sort_by_key(|(reason, ..)| *reason);
    let expect = [
        ("unknown_metric", "", 4.0),
        ("wrong_kind", "shop.orders", 3.0),
    ];
    assert_eq!(by_reason, expect);
    let undeclared = history(&admin, "pulseboard.undeclared", all(4.0)).await;
    assert_eq!(undeclared.len(), 1);
    assert_eq!(undeclared[0].info.tags["event"], "x.y");
}

#[tokio::test]
async fn no_recorded_value_is_a_gap_in_history() {
    let app = TestApp::start_with(SHOP).await;
    app.user("viewer", &["viewer"]).await;
    let program = app.program(&app.token(&[Scope::Ingest]).await.secret);
    let viewer = app.signed_in("viewer").await;
    // A gauge with one point, of that value or with the flag that there is none.
    let send = async |value: Option<f64>| {
        let point = match value {
            Some(value) => [&[0x21][..], &value.to_le_bytes()].concat(),
            None => vec![0x40, 1],
        };
        let metric = [field(1, b"shop.temperature"), field(5, &field(1, &point))].concat();
        let body = field(1, &field(2, &field(2, &metric)));
        let request = program.request(Method::POST, "/v1/metrics");
        let request = request.header("content-type", PROTOBUF).body(body);
        assert_eq!(answer(request).await.status, StatusCode::OK);
    };
    let newest = |expect: Option<f64>| {
        move |all: &[HistorySeries]| {
            let last = all.first().and_then(|series| series.steps.last());
            last.is_some_and(|step| match expect {
                Some(value) => step.1[0] == value,
                None => step.1[0].is_nan(),
            })
        }
    };
    for value in [Some(5.0), None, Some(9.0)] {
        send(value).await;
        history(&viewer, "shop.temperature", newest(value)).await;
    }
}
