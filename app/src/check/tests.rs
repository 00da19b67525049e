//! What does not hold, and by which path it is named.

use serde_json::{Value, json};

use super::*;
use crate::kinds::{KINDS, schema};

fn list() -> [Metric; 3] {
    [
        Metric::counter("a.b").tags(["route"]),
        Metric::distribution("a.c.time", [1.0]).named("a.time"),
        Metric::last_value("a.d.up").named("a.up"),
    ]
}

/// All that does not hold of a dashboard.
fn all(dashboard: &Dashboard) -> Vec<Invalid> {
    let list = list();
    problems(
        dashboard,
        &|name| list.iter().find(|metric| metric.name == name),
        &|_| 0,
    )
}

/// The first fault of a dashboard.
fn check(dashboard: &Dashboard) -> Result<(), Invalid> {
    all(dashboard).into_iter().next().map_or(Ok(()), Err)
}

/// A dashboard that holds, with `value` put at `pointer`.
fn with(pointer: &str, value: Value) -> Option<String> {
    let mut json = json!({"id": "d", "title": "D", "widgets": [
        {"id": "one", "kind": "line", "title": "One", "place": {"x": 0, "y": 0, "w": 3, "h": 2},
         "options": {"min": 0.0, "max": 1.0},
         "metrics": [{"metric": "a.b", "field": "count", "by": "route", "tags": {"route": "/"},
                      "share_of": {"metric": "a.b", "field": "count"}}]},
        {"id": "two", "kind": "events", "title": "Two", "place": {"x": 3, "y": 0, "w": 9, "h": 2}}]});
    if !pointer.is_empty() {
        *json.pointer_mut(pointer).expect("a place") = value;
    }
    let dashboard = serde_json::from_value(json).expect("a dashboard");
    check(&dashboard).err().map(|invalid| invalid.path)
}

#[test]
fn what_does_not_hold_is_named_by_path() {
    let check = |pointer: &str, value: Value, expect: Option<&str>| {
        assert_eq!(
            with(pointer, value.clone()).as_deref(),
            expect,
            "{pointer} = {value}"
        );
    };
    let place = |x: u16, y: u16, w: u16, h: u16| json!({"x": x, "y": y, "w": w, "h": h});
    check("", Value::Null, None);
    check("/id", json!(""), Some("id"));
    check("/id", json!("../x"), Some("id"));
    check("/id", json!("x".repeat(64)), None);
    check("/id", json!("x".repeat(65)), Some("id"));
    check("/title", json!("x".repeat(129)), Some("title"));
    check("/widgets", json!([]), None);
    check("/widgets/1/id", json!("one"), Some("widgets[1].id"));
    check("/widgets/1/id", json!("Two"), Some("widgets[1].id"));
    check("/widgets/0/title", json!("a\nb"), Some("widgets[0].title"));
    check("/widgets/0/place", place(11, 0, 1, 1), None);
    check(
        "/widgets/0/place",
        place(11, 0, 2, 1),
        Some("widgets[0].place"),
    );
    check(
        "/widgets/0/place",
        place(0, 0, 0, 1),
        Some("widgets[0].place"),
    );
    check(
        "/widgets/0/place",
        place(0, 0, 1, 0),
        Some("widgets[0].place"),
    );
    check(
        "/widgets/0/place",
        place(u16::MAX, 0, u16::MAX, 1),
        Some("widgets[0].place"),
    );
    check(
        "/widgets/0/place",
        place(0, u16::MAX, 1, u16::MAX),
        Some("widgets[0].place"),
    );
    check(
        "/widgets/0/options/max",
        json!(0.0),
        Some("widgets[0].options.max"),
    );
    check(
        "/widgets/0/metrics/0/metric",
        json!("a.c"),
        Some("widgets[0].metrics[0].metric"),
    );
    check(
        "/widgets/0/metrics/0/metric",
        json!(""),
        Some("widgets[0].metrics[0].metric"),
    );
    check(
        "/widgets/0/metrics/0/by",
        json!("status"),
        Some("widgets[0].metrics[0].by"),
    );
    check(
        "/widgets/0/metrics/0/tags",
        json!({"s": "x"}),
        Some("widgets[0].metrics[0].tags.s"),
    );
    check(
        "/widgets/0/metrics/0/share_of",
        json!({"metric": "a.b", "field": "count",
               "share_of": {"metric": "a.b", "field": "count"}}),
        Some("widgets[0].metrics[0].share_of.share_of"),
    );
}

/// Options of a widget of this kind, which has one metric.
fn of_kind(kind: &str, options: &Value) -> Option<Invalid> {
    let dashboard = json!({"id": "d", "title": "D", "widgets": [{"id": "w", "kind": kind,
        "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1}, "options": options,
        "metrics": [{"metric": "a.up"}]}]});
    let dashboard = serde_json::from_value(dashboard).expect("a dashboard");
    self::check(&dashboard).err()
}

#[test]
fn options_hold_by_path() {
    let check = |kind: &str, options: Value, expect: Option<&str>| {
        let found = of_kind(kind, &options).map(|invalid| invalid.path);
        let expect = expect.map(|path| format!("widgets[0].options{path}"));
        assert_eq!(found, expect, "{kind} {options}");
    };
    let states =
        |n: usize| -> Vec<Value> { (0..n).map(|i| json!({"value": i, "name": "n"})).collect() };
    let thresholds = |n: usize| vec![json!({"at": 1, "level": "warn"}); n];
    check("line", json!({}), None);
    check("text", json!({"text": "x".repeat(10_000)}), None);
    check("text", json!({"text": "å".repeat(10_000)}), None);
    check("text", json!({"text": "x".repeat(10_001)}), Some(".text"));
    check("text", json!({"text": "# a\r\n\tb"}), None);
    check("text", json!({"text": "a\u{0}b"}), Some(".text"));
    check("text", json!({"text": 1}), Some(".text"));
    check("table", json!({"rows": 1}), None);
    check("table", json!({"rows": 1000}), None);
    check("table", json!({"rows": 0}), Some(".rows"));
    check("table", json!({"rows": 1001}), Some(".rows"));
    check("table", json!({"rows": 1.5}), Some(".rows"));
    check("table", json!({"rows": -1}), Some(".rows"));
    check("table", json!({"rows": "10"}), Some(".rows"));
    check("table", json!({"sort": 0}), None);
    check("table", json!({"sort": 1}), Some(".sort"));
    check("table", json!({"sort": -1}), Some(".sort"));
    check("stat", json!({"window_s": 0}), Some(".window_s"));
    check("stat", json!({"window_s": 604_800}), None);
    check("stat", json!({"window_s": 604_801}), Some(".window_s"));
    check("line", json!({"connect_ms": 0}), Some(".connect_ms"));
    check("line", json!({"log": true}), None);
    check("line", json!({"log": 1}), Some(".log"));
    check("line", json!({"log": true, "min": 0.001, "max": 10}), None);
    check("line", json!({"log": true, "min": 0}), Some(".min"));
    check("line", json!({"log": true, "min": -1}), Some(".min"));
    check("line", json!({"log": true, "max": 0}), Some(".max"));
    check("line", json!({"min": 2, "max": 1}), Some(".max"));
    check("line", json!({"min": "2"}), Some(".min"));
    check("line", json!({"min": null}), None);
    check("gauge", json!({"thresholds": thresholds(8)}), None);
    check(
        "gauge",
        json!({"thresholds": thresholds(9)}),
        Some(".thresholds"),
    );
    check(
        "gauge",
        json!({"thresholds": {"at": 1}}),
        Some(".thresholds"),
    );
    let grave = json!([{"at": 1, "level": "warn"}, {"at": 1, "level": "grave"}]);
    check(
        "gauge",
        json!({"thresholds": grave}),
        Some(".thresholds[1]"),
    );
    check("events", json!({"level": "bad"}), None);
    check("events", json!({"level": "grave"}), Some(".level"));
    check("states", json!({"states": states(16)}), None);
    check("states", json!({"states": states(17)}), Some(".states"));
    let twice = json!([{"value": 1, "name": "a"}, {"value": 1.0, "name": "b"}]);
    check("states", json!({"states": twice}), Some(".states[1].value"));
    let unnamed = json!([{"value": 1, "name": "a"}, {"value": 2, "name": " "}]);
    check(
        "states",
        json!({"states": unnamed}),
        Some(".states[1].name"),
    );
    let long = json!([{"value": 1, "name": "x".repeat(129)}]);
    check("states", json!({"states": long}), Some(".states[0].name"));
    check(
        "states",
        json!({"states": [{"value": 1}]}),
        Some(".states[0]"),
    );
}

#[test]
fn a_kind_has_its_own_options_alone() {
    let check = |kind: &str, name: &str, words: &str| {
        let found = of_kind(kind, &json!({name: 1})).expect("no such option");
        assert_eq!(found.path, format!("widgets[0].options.{name}"));
        assert!(found.message.contains(words), "{}", found.message);
    };
    check(
        "stat",
        "rows",
        "a widget of kind `stat` has no such option; it has: thresholds",
    );
    check("text", "min", "it has: text");
    check("line", "misspelt", "min, max, thresholds");
    for kind in KINDS {
        let schema = schema(kind.kind);
        for spec in schema.options {
            // Of the wrong type, but known.
            let found = of_kind(schema.name, &json!({spec.name: {}}));
            let message = found.map(|invalid| invalid.message).unwrap_or_default();
            let place = format!("{} {}", schema.name, spec.name);
            assert!(
                message.starts_with("it takes") || message.contains("is none"),
                "{place}: {message}"
            );
        }
    }
}

#[test]
fn kinds_show_what_they_can() {
    let check = |kind: &str, metric: &str, holds: bool| {
        let field = match metric {
            "a.b" => "count",
            "a.time" => "avg",
            _ => "last",
        };
        let dashboard = json!({"id": "d", "title": "D", "widgets": [{"id": "w", "kind": kind,
            "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1},
            "metrics": [{"metric": metric, "field": field}]}]});
        let dashboard = serde_json::from_value(dashboard).expect("a dashboard");
        let found = self::check(&dashboard).err().map(|invalid| invalid.path);
        let expect = (!holds).then_some("widgets[0].metrics[0].metric");
        assert_eq!(found.as_deref(), expect, "{kind} of {metric}");
    };
    for kind in ["histogram", "heatmap"] {
        check(kind, "a.time", true);
        check(kind, "a.b", false);
        check(kind, "a.up", false);
    }
    check("states", "a.up", true);
    check("states", "a.b", false);
    for kind in [
        "stat", "line", "area", "bar", "gauge", "table", "events", "text",
    ] {
        check(kind, "a.b", true);
        check(kind, "a.time", true);
    }
}

#[test]
fn what_cannot_be_shown_is_not_saved() {
    let check = |metric: Value, expect: Option<&str>| {
        assert_eq!(
            with("/widgets/0/metrics/0", metric.clone()).as_deref(),
            expect,
            "{metric}"
        );
    };
    let field = Some("widgets[0].metrics[0].field");
    check(json!({"metric": "a.b", "field": "rate"}), None);
    check(json!({"metric": "a.b", "field": "p99"}), field);
    check(json!({"metric": "a.b", "field": "max"}), field);
    check(json!({"metric": "a.b"}), field);
    check(json!({"metric": "a.up"}), None);
    check(json!({"metric": "a.up", "field": "p50"}), field);
    check(json!({"metric": "a.time", "field": "p95"}), field);
    check(json!({"metric": "a.time", "field": "avg"}), None);
    // A table makes its rows of the buckets.
    let table = json!({"id": "d", "title": "D", "widgets": [{"id": "w", "kind": "table",
        "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1},
        "metrics": [{"metric": "a.time", "field": "p95"}]}]});
    let table = serde_json::from_value(table).expect("a dashboard");
    assert_eq!(self::check(&table), Ok(()));
    let of = |field: &str| json!({"metric": "a.b", "field": field});
    let share = |whole: Value| json!({"metric": "a.b", "field": "count", "share_of": whole});
    check(share(of("count")), None);
    check(
        share(of("p99")),
        Some("widgets[0].metrics[0].share_of.field"),
    );
    let level = |options: Value| with("/widgets/0/options", options);
    let thresholds = level(json!({"thresholds": [{"at": 1, "level": "warn", "colour": "red"}]}));
    assert_eq!(
        thresholds.as_deref(),
        Some("widgets[0].options.thresholds[0].colour")
    );
}

#[test]
fn every_fault_is_told_each_at_its_place() {
    let dashboard = json!({"id": "D", "title": "a\nb", "widgets": [
        {"id": "w", "kind": "line", "title": "W", "place": {"x": 11, "y": 0, "w": 2, "h": 1},
         "options": {"rows": 1, "log": 1},
         "metrics": [{"metric": "a.gone"}, {"metric": "a.b", "field": "p99", "by": "status"}]},
        {"id": "w", "kind": "text", "title": "W", "place": {"x": 0, "y": 0, "w": 1, "h": 1}}]});
    let dashboard = serde_json::from_value(dashboard).expect("a dashboard");
    let paths: Vec<String> = all(&dashboard).into_iter().map(|one| one.path).collect();
    let wanted = [
        "id",
        "title",
        "widgets[0].place",
        "widgets[0].options.log",
        "widgets[0].options.rows",
        "widgets[0].metrics[0].metric",
        "widgets[0].metrics[1].by",
        "widgets[0].metrics[1].field",
        "widgets[1].id",
    ];
    assert_eq!(paths, wanted);
}
