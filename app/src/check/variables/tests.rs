//! What does not hold of variables, and by which path it is named.

use protocol::variables::{VariableState, choose, resolve};
use protocol::{Dashboard, VariableOptions};
use serde_json::{Value, json};

use super::super::problems;
use super::*;

/// The first that does not hold.
fn check(dashboard: &Dashboard, metrics: &[Metric]) -> Result<(), Invalid> {
    let all: Vec<&Metric> = metrics.iter().collect();
    let mut found = source_problems(&dashboard.variables, &all, &[]);
    let find = |name: &str| metrics.iter().find(|metric| metric.name == name);
    found.extend(problems(dashboard, &find, &|_| 0));
    found.into_iter().next().map_or(Ok(()), Err)
}

fn list() -> Vec<Metric> {
    vec![
        Metric {
            category: "Shop".into(),
            ..Metric::counter("a.b").tags(["service", "host"])
        },
        Metric::counter("a.c").tags(["route"]),
    ]
}

fn dashboard(variables: &Value, widget: &Value) -> Dashboard {
    let mut one = json!({ "id": "w", "kind": "stat", "title": "W", "options": {},
                          "metrics": [{ "metric": "a.b", "field": "count" }],
                          "place": { "x": 0, "y": 0, "w": 3, "h": 2 } });
    let fields = widget.as_object().expect("fields").clone();
    one.as_object_mut().expect("a widget").extend(fields);
    let whole = json!({ "id": "d", "title": "D", "variables": variables, "widgets": [one] });
    serde_json::from_value(whole).expect("a dashboard")
}

fn problem(variables: Value, widget: Value) -> Option<(String, String)> {
    let found = check(&dashboard(&variables, &widget), &list());
    found.err().map(|invalid| (invalid.path, invalid.message))
}

#[test]
fn what_does_not_hold_of_variables_is_named_by_path() {
    let tag = |more: Value| {
        let mut one = json!({ "name": "v", "kind": "tag", "tag": "service" });
        let more = more.as_object().expect("fields").clone();
        one.as_object_mut().expect("a variable").extend(more);
        json!([one])
    };
    let list = |more: Value| {
        let mut one = json!({ "name": "v", "kind": "list", "values": ["a", "b"] });
        let more = more.as_object().expect("fields").clone();
        one.as_object_mut().expect("a variable").extend(more);
        json!([one])
    };
    let long: Vec<String> = (0..101).map(|i| i.to_string()).collect();
    let many: Vec<Value> = (0..21)
        .map(|i| json!({ "name": format!("v{i}"), "kind": "tag", "tag": "service" }))
        .collect();
    for (variables, path) in [
        (json!([]), None),
        (tag(json!({})), None),
        (
            tag(json!({ "metric": "a.b", "multi": true, "all": true })),
            None,
        ),
        (
            tag(json!({ "category": "Shop", "tags": { "host": ["a*", "b"] } })),
            None,
        ),
        (json!(many), Some("variables")),
        (tag(json!({ "name": "V" })), Some("variables[0].name")),
        (tag(json!({ "name": "a-b" })), Some("variables[0].name")),
        (tag(json!({ "label": "a\nb" })), Some("variables[0].label")),
        (tag(json!({ "tag": null })), Some("variables[0].tag")),
        (tag(json!({ "tag": "no" })), Some("variables[0].tag")),
        (
            tag(json!({ "tag": "route", "metric": "a.b" })),
            Some("variables[0].tag"),
        ),
        (tag(json!({ "metric": "no" })), Some("variables[0].metric")),
        (
            tag(json!({ "category": "no" })),
            Some("variables[0].category"),
        ),
        (
            tag(json!({ "metric": "a.b", "category": "Shop" })),
            Some("variables[0].category"),
        ),
        (
            tag(json!({ "tags": { "route": "x" } })),
            Some("variables[0].tags.route"),
        ),
        (
            tag(json!({ "tags": { "host": "$no" } })),
            Some("variables[0].tags.host"),
        ),
        (
            tag(json!({ "tags": { "host": "$v" } })),
            Some("variables[0].tags"),
        ),
        (tag(json!({ "values": ["a"] })), Some("variables[0].values")),
        (
            tag(json!({ "default": ["a", "b"] })),
            Some("variables[0].default"),
        ),
        (
            tag(json!({ "default": ["*"] })),
            Some("variables[0].default[0]"),
        ),
        (tag(json!({ "default": ["*"], "all": true })), None),
        (list(json!({})), None),
        (list(json!({ "tag": "service" })), Some("variables[0].tag")),
        (
            list(json!({ "metric": "a.b" })),
            Some("variables[0].metric"),
        ),
        (
            list(json!({ "tags": { "host": "a" } })),
            Some("variables[0].tags"),
        ),
        (list(json!({ "values": [] })), Some("variables[0].values")),
        (list(json!({ "values": long })), Some("variables[0].values")),
        (
            list(json!({ "values": ["a", "a"] })),
            Some("variables[0].values[1]"),
        ),
        (
            list(json!({ "values": ["*"] })),
            Some("variables[0].values[0]"),
        ),
        (
            list(json!({ "default": ["c"] })),
            Some("variables[0].default[0]"),
        ),
        (
            json!([{ "name": "v", "kind": "interval", "values": ["10s", "1h"] }]),
            None,
        ),
        (
            json!([{ "name": "v", "kind": "interval", "values": ["10s", "x"] }]),
            Some("variables[0].values[1]"),
        ),
        (
            json!([{ "name": "v", "kind": "interval", "values": ["10s"], "multi": true }]),
            Some("variables[0].multi"),
        ),
        (
            json!([{ "name": "v", "kind": "tag", "tag": "service" },
                   { "name": "v", "kind": "tag", "tag": "host" }]),
            Some("variables[1].name"),
        ),
        (
            json!([{ "name": "x", "kind": "tag", "tag": "service" },
                   { "name": "v", "kind": "tag", "tag": "service", "tags": { "host": "$w" } },
                   { "name": "w", "kind": "tag", "tag": "host", "tags": { "service": "$v" } }]),
            Some("variables[1].tags"),
        ),
    ] {
        let found = problem(variables.clone(), json!({}));
        assert_eq!(found.map(|(path, _)| path).as_deref(), path, "{variables}");
    }
}

#[test]
fn what_widgets_name_has_to_be_a_variable() {
    let variables = json!([
        { "name": "v", "kind": "tag", "tag": "service", "multi": true },
        { "name": "one", "kind": "tag", "tag": "host" },
        { "name": "over", "kind": "interval", "values": ["10s", "24h"] },
    ]);
    for (widget, path) in [
        (json!({ "title": "$v of ${one} in $$" }), None),
        (json!({ "title": "$no" }), Some("widgets[0].title")),
        (json!({ "title": "$5" }), None),
        (json!({ "repeat": "v" }), None),
        (json!({ "repeat": "one" }), Some("widgets[0].repeat")),
        (json!({ "repeat": "no" }), Some("widgets[0].repeat")),
        (json!({ "options": { "window_s": "$over" } }), None),
        (
            json!({ "options": { "window_s": "$v" } }),
            Some("widgets[0].options.window_s"),
        ),
        (
            json!({ "options": { "window_s": "5m" } }),
            Some("widgets[0].options.window_s"),
        ),
        (
            json!({ "kind": "text", "metrics": [], "options": { "text": "[$no](/)" } }),
            Some("widgets[0].options.text"),
        ),
        (
            json!({ "metrics": [{ "metric": "a.b", "field": "count", "tags": { "host": "$no" } }] }),
            Some("widgets[0].metrics[0].tags.host"),
        ),
        (
            json!({ "metrics": [{ "metric": "a.b", "field": "count", "label": "$no" }] }),
            Some("widgets[0].metrics[0].label"),
        ),
        (
            json!({ "metrics": [{ "metric": "a.b", "field": "count", "share_of": {
                "metric": "a.b", "field": "count", "tags": { "host": ["a", "$no"] } } }] }),
            Some("widgets[0].metrics[0].share_of.tags.host"),
        ),
    ] {
        let found = problem(variables.clone(), widget.clone());
        assert_eq!(
            found.as_ref().map(|(path, _)| &**path),
            path,
            "{widget} {found:?}"
        );
    }
    // Without variables a dollar is a dollar.
    assert_eq!(problem(json!([]), json!({ "title": "$no" })), None);
    let (_, message) = problem(variables, json!({ "title": "$no" })).expect("a problem");
    assert_eq!(
        message,
        "there is no variable `no`; there are: v, one, over. Write `$$` for a dollar"
    );
}

#[test]
fn a_resolved_dashboard_holds() {
    let variables = json!([
        { "name": "v", "kind": "tag", "tag": "service", "multi": true, "all": true },
        { "name": "over", "kind": "interval", "values": ["10s", "24h"] },
    ]);
    let widget = json!({ "title": "$v ".repeat(40), "repeat": "v", "options": { "window_s": "$over" },
        "metrics": [{ "metric": "a.b", "field": "count", "label": "$v",
                      "tags": { "service": "$v", "host": "h-$v" } }] });
    let document = dashboard(&variables, &widget);
    assert_eq!(check(&document, &list()), Ok(()));
    let long = "x".repeat(128);
    let offers: Vec<String> = (0..90).map(|i| format!("s-{i}")).chain([long]).collect();
    let states = [vec![], vec!["*"], vec!["s-1"], vec!["gone", "s-2", "s-3"]].map(|asked| {
        let asked = asked.into_iter().map(str::to_owned).collect();
        choose(
            &document.variables,
            &[("v".to_owned(), asked)].into(),
            |_, _| VariableOptions {
                values: offers.clone(),
                left_off: 0,
            },
        )
    });
    for state in states.iter().chain([&VariableState::default()]) {
        let resolved = resolve(&document, state).dashboard;
        assert_eq!(check(&resolved, &list()), Ok(()), "{:?}", state.choices);
    }
}
