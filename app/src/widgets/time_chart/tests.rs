use std::collections::BTreeMap;

use super::drawn::Drawn;
use super::model::{ChartModel, Earlier};
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
        drawn: Drawn::of(&lines, None),
        earlier: None,
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
    let legend = with(both(), &["busy"], |model| model.legend(true, None));
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
        model.legend(false, None)
    });
    assert_eq!(legend.units, "MB");
    assert_eq!(legend.entries[0].summary, None);
}

#[test]
fn the_mean_of_means_is_marked_and_of_rates_and_levels_it_is_not() {
    let mean = |metric: Value| {
        let legend = with(json!([metric]), &[], |model| model.legend(true, None));
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
            let readings = model.readings(&model.moment(t, 0.0)).into_iter();
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
        assert_eq!(trends, [Trend::Rising, Trend::Steady].map(Some));
        let (columns, formats) = model.columns(5);
        assert_eq!(
            (columns.labels.len(), columns.rows.len(), formats.len()),
            (2, 5, 2)
        );
        let last = columns.rows.last().expect("rows");
        assert_eq!((last.t, &last.values[..]), (END, &[3e7, 50.0][..]));
    });
}

/// Calls `read` with the model of a chart of the level, drawn as `shape`, of a store whose seconds have
/// `values`, compared with one that has `before`.
fn drawn<T>(
    shape: Shape,
    bar_ms: Option<i64>,
    (values, before): (&[f64], &[f64]),
    read: impl FnOnce(&ChartModel<'_>) -> T,
) -> T {
    let of = |values: &[f64]| {
        let mut store = store();
        let steps = (1..)
            .zip(values)
            .map(|(second, v)| HistoryStep(T0 + second * 1000, vec![*v; 3]));
        let history = History {
            metric: "busy".into(),
            from: T0,
            to: END,
            step_ms: 1000,
            covered: vec![[T0, END]],
            series: vec![HistorySeries {
                info: SeriesInfo {
                    id: 1,
                    metric: "busy".into(),
                    tags: BTreeMap::new(),
                },
                steps: steps.collect(),
            }],
        };
        let resolution = Resolution::of(60_000);
        store = store.past(&[history], T0, END, resolution, 0);
        store
    };
    let (now, before) = (of(values), of(before));
    let widget: Widget = serde_json::from_value(json!({"id": "w", "kind": "line", "title": "W",
        "metrics": [{"metric": "busy"}], "place": {"x": 0, "y": 0, "w": 3, "h": 4}}))
    .expect("a widget");
    let style = ChartStyle {
        shape,
        ..ChartStyle::of(&widget, |_| Shape::Lines, &now)
    };
    let [lines, earlier] = [&now, &before].map(|store| {
        let mut lines = Lines::new(&widget.metrics);
        lines.update(store);
        lines
    });
    read(&ChartModel {
        scales: Scales {
            left: Some(ValueScale::fit(0.0, 100.0, &style.left.bounds)),
            right: None,
        },
        style: &style,
        drawn: Drawn::of(&lines, bar_ms),
        earlier: Some(Earlier {
            drawn: Drawn::of(&earlier, bar_ms),
            lines: &earlier,
            words: "a day earlier",
        }),
        lines: &lines,
        off: &[],
        from_ms: T0 as f64,
        to_ms: END as f64,
    })
}

const BARS: Shape = Shape::Bars { stacked: false };

#[test]
fn all_that_is_said_of_bars_is_of_the_bars() {
    // Bars of ten seconds: of 10, 40 and 90.
    let values: Vec<f64> = (0..30)
        .map(|i| [10.0, 40.0, 90.0][i / 10] + (i % 2) as f64 * 2.0 - 1.0)
        .collect();
    let before = vec![7.0; 30];
    // Seconds are named by their ends: T0 is a multiple of ten seconds.
    assert_eq!(T0 % 10_000, 0);
    drawn(BARS, Some(10_000), (&values, &before), |model| {
        for (t, end, value) in [
            (1.0, 10_000.0, "10.0 %"),
            (10_000.0, 10_000.0, "10.0 %"),
            (10_001.0, 20_000.0, "40.0 %"),
            (29_000.0, 30_000.0, "90.0 %"),
        ] {
            let moment = model.moment(T0 as f64 + t, 500.0);
            assert_eq!(
                (moment.t, moment.span_ms),
                (T0 as f64 + end, 10_000.0),
                "{t}"
            );
            let readings = model.readings(&moment);
            assert_eq!(readings[0].words, value, "{t}");
            assert_eq!(readings[0].earlier.as_deref(), Some("7.0 %"));
            assert_eq!(readings[0].place, None);
            assert_eq!(
                model.legend(false, Some(&moment)).entries[0].value,
                value.trim_end_matches(" %")
            );
        }
        let legend = model.legend(true, None);
        assert_eq!(legend.entries[0].value, "90.0");
        assert_eq!(legend.earlier, Some("a day earlier"));
        let summary = legend.entries[0].summary.clone();
        assert_eq!(summary, Some(["10.0", "46.7", "90.0"].map(String::from)));
        let words = &model.summaries()[0];
        assert_eq!(words.now, "90.0 %");
        assert_eq!(words.range, Some(["10.0 %".into(), "90.0 %".into()]));
        let (columns, _) = model.columns(100);
        assert_eq!(columns.span_ms, 10_000);
        assert_eq!(columns.labels, ["busy", "busy, a day earlier"]);
        assert_eq!(model.column_units(), ["%", "%"]);
        let rows: Vec<_> = columns
            .rows
            .iter()
            .map(|row| (row.t - T0, row.values.clone()))
            .collect();
        assert_eq!(
            rows,
            [
                (10_000, vec![10.0, 7.0]),
                (20_000, vec![40.0, 7.0]),
                (30_000, vec![90.0, 7.0])
            ]
        );
    });
}

#[test]
fn the_cursor_of_lines_stands_on_the_nearest_point_and_finds_a_spike() {
    let mut values = vec![2.0; 30];
    values[14] = 100.0;
    let before = vec![3.0; 30];
    let spike = T0 as f64 + 15_000.0;
    drawn(Shape::Lines, None, (&values, &before), |model| {
        let at = |t: f64, near_ms: f64| {
            let moment = model.moment(t, near_ms);
            let reading = model.readings(&moment).remove(0);
            assert_eq!(reading.place.map(|p| p.t), Some(moment.t));
            (moment.t, reading.words)
        };
        // Before and after it, up to half of a step.
        for t in [-499.0, 0.0, 499.0] {
            assert_eq!(at(spike + t, 10.0), (spike, "100 %".into()), "{t}");
        }
        assert_eq!(at(spike + 501.0, 10.0).1, "2.0 %");
        // Where a pixel has several seconds, the one that is seen.
        for t in [-2_900.0, 1_900.0] {
            assert_eq!(at(spike + t, 3_000.0), (spike, "100 %".into()), "{t}");
        }
        let compared = model.readings(&model.moment(spike, 0.0)).remove(0);
        assert_eq!(compared.earlier.as_deref(), Some("3.0 %"));
        // Where nothing is near, nothing is said.
        let nothing = model
            .readings(&model.moment(spike + 60_000.0, 0.0))
            .remove(0);
        assert_eq!((nothing.words.as_str(), nothing.place), ("– %", None));
    });
}
