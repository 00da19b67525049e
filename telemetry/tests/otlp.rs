//! The reporter against a receiver on loopback, with messages decoded by OpenTelemetry's own
//! crate, so that both ends cannot share a mistake.

#![cfg(all(feature = "otlp", feature = "toml"))]

mod receiver;

use std::net::TcpListener;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric as Sent, number_data_point::Value as Number};
use receiver::Receiver;
use telemetry::otlp::{OtlpError, OtlpReporter, Stats};
use telemetry::testing::capture;
use telemetry::{Metric, Registry, Unit};

/// More than any test needs, unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new())
}

/// Sends only when it ends.
fn reporter(receiver: &Receiver) -> OtlpReporter {
    OtlpReporter::new(receiver.url()).every(Duration::from_secs(3600))
}

fn find<'a>(metrics: &'a [Sent], name: &str) -> &'a Sent {
    let found = metrics.iter().find(|metric| metric.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {metrics:?}"))
}

#[test]
fn every_kind_becomes_its_point() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let metrics = vec![
        Metric::count_events("a.b")
            .tags(["t", "n"])
            .description("How many"),
        Metric::sum("a.b.size").unit(Unit::Byte),
        Metric::last_value("a.b.load").unit_from(Unit::Ratio, Unit::Percent),
        Metric::summary("a.b.duration").unit_from(Unit::Second, Unit::Millisecond),
        Metric::distribution("a.b.wait", [1.0, 2.0]).unit(Unit::Second),
    ];
    let running = reporter(&receiver)
        .token("secret")
        .header("x-tenant", "7")
        .resource("service.name", "shop")
        .start(&registry, metrics)
        .expect("starts");
    for (i, wait) in [0.5, 1.0, 1.5, 9.0].into_iter().enumerate() {
        registry.execute(
            "a.b",
            &[
                ("size", 10.0 - 6.0 * i as f64),
                ("load", 0.25 * i as f64),
                ("duration", [0.001, 0.002, -0.001, 0.0][i]),
                ("wait", wait),
            ],
            &[("t", "x".into()), ("n", 3.into())],
        );
    }
    let stats = running.shutdown(PATIENCE);
    assert_eq!(
        stats,
        Stats {
            sent: 5,
            ..Stats::default()
        }
    );

    let taken = receiver.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].header("authorization"), Some("Bearer secret"));
    assert_eq!(
        taken[0].header("content-type"),
        Some("application/x-protobuf")
    );
    assert_eq!(taken[0].header("x-tenant"), Some("7"));
    let resource = &taken[0].request.resource_metrics[0];
    let attribute = &resource.resource.as_ref().expect("a resource").attributes[0];
    assert_eq!(
        (attribute.key.as_str(), text(attribute)),
        ("service.name", "shop")
    );
    let scope = resource.scope_metrics[0].scope.as_ref().expect("a scope");
    assert_eq!(scope.name, "telemetry");

    let metrics = &resource.scope_metrics[0].metrics;
    let counter = find(metrics, "a.b.count");
    assert_eq!(
        (counter.description.as_str(), counter.unit.as_str()),
        ("How many", "")
    );
    let Some(Data::Sum(sum)) = &counter.data else {
        panic!("{counter:?}");
    };
    assert!(sum.is_monotonic && sum.aggregation_temporality == 1);
    let point = &sum.data_points[0];
    assert_eq!(point.value, Some(Number::AsInt(4)));
    assert!(point.start_time_unix_nano > 0 && point.start_time_unix_nano <= point.time_unix_nano);
    let tags = point
        .attributes
        .iter()
        .map(|tag| (tag.key.as_str(), text(tag)));
    assert_eq!(tags.collect::<Vec<_>>(), [("t", "x"), ("n", "3")]);

    let size = find(metrics, "a.b.size");
    assert_eq!(size.unit, "By");
    let Some(Data::Sum(sum)) = &size.data else {
        panic!("{size:?}");
    };
    assert!(!sum.is_monotonic && sum.aggregation_temporality == 1);
    assert_eq!(sum.data_points[0].value, Some(Number::AsDouble(4.0)));

    let load = find(metrics, "a.b.load");
    assert_eq!(load.unit, "%");
    let Some(Data::Gauge(gauge)) = &load.data else {
        panic!("{load:?}");
    };
    assert_eq!(gauge.data_points[0].value, Some(Number::AsDouble(75.0)));

    let wait = find(metrics, "a.b.wait");
    let Some(Data::Histogram(histogram)) = &wait.data else {
        panic!("{wait:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 1);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum), (4, Some(12.0)));
    assert_eq!((point.min, point.max), (Some(0.5), Some(9.0)));
    assert_eq!(point.explicit_bounds, [1.0, 2.0]);
    assert_eq!(point.bucket_counts, [2, 1, 1]);

    let duration = find(metrics, "a.b.duration");
    assert_eq!(duration.unit, "ms");
    let Some(Data::ExponentialHistogram(histogram)) = &duration.data else {
        panic!("{duration:?}");
    };
    assert_eq!(histogram.aggregation_temporality, 1);
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum, point.scale), (4, Some(2.0), 6));
    assert_eq!((point.min, point.max), (Some(-1.0), Some(2.0)));
    assert_eq!(point.zero_count, 1);
    // Powers of two end their bucket: 1 is in (2^(-1/64), 1], 2 in (2^(63/64), 2].
    let positive = point.positive.as_ref().expect("two are above zero");
    assert_eq!(positive.offset, -1);
    let mut counts = vec![0; 65];
    (counts[0], counts[64]) = (1, 1);
    assert_eq!(positive.bucket_counts, counts);
    let negative = point.negative.as_ref().expect("one is below zero");
    assert_eq!((negative.offset, &*negative.bucket_counts), (-1, &[1][..]));
}

fn text(attribute: &opentelemetry_proto::tonic::common::v1::KeyValue) -> &str {
    match attribute
        .value
        .as_ref()
        .and_then(|value| value.value.as_ref())
    {
        Some(Value::StringValue(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// What the counters of all requests come to, and how many requests there were.
fn counted(receiver: &Receiver) -> (i64, usize) {
    let taken = receiver.taken();
    let scopes = taken
        .iter()
        .flat_map(|taken| &taken.request.resource_metrics[0].scope_metrics);
    let points = scopes
        .flat_map(|scope| &scope.metrics)
        .flat_map(|metric| match &metric.data {
            Some(Data::Sum(sum)) => &sum.data_points,
            other => panic!("{other:?}"),
        });
    let values = points.map(|point| match point.value {
        Some(Number::AsInt(value)) => value,
        other => panic!("{other:?}"),
    });
    (values.sum(), taken.len())
}

#[test]
fn deltas_add_up_over_exports_and_threads() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let running = OtlpReporter::new(receiver.url())
        .every(Duration::from_millis(100))
        .start(&registry, vec![Metric::count_events("a").tags(["t"])])
        .expect("starts");
    let emit = |tag: &str, until: usize| {
        let mut emitted = 0;
        while receiver.taken().len() < until {
            registry.execute("a", &[], &[("t", tag.into())]);
            emitted += 1;
            // The emitter must leave the other threads a core.
            std::thread::yield_now();
        }
        emitted
    };
    let emitted: i64 = std::thread::scope(|scope| {
        let threads = ["x", "y"].map(|tag| scope.spawn(move || emit(tag, 3)));
        threads
            .map(|thread| thread.join().expect("no panic"))
            .iter()
            .sum()
    });
    running.shutdown(PATIENCE);
    registry.execute("a", &[], &[("t", "x".into())]);
    let (sum, requests) = counted(&receiver);
    assert_eq!(sum, emitted);
    assert!(requests >= 3);
}

#[test]
fn what_is_turned_away_is_sent_again() {
    let receiver = Receiver::start([503, 429, 408]);
    let registry = registry();
    let metrics = vec![Metric::count_events("a")];
    let running = reporter(&receiver)
        .start(&registry, metrics)
        .expect("starts");
    registry.execute("a", &[], &[]);
    let stats = running.shutdown(PATIENCE);
    let expected = Stats {
        sent: 1,
        retried: 3,
        ..Stats::default()
    };
    assert_eq!(stats, expected);
    assert_eq!(counted(&receiver), (4, 4), "the same each time");
}

#[test]
fn what_is_refused_is_counted_and_not_sent_again() {
    for status in [400, 401, 404, 413, 500, 301] {
        let receiver = Receiver::start([status]);
        let registry = registry();
        let metrics = vec![Metric::count_events("a")];
        let running = reporter(&receiver)
            .start(&registry, metrics)
            .expect("starts");
        registry.execute("a", &[], &[]);
        let stats = running.shutdown(PATIENCE);
        let expected = Stats {
            rejected: 1,
            ..Stats::default()
        };
        assert_eq!((status, stats), (status, expected));
        assert_eq!(receiver.taken().len(), 1);
    }
}

#[test]
fn a_partial_success_is_counted() {
    let receiver = Receiver::start([]);
    receiver.reject_points(2);
    let registry = registry();
    let metrics = vec![Metric::count_events("a").tags(["t"])];
    let running = reporter(&receiver)
        .start(&registry, metrics)
        .expect("starts");
    for tag in ["x", "y", "z"] {
        registry.execute("a", &[], &[("t", tag.into())]);
    }
    let stats = running.shutdown(PATIENCE);
    let expected = Stats {
        sent: 1,
        rejected: 2,
        ..Stats::default()
    };
    assert_eq!(stats, expected);
}

#[test]
fn no_request_has_more_points_than_agreed() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let metrics = vec![Metric::count_events("a").tags(["t"])];
    let running = reporter(&receiver)
        .batch_points(4)
        .start(&registry, metrics)
        .expect("starts");
    for tag in 0..9 {
        registry.execute("a", &[], &[("t", tag.into())]);
    }
    assert_eq!(running.shutdown(PATIENCE).sent, 9);
    assert_eq!(counted(&receiver), (9, 3));
}

#[test]
fn with_nobody_there_the_queue_holds_and_the_rest_is_dropped() {
    let nobody = Receiver::start([]).into_address_of_nobody();
    let registry = registry();
    let running = OtlpReporter::new(nobody)
        .every(Duration::from_secs(3600))
        .batch_points(1)
        .queue(2)
        .start(&registry, vec![Metric::count_events("a").tags(["t"])])
        .expect("starts");
    for tag in 0..5 {
        registry.execute("a", &[], &[("t", tag.into())]);
    }
    let stats = running.shutdown(Duration::from_millis(200));
    assert_eq!((stats.sent, stats.rejected), (0, 0));
    assert_eq!(stats.dropped, 5, "three for the queue, two for the end");
    assert!(stats.retried >= 1);
}

#[test]
fn a_receiver_that_never_answers_holds_nobody_up_and_hides_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", silent.local_addr().expect("an address"));
    let registry = registry();
    let running = OtlpReporter::new(url)
        .every(Duration::from_millis(100))
        .timeout(Duration::from_secs(3600))
        .start(&registry, vec![Metric::count_events("a").tags(["t"])])
        .expect("starts");
    let said = capture(&registry, &["telemetry.otlp.dropped"]).expect("attached");
    let emit = |tag: &str| registry.execute("a", &[], &[("t", tag.into())]);
    emit("x");
    // From here on there is a request under way.
    let _connection = silent.accept().expect("a request");
    emit("y");
    emit("z");
    let stats = running.shutdown(Duration::from_millis(100));
    let expected = Stats {
        dropped: 3,
        ..Stats::default()
    };
    assert_eq!(stats, expected);
    assert_eq!(said.take()[0].measurements["points"], 3.0);
}

#[test]
fn ending_waits_for_events_that_are_being_emitted() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let (enter, entered) = sync_channel(1);
    let (release, released) = sync_channel::<()>(1);
    let released = Mutex::new(released);
    let metric = Metric::count_events("a").keep_if(move |_| {
        enter.send(()).expect("somebody waits");
        let released = released.lock().expect("no panic");
        released.recv().expect("somebody releases");
        true
    });
    let running = reporter(&receiver)
        .start(&registry, vec![metric])
        .expect("starts");
    let stats = std::thread::scope(|scope| {
        scope.spawn(|| registry.execute("a", &[], &[]));
        entered.recv().expect("is emitted");
        let ending = scope.spawn(|| running.shutdown(PATIENCE));
        while !registry.list_handlers("").is_empty() {
            std::thread::yield_now();
        }
        // Time enough to end in, if it did not wait.
        let detached = Instant::now();
        while !ending.is_finished() && detached.elapsed() < Duration::from_millis(200) {
            std::thread::sleep(Duration::from_millis(5));
        }
        release.send(()).expect("somebody waits");
        ending.join().expect("no panic")
    });
    assert_eq!(stats.sent, 1);
    assert_eq!(counted(&receiver), (1, 1));
}

#[test]
fn there_may_be_all_the_time_in_the_world_and_none() {
    for (within, sent) in [(Duration::MAX, 1), (Duration::ZERO, 0)] {
        let receiver = Receiver::start([]);
        let registry = registry();
        let running = reporter(&receiver)
            .start(&registry, vec![Metric::count_events("a")])
            .expect("starts");
        registry.execute("a", &[], &[]);
        let stats = running.shutdown(within);
        assert_eq!((stats.sent, stats.dropped), (sent, 1 - sent));
    }
}

#[test]
fn dropping_the_handle_flushes_and_detaches() {
    let receiver = Receiver::start([]);
    let registry = registry();
    let metrics = vec![Metric::count_events("a"), Metric::count_events("b")];
    let running = reporter(&receiver)
        .start(&registry, metrics)
        .expect("starts");
    assert_eq!(registry.list_handlers("").len(), 2);
    registry.execute("a", &[], &[]);
    drop(running);
    assert_eq!(registry.list_handlers(""), []);
    assert_eq!(counted(&receiver), (1, 1));
}

#[test]
fn two_reporters_may_run_side_by_side() {
    let (one, other) = (Receiver::start([]), Receiver::start([]));
    let registry = registry();
    let metrics = || vec![Metric::count_events("a")];
    let first = reporter(&one).start(&registry, metrics()).expect("starts");
    let second = reporter(&other)
        .start(&registry, metrics())
        .expect("starts");
    registry.execute("a", &[], &[]);
    drop((first, second));
    assert_eq!((counted(&one), counted(&other)), ((1, 1), (1, 1)));
}

#[test]
fn what_cannot_work_does_not_start() {
    let check = |reporter: OtlpReporter, metrics: Vec<Metric>, part: &str| {
        let registry = registry();
        let error = match reporter.start(&registry, metrics) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{part}: started"),
        };
        assert!(error.contains(part), "{error}");
        assert_eq!(registry.list_handlers(""), []);
    };
    let good = || OtlpReporter::new("http://127.0.0.1:1/v1/metrics");
    check(OtlpReporter::new(""), vec![], "not a URL");
    check(
        OtlpReporter::new("127.0.0.1:3000"),
        vec![],
        "127.0.0.1:3000",
    );
    check(OtlpReporter::new("/v1/metrics"), vec![], "http://HOST");
    check(OtlpReporter::new("ftp://a/b"), vec![], "begin with http");
    if cfg!(not(feature = "otlp-tls")) {
        check(OtlpReporter::new("https://a/b"), vec![], "`otlp-tls`");
    }
    check(good().token("a\nb"), vec![], "bad header `authorization`");
    check(good().header("a b", "c"), vec![], "bad header `a b`");
    check(good().every(Duration::ZERO), vec![], "period");
    check(good().timeout(Duration::ZERO), vec![], "timeout");
    check(good().queue(0), vec![], "queue");
    check(good().batch_points(0), vec![], "point");
    check(good().max_series(0), vec![], "series");
    check(good(), vec![Metric::sum("")], "name");
    let error = good().token("secret\n").start(&registry(), vec![]).err();
    assert!(matches!(&error, Some(OtlpError::Header(_))));
    assert!(!format!("{error:?}").contains("secret"));
}
