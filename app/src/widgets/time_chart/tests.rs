use std::collections::BTreeMap;

use super::model::ChartModel;
use super::text_alternative::Trend;
use crate::live::{Lines, Resolution, Store};
use crate::widgets::render::chart_style::{ChartStyle, Scales, Shape};
use crate::widgets::state::State;
use charts::ValueScale;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, Metric, SeriesInfo, Unit, Widget};
use serde_json::{Value, json};

const T0: i64 = 1_700_000_000_000;
const SECONDS: i64 = 30;
const END: i64 = T0 + SECONDS * 1000;

/// A level that rises from 1 MB by 1 MB a second, and a share that stays.
fn store() -> Store {
    let metrics = [
        Metric::last_value("m.used").named("used").unit(Unit::Byte),
        Metric::last_value("m.busy")
            .named("busy")
            .unit(Unit::Percent),
    ];
    let history = |metric: &str, id: u32, value: &dyn Fn(i64) -> f64| History {
        metric: metric.into(),
        from: T0,
        to: END,
        step_ms: 1000,
        covered: vec![[T0, END]],
        series: vec![HistorySeries {
            info: SeriesInfo {
                id,
                metric: metric.into(),
                tags: BTreeMap::new(),
            },
            steps: (1..=SECONDS)
                .map(|second| HistoryStep(T0 + second * 1000, vec![value(second); 3]))
                .collect(),
        }],
    };
    let histories = [
        history("used", 0, &|second| second as f64 * 1e6),
        history("busy", 1, &|_| 50.0),
    ];
    let resolution = Resolution::of(60_000);
    Store::new(&metrics, resolution).past(&histories, T0, END, resolution, 0)
}

/// Calls `read` with the model of a chart of both levels, of which those in `off` are switched off.
fn with<T>(metrics: Value, off: &[&str], read: impl FnOnce(&ChartModel<'_>) -> T) -> T {
    let store = store();
    let widget: Widget = serde_json::from_value(json!({"id": "w", "kind": "line", "title": "W",
        "metrics": metrics, "place": {"x": 0, "y": 0, "w": 3, "h": 4}}))
    .expect("a widget");
    let style = ChartStyle::of(&widget, |_| Shape::Lines, &store);
    let mut lines = Lines::new(&widget.metrics);
    lines.update(&store);
    let off: Vec<String> = off.iter().map(|label| (*label).to_owned()).collect();
    let right = style
        .right
        .map(|axis| ValueScale::fit(0.0, 50.0, &axis.bounds));
    read(&ChartModel {
        lines: &lines,
        scales: Scales {
            left: Some(ValueScale::fit(0.0, 3e7, &style.left.bounds)),
            right,
        },
        style: &style,
        off: &off,
        from_ms: T0 as f64,
        to_ms: END as f64,
    })
}

fn both() -> Value {
    json!([{"metric": "used"}, {"metric": "busy"}])
}

#[test]
fn a_legend_has_the_unit_where_the_heading_has_another() {
    let legend = with(both(), &["busy"], |model| model.legend(true));
    assert_eq!(legend.units, "MB, % at the right");
    let entries: Vec<_> = legend
        .entries
        .iter()
        .map(|entry| (&*entry.label, &*entry.value, entry.on))
        .collect();
    assert_eq!(entries, [("used", "30.0", true), ("busy", "50.0 %", false)]);
    let summary = legend.entries[0].summary.as_ref().expect("a summary");
    assert_eq!(
        summary.each_ref().map(String::as_str),
        ["1.0", "15.5", "30.0"]
    );
    let legend = with(json!([{"metric": "used"}]), &[], |model| {
        model.legend(false)
    });
    assert_eq!(legend.units, "MB");
    assert_eq!(legend.entries[0].summary, None);
}

#[test]
fn the_mean_of_means_is_marked_and_of_rates_and_levels_it_is_not() {
    let mean = |metric: Value| {
        let legend = with(json!([metric]), &[], |model| model.legend(true));
        let summary = legend.entries[0].summary.clone().expect("a summary");
        summary[1].clone()
    };
    assert_eq!(mean(json!({"metric": "used"})), "15.5");
    assert_eq!(mean(json!({"metric": "used", "field": "avg"})), "≈15.5");
    let share = json!({"metric": "busy", "share_of": {"metric": "busy"}});
    assert_eq!(mean(share), "≈100");
}

#[test]
fn states() {
    let check = |metrics: Value, off: &[&str], known: bool, want: &str| {
        let state = with(metrics.clone(), off, |model| model.state(known));
        assert_eq!(state.name(), want, "{metrics} {off:?}");
    };
    check(both(), &[], false, State::Loading.name());
    check(both(), &[], true, State::Shown.name());
    check(both(), &["used"], true, State::Shown.name());
    check(both(), &["used", "busy"], true, State::Off.name());
    check(
        json!([{"metric": "gone"}]),
        &[],
        true,
        State::Waiting.name(),
    );
    check(json!([]), &[], true, State::Waiting.name());
}

#[test]
fn values_at_a_time_are_of_lines_that_are_on() {
    let at = |t: f64, off: &[&str]| {
        with(both(), off, |model| {
            let readings = model.readings(t).into_iter();
            readings
                .map(|r| format!("{} {} {}", r.index, r.label, r.words))
                .collect::<Vec<_>>()
        })
    };
    let middle = T0 as f64 + 10_000.0;
    assert_eq!(at(middle, &[]), ["0 used 10.0 MB", "1 busy 50.0 %"]);
    assert_eq!(at(middle, &["used"]), ["1 busy 50.0 %"]);
    // After the last complete step it is what it was then; long before the first nothing is known.
    assert_eq!(at(END as f64 + 900.0, &["busy"]), ["0 used 30.0 MB"]);
    assert_eq!(at(T0 as f64 - 60_000.0, &["busy"]), ["0 used – MB"]);
}

#[test]
fn in_words_and_as_columns() {
    with(both(), &[], |model| {
        let summaries = model.summaries();
        assert_eq!(summaries[0].now, "30.0 MB");
        assert_eq!(
            summaries[0].range,
            Some(["1.0 MB".into(), "30.0 MB".into()])
        );
        let trends: Vec<_> = summaries.iter().map(|summary| summary.trend).collect();
        assert_eq!(trends, [Trend::Rising, Trend::Steady]);
        let (columns, formats) = model.columns(5);
        assert_eq!(
            (columns.labels.len(), columns.rows.len(), formats.len()),
            (2, 5, 2)
        );
        let last = columns.rows.last().expect("rows");
        assert_eq!((last.t, &last.values[..]), (END, &[3e7, 50.0][..]));
    });
}
