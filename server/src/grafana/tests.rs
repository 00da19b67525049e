//! Names, expressions and panels, by example and by the rules of Grafana's dashboard JSON.

use std::collections::BTreeSet;

use protocol::{Field, MetricRef, Unit};
use telemetry::Metric;

use super::names::unit_name;
use super::*;

fn list() -> MetricList {
    MetricList::new(vec![
        Metric::counter("http.requests").tags(["route", "status.class"]),
        Metric::sum("net.received")
            .unit(Unit::Kibibyte)
            .tags(["host"]),
        Metric::last_value("mem.used")
            .unit(Unit::Mebibyte)
            .tags(["host"]),
        Metric::last_value("cpu.busy").unit(Unit::Percent),
        Metric::summary("db.wait")
            .unit(Unit::Millisecond)
            .tags(["query"]),
        Metric::distribution("http.request.duration", [0.1, 1.0])
            .unit(Unit::Millisecond)
            .tags(["route"]),
    ])
    .expect("a list")
}

#[test]
fn names_are_those_of_prometheus() {
    for (metric, name, factor) in [
        (Metric::counter("http.requests"), "http_requests_total", 1.0),
        (Metric::counter("jobs_total"), "jobs_total", 1.0),
        (
            Metric::sum("net.received").unit(Unit::Kibibyte),
            "net_received_bytes_total",
            1_024.0,
        ),
        (
            Metric::last_value("disk.free_bytes").unit(Unit::Byte),
            "disk_free_bytes",
            1.0,
        ),
        (
            Metric::last_value("cpu.busy").unit(Unit::Percent),
            "cpu_busy_ratio",
            0.01,
        ),
        (
            Metric::distribution("http.request.duration", [1.0]).unit(Unit::Millisecond),
            "http_request_duration_seconds",
            0.001,
        ),
        (Metric::last_value("2nd.try-count"), "_2nd_try_count", 1.0),
    ] {
        let found = PrometheusName::of(&metric);
        assert_eq!(
            (&*found.name, found.factor),
            (name, factor),
            "{}",
            metric.name
        );
    }
}

#[test]
fn the_builtin_metrics_have_names_of_their_own() {
    let metrics = crate::metrics::list(&[]).expect("the built-in list");
    let names: BTreeSet<String> = metrics
        .iter()
        .map(|(_, metric)| PrometheusName::of(metric).name)
        .collect();
    assert_eq!(names.len(), metrics.iter().count());
}

#[test]
fn expressions_give_what_widgets_show() {
    let check = |json: Value, expect: Result<&str, &str>| {
        let reference: MetricRef = serde_json::from_value(json.clone()).expect("a reference");
        let found = expression::expression(&reference, &list(), &mut Vec::new());
        match (found, expect) {
            (Ok(found), Ok(expect)) => assert_eq!(found, expect, "{json}"),
            (Err(found), Err(expect)) => assert!(found.contains(expect), "{found}"),
            (found, _) => panic!("{json}: {found:?}"),
        }
    };
    check(
        json!({ "metric": "http.requests", "field": "rate" }),
        Ok("sum(rate(http_requests_total[$__rate_interval]))"),
    );
    check(
        json!({ "metric": "http.requests", "field": "count", "by": "status.class",
                "tags": { "route": "/a.b/*", "status.class": "5\"x" } }),
        Ok(
            "sum by (status_class) (increase(http_requests_total{route=~\"/a\\\\.b/.*\",\
             status_class=\"5\\\"x\"}[$__rate_interval]))",
        ),
    );
    check(
        json!({ "metric": "http.requests", "field": "rate", "tags": { "route": "/" },
                "share_of": { "metric": "http.requests", "field": "rate" } }),
        Ok(
            "100 * sum(rate(http_requests_total{route=\"/\"}[$__rate_interval])) / \
             sum(rate(http_requests_total[$__rate_interval]))",
        ),
    );
    check(
        json!({ "metric": "net.received", "field": "rate" }),
        Ok("sum(rate(net_received_bytes_total[$__rate_interval]))"),
    );
    check(
        json!({ "metric": "net.received", "field": "avg" }),
        Err("no number of samples"),
    );
    check(
        json!({ "metric": "mem.used", "by": "host" }),
        Ok("avg by (host) (mem_used_bytes)"),
    );
    check(
        json!({ "metric": "mem.used", "field": "max" }),
        Ok("max(max_over_time(mem_used_bytes[$__rate_interval]))"),
    );
    check(
        json!({ "metric": "mem.used", "field": "count" }),
        Err("a level"),
    );
    check(
        json!({ "metric": "db.wait", "field": "p95", "by": "query" }),
        Ok("max by (query) (db_wait_seconds{quantile=\"0.95\"})"),
    );
    check(
        json!({ "metric": "db.wait", "field": "avg" }),
        Ok("(sum(rate(db_wait_seconds_sum[$__rate_interval])) / \
             sum(rate(db_wait_seconds_count[$__rate_interval])))"),
    );
    check(
        json!({ "metric": "http.request.duration", "field": "p99", "by": "route" }),
        Ok("histogram_quantile(0.99, sum by (le, route) \
             (rate(http_request_duration_seconds_bucket[$__rate_interval])))"),
    );
    check(
        json!({ "metric": "db.wait", "field": "max" }),
        Err("smallest and largest"),
    );
    check(json!({ "metric": "gone" }), Err("no metric `gone`"));
}

#[test]
fn units_are_grafanas() {
    let list = list();
    for (metric, field, is_binary, expect) in [
        ("http.requests", Field::Rate, false, "cps"),
        ("http.requests", Field::Count, false, "short"),
        ("net.received", Field::Rate, true, "binBps"),
        ("mem.used", Field::Last, false, "decbytes"),
        ("mem.used", Field::Last, true, "bytes"),
        ("cpu.busy", Field::Last, false, "percentunit"),
        ("db.wait", Field::P95, false, "s"),
        ("db.wait", Field::Rate, false, "cps"),
    ] {
        let id = list.find(metric).expect("a metric");
        assert_eq!(
            unit_name(list.get(id), field, is_binary),
            expect,
            "{metric} {field:?}"
        );
    }
}

#[test]
fn thresholds_scales_and_places_are_mapped() {
    let own: Dashboard = serde_json::from_value(json!({ "id": "d", "title": "D", "widgets": [
        { "id": "w", "kind": "bar", "title": "W", "place": { "x": 3, "y": 2, "w": 6, "h": 4 },
          "metrics": [{ "metric": "db.wait", "field": "p95", "by": "query", "label": "wait" }],
          "options": { "min": 0, "max": 500, "stacked": true, "log": true, "connect_ms": 9000,
                       "thresholds": [{ "at": 200, "level": "error" }, { "at": 100, "level": "warn" }] } },
        { "id": "e", "kind": "events", "title": "E", "place": { "x": 0, "y": 6, "w": 12, "h": 4 } },
        { "id": "m", "kind": "line", "title": "M", "place": { "x": 0, "y": 9, "w": 12, "h": 4 },
          "metrics": [{ "metric": "db.wait", "field": "max" }] },
    ]}))
    .expect("a dashboard");
    let (found, notes) = dashboard(&own, &list());
    let panel = &found["panels"][0];
    assert_eq!(panel["type"], "timeseries");
    assert_eq!(panel["gridPos"], json!({ "x": 6, "y": 2, "w": 12, "h": 4 }));
    assert_eq!(panel["targets"][0]["legendFormat"], "wait {{query}}");
    let defaults = &panel["fieldConfig"]["defaults"];
    assert_eq!(
        (&defaults["unit"], &defaults["max"]),
        (&json!("s"), &json!(0.5))
    );
    let steps = json!([{ "color": "green", "value": null }, { "color": "orange", "value": 0.1 },
                       { "color": "red", "value": 0.2 }]);
    assert_eq!(defaults["thresholds"]["steps"], steps);
    let custom = &defaults["custom"];
    assert_eq!(custom["drawStyle"], "bars");
    assert_eq!(custom["stacking"]["mode"], "normal");
    assert_eq!(custom["scaleDistribution"]["type"], "log");
    assert_eq!(custom["spanNulls"], 9000);
    // What cannot be shown says so in its place, and in the output.
    for place in [1, 2] {
        assert_eq!(found["panels"][place]["type"], "text");
        let words = found["panels"][place]["options"]["content"].as_str();
        assert!(
            words.is_some_and(|words| words.contains("Prometheus")),
            "{words:?}"
        );
    }
    let widgets: Vec<&str> = notes.iter().map(|note| &*note.widget).collect();
    assert_eq!(widgets, ["w", "e", "m"]);
}

/// The rules that Grafana's schema has for what is written here.
#[test]
fn what_is_built_in_holds_by_the_rules_of_grafana() {
    let metrics = crate::metrics::list(&[]).expect("the built-in list");
    let types = [
        "stat",
        "gauge",
        "timeseries",
        "bargauge",
        "heatmap",
        "table",
        "state-timeline",
        "text",
    ];
    for own in crate::dashboards::built_in().expect("built in") {
        let (found, _) = dashboard(&own, &metrics);
        let panels = found["panels"].as_array().expect("panels");
        assert_eq!(panels.len(), own.widgets.len());
        let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(ids.len(), panels.len());
        for panel in panels {
            let of = |pointer: &str| panel.pointer(pointer).cloned().unwrap_or_default();
            assert!(
                types.contains(&of("/type").as_str().unwrap_or_default()),
                "{panel}"
            );
            let number = |name: &str| of(&format!("/gridPos/{name}")).as_u64().expect("whole");
            assert!(
                number("x") + number("w") <= 24 && number("h") > 0,
                "{panel}"
            );
            let targets = of("/targets");
            for target in targets.as_array().into_iter().flatten() {
                assert!(target["expr"].as_str().is_some_and(|expr| !expr.is_empty()));
                assert!(target["refId"].as_str().is_some_and(|id| !id.is_empty()));
            }
            let steps = of("/fieldConfig/defaults/thresholds/steps");
            if let Some(first) = steps.get(0) {
                assert!(first["value"].is_null(), "{panel}");
            }
        }
    }
}

#[test]
fn uids_are_short_and_apart() {
    let (a, b) = ("x".repeat(63) + "a", "x".repeat(63) + "b");
    assert_eq!(uid("ops"), "ops");
    assert_eq!(uid(&a).len(), MAX_UID);
    assert_ne!(uid(&a), uid(&b));
}

#[test]
fn paths_are_texts_of_yaml() {
    let yaml = provider_yaml("C:\\a \"b\"");
    assert!(yaml.ends_with("path: \"C:\\\\a \\\"b\\\"\"\n"), "{yaml}");
    assert!(datasource_yaml("http://p:9090").contains("url: \"http://p:9090\"\n"));
}
