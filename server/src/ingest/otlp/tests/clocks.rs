//! Cumulative points by their times: late, twice, without one, and by clocks that are wrong.

use super::streams::{HOUR, now, point, total};
use super::*;

#[test]
fn a_late_point_does_not_bring_an_old_level_back() {
    let bench = Bench::new();
    let check = |second: u64, value: f64, expect: Option<Reason>| {
        let data = sum(CUMULATIVE, false, number(second, value));
        let outcome = bench.take(20, "m.level", "", data);
        let reason = outcome
            .rejected
            .into_keys()
            .next()
            .map(|(_, reason)| reason);
        assert_eq!(reason, expect, "{second}");
    };
    check(10, 5.0, None);
    check(9, 4.0, Some(Reason::OutOfOrder));
    check(10, 5.0, Some(Reason::OutOfOrder));
    let did = &bench.flush()["m.level"];
    assert_eq!((did.count, did.last), (1, 5.0));
}

#[test]
fn points_without_a_time_are_of_now() {
    let bench = Bench::new();
    // In one millisecond, later, and by a clock that went back.
    for (now_second, value) in [(5, 3.0), (5, 5.0), (6, 9.0), (2, 10.0)] {
        let point = NumberDataPoint {
            time_unix_nano: 0,
            ..number(0, value)
        };
        let data = sum(CUMULATIVE, true, point);
        assert_eq!(bench.take(now_second, "m.sum", "", data).rejected(), 0);
    }
    assert_eq!(total(&bench), 10.0);
    let earlier = number(1, 99.0);
    let outcome = bench.take(7, "m.sum", "", sum(CUMULATIVE, true, earlier));
    assert_eq!(outcome.rejected(), 1, "it is older than what was of now");
}

#[test]
fn unknown_start_counts_nothing() {
    // The begin of the first point and of the later ones; what all of them add.
    let check = |starts: [u64; 2], expect: f64| {
        let rows: [(&str, [Data; 3]); 3] = [
            (
                "m.counter",
                [1_000_000.0, 1_000_003.0, 1_000_004.0]
                    .map(|total| sum(CUMULATIVE, true, number(1, total))),
            ),
            (
                "m.distribution",
                [[9, 9, 9, 9], [9, 11, 9, 10], [9, 11, 10, 10]]
                    .map(|counts| explicit(CUMULATIVE, histogram(1, counts, 1.0))),
            ),
            (
                "m.summary",
                [900, 903, 904]
                    .map(|times| exponential(CUMULATIVE, at_scale(1, 3, &vec![1.5; times]))),
            ),
        ];
        for (name, points) in rows {
            let bench = Bench::new();
            for (second, mut data) in (10..).zip(points) {
                let start = starts[usize::from(second > 10)];
                set_times(&mut data, start, at(second));
                assert_eq!(bench.take(second, name, "", data).rejected(), 0);
            }
            let count = bench.flush().get(name).map_or(0, |did| did.count);
            assert_eq!(count as f64, expect, "{name} {starts:?}");
        }
    };
    check([at(10), at(10)], 4.0);
    check([0, 0], 4.0);
    // A clock that was put back between begin and point.
    check([at(12), at(12)], 4.0);
    // It began again at an unknown time: what it has by then is unknown once more.
    check([at(10), at(11)], 1.0);
}

fn set_times(data: &mut Data, start_ns: u64, time_ns: u64) {
    match data {
        Data::Sum(sum) => sum.data_points.iter_mut().for_each(|point| {
            (point.start_time_unix_nano, point.time_unix_nano) = (start_ns, time_ns);
        }),
        Data::Histogram(histogram) => histogram.data_points.iter_mut().for_each(|point| {
            (point.start_time_unix_nano, point.time_unix_nano) = (start_ns, time_ns);
        }),
        Data::ExponentialHistogram(histogram) => {
            histogram.data_points.iter_mut().for_each(|point| {
                (point.start_time_unix_nano, point.time_unix_nano) = (start_ns, time_ns);
            });
        }
        Data::Gauge(_) | Data::Summary(_) => unreachable!("no totals"),
    }
}

#[test]
fn clocks_of_senders_do_not_make_old_streams_young() {
    // Seconds after the receiver began, by the sender's clock: begin and time of the first
    // point; then, by ours, when it comes; and whether all of it counts.
    let check = |start: i64, time: i64, comes: u64, counts: bool| {
        let bench = Bench::new();
        for (later, value) in [(0, 5.0), (1, 7.0)] {
            let point = NumberDataPoint {
                start_time_unix_nano: now(start) as u64 * 1_000_000,
                time_unix_nano: now(time + later) as u64 * 1_000_000,
                ..number(0, value)
            };
            let data = sum(CUMULATIVE, true, point);
            let outcome = bench.take(comes + later as u64, "m.sum", "", data);
            assert_eq!(outcome.rejected(), 0);
        }
        let expect = if counts { 7.0 } else { 2.0 };
        assert_eq!(total(&bench), expect, "{start} {time} {comes}");
    };
    check(10, 20, 20, true);
    check(-10, 20, 20, false);
    // The sender's clock is two minutes ahead.
    check(130, 140, 20, true);
    check(110, 140, 20, false);
    // It is behind: what is young may look old, but never the other way.
    check(-110, -100, 20, false);
    // A point that was a minute on its way.
    check(-5, 5, 65, false);
    check(5, 10, 70, true);
    // A begin that is behind the point, or to come: it is not known.
    check(30, 20, 20, false);
    check(i64::from(i32::MAX), 20, 20, false);
}

#[test]
fn a_clock_that_jumps_forgets_nothing_that_speaks() {
    let bench = Bench::new();
    point(&bench, 1, HOUR, 1.0, "");
    // An hour back, and in the present again.
    bench.receiver.streams.sweep(now(0));
    bench.receiver.streams.sweep(now(HOUR as i64));
    assert_eq!(bench.receiver.streams(), 1);
    // Far ahead: it is forgotten, and what comes then is not counted twice.
    bench.receiver.streams.sweep(now(10 * HOUR as i64));
    assert_eq!(bench.receiver.streams(), 0);
    point(&bench, 1, HOUR + 1, 2.0, "");
    assert_eq!(total(&bench), 1.0);
}

#[test]
fn points_that_come_twice_or_late_count_once() {
    let bench = Bench::new();
    let check = |second: u64, value: f64, expect: Option<Reason>| {
        assert_eq!(point(&bench, 1, second, value, ""), expect, "{second}");
    };
    check(10, 5.0, None);
    check(10, 5.0, Some(Reason::OutOfOrder));
    check(9, 4.0, Some(Reason::OutOfOrder));
    check(11, 6.0, None);
    assert_eq!(total(&bench), 6.0);
}
