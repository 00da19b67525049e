//! What a file looks like, and that reading it changes nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::{Field, GridPlace, MetricRef, TagValues, Widget, WidgetKind};

use super::*;

fn read(text: &str) -> Dashboard {
    let mut dashboard: Dashboard = serde_json::from_str(text).expect("a dashboard");
    make_exact(&mut dashboard, text).expect("JSON");
    dashboard
}

#[test]
fn keys_stand_in_order_and_short_objects_in_one_line() {
    let dashboard = read(
        r#"{"widgets": [{"place": {"h": 2, "w": 3, "y": 0, "x": 0}, "title": "One", "kind": "line",
             "id": "one", "metrics": [{"tags": {"b": "2", "a": "1"}, "metric": "a.b", "field": "rate"},
             {"metric": "a.c", "share_of": {"metric": "a.d"}}],
             "options": {"min": 0, "max": 16e9, "thresholds": [{"level": "warn", "at": 1.0}]}},
            {"id": "two", "kind": "text", "title": "", "place": {"x": 0, "y": 2, "w": 12, "h": 1}}],
            "version": 7, "title": "D", "id": "d"}"#,
    );
    let expect = r#"{
  "id": "d",
  "title": "D",
  "widgets": [
    {
      "id": "one",
      "kind": "line",
      "title": "One",
      "metrics": [
        { "metric": "a.b", "field": "rate", "tags": { "a": "1", "b": "2" } },
        { "metric": "a.c", "field": "last", "share_of": { "metric": "a.d", "field": "last" } }
      ],
      "options": {
        "max": 16000000000.0,
        "min": 0,
        "thresholds": [
          { "at": 1.0, "level": "warn" }
        ]
      },
      "place": { "x": 0, "y": 0, "w": 3, "h": 2 }
    },
    {
      "id": "two",
      "kind": "text",
      "title": "",
      "place": { "x": 0, "y": 2, "w": 12, "h": 1 }
    }
  ]
}
"#;
    assert_eq!(write(&dashboard).expect("writes"), expect);
}

#[test]
fn built_in_dashboards_are_written_and_read() {
    for dashboard in crate::dashboards::built_in().expect("built in") {
        let text = write(&dashboard).expect("writes");
        let again = read(&text);
        assert_eq!(write(&again).expect("writes"), text);
        assert_eq!(again.widgets.len(), dashboard.widgets.len());
        let mut objects = text
            .lines()
            .filter(|line| line.trim_start().starts_with("{ "));
        let long = objects.find(|line| line.len() > MAX_LINE);
        assert_eq!(long, None);
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_.]{1,12}",
        "\\PC{0,20}",
        Just("a\n\"b\"\\\u{1}".to_owned())
    ]
}

fn values() -> impl Strategy<Value = OptionValue> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(OptionValue::Flag),
        any::<i64>().prop_map(OptionValue::Whole),
        any::<f64>()
            .prop_filter("JSON has finite ones", |number| number.is_finite())
            .prop_map(OptionValue::Number),
        words().prop_map(OptionValue::Text),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(OptionValue::List),
            prop::collection::btree_map(words(), inner, 0..4).prop_map(|entries| {
                let entries = entries.iter().map(|(name, value)| (&**name, value.clone()));
                OptionValue::Group(group(entries))
            }),
        ]
    })
}

fn tag_values() -> impl Strategy<Value = TagValues> {
    prop_oneof![
        words().prop_map(TagValues::One),
        prop::collection::vec(words(), 0..3).prop_map(TagValues::Any),
    ]
}

fn references() -> impl Strategy<Value = MetricRef> {
    let one = || {
        (
            words(),
            prop::sample::select(&Field::ALL[..]),
            prop::collection::btree_map(words(), tag_values(), 0..3),
            prop::option::of(words()),
            prop::option::of(words()),
        )
            .prop_map(
                |(metric, field, tags, by, label): (_, _, BTreeMap<_, _>, _, _)| MetricRef {
                    metric,
                    field,
                    tags,
                    by,
                    label,
                    share_of: None,
                },
            )
    };
    (one(), prop::option::of(one())).prop_map(|(one, whole)| MetricRef {
        share_of: whole.map(Box::new),
        ..one
    })
}

fn dashboards() -> impl Strategy<Value = Dashboard> {
    let kinds: Vec<WidgetKind> = app::kinds::KINDS.iter().map(|kind| kind.kind).collect();
    let widget = (
        (words(), words(), prop::sample::select(kinds)),
        prop::collection::vec(references(), 0..3),
        prop::collection::btree_map(words(), values(), 0..5),
        any::<(u16, u16, u16, u16)>(),
    );
    let widget = widget.prop_map(|((id, title, kind), metrics, options, (x, y, w, h))| {
        let entries = options.iter().map(|(name, value)| (&**name, value.clone()));
        Widget {
            id,
            kind,
            title,
            metrics,
            options: group(entries),
            place: GridPlace { x, y, w, h },
            ..serde_json::from_str(
                r#"{"id":"","kind":"line","title":"","place":{"x":0,"y":0,"w":1,"h":1}}"#,
            )
            .expect("a widget")
        }
    });
    let widgets = prop::collection::vec(widget, 0..5);
    (words(), words(), any::<u64>(), widgets).prop_map(|(id, title, version, widgets)| Dashboard {
        id,
        title,
        version,
        widgets,
        ..serde_json::from_str(r#"{"id":"","title":"","widgets":[]}"#).expect("a dashboard")
    })
}

proptest! {
    #[test]
    fn export_import_export_is_byte_equal(dashboard in dashboards()) {
        let first = write(&dashboard).expect("writes");
        let read_again = read(&first);
        prop_assert_eq!(&write(&read_again).expect("writes"), &first);
        // As the database keeps it.
        let body = serde_json::to_string(&read_again).expect("encodes");
        prop_assert_eq!(write(&read(&body)).expect("writes"), first);
        prop_assert_eq!(read_again.widgets.len(), dashboard.widgets.len());
    }
}
