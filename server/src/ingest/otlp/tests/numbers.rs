//! Gauges and sums, in both temporalities, for every kind of metric.

use super::*;

#[test]
fn numbers_by_type_temporality_and_kind() {
    let deltas = |monotonic: bool, values: &[f64]| -> Vec<Data> {
        let points = (1..).zip(values);
        points
            .map(|(second, value)| sum(DELTA, monotonic, number(second, *value)))
            .collect()
    };
    let totals = |monotonic: bool, values: &[f64]| -> Vec<Data> {
        let points = (1..).zip(values);
        points
            .map(|(second, value)| sum(CUMULATIVE, monotonic, number(second, *value)))
            .collect()
    };
    let gauges = |values: &[f64]| -> Vec<Data> {
        let points = (1..).zip(values);
        points
            .map(|(second, value)| gauge(number(second, *value)))
            .collect()
    };
    let check = |name: &str, points: Vec<Data>, expect: Option<(u64, f64, f64)>, why: &[Reason]| {
        let shown = format!("{name} {points:?}");
        let (did, reasons) = run(name, "", points);
        assert_eq!((did, &reasons[..]), (expect, why), "{shown}");
    };
    let up = &[3.0, 5.0, 9.0];
    let reset = &[3.0, 5.0, 2.0];
    check("m.counter", deltas(true, up), Some((17, 17.0, 1.0)), &[]);
    check("m.counter", totals(true, up), Some((9, 9.0, 1.0)), &[]);
    check("m.counter", totals(true, reset), Some((7, 7.0, 1.0)), &[]);
    check(
        "m.counter",
        totals(true, &[4.0, 4.0]),
        Some((4, 4.0, 1.0)),
        &[],
    );
    check("m.counter", totals(true, &[0.0]), None, &[]);
    check(
        "m.counter",
        deltas(true, &[0.5]),
        None,
        &[Reason::NotACount],
    );
    check(
        "m.counter",
        deltas(false, &[-1.0]),
        None,
        &[Reason::NotACount],
    );
    check(
        "m.counter",
        deltas(true, &[1e300]),
        None,
        &[Reason::NotACount],
    );
    check("m.counter", gauges(up), None, &[Reason::WrongKind; 3]);
    check("m.sum", deltas(true, up), Some((3, 17.0, 9.0)), &[]);
    check(
        "m.sum",
        deltas(false, &[2.0, -3.0]),
        Some((2, -1.0, -3.0)),
        &[],
    );
    check("m.sum", totals(true, up), Some((3, 9.0, 4.0)), &[]);
    check("m.sum", totals(true, reset), Some((3, 7.0, 2.0)), &[]);
    check("m.sum", totals(false, reset), Some((3, 2.0, -3.0)), &[]);
    check("m.sum", gauges(up), None, &[Reason::WrongKind; 3]);
    check(
        "m.level",
        deltas(false, &[2.0, -3.0]),
        Some((2, 1.0, -1.0)),
        &[],
    );
    check("m.level", totals(true, up), Some((3, 17.0, 9.0)), &[]);
    check("m.level", totals(false, reset), Some((3, 10.0, 2.0)), &[]);
    check("m.level", gauges(up), Some((3, 17.0, 9.0)), &[]);
    check("m.summary", gauges(up), Some((3, 17.0, 9.0)), &[]);
    check("m.summary", deltas(true, up), None, &[Reason::WrongKind; 3]);
    check("m.distribution", gauges(up), Some((3, 17.0, 9.0)), &[]);
    check(
        "m.distribution",
        totals(true, up),
        None,
        &[Reason::WrongKind; 3],
    );
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for points in [
            gauges(&[wrong]),
            deltas(true, &[wrong]),
            totals(true, &[wrong]),
        ] {
            check("m.level", points, None, &[Reason::NotANumber]);
        }
    }
    let none = || number(1, None);
    check("m.level", vec![gauge(none())], None, &[Reason::Malformed]);
    check(
        "m.sum",
        vec![sum(0, true, number(1, 1.0))],
        None,
        &[Reason::NoTemporality],
    );
    let nothing = NumberDataPoint {
        flags: NO_RECORDED_VALUE,
        ..none()
    };
    check("m.level", vec![gauge(nothing.clone())], None, &[]);
    check("m.sum", vec![sum(CUMULATIVE, true, nothing)], None, &[]);
    let whole = NumberDataPoint {
        value: Some(Number::AsInt(7)),
        ..none()
    };
    check("m.level", vec![gauge(whole)], Some((1, 7.0, 7.0)), &[]);
}

#[test]
fn the_newest_of_a_request_is_the_last() {
    let check = |data: Data, expect: f64| {
        let shown = format!("{data:?}");
        let bench = Bench::new();
        assert_eq!(bench.take(100, "m.level", "", data).rejected(), 0);
        let did = &bench.flush()["m.level"];
        assert_eq!((did.count, did.last), (2, expect), "{shown}");
    };
    let two = |one: (u64, f64), next: (u64, f64)| {
        [one, next]
            .map(|(second, value)| number(second, value))
            .to_vec()
    };
    check(gauges(two((100, 10.0), (100, 5.0))), 5.0);
    check(gauges(two((100, 5.0), (100, 10.0))), 10.0);
    check(gauges(two((90, 10.0), (91, 5.0))), 5.0);
    check(gauges(two((91, 5.0), (90, 10.0))), 5.0);
    // What is of a time to come is of now.
    check(gauges(two((140, 10.0), (120, 5.0))), 5.0);
    let timeless = two((0, 10.0), (0, 5.0))
        .into_iter()
        .map(|point| NumberDataPoint {
            time_unix_nano: 0,
            ..point
        });
    check(gauges(timeless.collect()), 5.0);
    check(sums(CUMULATIVE, false, two((98, 10.0), (99, 5.0))), 5.0);
    check(sums(DELTA, false, two((98, 10.0), (99, -5.0))), 5.0);
    check(sums(DELTA, false, two((99, 10.0), (98, -5.0))), 5.0);
}

#[test]
fn series_of_a_request_keep_apart() {
    let bench = Bench::new();
    let point = |route: &str, value: f64| NumberDataPoint {
        attributes: vec![KeyValue::text("route", route)],
        ..number(1, value)
    };
    let points = vec![point("/a", 1.0), point("/b", 2.0), point("/a", 4.0)];
    assert_eq!(
        bench
            .take(1, "m.tagged", "", sums(DELTA, true, points))
            .accepted,
        3
    );
    let flush = bench.recorder.flush();
    let tags = flush.fresh.iter().map(|series| series.tags[0].to_string());
    assert_eq!(tags.collect::<Vec<_>>(), ["/a", "/b"]);
    let mut did: Vec<_> = flush.rows.iter().map(|row| row.aggregate.sum).collect();
    did.sort_by(f64::total_cmp);
    assert_eq!(did, [2.0, 5.0]);
}

#[test]
fn no_recorded_value_ends_a_level() {
    let bench = Bench::new();
    let none = |second: u64| NumberDataPoint {
        flags: NO_RECORDED_VALUE,
        ..number(second, None)
    };
    let check = |name: &str, data: Data, expect: Option<Option<f64>>| {
        let outcome = bench.take(3, name, "", data);
        assert_eq!((outcome.accepted, outcome.rejected()), (1, 0), "{name}");
        let did = bench.flush().remove(name);
        let level = did.map(|did| (!did.is_absent()).then_some(did.last));
        assert_eq!(level, expect, "{name}");
    };
    check("m.level", gauge(number(1, 5.0)), Some(Some(5.0)));
    check("m.level", gauge(none(2)), Some(None));
    check("m.level", gauge(number(3, 9.0)), Some(Some(9.0)));
    check("m.level", sum(CUMULATIVE, true, none(4)), Some(None));
    // What is counted, and what is sampled, just has nothing.
    check("m.counter", sum(CUMULATIVE, true, none(5)), None);
    check("m.summary", gauge(none(5)), None);
    // In one request the newest holds.
    for (last, expect) in [(none(7), None), (number(7, 7.0), Some(7.0))] {
        let points = vec![number(6, 6.0), last];
        let outcome = bench.take(8, "m.level", "", gauges(points));
        assert_eq!(outcome.accepted, 2);
        let did = &bench.flush()["m.level"];
        assert_eq!((!did.is_absent()).then_some(did.last), expect);
    }
    let old = NumberDataPoint {
        time_unix_nano: 1,
        ..none(1)
    };
    assert_eq!(bench.take(9, "m.level", "", gauge(old)).rejected(), 1);
}
