//! Properties of what widgets show, against a computation that is as plain as can be.

use proptest::prelude::*;
use protocol::{LogLevel, StateName, Threshold, Widget, WidgetKind};

use super::{bar_list::model as bar_list, gauge::model as gauge, histogram::model as histogram};
use super::{stat::model as stat, states::model as states, table::model as table};
use crate::live::metric_query::{self, Taken, Value};
use crate::live::{Resolution, Store};
use crate::testing::{END, metrics, store, store_of, widget};
use crate::widgets::distribution::{self, Distribution, Grid};
use crate::widgets::tag_rows::{Row, Sort, rows};

const NAMES: [&str; 8] = ["/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h"];

fn routes(values: &[f64]) -> Vec<(&'static str, f64)> {
    NAMES.into_iter().zip(values.iter().copied()).collect()
}

fn set(widget: &mut Widget, name: &str, value: impl serde::Serialize) {
    let all = serde_json::json!({ name: value });
    let all: protocol::Options = serde_json::from_value(all).expect("options");
    widget.options = all;
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// A widget of one reference.
fn of(kind: WidgetKind, reference: serde_json::Value) -> Widget {
    let mut widget = widget(kind);
    widget.metrics = vec![serde_json::from_value(reference).expect("a reference")];
    widget
}

#[test]
fn a_gauge_without_metrics_knows_nothing() {
    let mut gauge = widget(WidgetKind::Gauge);
    gauge.metrics.clear();
    let dial = gauge::read(&store(&[("/a", 3.0)]), &gauge, END, "");
    assert!(dial.value.is_nan());
    assert_eq!((dial.number.as_str(), dial.symbol), ("", ""));
    assert_eq!(dial.passed, None);
}

#[test]
fn a_gauge_names_the_threshold_that_it_reached() {
    let levels = [
        (10.0, LogLevel::Error),
        (5.0, LogLevel::Warn),
        (1.0, LogLevel::Info),
    ];
    let thresholds = levels.map(|(at, level)| Threshold { at, level });
    let mut gauge = widget(WidgetKind::Gauge);
    set(&mut gauge, "thresholds", thresholds);
    for (value, want) in [
        (0.5, None),
        (1.0, Some("above 1")),
        (4.99, Some("above 1")),
        (5.0, Some("above 5")),
        (10.0, Some("above 10")),
        (1e9, Some("above 10")),
    ] {
        let dial = gauge::read(&store(&[("/a", value)]), &gauge, END, "");
        let passed = dial.passed.as_ref().map(|(_, words)| words.as_str());
        assert_eq!(passed, want, "{value}");
        let spoken = gauge::spoken(&dial);
        assert!(spoken.ends_with(want.unwrap_or(&dial.words)), "{spoken}");
        assert!(dial.min < dial.max);
    }
}

#[test]
fn a_gauge_is_of_what_its_second_entry_says_is_all() {
    let gauge = |metrics: serde_json::Value| -> Widget {
        let mut gauge = widget(WidgetKind::Gauge);
        gauge.metrics = serde_json::from_value(metrics).expect("references");
        gauge
    };
    let store = store(&[("/a", 3.0), ("/b", 40.0)]);
    let one = |route: &str| serde_json::json!({"metric": "used", "tags": {"route": route}});
    let dial = gauge::read(
        &store,
        &gauge(serde_json::json!([one("/a"), one("/b")])),
        END,
        "",
    );
    assert_eq!((dial.value, dial.min, dial.max), (3.0, 0.0, 40.0));
    // What is not there is no end: a round number is.
    let dial = gauge::read(
        &store,
        &gauge(serde_json::json!([one("/a"), one("/z")])),
        END,
        "",
    );
    assert!(dial.max >= 3.0 && dial.max < 40.0, "{}", dial.max);
}

#[test]
fn a_stat_counts_what_came_in_its_window() {
    let check = |reference: serde_json::Value, end: i64, want: (&str, &str)| {
        let widget = of(WidgetKind::Stat, reference.clone());
        let stat = stat::read(
            &widget,
            &store(&[("/a", 3.0), ("/b", 7.0)]),
            end,
            60_000,
            "",
        );
        assert_eq!((&*stat.value, stat.symbol), want, "{reference} {end}");
    };
    let hits = |field: &str| serde_json::json!({"metric": "hits", "field": field});
    check(hits("rate"), END, ("10.0", "/s"));
    check(hits("count"), END, ("100", ""));
    // A level of several series is their mean.
    check(serde_json::json!({"metric": "used"}), END, ("5", ""));
    let one = serde_json::json!({"metric": "used", "tags": {"route": "/b"}});
    check(one, END, ("7", ""));
    check(serde_json::json!({"metric": "gone"}), END, ("–", ""));
    check(serde_json::json!({"metric": ""}), END, ("–", ""));
}

#[test]
fn a_stat_that_did_not_change_says_nothing_of_it() {
    let rising: Vec<f64> = (0..60)
        .map(|second| if second < 30 { 10.0 } else { 20.0 })
        .collect();
    let widget = of(WidgetKind::Stat, serde_json::json!({"metric": "used"}));
    let change = |values: Vec<f64>| {
        stat::read(&widget, &store_of(&[("/a", values)]), END, 60_000, "").change
    };
    assert_eq!(change(vec![10.0; 60]), "");
    assert_eq!(
        change(rising.clone()),
        "+100 % in 60 s".replace("60 s", "1 min")
    );
    assert_eq!(change(rising.into_iter().rev().collect()), "−50 % in 1 min");
    assert_eq!(change(vec![f64::NAN; 60]), "");
    assert_eq!(change(vec![0.0; 60]), "");
}

#[test]
fn states_hold_until_another_comes() {
    let mut states = widget(WidgetKind::States);
    let name = |value, name: &str, level| StateName {
        value,
        name: name.into(),
        level,
    };
    let names = vec![
        name(0.0, "off", LogLevel::Error),
        name(1.0, "on", LogLevel::Info),
    ];
    set(&mut states, "states", names);
    let values: Vec<f64> = (0..60)
        .map(|second| f64::from(u8::from(second % 20 < 10)))
        .collect();
    let model = states::StatesModel::read(&states, &store_of(&[("/a", values)]), END, 60_000);
    assert_eq!((model.strips.len(), model.left_out), (1, 0));
    let strip = &model.strips[0];
    assert_eq!((strip.held.len(), strip.changes()), (6, 5));
    let now = model.now(strip, END);
    assert_eq!((&*now.state, now.level), ("off", Some(LogLevel::Error)));
    assert_eq!(now.changes, "5 changes in the time shown");
    // A minute after its last value nobody knows.
    let late = model.now(strip, END + 60_000);
    assert_eq!((&*late.state, late.level), ("not known", None));
    assert_eq!(model.word(2.0), "2", "a value without a name");
}

#[test]
fn states_beyond_the_rows_are_counted() {
    let mut states = widget(WidgetKind::States);
    set(&mut states, "rows", 3);
    let store = store(&routes(&[1.0; 8]));
    let model = states::StatesModel::read(&states, &store, END, 60_000);
    assert_eq!((model.strips.len(), model.left_out), (3, 5));
    let labels: Vec<&str> = model
        .strips
        .iter()
        .map(|strip| strip.label.as_str())
        .collect();
    assert_eq!(labels, ["/a", "/b", "/c"]);
}

#[test]
fn nothing_is_shown_of_a_store_without_time() {
    let empty = Store::new(&metrics(), Resolution::of(60_000));
    assert_eq!(
        bar_list::BarList::read(&widget(WidgetKind::BarList), &empty, 0, "").bars,
        []
    );
    assert_eq!(
        table::read(&empty, &widget(WidgetKind::Table), (0, 60_000), &[]).rows,
        []
    );
    assert_eq!(
        histogram::read(&empty, &widget(WidgetKind::Histogram), -60_000, 0),
        None
    );
    assert!(
        gauge::read(&empty, &widget(WidgetKind::Gauge), 0, "")
            .value
            .is_nan()
    );
    let states = states::StatesModel::read(&widget(WidgetKind::States), &empty, 0, 60_000);
    assert_eq!(states.strips, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bars_and_the_others_are_all_of_it(
        values in prop::collection::vec(0.0f64..1e9, 0..8), most in 1u32..9, ascending: bool,
    ) {
        let mut list = of(
            WidgetKind::BarList,
            serde_json::json!({"metric": "hits", "field": "count", "by": "route"}),
        );
        let options = serde_json::json!({"rows": most, "ascending": ascending});
        list.options = serde_json::from_value(options).expect("options");
        let store = store(&routes(&values));
        let shown = bar_list::BarList::read(&list, &store, END, "");
        prop_assert_eq!(shown.bars.len(), values.len().min(most as usize));
        let left_out = values.len().saturating_sub(most as usize);
        let others = shown.others.as_ref().map(|others| others.name.clone());
        prop_assert_eq!(others, (left_out > 0).then(|| format!("others ({left_out})")));
        // Lengths are shares of the longest, and in order.
        let shares: Vec<f64> = shown.bars.iter().filter_map(|bar| bar.share).collect();
        let in_order = |pair: &[f64]| if ascending { pair[0] <= pair[1] } else { pair[0] >= pair[1] };
        prop_assert!(shares.windows(2).all(in_order));
        prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
        // With all lengths known, the others have what is missing of the sum.
        let total: f64 = values.iter().sum();
        let mut sorted = values;
        sorted.sort_by(|a, b| if ascending { a.total_cmp(b) } else { b.total_cmp(a) });
        let kept: f64 = sorted.iter().take(most as usize).sum();
        let share = shown.others.as_ref().and_then(|others| others.share);
        let largest = sorted.iter().take(most as usize).copied().fold(total - kept, f64::max);
        if let Some(share) = share {
            prop_assert!((share * largest - (total - kept)).abs() <= 1e-6 * total.max(1.0));
        }
    }

    #[test]
    fn a_table_has_a_row_for_each_value_and_the_largest_first(
        values in prop::collection::vec(-1e9f64..1e9, 1..8),
    ) {
        let widget = widget(WidgetKind::Table);
        let shown = table::read(&store(&routes(&values)), &widget, (END, 60_000), &[]);
        prop_assert_eq!(shown.rows.len(), values.len());
        let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(near(shown.columns[0].largest, largest));
        let mut rows = shown.rows;
        table::Options::of(&widget.options).sort(1).apply(&mut rows);
        let sorted: Vec<f64> = rows.iter().map(|row| row.values[0].number).collect();
        prop_assert!(sorted.windows(2).all(|pair| pair[0] >= pair[1]), "{:?}", sorted);
    }

    #[test]
    fn sorting_keeps_every_row_and_what_is_unknown_last(
        values in prop::collection::vec(any::<f64>(), 0..40), descending: bool,
    ) {
        let mut all: Vec<Row> = values
            .iter()
            .enumerate()
            .map(|(i, value)| Row { name: format!("r{i}"), values: vec![Value::exact(*value)] })
            .collect();
        let sort = Sort { column: Some(0), descending };
        sort.apply(&mut all);
        let mut names: Vec<usize> =
            all.iter().map(|row| row.name[1..].parse().expect("a number")).collect();
        let known = all.iter().take_while(|row| !row.values[0].number.is_nan()).count();
        prop_assert!(all[known..].iter().all(|row| row.values[0].number.is_nan()));
        let ordered = all[..known].windows(2).all(|pair| {
            let order = pair[0].values[0].number.total_cmp(&pair[1].values[0].number);
            if descending { order.is_ge() } else { order.is_le() }
        });
        prop_assert!(ordered);
        names.sort_unstable();
        prop_assert_eq!(names, (0..values.len()).collect::<Vec<_>>());
        // A second time changes nothing.
        let once = format!("{all:?}");
        sort.apply(&mut all);
        prop_assert_eq!(format!("{all:?}"), once);
    }

    #[test]
    fn rows_of_a_count_add_up(values in prop::collection::vec(0u32..1_000, 0..8)) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let reference = |by: serde_json::Value| {
            let json = serde_json::json!({"metric": "hits", "field": "count", "by": by});
            vec![serde_json::from_value(json).expect("a reference")]
        };
        let store = store(&routes(&values));
        let split = rows(&store, &reference("route".into()), (END - 10_000, END), 10_000);
        let sum: f64 = split.iter().map(|row| row.values[0].number).sum();
        prop_assert!(near(sum, values.iter().sum::<f64>() * 10.0), "{} {:?}", sum, values);
        let all = reference(serde_json::Value::Null);
        let stat = metric_query::stat(&store, &all[0], Taken::over(10), END).number;
        prop_assert!(values.is_empty() || near(stat, sum), "{} {}", stat, sum);
    }

    #[test]
    fn a_histogram_keeps_every_sample(
        counts in prop::collection::vec(0u32..1_000, 4..=4), q in 0.0f64..=1.0,
    ) {
        let counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
        let total: f64 = counts.iter().sum();
        let found = Distribution {
            bounds: vec![1.0, 2.0, 4.0],
            counts: counts.clone(),
            row: protocol::FrameRow { count: total, min: 0.5, max: 9.0, ..protocol::FrameRow::EMPTY },
        };
        let value = found.quantile(q);
        prop_assert_eq!(value.is_nan(), total == 0.0);
        if total > 0.0 {
            prop_assert!((0.5..=9.0).contains(&value), "{}", value);
            prop_assert!(found.quantile(q / 2.0) <= value, "percentiles do not fall");
        }
        let shown = histogram::table(&found, |bound| bound.to_string());
        let sum: f64 = shown.rows.iter().map(|row| row[1].parse::<f64>().expect("a count")).sum();
        prop_assert_eq!(sum, total);
        prop_assert_eq!(shown.rows.len(), found.bounds.len() + 1);
    }

    #[test]
    fn a_scale_holds_the_fullest_bucket(
        before in prop::collection::vec(0.0f64..1e6, 1..5), counts in prop::collection::vec(0.0f64..1e6, 1..5),
    ) {
        let of = |counts: Vec<f64>| Distribution {
            bounds: (1..counts.len()).map(|i| i as f64).collect(),
            counts,
            row: protocol::FrameRow::EMPTY,
        };
        let mut scale = None;
        histogram::follow(&mut scale, &of(before));
        let most = counts.iter().copied().fold(0.0, f64::max);
        let next = histogram::follow(&mut scale, &of(counts));
        prop_assert!(next.min <= 0.0 && next.max >= most && next.max > next.min, "{:?}", next);
        prop_assert_eq!(Some(next), scale);
    }

    #[test]
    fn a_heatmap_keeps_every_sample(routes_in in 0usize..8, cell_s in 1i64..30) {
        let store = store(&routes(&vec![1.5; routes_in]));
        let ids: Vec<u32> = store.series_of("wait").map(|series| series.info.id).collect();
        prop_assert_eq!(ids.len(), routes_in);
        let grid = Grid::of(&store, 4, &ids, END - 60_000, cell_s * 1_000);
        // One sample a second of each route.
        prop_assert!(near(grid.counts.iter().sum(), 60.0 * routes_in as f64));
        prop_assert!(grid.times.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(grid.counts.len(), grid.times.len() * 4);
        let most = grid.counts.iter().copied().fold(0.0, f64::max);
        prop_assert_eq!(grid.most, most);
        prop_assert_eq!(grid.busiest(), (routes_in > 0).then_some(0));
        for t in &grid.times {
            let at = (0..4).map(|bucket| grid.count_at(*t, 1_000.0, bucket)).sum::<f64>();
            prop_assert!(at > 0.0 && grid.count_at(*t, 1_000.0, 4) == 0.0);
        }
        let found = distribution::of(&store, "wait", &ids, END - 60_000, END);
        let count = found.map_or(0.0, |found| found.counts.iter().sum());
        prop_assert!(near(count, grid.counts.iter().sum()), "as the histogram has them");
    }

    #[test]
    fn strips_do_not_overlap(values in prop::collection::vec(0u8..4, 1..60)) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let changes = values.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let store = store_of(&[("/a", values)]);
        let model = states::StatesModel::read(&widget(WidgetKind::States), &store, END, 60_000);
        let strip = &model.strips[0];
        prop_assert_eq!(strip.changes(), changes);
        prop_assert!(strip.held.iter().all(|held| held.from < held.to));
        prop_assert!(strip.held.windows(2).all(|pair| pair[0].to <= pair[1].from));
        let shown = states::table(&model.strips, |t| t.to_string(), |v| v.to_string());
        prop_assert_eq!(shown.rows.len(), strip.held.len());
        let froms: Vec<f64> = shown.rows.iter().map(|row| row[2].parse().expect("a time")).collect();
        prop_assert!(froms.windows(2).all(|pair| pair[0] >= pair[1]), "newest first");
    }
}
