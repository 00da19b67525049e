//! What is remembered of cumulative streams, and for how long.

use super::*;

/// So many seconds after the receiver began.
pub fn now(second: i64) -> i64 {
    BEGIN_MS + second * 1_000
}

pub const HOUR: u64 = 3_600;

/// A point of a stream of `m.sum` that began at second `start`; what became of it.
pub fn point(bench: &Bench, start: i64, second: u64, value: f64, route: &str) -> Option<Reason> {
    let start_ms = if start == i64::MIN { 0 } else { now(start) };
    let point = NumberDataPoint {
        start_time_unix_nano: start_ms as u64 * 1_000_000,
        attributes: vec![KeyValue::text("route", route)],
        ..number(second, value)
    };
    let outcome = bench.take(second, "m.sum", "", sum(CUMULATIVE, true, point));
    outcome
        .rejected
        .into_keys()
        .next()
        .map(|(_, reason)| reason)
}

/// The sum that all points came to.
pub fn total(bench: &Bench) -> f64 {
    bench.flush().get("m.sum").map_or(0.0, |did| did.sum)
}

#[test]
fn a_stream_counts_from_where_it_is_known() {
    let check = |start: i64, points: &[(u64, f64)], expect: f64| {
        let bench = Bench::new();
        for (second, value) in points {
            assert_eq!(point(&bench, start, *second, *value, ""), None);
        }
        assert_eq!(total(&bench), expect, "{start} {points:?}");
    };
    // It began after the receiver: all of it counts. Before: what came since the first point.
    check(1, &[(2, 5.0)], 5.0);
    check(1, &[(2, 5.0), (3, 7.0)], 7.0);
    check(-1, &[(2, 5.0)], 0.0);
    check(-1, &[(2, 5.0), (3, 7.0)], 2.0);
    check(0, &[(2, 5.0), (3, 7.0)], 2.0);
    // Nobody says when it began.
    check(i64::MIN, &[(2, 5.0), (3, 7.0)], 2.0);
    // It fell: it began anew, whatever it says of its begin.
    check(-1, &[(2, 5.0), (3, 1.0), (4, 2.0)], 2.0);
}

#[test]
fn a_new_begin_is_a_new_stream() {
    let bench = Bench::new();
    point(&bench, 1, 10, 100.0, "");
    assert_eq!(point(&bench, 20, 21, 30.0, ""), None);
    assert_eq!(total(&bench), 130.0);
    // Two programs that tell nothing of themselves: each keeps its own count.
    for second in 30..40 {
        point(&bench, 1, second, 100.0, "");
        point(&bench, 20, second, 30.0, "");
    }
    assert_eq!(total(&bench), 0.0);
}

#[test]
fn a_stream_heals_from_what_was_too_much() {
    let check = |name: &str, unit: &str, temporality: i32, values: &[f64], last: f64| {
        let bench = Bench::new();
        for (second, value) in (1..).zip(values) {
            let data = sum(temporality, false, number(second, *value));
            let refused = bench.take(second, name, unit, data).rejected();
            assert_eq!(refused == 1, second == 2, "{name} {value}");
        }
        assert_eq!(bench.flush()[name].last, last, "{name}");
    };
    // A total that would be infinite, or would be in the metric's unit.
    check("m.level", "", DELTA, &[f64::MAX, f64::MAX, -1.0], f64::MAX);
    check("m.wait", "s", DELTA, &[1.0, 1e306, 2.0], 3_000.0);
    // A growth that is none, or no count.
    check(
        "m.sum",
        "",
        CUMULATIVE,
        &[-1e308, 1e308, 9e307],
        9e307 - 1e308,
    );
    let jump = 2f64.powi(60);
    check("m.counter", "", CUMULATIVE, &[0.0, jump, jump + 512.0], 1.0);
}

#[test]
fn silent_streams_are_forgotten_when_nobody_sends() {
    let bench = Bench::new();
    let registry = telemetry::Registry::new();
    let told = telemetry::testing::capture(&registry, &["pulseboard.otlp"]).expect("listens");
    point(&bench, 1, 10, 100.0, "");
    bench.receiver.sweep(&registry, now(HOUR as i64));
    assert!(told.take().is_empty(), "it is not silent for long enough");
    bench.receiver.sweep(&registry, now(HOUR as i64 + 70));
    bench.receiver.sweep(&registry, now(HOUR as i64 + 140));
    let told = told.take();
    assert_eq!(told.len(), 1, "{told:?}");
    let said = ["accepted", "streams", "evicted"].map(|name| told[0].measurements[name]);
    assert_eq!(said, [0.0, 0.0, 1.0]);
}

#[test]
fn streams_are_limited_and_known_ones_go_on() {
    let bench = Bench::with_streams(2);
    assert_eq!(point(&bench, 1, 2, 1.0, "a"), None);
    assert_eq!(point(&bench, 1, 2, 1.0, "b"), None);
    assert_eq!(point(&bench, 1, 2, 1.0, "c"), Some(Reason::StreamLimit));
    assert_eq!(point(&bench, 1, 3, 2.0, "a"), None);
    assert_eq!((total(&bench), bench.receiver.streams()), (3.0, 2));
}

#[test]
fn buckets_are_limited_over_all_streams() {
    let bench = Bench::with_streams(2);
    let send = |second: u64, bounds: usize, route: &str| {
        let point = HistogramDataPoint {
            attributes: vec![KeyValue::text("route", route)],
            start_time_unix_nano: at(1),
            time_unix_nano: at(second),
            explicit_bounds: (0..bounds).map(|bound| bound as f64).collect(),
            bucket_counts: vec![1; bounds + 1],
            count: bounds as u64 + 1,
            ..HistogramDataPoint::default()
        };
        let outcome = bench.take(second, "m.distribution", "", explicit(CUMULATIVE, point));
        outcome
            .rejected
            .into_keys()
            .next()
            .map(|(_, reason)| reason)
    };
    // Two streams may keep 64 numbers; with n bounds a stream keeps 2n + 1.
    assert_eq!(send(2, 32, "a"), Some(Reason::StreamLimit));
    assert_eq!(send(2, 10, "a"), None);
    assert_eq!(send(3, 32, "a"), Some(Reason::StreamLimit));
    assert_eq!(send(3, 21, "b"), None);
    assert_eq!(send(4, 5, "a"), None);
}

#[test]
fn silent_streams_are_forgotten_and_do_not_count_twice() {
    let bench = Bench::new();
    point(&bench, 1, 10, 100.0, "silent");
    point(&bench, 1, HOUR, 100.0, "busy");
    assert_eq!((total(&bench), bench.receiver.streams()), (200.0, 2));
    assert_eq!(bench.receiver.take_evicted(), 0);
    point(&bench, 1, HOUR + 70, 101.0, "busy");
    assert_eq!(
        (bench.receiver.streams(), bench.receiver.take_evicted()),
        (1, 1)
    );
    assert_eq!(bench.receiver.take_evicted(), 0);
    // Back again: what it told before is not counted again, what it tells from now on is.
    point(&bench, 1, HOUR + 80, 150.0, "silent");
    assert_eq!(total(&bench), 1.0);
    point(&bench, 1, HOUR + 90, 160.0, "silent");
    // One that began since the last point of the forgotten one is new, and counts as a whole.
    point(&bench, 11, HOUR + 90, 7.0, "young");
    assert_eq!(total(&bench), 17.0);
}

#[test]
fn totals_of_deltas_go_on_whatever_their_begin() {
    let bench = Bench::new();
    for (second, delta) in [(1, 5.0), (2, -2.0), (2, 4.0)] {
        let point = NumberDataPoint {
            start_time_unix_nano: at(second - 1),
            ..number(second, delta)
        };
        bench.take(second, "m.level", "", sum(DELTA, false, point));
    }
    assert_eq!(bench.flush()["m.level"].last, 7.0);
}

#[test]
fn whole_numbers_beyond_doubles_are_subtracted_exactly() {
    let bench = Bench::new();
    for (second, value) in [(1, i64::MAX - 3), (2, i64::MAX - 2)] {
        let point = NumberDataPoint {
            value: Some(Number::AsInt(value)),
            start_time_unix_nano: 1,
            ..number(second, None)
        };
        bench.take(second, "m.sum", "", sum(CUMULATIVE, true, point));
    }
    assert_eq!(total(&bench), 1.0);
}

#[test]
fn a_zero_that_grows_wider_takes_buckets_in() {
    let bench = Bench::new();
    // At scale 0 bucket −1 is (½, 1] and bucket 0 is (1, 2].
    let rows = [(0.0, 1, -1, vec![3, 1]), (1.0, 5, 0, vec![2])];
    for (second, (zero_threshold, zero_count, offset, bucket_counts)) in (1..).zip(rows) {
        let point = ExponentialHistogramDataPoint {
            start_time_unix_nano: 1,
            time_unix_nano: at(second),
            count: zero_count + bucket_counts.iter().sum::<u64>(),
            zero_threshold,
            zero_count,
            positive: Some(Buckets {
                offset,
                bucket_counts,
            }),
            ..ExponentialHistogramDataPoint::default()
        };
        let data = exponential(CUMULATIVE, point);
        assert_eq!(bench.take(second, "m.summary", "", data).rejected(), 0);
    }
    let did = &bench.flush()["m.summary"];
    let sketch = did.sketch().expect("a sketch");
    assert_eq!((did.count, sketch.zero()), (2, 1));
}
