//! References against a store of two seconds with three series.

use super::*;
use crate::live::Resolution;
use protocol::frame::Second;
use protocol::{Frame, Hello, Metric, SeriesInfo};

const T0: i64 = 1_700_000_000_000;

fn store() -> Store {
    let metrics = [
        Metric::count_events("http.stop")
            .named("requests")
            .tags(["status"]),
        Metric::sum("http.bytes").named("bytes").unit(Unit::Byte),
        Metric::summary("http.duration")
            .named("duration")
            .unit(Unit::Second),
    ];
    let info = |id: u32, metric: &str, status: Option<&str>| SeriesInfo {
        id,
        metric: metric.into(),
        tags: status
            .map(|s| ("status".into(), s.into()))
            .into_iter()
            .collect(),
    };
    let resolution = Resolution::of(60_000);
    let mut store = Store::new(&metrics, resolution);
    let hello = Hello {
        now_ms: T0,
        seq: 0,
        live_from_ms: T0,
        flush_ms: 100,
        series: vec![
            info(1, "requests", Some("200")),
            info(2, "requests", Some("503")),
            info(3, "bytes", None),
            info(4, "duration", None),
        ],
    };
    store.hello(&hello, resolution);
    for i in 1..=2 {
        let rows = [
            vec![1.0, 30.0],
            vec![2.0, 10.0],
            vec![3.0, 4.0, 4_000.0],
            vec![4.0, 10.0, 5.0, 0.1, 2.0, 0.4, 1.0, f64::from(i)],
        ];
        let t = T0 + i64::from(i) * 1_000;
        store.apply(&Frame {
            seq: i as u64,
            t,
            w: 100,
            rows: Vec::new(),
            seconds: vec![Second {
                t,
                rows: rows.into(),
            }],
        });
    }
    store
}

fn reference(json: &str) -> MetricRef {
    serde_json::from_str(json).expect("a reference")
}

#[test]
fn one_number_over_a_time() {
    let (store, end) = (store(), T0 + 2_000);
    for (json, want) in [
        (r#"{"metric":"requests","field":"count"}"#, 80.0),
        (r#"{"metric":"requests","field":"rate"}"#, 40.0),
        (
            r#"{"metric":"requests","field":"count","tags":{"status":"503"}}"#,
            20.0,
        ),
        (
            r#"{"metric":"requests","field":"count","tags":{"status":"2*"}}"#,
            60.0,
        ),
        (r#"{"metric":"bytes","field":"rate"}"#, 4_000.0),
        (r#"{"metric":"duration","field":"avg"}"#, 0.5),
        (r#"{"metric":"duration","field":"max"}"#, 2.0),
        (
            r#"{"metric":"requests","field":"count","tags":{"status":"5*"},"share_of":{"metric":"requests","field":"count"}}"#,
            25.0,
        ),
    ] {
        let got = stat(&store, &reference(json), Taken::over(60), end);
        assert_eq!(got, Value::exact(want), "{json}");
    }
}

#[test]
fn a_percentile_over_several_steps_is_an_estimate_until_the_sketches_are_merged() {
    let (mut store, end) = (store(), T0 + 2_000);
    let p99 = reference(r#"{"metric":"duration","field":"p99"}"#);
    let taken = Taken::over(60);
    let got = stat(&store, &p99, taken, end);
    assert!(
        got.is_estimate && (1.0..=2.0).contains(&got.number),
        "{got:?}"
    );
    assert_eq!(got.mark(), "≈");
    // Of one step it is what was measured.
    let one = stat(&store, &p99, Taken::over(1), end);
    assert_eq!(one, Value::exact(2.0));
    let (from_ms, to_ms) = stat_span(&store, &p99, taken, end);
    let row = FrameRow::read(Kind::Summary, &[20.0, 10.0, 0.1, 2.0, 0.4, 1.0, 1.75]);
    store.give(4, from_ms, to_ms, row);
    assert_eq!(stat(&store, &p99, taken, end), Value::exact(1.75));
}

#[test]
fn a_gauge_that_is_sent_every_ten_seconds_is_shown_all_the_time() {
    let metrics = [Metric::last_value("room.temp")];
    let resolution = Resolution::of(60_000);
    let mut store = Store::new(&metrics, resolution);
    let info = SeriesInfo {
        id: 1,
        metric: "room.temp".into(),
        tags: Default::default(),
    };
    store.hello(
        &Hello {
            now_ms: T0,
            seq: 0,
            live_from_ms: T0,
            flush_ms: 100,
            series: vec![info],
        },
        resolution,
    );
    let last = reference(r#"{"metric":"room.temp"}"#);
    let avg = reference(r#"{"metric":"room.temp","field":"avg"}"#);
    for i in 1..=14 {
        let t = T0 + i * 1_000;
        let rows = match i {
            1 => vec![vec![1.0, 100.0, 0.0, 100.0, 10.0, 100.0]],
            _ => Vec::new(),
        };
        store.apply(&Frame {
            seq: i as u64,
            t,
            w: 100,
            rows: Vec::new(),
            seconds: vec![Second { t, rows }],
        });
        let shown = |taken| stat(&store, &last, taken, t).number;
        let held = shown(Taken::over(10));
        assert_eq!(held == 100.0, i <= 11, "{i}: {held}");
        let hold_ms = 12_000;
        let longer = Taken {
            hold_ms,
            ..Taken::over(10)
        };
        assert_eq!(shown(longer) == 100.0, i <= 13, "{i}");
        // The average is over samples, also within one second.
        let average = stat(&store, &avg, Taken::over(20), t).number;
        assert_eq!(average, 10.0, "{i}");
    }
}

#[test]
fn nothing_is_not_zero_but_a_count_of_nothing_is() {
    let (store, end) = (store(), T0 + 2_000);
    let none = r#"{"metric":"requests","field":"count","tags":{"status":"404"}}"#;
    let silent = stat(&store, &reference(none), Taken::over(60), end);
    assert_eq!(silent, Value::exact(0.0));
    for json in [
        r#"{"metric":"no.such","field":"count"}"#,
        r#"{"metric":"duration","field":"p99","tags":{"status":"404"}}"#,
        r#"{"metric":"requests","field":"count","share_of":{"metric":"no.such","field":"count"}}"#,
    ] {
        let got = stat(&store, &reference(json), Taken::over(60), end);
        assert!(got.number.is_nan(), "{json}");
    }
    // Before the server ran there is nothing to say.
    let before = stat(&store, &reference(none), Taken::over(60), T0 - 60_000);
    assert!(before.number.is_nan());
}

#[test]
fn units_and_whether_they_are_by_second() {
    let store = store();
    for (json, want) in [
        (r#"{"metric":"bytes","field":"sum"}"#, (Unit::Byte, false)),
        (r#"{"metric":"bytes","field":"rate"}"#, (Unit::Byte, true)),
        (r#"{"metric":"bytes","field":"count"}"#, (Unit::None, false)),
        (
            r#"{"metric":"duration","field":"p95"}"#,
            (Unit::Second, false),
        ),
        (
            r#"{"metric":"duration","field":"rate"}"#,
            (Unit::None, true),
        ),
        (
            r#"{"metric":"bytes","field":"sum","share_of":{"metric":"bytes","field":"sum"}}"#,
            (Unit::Percent, false),
        ),
        (
            r#"{"metric":"no.such","field":"last"}"#,
            (Unit::None, false),
        ),
    ] {
        assert_eq!(unit(&store, &reference(json)), want, "{json}");
    }
}

#[test]
fn series_by_tag() {
    let store = store();
    let all = reference(r#"{"metric":"requests"}"#);
    let sorted = |mut ids: Vec<u32>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(ids(&store, &all, None)), [1, 2]);
    assert_eq!(ids(&store, &all, Some(("status", "503"))), [2]);
    assert!(ids(&store, &all, Some(("region", "eu"))).is_empty());
    let of = reference(r#"{"metric":"requests","tags":{"status":"503","region":"eu"}}"#);
    assert!(ids(&store, &of, None).is_empty());
}

/// A level that is 1.0 in the first second, 2.0 in the second one, and so on, and ten hits in each.
fn long(span_ms: i64, seconds: i64) -> Store {
    let metrics = [
        Metric::last_value("m.used").named("used"),
        Metric::counter("m.hit").named("hits"),
    ];
    let info = |id: u32, metric: &str| SeriesInfo {
        id,
        metric: metric.into(),
        tags: Default::default(),
    };
    let resolution = Resolution::of(span_ms);
    let mut store = Store::new(&metrics, resolution);
    let hello = Hello {
        now_ms: T0,
        seq: 0,
        live_from_ms: T0,
        flush_ms: 100,
        series: vec![info(1, "used"), info(2, "hits")],
    };
    store.hello(&hello, resolution);
    for i in 1..=seconds {
        let t = T0 + i * 1_000;
        let level = i as f64;
        let rows = vec![vec![1.0, level, level, level], vec![2.0, 10.0]];
        store.apply(&Frame {
            seq: i as u64,
            t,
            w: 100,
            rows: Vec::new(),
            seconds: vec![Second { t, rows }],
        });
    }
    store
}

#[test]
fn a_value_of_now_is_of_the_newest_second_whatever_the_range() {
    const DAY_MS: i64 = 86_400_000;
    let reference = |metric: &str, field| MetricRef {
        metric: metric.into(),
        field,
        ..MetricRef::default()
    };
    for span_ms in [60_000, 6 * 3_600_000, DAY_MS, 7 * DAY_MS, 31 * DAY_MS] {
        for seconds in [11, 12, 59, 95, 299, 301] {
            let store = long(span_ms, seconds);
            let end_ms = store.newest_ms();
            let read = |metric, field, window_s| {
                let reference = reference(metric, field);
                stat(&store, &reference, Taken::over(window_s), end_ms).number
            };
            let which = format!("{span_ms} ms after {seconds} s");
            assert_eq!(read("used", Field::Last, 10), seconds as f64, "{which}");
            let ten = (1..=10).map(|i| (seconds + 1 - i) as f64).sum::<f64>() / 10.0;
            assert_eq!(read("used", Field::Avg, 10), ten, "{which}");
            assert_eq!(read("hits", Field::Rate, 10), 10.0, "{which}");
            assert_eq!(read("hits", Field::Count, 10), 100.0, "{which}");
            // Longer than the seconds that are kept, and than the stream.
            assert_eq!(read("hits", Field::Rate, 3_600), 10.0, "{which}");
            let kept = store.resolution().kept_ms().min(seconds * 1_000) / 1_000;
            let count = read("hits", Field::Count, 3_600);
            assert_eq!(count, 10.0 * kept as f64, "{which}");
        }
    }
}
