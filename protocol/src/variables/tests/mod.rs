mod properties;

use serde_json::json;

use super::template::filled;
use super::*;
use crate::{Dashboard, GridPlace, TextKind, TextNode, Widget};

fn dashboard(variables: serde_json::Value, widgets: serde_json::Value) -> Dashboard {
    let document = json!({ "id": "d", "title": "D", "variables": variables, "widgets": widgets });
    serde_json::from_value(document).expect("a dashboard")
}

fn offered(values: &[&str]) -> VariableOptions {
    VariableOptions {
        values: values.iter().map(|one| (*one).to_owned()).collect(),
        left_off: 0,
    }
}

fn choices(of: &[(&str, &[&str])]) -> Choices {
    let values = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    of.iter()
        .map(|(name, all)| ((*name).to_owned(), values(all)))
        .collect()
}

/// What is chosen where every tag has the values a, b and c.
fn state(document: &Dashboard, asked: &[(&str, &[&str])]) -> VariableState {
    choose(&document.variables, &choices(asked), |_, _| {
        offered(&["a", "b", "c"])
    })
}

#[test]
fn names_in_texts() {
    let value = |name: &str| format!("<{name}>");
    for (text, want) in [
        ("", ""),
        ("Cost in $", "Cost in $"),
        ("$5 of $$10", "$5 of $10"),
        ("$a", "<a>"),
        ("${a}b", "<a>b"),
        ("$ab_1 x", "<ab_1> x"),
        ("$A $_a ${A} ${a ${}", "$A $_a ${A} ${a ${}"),
        ("$$a $$$a", "$a $<a>"),
        ("/d/x?y=$a&z=${b}", "/d/x?y=<a>&z=<b>"),
        ("ü$aü", "ü<a>ü"),
    ] {
        assert_eq!(filled(text, value), want, "{text}");
    }
    assert_eq!(only_name("$a"), Some("a"));
    assert_eq!(only_name("${a}"), Some("a"));
    assert_eq!(only_name("$a "), None);
    assert_eq!(names("$a ${b} $$c").collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn names_values_and_intervals() {
    for (name, holds) in [
        ("a", true),
        ("service_2", true),
        ("", false),
        ("2a", false),
        ("_a", false),
        ("aB", false),
        ("a-b", false),
        (&*"a".repeat(32), true),
        (&*"a".repeat(33), false),
    ] {
        assert_eq!(is_name(name), holds, "{name}");
    }
    for (text, seconds) in [
        ("10s", Some(10)),
        ("5m", Some(300)),
        ("2h", Some(7_200)),
        ("1d", Some(86_400)),
        ("0s", None),
        ("m", None),
        ("-1m", None),
        ("+1m", None),
        ("5", None),
        ("5ü", None),
        ("99999999999d", None),
        ("4000000000d", None),
        ("", None),
    ] {
        assert_eq!(interval_s(text), seconds, "{text}");
    }
}

#[test]
fn what_is_asked_for_comes_before_the_default_and_that_before_the_first() {
    let check = |variable: serde_json::Value, asked: &[&str], want: &[&str]| {
        let document = dashboard(json!([variable]), json!([]));
        let state = state(&document, &[("v", asked)]);
        assert_eq!(state.choices["v"], want, "{variable} {asked:?}");
    };
    let tag = |more: serde_json::Value| {
        let mut one = json!({ "name": "v", "kind": "tag", "tag": "t" });
        let fields = more.as_object().expect("fields").clone();
        one.as_object_mut().expect("an object").extend(fields);
        one
    };
    check(tag(json!({})), &[], &["a"]);
    check(tag(json!({ "default": ["c"] })), &[], &["c"]);
    check(tag(json!({ "all": true })), &[], &["*"]);
    check(tag(json!({ "all": true, "default": ["c"] })), &[], &["c"]);
    check(tag(json!({ "default": ["c"] })), &["b", "a"], &["b"]);
    check(tag(json!({ "multi": true })), &["b", "a", "b"], &["b", "a"]);
    check(
        tag(json!({ "multi": true, "all": true })),
        &["b", "*"],
        &["*"],
    );
    // Where all cannot be chosen, nothing else is meant by it.
    check(tag(json!({ "multi": true })), &["*"], &["a"]);
    // What is not offered stays chosen.
    check(tag(json!({})), &["gone"], &["gone"]);
    check(tag(json!({})), &["a\u{7}"], &["a"]);
    let over = json!({ "name": "v", "kind": "interval", "values": ["10s", "1m"] });
    check(over.clone(), &[], &["10s"]);
    check(over.clone(), &["1m"], &["1m"]);
    check(over, &["3m"], &["10s"]);
}

#[test]
fn a_chosen_value_that_is_not_offered_is_missing_and_not_dropped() {
    let variable = json!({ "name": "v", "kind": "tag", "tag": "t", "multi": true, "all": true });
    let document = dashboard(json!([variable]), json!([]));
    let mut chosen = state(&document, &[("v", &["shop-7", "a"])]);
    assert_eq!(chosen.choices["v"], ["shop-7", "a"]);
    assert_eq!(chosen.missing("v"), ["shop-7"]);
    chosen.options.get_mut("v").expect("options").left_off = 1;
    assert!(
        chosen.missing("v").is_empty(),
        "it may be one of those left off"
    );
    assert!(state(&document, &[]).missing("v").is_empty());
}

#[test]
fn values_are_filtered_by_other_variables_whatever_their_order() {
    let variables = json!([
        { "name": "host", "kind": "tag", "tag": "host", "tags": { "region": "$region", "up": "1" } },
        { "name": "region", "kind": "tag", "tag": "region", "multi": true, "all": true },
    ]);
    let document = dashboard(variables, json!([]));
    let check = |asked: &[(&str, &[&str])], want: &[(&str, TagValues)]| {
        let mut seen = Vec::new();
        choose(&document.variables, &choices(asked), |variable, filters| {
            if variable.name == "host" {
                seen = filters.to_vec();
            }
            offered(&["a"])
        });
        let want = want
            .iter()
            .map(|(tag, values)| ((*tag).to_owned(), values.clone()));
        assert_eq!(seen, want.collect::<Vec<_>>());
    };
    let any = |values: &[&str]| TagValues::Any(values.iter().map(|v| (*v).to_owned()).collect());
    check(&[], &[("up", "1".into())]);
    check(
        &[("region", &["eu"])],
        &[("region", "eu".into()), ("up", "1".into())],
    );
    check(
        &[("region", &["eu", "us"])],
        &[("region", any(&["eu", "us"])), ("up", "1".into())],
    );
    let circle = json!([
        { "name": "a", "kind": "tag", "tag": "a", "tags": { "b": "$b" } },
        { "name": "b", "kind": "tag", "tag": "b", "tags": { "a": "$a" } },
        { "name": "c", "kind": "tag", "tag": "c" },
    ]);
    let circle = dashboard(circle, json!([]));
    assert_eq!(
        in_order(&circle.variables),
        Err(vec!["a".into(), "b".into()])
    );
}

fn line(title: &str, tags: serde_json::Value) -> serde_json::Value {
    json!({ "id": "w", "kind": "line", "title": title, "place": { "x": 0, "y": 0, "w": 4, "h": 2 },
            "metrics": [{ "metric": "m", "tags": tags, "label": "of $v",
                          "share_of": { "metric": "m", "tags": { "t": "$v" } } }] })
}

#[test]
fn values_stand_in_titles_labels_and_filters() {
    let variable = json!({ "name": "v", "kind": "tag", "tag": "t", "multi": true, "all": true });
    let check = |asked: &[&str], tags: serde_json::Value, title: &str, want: serde_json::Value| {
        let document = dashboard(json!([variable]), json!([line("$v in $$", tags)]));
        let resolved = resolve(&document, &state(&document, &[("v", asked)]));
        let widget = &resolved.dashboard.widgets[0];
        assert_eq!(widget.title, title);
        let reference = &widget.metrics[0];
        assert_eq!(
            serde_json::to_value(&reference.tags).expect("encodes"),
            want
        );
        assert_eq!(
            reference.label.as_deref(),
            Some(&*format!("of {}", title.replace(" in $", "")))
        );
        let whole = reference.share_of.as_ref().expect("a whole");
        assert!(
            whole
                .tags
                .values()
                .all(|one| !one.all().iter().any(|v| v.contains('$')))
        );
    };
    check(&["a"], json!({ "t": "$v" }), "a in $", json!({ "t": "a" }));
    check(
        &["a", "b"],
        json!({ "t": "$v" }),
        "a, b in $",
        json!({ "t": ["a", "b"] }),
    );
    check(
        &["*"],
        json!({ "t": "$v", "u": "1" }),
        "all in $",
        json!({ "u": "1" }),
    );
    check(
        &["a", "b"],
        json!({ "t": "x-${v}-y" }),
        "a, b in $",
        json!({ "t": ["x-a-y", "x-b-y"] }),
    );
    check(
        &["*"],
        json!({ "t": "x-$v" }),
        "all in $",
        json!({ "t": "x-*" }),
    );
    check(
        &["a"],
        json!({ "t": ["$v", "c"] }),
        "a in $",
        json!({ "t": ["a", "c"] }),
    );
    check(
        &["a"],
        json!({ "t": "$$v" }),
        "a in $",
        json!({ "t": "$v" }),
    );
}

#[test]
fn an_interval_is_the_seconds_of_a_window() {
    let document = dashboard(
        json!([{ "name": "over", "kind": "interval", "values": ["10s", "5m"] }]),
        json!([{ "id": "w", "kind": "stat", "title": "Over $over",
                 "options": { "window_s": "$over" }, "place": { "x": 0, "y": 0, "w": 2, "h": 2 } }]),
    );
    let resolved = resolve(&document, &state(&document, &[("over", &["5m"])]));
    let widget = &resolved.dashboard.widgets[0];
    assert_eq!(
        widget.options.count(crate::option_name::WINDOW_S),
        Some(300)
    );
    assert_eq!(widget.title, "Over 5m");
}

#[test]
fn a_repeated_widget_stands_once_for_each_value_in_rows_that_wrap() {
    let mut repeated = line("$v", json!({ "t": "$v" }));
    repeated["repeat"] = json!("v");
    let below = json!({ "id": "below", "kind": "line", "title": "B",
                        "place": { "x": 0, "y": 2, "w": 12, "h": 3 } });
    let variable = json!({ "name": "v", "kind": "tag", "tag": "t", "multi": true, "all": true });
    let document = dashboard(json!([variable]), json!([repeated, below]));
    let shown = |asked: &[&str]| {
        let resolved = resolve(&document, &state(&document, &[("v", asked)]));
        let widgets = resolved.dashboard.widgets.iter();
        let shown = widgets
            .map(|w| (w.title.clone(), w.place.x, w.place.y))
            .collect::<Vec<_>>();
        (shown, resolved)
    };
    let of = |title: &str, x, y| (title.to_owned(), x, y);
    assert_eq!(shown(&["a"]).0, [of("a", 0, 0), of("B", 0, 2)]);
    assert_eq!(
        shown(&["a", "b", "c", "d"]).0,
        [
            of("a", 0, 0),
            of("b", 4, 0),
            of("c", 8, 0),
            of("d", 0, 2),
            of("B", 0, 4)
        ]
    );
    let (all, resolved) = shown(&["*"]);
    assert_eq!(all.len(), 4, "one for each that is offered");
    let ids: Vec<_> = resolved
        .dashboard
        .widgets
        .iter()
        .map(|w| w.id.as_str())
        .collect();
    assert_eq!((ids[0], ids[3]), ("w", "below"));
    assert!(ids[1].starts_with("w-") && ids[1] != ids[2], "{ids:?}");
    assert_eq!(resolved.copies[1].of, "w");
    assert_eq!(resolved.copies[1].repeat, Some(("v".into(), "b".into())));
    let again = shown(&["c", "b"]).1;
    assert_eq!(
        again.dashboard.widgets[1].id, ids[1],
        "a value keeps its widget"
    );
}

#[test]
fn a_widget_beside_a_repeated_one_keeps_its_place() {
    let mut repeated = line("$v", json!({}));
    repeated["repeat"] = json!("v");
    let beside = json!({ "id": "beside", "kind": "line", "title": "B",
                         "place": { "x": 8, "y": 0, "w": 4, "h": 5 } });
    let variable = json!({ "name": "v", "kind": "tag", "tag": "t", "multi": true });
    let document = dashboard(json!([variable]), json!([repeated, beside]));
    let resolved = resolve(&document, &state(&document, &[("v", &["a", "b", "c"])]));
    let places: Vec<_> = resolved
        .dashboard
        .widgets
        .iter()
        .map(|w| (w.place.x, w.place.y))
        .collect();
    assert_eq!(places, [(0, 0), (4, 0), (0, 2), (8, 0)]);
}

#[test]
fn more_values_than_widgets_are_counted() {
    let mut repeated = line("$v", json!({}));
    repeated["repeat"] = json!("v");
    let variable = json!({ "name": "v", "kind": "tag", "tag": "t", "multi": true, "all": true });
    let document = dashboard(json!([variable]), json!([repeated]));
    let many = choose(&document.variables, &Choices::new(), |_, _| {
        VariableOptions {
            values: (0..40).map(|i| i.to_string()).collect(),
            left_off: 0,
        }
    });
    let resolved = resolve(&document, &many);
    assert_eq!(resolved.dashboard.widgets.len(), MAX_COPIES);
    assert_eq!(resolved.left_off, 40 - MAX_COPIES);
}

#[test]
fn values_in_texts_are_words_and_lead_nowhere_else() {
    let chosen = |value: &'static str| {
        move |_: &str| Chosen {
            all: false,
            values: vec![value.to_owned()],
        }
    };
    let text = |text: &str| TextNode::leaf(TextKind::Text, text);
    let link = |to: &str| TextNode {
        kind: TextKind::Link,
        text: to.to_owned(),
        of: vec![text("to $v")],
    };
    let got = resolve_nodes(&[link("/d/$v?a=$$b")], &chosen("<b>*x*/?&"));
    assert_eq!(got[0].text, "/d/%3Cb%3E%2Ax%2A%2F%3F%26?a=$b");
    assert_eq!(got[0].of[0].text, "to <b>*x*/?&");
    for (to, value, want) in [
        ("$v", "javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("/$v/evil.example", "", "/evil.example"),
        ("$v", "//evil.example", "%2F%2Fevil.example"),
    ] {
        assert_eq!(resolve_nodes(&[link(to)], &chosen(value))[0].text, want);
    }
}
