use std::collections::BTreeMap;

use super::model::BarList;
use crate::live::{Resolution, Store};
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, LogLevel, Metric, SeriesInfo, Widget};
use serde_json::{Value, json};

const T0: i64 = 1_700_000_000_000;
const END: i64 = T0 + 20_000;

/// Twenty seconds of requests by route, each `rate` a second, and of a level and a time by route.
fn store(routes: &[(&str, f64)]) -> Store {
    let metrics = [
        Metric::counter("a.hit").named("hits").tags(["route"]),
        Metric::last_value("a.used").named("used").tags(["route"]),
        Metric::summary("a.time").named("time").tags(["route"]),
    ];
    let history = |metric: &str, first: u32, row: &dyn Fn(f64) -> Vec<f64>| History {
        metric: metric.into(),
        from: T0,
        to: END,
        step_ms: 1000,
        covered: vec![[T0, END]],
        series: (first..)
            .zip(routes)
            .map(|(id, (route, rate))| HistorySeries {
                info: SeriesInfo {
                    id,
                    metric: metric.into(),
                    tags: BTreeMap::from([("route".to_owned(), (*route).to_owned())]),
                },
                steps: (1..=20)
                    .map(|second| HistoryStep(T0 + second * 1000, row(*rate)))
                    .collect(),
            })
            .collect(),
    };
    let histories = [
        history("hits", 0, &|rate| vec![rate]),
        history("used", 1_000, &|rate| vec![rate, rate, rate]),
        history("time", 2_000, &|rate| {
            vec![1.0, rate, rate, rate, rate, rate, rate]
        }),
    ];
    let resolution = Resolution::of(60_000);
    Store::new(&metrics, resolution).past(&histories, T0, END, resolution, 0)
}

fn widget(metric: Value, options: Value) -> Widget {
    serde_json::from_value(json!({"id": "w", "kind": "bar_list", "title": "W",
        "metrics": [metric], "options": options, "place": {"x": 0, "y": 0, "w": 3, "h": 3}}))
    .expect("a widget")
}

/// Names, words and lengths in percent.
fn shown(list: &BarList) -> Vec<String> {
    let bar = |bar: &super::model::Bar| {
        let length = bar
            .share
            .map_or("–".to_owned(), |s| format!("{:.0}", s * 100.0));
        format!(
            "{} {} {length}",
            bar.name,
            bar.words.replace('\u{202f}', " ")
        )
    };
    list.all().map(bar).collect()
}

const ROUTES: &[(&str, f64)] = &[("/a", 10.0), ("/b", 40.0), ("/c", 2.0), ("/d", 8.0)];

#[test]
fn largest_first_and_the_rest_is_summed() {
    let check = |routes: &[(&str, f64)], metric: Value, options: Value, want: &[&str]| {
        let list = BarList::read(
            &widget(metric.clone(), options.clone()),
            &store(routes),
            END,
            "",
        );
        assert_eq!(shown(&list), want, "{metric} {options}");
    };
    let rate = || json!({"metric": "hits", "field": "rate"});
    let all = [
        "/b 40.0 /s 100",
        "/a 10.0 /s 25",
        "/d 8.0 /s 20",
        "/c 2.0 /s 5",
    ];
    check(ROUTES, rate(), json!({}), &all);
    check(ROUTES, rate(), json!({"rows": 4}), &all);
    let two = ["/b 40.0 /s 100", "/a 10.0 /s 25", "others (2) 10.0 /s 25"];
    check(ROUTES, rate(), json!({"rows": 2}), &two);
    let up = ["/c 2.0 /s 3", "others (3) 58.0 /s 100"];
    check(ROUTES, rate(), json!({"rows": 1, "ascending": true}), &up);
    check(&[], rate(), json!({}), &[]);
    check(&[("/a", 0.0)], rate(), json!({}), &["/a 0 /s –"]);
    let one = json!({"metric": "hits", "field": "rate", "tags": {"route": "/a"}});
    check(ROUTES, one, json!({}), &["/a 10.0 /s 100"]);
    check(ROUTES, json!({"metric": "gone"}), json!({}), &[]);
}

#[test]
fn what_does_not_add_up_is_not_summed() {
    let check = |metric: Value, options: Value, want: &str| {
        let list = BarList::read(&widget(metric, options), &store(ROUTES), END, "");
        let others = list.others.expect("others");
        let words = others.words.replace('\u{202f}', " ");
        assert_eq!(format!("{} {words}", others.name), want);
    };
    let slow = || json!({"metric": "time", "field": "max"});
    check(slow(), json!({"rows": 1}), "others (3) ≤ 10.0");
    check(
        slow(),
        json!({"rows": 1, "ascending": true}),
        "others (3) ≥ 8.0",
    );
    check(
        json!({"metric": "used"}),
        json!({"rows": 1}),
        "others (3) ≤ 10.0",
    );
}

#[test]
fn values_below_zero_have_no_length() {
    let list = BarList::read(
        &widget(json!({"metric": "used"}), json!({})),
        &store(&[("/a", -4.0), ("/b", 2.0)]),
        END,
        "",
    );
    assert_eq!(shown(&list), ["/b 2.0 50", "/a −4.0 0"]);
}

#[test]
fn thresholds_are_words_too() {
    let thresholds = json!([{"at": 10, "level": "warn"}, {"at": 30, "level": "error"}]);
    let metric = json!({"metric": "hits", "field": "rate", "label": "requests"});
    let list = BarList::read(
        &widget(metric, json!({"thresholds": thresholds})),
        &store(ROUTES),
        END,
        "",
    );
    let levels: Vec<_> = list.bars.iter().map(|bar| bar.level).collect();
    assert_eq!(
        levels,
        [Some(LogLevel::Error), Some(LogLevel::Warn), None, None]
    );
    let table = list.table();
    assert_eq!(table.head, ["route", "requests", "Threshold"]);
    assert_eq!(table.rows[0], ["/b", "40.0\u{202f}/s", "bad"]);
    assert_eq!(table.rows[3], ["/c", "2.0\u{202f}/s", ""]);
}

#[test]
fn what_has_no_room_is_with_the_others() {
    let widget = widget(json!({"metric": "hits", "field": "rate"}), json!({}));
    let check = |most: usize, want: &[&str]| {
        let list = BarList::fitting(&widget, &store(ROUTES), END, most);
        let names: Vec<_> = list.all().map(|bar| bar.name.as_str()).collect();
        assert_eq!(names, want, "{most}");
    };
    check(9, &["/b", "/a", "/d", "/c"]);
    check(4, &["/b", "/a", "/d", "/c"]);
    check(3, &["/b", "/a", "others (2)"]);
    check(2, &["/b", "others (3)"]);
    check(0, &["/b", "others (3)"]);
}
