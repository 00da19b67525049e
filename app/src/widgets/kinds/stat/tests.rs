use std::collections::BTreeMap;

use super::model::{Stat, read};
use crate::live::{Resolution, Store};
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, LogLevel, Metric, SeriesInfo, Unit, Widget};
use serde_json::{Value, json};

const T0: i64 = 1_700_000_000_000;
const SPAN: i64 = 60_000;

/// A minute of a level that doubles in its middle, and of requests.
fn store() -> Store {
    let metrics = [
        Metric::last_value("m.used").named("used").unit(Unit::Byte),
        Metric::last_value("m.total")
            .named("total")
            .unit(Unit::Byte),
        Metric::counter("a.hit").named("hits"),
    ];
    let history = |metric: &str, id: u32, row: &dyn Fn(i64) -> Vec<f64>| History {
        metric: metric.into(),
        from: T0,
        to: T0 + SPAN,
        step_ms: 1000,
        covered: vec![[T0, T0 + SPAN]],
        series: vec![HistorySeries {
            info: SeriesInfo {
                id,
                metric: metric.into(),
                tags: BTreeMap::new(),
            },
            steps: (1..=SPAN / 1000)
                .map(|second| HistoryStep(T0 + second * 1000, row(second)))
                .collect(),
        }],
    };
    let used = |second: i64| if second <= 30 { 2e9 } else { 4e9 };
    let histories = [
        history("used", 0, &|second| vec![used(second); 3]),
        history("total", 1, &|_| vec![8e9; 3]),
        history("hits", 2, &|second| {
            vec![if second <= 55 { 4.0 } else { 0.0 }]
        }),
    ];
    let resolution = Resolution::of(SPAN);
    Store::new(&metrics, resolution).past(&histories, T0, T0 + SPAN, resolution, 0)
}

fn stat(metrics: Value, options: Value) -> Stat {
    let widget: Widget = serde_json::from_value(json!({"id": "w", "kind": "stat", "title": "W",
        "metrics": metrics, "options": options, "place": {"x": 0, "y": 0, "w": 3, "h": 3}}))
    .expect("a widget");
    let mut stat = read(&widget, &store(), T0 + SPAN, SPAN, "");
    stat.below = stat.below.replace('\u{202f}', " ");
    stat
}

#[test]
fn a_value_and_what_it_means() {
    let memory = json!([{"metric": "used"}, {"metric": "total", "label": "of {}"}]);
    let found = stat(memory, json!({}));
    assert_eq!((&*found.value, found.symbol), ("4.00", "GB"));
    assert_eq!(found.below, "of 8.00 GB");
    assert_eq!(found.change, "+100 % in 1 min");
    assert_eq!(found.level, None);
    let share = json!([{"metric": "used", "share_of": {"metric": "total"}}, {"metric": "total"}]);
    let found = stat(share, json!({}));
    assert_eq!(
        (&*found.value, found.symbol, &*found.below),
        ("50.0", "%", "8.00 GB")
    );
    assert_eq!(found.change, "+25 points in 1 min");
}

#[test]
fn the_window_is_what_the_widget_says() {
    let rate = || json!([{"metric": "hits", "field": "rate"}]);
    let check = |options: Value, want: &str| {
        assert_eq!(stat(rate(), options.clone()).value, want, "{options}");
    };
    check(json!({}), "2.00");
    check(json!({"window_s": 5}), "0");
    check(json!({"window_s": 20}), "3.00");
}

#[test]
fn a_threshold_that_is_reached_is_named() {
    let check = |at: [f64; 2], want: Option<(LogLevel, &str)>| {
        let thresholds = json!([{"at": at[0], "level": "warn"}, {"at": at[1], "level": "bad"}]);
        let found = stat(
            json!([{"metric": "used"}]),
            json!({"thresholds": thresholds}),
        );
        assert_eq!(found.level, want.map(|(level, _)| level), "{at:?}");
        assert_eq!(found.below, want.map_or("", |(_, words)| words), "{at:?}");
    };
    check([5e9, 6e9], None);
    check([4e9, 6e9], Some((LogLevel::Warn, "above 4.00 GB")));
    check([1e9, 3e9], Some((LogLevel::Error, "above 3.00 GB")));
}

#[test]
fn what_is_not_known_is_not_said() {
    assert_eq!(stat(json!([]), json!({})), Stat::default());
    let found = stat(
        json!([{"metric": "gone"}]),
        json!({"thresholds": [{"at": 0, "level": "warn"}]}),
    );
    assert_eq!((&*found.value, found.symbol, &*found.change), ("–", "", ""));
    assert_eq!(found.level, None);
}

#[test]
fn a_hidden_metric_of_a_stat_is_said() {
    // As the server blanks what a role may not see.
    let found = stat(json!([{"metric": "used"}, {"metric": ""}]), json!({}));
    assert_eq!((&*found.value, found.symbol), ("4.00", "GB"));
    assert_eq!(found.below, "not visible for your role");
}
