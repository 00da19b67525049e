//! The reporter against a receiver on loopback, with messages decoded by OpenTelemetry's own
//! crate, so that both ends cannot share a mistake.

#![cfg(all(feature = "otlp", feature = "toml"))]

mod points;
mod receiver;

use std::net::TcpListener;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use receiver::Receiver;
use telemetry::otlp::{OtlpError, OtlpReporter, Stats};
use telemetry::testing::capture;
use telemetry::{Metric, Registry};

/// More than any test needs, unless it fails.
const PATIENCE: Duration = Duration::from_secs(30);

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new())
}

/// Sends only when it ends.
fn reporter(receiver: &Receiver) -> OtlpReporter {
    OtlpReporter::new(receiver.url()).every(Duration::from_secs(3600))
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
    let error = good()
        .token("secret\nsecret")
        .start(&registry(), vec![])
        .err();
    assert!(matches!(&error, Some(OtlpError::Header(_))));
    assert!(!format!("{error:?}").contains("secret"));
}
