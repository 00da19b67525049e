//! Queries, panels and whole dashboards, by example.

use protocol::{Field, WidgetKind};
use serde_json::json;

use super::query::{Query, Shape, read};
use super::*;

fn list() -> MetricList {
    MetricList::new(vec![
        Metric::counter("http.requests").tags(["route"]),
        Metric::distribution("http.request.duration", [0.1, 1.0])
            .unit(protocol::Unit::Millisecond)
            .tags(["route"]),
    ])
    .expect("a list")
}

#[test]
fn simple_queries_are_read() {
    let check = |text: &str, name: &str, shape: Shape, field: Field, by: Option<&str>| {
        let found = read(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        let Query {
            name: of,
            shape: is,
            field: number,
            by: split,
            ..
        } = found;
        assert_eq!(
            (&*of, is, number, split.as_deref()),
            (name, shape, field, by),
            "{text}"
        );
    };
    check("up", "up", Shape::Level, Field::Last, None);
    check(
        "rate(a_total[5m])",
        "a_total",
        Shape::Total,
        Field::Rate,
        None,
    );
    check(
        "sum by (job) (rate(a_total{x=\"1\"}[$__rate_interval]))",
        "a_total",
        Shape::Total,
        Field::Rate,
        Some("job"),
    );
    check(
        "sum(increase(a_total[${range}])) by (job)",
        "a_total",
        Shape::Total,
        Field::Count,
        Some("job"),
    );
    check(
        "topk(5, sum(rate(a_count[1m])) by (x))",
        "a",
        Shape::Samples,
        Field::Rate,
        Some("x"),
    );
    check(
        "histogram_quantile(0.95, sum(rate(a_seconds_bucket[5m])) by (le, route))",
        "a_seconds",
        Shape::Samples,
        Field::P95,
        Some("route"),
    );
    check(
        "a_seconds{quantile=\"0.99\"}",
        "a_seconds",
        Shape::Samples,
        Field::P99,
        None,
    );
    check(
        "sum(rate(a_sum[5m])) / sum(rate(a_count[5m]))",
        "a",
        Shape::Samples,
        Field::Avg,
        None,
    );
    check(
        "avg by (host) (mem_bytes)",
        "mem_bytes",
        Shape::Level,
        Field::Last,
        Some("host"),
    );
    check(
        "max(mem_bytes)",
        "mem_bytes",
        Shape::Level,
        Field::Max,
        None,
    );
    check(
        "max_over_time(mem_bytes[1h])",
        "mem_bytes",
        Shape::Level,
        Field::Max,
        None,
    );
    let share =
        read("100 * sum(rate(a_total{s=\"5\"}[5m])) / sum(rate(a_total[5m]))").expect("a share");
    assert!(share.share_of.is_some() && share.tags["s"] == "5");
    let limited = read("bottomk(3, rate(a_total[5m]))").expect("a list");
    assert_eq!(limited.rows, Some((3, true)));
    let prefix = read("a{x=~\"api.*\",y=~\".+\",z=~\"$z\"}").expect("conditions");
    assert_eq!(prefix.tags.get("x").map(String::as_str), Some("api*"));
    assert!(
        prefix.tags.len() == 1 && prefix.notes.len() == 1,
        "{prefix:?}"
    );
}

#[test]
fn what_a_widget_has_no_word_for_is_named() {
    for (text, expect) in [
        ("rate(a_total[5m]) > 3", "arithmetic with a number"),
        ("a * 8", "arithmetic with a number"),
        ("a - b", "`-` of two queries"),
        ("a offset 1d", "offset"),
        (
            "predict_linear(a[1h], 3600)",
            "the function `predict_linear`",
        ),
        (
            "histogram_quantile(0.9, sum(rate(a_bucket[5m])) by (le))",
            "the percentile 0.9",
        ),
        ("sum(mem_bytes)", "the sum of levels"),
        ("count(up)", "`count`"),
        ("sum without (x) (rate(a_total[5m]))", "without"),
        (
            "max_over_time(rate(a_total[5m])[1h:1m])",
            "a query within a query",
        ),
        ("a{x!=\"1\"}", "is not"),
        ("a{x=~\"b|c\"}", "=~"),
        ("topk($n, a)", "a variable"),
        ("rate(", "cannot be read"),
        ("{__name__=~\"a.*\"}", "metric"),
    ] {
        let found = read(text).expect_err(text);
        assert!(found.contains(expect), "{text}: {found}");
    }
}

#[test]
fn panels_become_widgets() {
    let json = json!({ "title": "API & more", "panels": [
        { "type": "row", "title": "Traffic", "gridPos": { "x": 0, "y": 0, "w": 24, "h": 1 } },
        { "type": "timeseries", "title": "Requests", "gridPos": { "x": 0, "y": 1, "w": 12, "h": 8 },
          "targets": [{ "expr": "sum by (route) (rate(http_requests_total[$__rate_interval]))" }],
          "fieldConfig": { "defaults": { "unit": "reqps", "min": 0, "custom": {
              "fillOpacity": 20, "stacking": { "mode": "normal" } } } } },
        { "type": "stat", "title": "Slow", "gridPos": { "x": 12, "y": 1, "w": 5, "h": 8 },
          "targets": [{ "expr": "histogram_quantile(0.5, sum by (le) (rate(other_seconds_bucket[5m])))",
                        "legendFormat": "median" }, { "expr": "a - b" }],
          "fieldConfig": { "defaults": { "unit": "s", "thresholds": { "mode": "absolute", "steps": [
              { "color": "green", "value": null }, { "color": "#EAB839", "value": 0.1 },
              { "color": "red", "value": 0.5 }] } } } },
        { "type": "heatmap", "title": "Times", "gridPos": { "x": 0, "y": 9, "w": 24, "h": 8 },
          "targets": [{ "expr": "sum(increase(http_request_duration_seconds_bucket[$__interval])) by (le)" }] },
        { "type": "logs", "title": "Logs", "gridPos": { "x": 0, "y": 17, "w": 24, "h": 8 },
          "targets": [{ "expr": "{app=\"x\"} |= \"error\"" }] },
        { "type": "text", "title": "Words", "gridPos": { "x": 0, "y": 25, "w": 6, "h": 4 },
          "options": { "mode": "markdown", "content": "# Hi" } },
    ], "templating": { "list": [{ "name": "job", "type": "query" }, { "name": "ds", "type": "datasource" }] } });
    let found = import(&json, &list()).expect("a dashboard");
    let dashboard = &found.dashboard;
    assert_eq!(
        (&*dashboard.id, &*dashboard.title),
        ("api-more", "API & more")
    );
    assert_eq!((found.came, found.panels), (4, 5));
    let kinds: Vec<_> = dashboard.widgets.iter().map(|widget| widget.kind).collect();
    assert_eq!(
        kinds,
        [
            WidgetKind::Text,
            WidgetKind::Area,
            WidgetKind::Stat,
            WidgetKind::Heatmap,
            WidgetKind::Text
        ]
    );
    let [_, requests, slow, times, words] = &dashboard.widgets[..] else {
        panic!("{dashboard:?}");
    };
    assert_eq!(requests.metrics[0].metric, "http.requests");
    assert_eq!(requests.metrics[0].by.as_deref(), Some("route"));
    assert!(requests.options.flag("stacked") && requests.options.number("min") == Some(0.0));
    assert_eq!(
        (requests.place.x, requests.place.w, requests.place.y),
        (0, 6, 2)
    );
    assert_eq!((slow.place.x, slow.place.w), (6, 3));
    assert_eq!(slow.metrics[0].label.as_deref(), Some("median"));
    let levels: Vec<f64> = slow.options.thresholds().iter().map(|one| one.at).collect();
    assert_eq!(levels, [0.1, 0.5]);
    assert_eq!(times.metrics[0].metric, "http.request.duration");
    assert_eq!(words.options.text("text"), Some("# Hi"));
    // What is proposed makes the dashboard hold.
    let mut metrics: Vec<Metric> = list().iter().map(|(_, metric)| metric.clone()).collect();
    assert_eq!(found.proposed.len(), 1, "{:?}", found.proposed);
    metrics.extend(found.proposed.iter().cloned());
    let metrics = MetricList::new(metrics).expect("a list");
    assert_eq!(crate::dashboards::check_all(dashboard, &metrics), []);
    let toml = crate::grafana::metric_toml(&found.proposed[0]);
    let config: toml::Table = toml.parse().expect("TOML");
    assert_eq!(config["metrics"][0]["kind"].as_str(), Some("summary"));
    let notes: Vec<&str> = found.notes.iter().map(|(panel, _)| &**panel).collect();
    assert_eq!(notes, ["dashboard", "Slow", "Logs"], "{:?}", found.notes);
}

#[test]
fn rows_of_old_dashboards_have_places() {
    let panel = |title: &str, span: u16| {
        json!({ "type": "graph", "title": title, "span": span,
                "targets": [{ "expr": "rate(http_requests_total[1m])" }] })
    };
    let json = json!({ "title": "Old", "rows": [
        { "height": "250px", "panels": [panel("A", 8), panel("B", 4), panel("C", 6)] },
        { "panels": [panel("D", 12)] },
    ] });
    let found = import(&json, &list()).expect("a dashboard");
    let places: Vec<_> = found
        .dashboard
        .widgets
        .iter()
        .map(|one| (one.place.x, one.place.w))
        .collect();
    assert_eq!(places, [(0, 8), (8, 4), (0, 6), (0, 12)]);
    assert_eq!(found.came, 4);
    assert!(import(&json!({ "title": "none" }), &list()).is_err());
}

#[test]
fn ids_are_letters_of_the_title_and_each_once() {
    let mut used = BTreeSet::new();
    let ids = ["CPU (%)", "cpu %", "", "Größe", ""].map(|title| id(title, &mut used));
    assert_eq!(ids, ["cpu", "cpu-2", "panel", "gr-e", "panel-2"]);
}
