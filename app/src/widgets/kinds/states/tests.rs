use std::collections::BTreeMap;

use super::history::*;
use crate::live::{Resolution, Store};
use crate::widgets::options::Connect;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, LogLevel, Metric, MetricRef, SeriesInfo, StateName};

const T0: i64 = 1_700_000_000_000;

/// A level by part, of steps `(second, last, min, max)`.
/// A series, and the numbers of its steps.
type Part<'a> = (&'a str, &'a [(i64, f64, f64, f64)]);

fn store(series: &[Part<'_>]) -> Store {
    let metrics = [Metric::last_value("a.b").named("up").tags(["part"])];
    let series = series
        .iter()
        .enumerate()
        .map(|(id, (part, steps))| HistorySeries {
            info: SeriesInfo {
                id: id as u32,
                metric: "up".into(),
                tags: BTreeMap::from([("part".into(), (*part).into())]),
            },
            steps: steps
                .iter()
                .map(|(t, last, min, max)| HistoryStep(T0 + t * 1000, vec![*last, *min, *max]))
                .collect(),
        });
    let history = History {
        metric: "up".into(),
        from: T0,
        to: T0 + 60_000,
        step_ms: 1000,
        series: series.collect(),
        covered: vec![[T0, T0 + 60_000]],
    };
    let resolution = Resolution::of(60_000);
    Store::new(&metrics, resolution).past(&[history], T0, T0 + 60_000, resolution, 0)
}

fn reference() -> MetricRef {
    MetricRef {
        metric: "up".into(),
        ..MetricRef::default()
    }
}

/// `part: from–to=value …` in seconds.
fn shown(steps: &[(i64, f64, f64, f64)], connect_ms: f64) -> String {
    let span = StateWindow {
        from_ms: T0,
        to_ms: T0 + 10_000,
        connect: Connect(connect_ms),
    };
    let strips = strips(&store(&[("db", steps)]), &[reference()], span);
    let held = |held: &Held| {
        let second = |t: f64| (t - T0 as f64) / 1000.0;
        format!("{}–{}={}", second(held.from), second(held.to), held.value)
    };
    let strip = |strip: &Strip| strip.held.iter().map(held).collect::<Vec<_>>().join(" ");
    strips.iter().map(strip).collect::<Vec<_>>().join("; ")
}

#[test]
fn states_hold_until_the_next() {
    let check = |steps: &[(i64, f64, f64, f64)], connect_ms: f64, want: &str| {
        assert_eq!(shown(steps, connect_ms), want, "{steps:?}");
    };
    let one = |t: i64, v: f64| (t, v, v, v);
    check(&[], 0.0, "");
    check(&[one(1, 1.0)], 0.0, "0–1=1");
    check(&[one(1, 1.0), one(2, 1.0), one(3, 0.0)], 0.0, "0–2=1 2–3=0");
    check(&[one(1, 1.0), one(3, 0.0)], 0.0, "0–2=1 2–3=0");
    check(&[one(1, 1.0), one(5, 0.0)], 0.0, "0–1=1 4–5=0");
    check(&[one(1, 1.0), one(5, 1.0)], 0.0, "0–1=1 4–5=1");
    check(&[one(1, 1.0), one(5, 0.0)], f64::INFINITY, "0–4=1 4–10=0");
    check(&[one(9, 1.0)], 0.0, "8–10=1");
    check(&[one(2, f64::NAN), one(3, 2.0)], 0.0, "2–3=2");
    check(&[(3, 1.0, 0.0, 1.0)], 0.0, "2–2.5=0 2.5–3=1");
    check(&[(3, 0.0, 0.0, 1.0)], 0.0, "2–2.5=1 2.5–3=0");
    check(&[one(3, f64::INFINITY)], 0.0, "2–3=inf");
    check(&[one(11, 1.0)], 0.0, "");
}

#[test]
fn strips_by_label() {
    let one = |t: i64, v: f64| (t, v, v, v);
    let store = store(&[
        ("10", &[one(1, 1.0)]),
        ("2", &[one(1, 1.0), one(2, 0.0), one(3, 1.0)]),
        ("silent", &[]),
    ]);
    let span = StateWindow {
        from_ms: T0,
        to_ms: T0 + 3_000,
        connect: Connect(0.0),
    };
    let strips = strips(&store, &[reference()], span);
    let labels: Vec<&str> = strips.iter().map(|strip| &*strip.label).collect();
    assert_eq!(labels, ["2", "10"]);
    assert_eq!(
        strips.iter().map(Strip::changes).collect::<Vec<_>>(),
        [2, 0]
    );
    let end = span.to_ms as f64;
    assert_eq!(strips[0].now(end), Some(1.0));
    assert_eq!(strips[0].now(end + 1.0), None, "not known any more");
}

#[test]
fn values_have_names() {
    let state = |value: f64, name: &str, level| StateName {
        value,
        name: name.into(),
        level,
    };
    let states = [
        state(0.0, "closed", LogLevel::Info),
        state(1.0, "open", LogLevel::Error),
        state(1.0, "never", LogLevel::Warn),
    ];
    for (value, name, want) in [
        (0.0, Some("closed"), LogLevel::Info),
        (-0.0, Some("closed"), LogLevel::Info),
        (1.0, Some("open"), LogLevel::Error),
        (0.5, None, LogLevel::Info),
        (f64::NAN, None, LogLevel::Info),
    ] {
        assert_eq!(meaning(&states, value).map(|(_, s)| &*s.name), name);
        assert_eq!(level(&states, value), want);
    }
    assert_eq!(meaning(&[], 1.0), None);
}
