//! One row a finding, each with its exact line.

use telemetry::Unit;

use super::*;
use crate::contract::{builtin, parse};

const CONTRACT: &str = r#"{"events": [
  {"name": "shop.checkout.stop",
   "measurements": [{"name": "duration", "unit": "second"}, {"name": "items"}],
   "metadata": [{"name": "region"}, {"name": "result"}]}
]}"#;

const METRICS: &str = "
[[metrics]]
name = 'shop.checkout.duration'
kind = 'summary'
event = 'shop.checkout.stop'
measurement = 'duration'
unit = 'second'
tags = ['region']
";

const DASHBOARD: &str = r#"{"id": "shop", "title": "Shop", "widgets": [
  {"id": "one", "kind": "line", "title": "One", "place": {"x": 0, "y": 0, "w": 3, "h": 2},
   "metrics": [{"metric": "shop.checkout.duration", "field": "p95", "by": "region"}]}
]}"#;

#[derive(serde::Deserialize)]
struct Metrics {
    metrics: Vec<Metric>,
}

fn subject(contracts: &[&str], toml: &str, dashboards: &[&str]) -> Subject {
    let contract = |(i, text): (usize, &&str)| {
        let file = format!("c{i}.json");
        let contract = parse(std::path::Path::new(&file), text).expect("a contract");
        (Source::json(file, (*text).to_owned()), contract)
    };
    let dashboard = |(i, text): (usize, &&str)| {
        let dashboard = serde_json::from_str(text).expect("a dashboard");
        let source = Source::json(format!("d{i}.json"), (*text).to_owned());
        (source, dashboard)
    };
    let metrics: Metrics = toml::from_str(toml).expect("metrics");
    for metric in &metrics.metrics {
        assert_eq!(metric.check(), Ok(()));
    }
    Subject {
        built_in: builtin(),
        contracts: contracts.iter().enumerate().map(contract).collect(),
        built_in_metrics: crate::metrics::builtin(),
        configured: Some((Source::toml("p.toml", toml.to_owned()), metrics.metrics)),
        dashboards: dashboards.iter().enumerate().map(dashboard).collect(),
    }
}

fn found(subject: &Subject) -> Vec<String> {
    let line = |finding: Finding| {
        let Finding {
            file,
            line,
            path,
            code,
            message,
        } = finding;
        let line = line.map_or("-".to_owned(), |line| line.to_string());
        assert!(
            message.len() > 10 && message.lines().count() == 1,
            "{message}"
        );
        format!("{file}:{line} {path} {code:?}")
    };
    check(subject).into_iter().map(line).collect()
}

#[test]
fn what_is_built_in_fits() {
    let mut subject = subject(&[], "metrics = []", &[]);
    for dashboard in crate::dashboards::built_in().expect("the built-in dashboards") {
        subject.dashboards.push((Source::built_in(), dashboard));
    }
    assert_eq!(check(&subject), []);
    assert_eq!(
        text(&[], Some(&subject)).lines().count(),
        1,
        "the sum alone"
    );
}

#[test]
fn built_in_findings_have_no_line() {
    let mut subject = subject(&[], "metrics = []", &[]);
    subject.built_in_metrics = vec![Metric::sum("host.memory.usd").unit(Unit::Byte)];
    let expect = "built-in:- metrics[0].measurement MeasurementUndeclared";
    assert_eq!(found(&subject), [expect]);
    let findings = check(&subject);
    let text = text(&findings, Some(&subject));
    assert!(
        text.starts_with(
            "built-in: metrics[0].measurement: `host.memory` declares no measurement `usd`; it \
             declares: total, used,"
        ),
        "{text}"
    );
    assert!(text.contains("\n1 finding in "), "{text}");
    let json: serde_json::Value = serde_json::from_str(&json(&findings)).expect("JSON");
    assert_eq!(json[0]["file"], "built-in");
    assert!(json[0]["line"].is_null());
    assert_eq!(json[0]["code"], "measurement_undeclared");
}

#[test]
fn contracts() {
    let check = |contracts: &[&str], toml: &str, expect: &[&str]| {
        assert_eq!(
            found(&subject(contracts, toml, &[])),
            expect,
            "{contracts:?}"
        );
    };
    let none = "metrics = []";
    check(&[CONTRACT], METRICS, &[]);
    check(&[CONTRACT, CONTRACT], METRICS, &[]);
    check(&[CONTRACT], none, &["c0.json:2 events[0].name EventUnused"]);
    check(
        &[CONTRACT, CONTRACT],
        none,
        &["c0.json:2 events[0].name EventUnused"],
    );
    // A span's start is told by its end; that it can fail is not.
    let span = r#"{"events": [{"name": "shop.checkout.start"}, {"name": "shop.checkout.exception"},
        {"name": "shop.other.start"}, {"name": "shop.start"}, {"name": "start"}]}"#;
    check(
        &[CONTRACT, span],
        METRICS,
        &[
            "c1.json:1 events[1].name EventUnused",
            "c1.json:2 events[2].name EventUnused",
            "c1.json:2 events[3].name EventUnused",
            "c1.json:2 events[4].name EventUnused",
        ],
    );
    // Other words and another order are no other declaration; another unit is.
    let reordered = r#"{"events": [{"name": "shop.checkout.stop", "doc": "Done.",
        "measurements": [{"name": "items"}, {"name": "duration", "unit": "second"}],
        "metadata": [{"name": "result"}, {"name": "region"}]}]}"#;
    check(&[CONTRACT, reordered], METRICS, &[]);
    let changed = CONTRACT.replace("second", "millisecond");
    check(
        &[CONTRACT, &changed],
        METRICS,
        &["c1.json:2 events[0].name EventRedeclared"],
    );
    let fewer = r#"{"events": [{"name": "shop.checkout.stop"}]}"#;
    check(
        &[CONTRACT, fewer],
        METRICS,
        &["c1.json:1 events[0].name EventRedeclared"],
    );
    // The server's own events need no consumer; names beside them are taken.
    check(
        &[r#"{"events": [{"name": "http.request.exception"}, {"name": "log.message"}]}"#],
        none,
        &[],
    );
    check(
        &["{\"events\": [\n{\"name\":\n\"db.mine\"}]}"],
        none,
        &["c0.json:3 events[0].name EventReserved"],
    );
}

#[test]
fn metrics() {
    let check = |toml: &str, expect: &[&str]| {
        assert_eq!(found(&subject(&[CONTRACT], toml, &[])), expect, "{toml}");
    };
    let with = |from: &str, to: &str| METRICS.replace(from, to);
    check(
        &format!("{METRICS}{}", with("checkout.stop", "other")),
        &[
            "p.toml:11 metrics[1].name MetricDuplicate",
            "p.toml:13 metrics[1].event MetricWithoutEvent",
        ],
    );
    check(
        &with("'shop.checkout.duration'", "'http.requests'"),
        &["p.toml:3 metrics[0].name MetricDuplicate"],
    );
    check(
        &with("'duration'", "'durations'"),
        &["p.toml:6 metrics[0].measurement MeasurementUndeclared"],
    );
    check(
        &with("['region']", "[\n'region',\n'country']"),
        &["p.toml:10 metrics[0].tags[1] TagUndeclared"],
    );
    let keep = |line: &str| format!("{METRICS}{line}\n");
    check(&keep("keep = { result = 'paid' }"), &[]);
    check(
        &keep("keep = { region = 'eu', status = 'paid' }"),
        &["p.toml:9 metrics[0].keep.status FilterUndeclared"],
    );
    check(
        &keep("[metrics.drop]\nregion = 'eu'\nstate = 'x'"),
        &["p.toml:11 metrics[0].drop.state FilterUndeclared"],
    );
    // Another dimension, and the same one without a conversion.
    check(
        &with("'second'", "'byte'"),
        &["p.toml:7 metrics[0].unit UnitMismatch"],
    );
    check(
        &with("'second'", "'millisecond'"),
        &["p.toml:7 metrics[0].unit UnitMismatch"],
    );
    check(
        &with("unit = 'second'\n", ""),
        &["p.toml:2 metrics[0].unit UnitMismatch"],
    );
    let converted = "'millisecond'\nfrom_unit = 'second'";
    check(&with("'second'", converted), &[]);
    check(
        &with("'second'", "'millisecond'\nfrom_unit = 'nanosecond'"),
        &["p.toml:8 metrics[0].from_unit UnitMismatch"],
    );
    // A counter counts, whatever the numbers are in; and with no measurement it needs none.
    check(
        "[[metrics]]\nname = 'a'\nkind = 'counter'\nevent = 'shop.checkout.stop'\n\
         measurement = 'duration'\n[[metrics]]\nname = 'b'\nkind = 'counter'\n\
         event = 'shop.checkout.stop'",
        &[],
    );
}

#[test]
fn what_only_otlp_feeds() {
    let check = |rest: &str, expect: &[&str]| {
        let metric = format!("[[metrics]]\nname = 'a.b'\nevent = 'otlp'\n{rest}");
        assert_eq!(found(&subject(&[], &metric, &[])), expect, "{rest}");
    };
    check("kind = 'counter'", &[]);
    let value = "kind = 'summary'\nmeasurement = 'value'\n";
    check(value, &[]);
    let all = "unit = 'millisecond'\nfrom_unit = 'second'\ntags = ['service.name']\n\
               keep = { 'http.route' = '/' }";
    check(&format!("{value}{all}"), &[]);
    check(
        "kind = 'sum'\nmeasurement = 'values'\nunit = 'byte'",
        &["p.toml:5 metrics[0].measurement MeasurementUndeclared"],
    );
    // Nothing can be sent in its name.
    let contract = r#"{"events": [{"name": "otlp", "measurements": [{"name": "value"}]}]}"#;
    assert_eq!(
        found(&subject(&[contract], "metrics = []", &[])),
        ["c0.json:1 events[0].name EventReserved"]
    );
}

#[test]
fn a_unit_that_does_not_fit_says_what_would() {
    let message = |toml: &str| check(&subject(&[CONTRACT], toml, &[]))[0].message.clone();
    assert_eq!(
        message(&METRICS.replace("'second'", "'millisecond'")),
        "`duration` of `shop.checkout.stop` is declared in `second` and taken for \
         `millisecond`; `from_unit = \"second\"` would convert it"
    );
    assert_eq!(
        message(&METRICS.replace("'second'", "'byte'")),
        "`duration` of `shop.checkout.stop` is declared in `second` and taken for `byte`; the \
         two do not measure the same quantity"
    );
}

#[test]
fn dashboards() {
    let check = |from: &str, to: &str, expect: &[&str]| {
        let dashboard = DASHBOARD.replace(from, to);
        let subject = subject(&[CONTRACT], METRICS, &[&dashboard]);
        assert_eq!(found(&subject), expect, "{to}");
    };
    let metric = "\"metric\": \"shop.checkout.duration\"";
    check("", "", &[]);
    check(
        metric,
        "\"metric\": \"shop.gone\"",
        &["d0.json:3 widgets[0].metrics[0].metric UnknownMetric"],
    );
    check(
        "\"by\": \"region\"",
        "\n\"by\": \"result\",\n\"tags\": {\"country\": \"x\"}",
        &[
            "d0.json:5 widgets[0].metrics[0].tags.country UnknownTag",
            "d0.json:4 widgets[0].metrics[0].by UnknownTag",
        ],
    );
    check(
        "\"by\": \"region\"",
        "\"share_of\": {\n\"metric\": \"gone\"}",
        &["d0.json:4 widgets[0].metrics[0].share_of.metric UnknownMetric"],
    );
    check(
        "\"w\": 3",
        "\"w\": 13",
        &["d0.json:2 widgets[0].place DashboardInvalid"],
    );
    check(
        "\"id\": \"shop\"",
        "\"id\": \"\"",
        &["d0.json:1 id DashboardInvalid"],
    );
    // A metric whose name was taken stays out of the list, and is told once.
    let twice = format!("{METRICS}{METRICS}");
    let subject = subject(&[CONTRACT], &twice, &[DASHBOARD]);
    assert_eq!(
        found(&subject),
        ["p.toml:11 metrics[1].name MetricDuplicate"]
    );
}

#[test]
fn codes_are_snake_case_and_stable() {
    let names = Code::ALL.map(|code| serde_json::to_string(&code).expect("encodes"));
    let expect = [
        "configuration_invalid",
        "contract_invalid",
        "dashboard_invalid",
        "event_redeclared",
        "event_reserved",
        "event_unused",
        "metric_duplicate",
        "metric_without_event",
        "measurement_undeclared",
        "tag_undeclared",
        "filter_undeclared",
        "unit_mismatch",
        "unknown_metric",
        "unknown_tag",
        "unknown_key",
    ];
    assert_eq!(names, expect.map(|name| format!("\"{name}\"")));
    // The document that other programs are written by lists them all.
    let document = include_str!("../../../docs/CONTRACT.md");
    for name in expect {
        assert!(document.contains(&format!("| `{name}` |")), "{name}");
    }
}
