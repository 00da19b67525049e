//! What holds of any document and any choice.

use proptest::prelude::*;

use super::*;

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("$v".to_owned()),
        Just("${w}".to_owned()),
        Just("$$".to_owned()),
        Just("$".to_owned()),
        "[a-z ü]{0,4}",
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn any_document() -> impl Strategy<Value = Dashboard> {
    let widget = (
        any_text(),
        any_text(),
        any_text(),
        0u16..9,
        0u16..6,
        1u16..4,
        0u8..3,
    );
    let widgets = prop::collection::vec(widget, 0..6);
    (widgets, any::<[bool; 3]>()).prop_map(|(widgets, [multi, all, with_tag])| {
        let variables = json!([
            { "name": "v", "kind": "tag", "tag": "t", "multi": true, "all": all },
            { "name": "w", "kind": if with_tag { "tag" } else { "list" }, "tag": "u",
              "values": ["x", "y"], "multi": multi },
        ]);
        let widgets = widgets.into_iter().enumerate();
        let widgets = widgets.map(|(at, (title, label, tag, x, y, w, repeat))| {
            json!({ "id": format!("w{at}"), "kind": "line", "title": title,
                    "place": { "x": x, "y": y * 4, "w": w, "h": 4 },
                    "repeat": (repeat == 0).then_some("v"),
                    "metrics": [{ "metric": "m", "label": label, "tags": { "t": tag } }] })
        });
        dashboard(variables, widgets.collect())
    })
}

proptest! {
    #[test]
    fn nothing_unresolved_is_left_and_nothing_covers_anything(
        document in any_document(),
        asked in prop::collection::vec("[a-e*]", 0..5),
    ) {
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let state = state(&document, &[("v", &asked)]);
        let resolved = resolve(&document, &state);
        prop_assert!(resolved.dashboard.variables.is_empty());
        prop_assert_eq!(resolved.copies.len(), resolved.dashboard.widgets.len());
        let mut ids: Vec<&str> = resolved.dashboard.widgets.iter().map(|w| &*w.id).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), resolved.dashboard.widgets.len());
        for widget in &resolved.dashboard.widgets {
            prop_assert!(widget.repeat.is_none());
            prop_assert!(widget.title.chars().count() <= MAX_VALUE_CHARS);
            let labels = widget.metrics.iter().filter_map(|one| one.label.as_deref());
            let tags = widget.metrics.iter().flat_map(|one| one.tags.values());
            let tags = tags.flat_map(|values| values.all()).map(String::as_str);
            let texts: Vec<&str> = labels.chain(tags).chain([&*widget.title]).collect();
            // What is left of dollars was written as two.
            let has_two = serde_json::to_string(&document).expect("encodes").contains("$$");
            let left = texts.iter().any(|text| names(text).next().is_some());
            prop_assert!(has_two || !left, "{:?}", texts);
            let end = widget.place.x + widget.place.w;
            prop_assert!(end <= crate::dashboard::COLUMNS);
        }
        let first: Vec<&Widget> = document.widgets.iter().collect();
        let apart = |all: &[GridPlace]| {
            all.iter().enumerate().all(|(i, a)| all[i + 1..].iter().all(|b| {
                a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
            }))
        };
        let before: Vec<_> = first.iter().map(|w| w.place).collect();
        let after: Vec<_> = resolved.dashboard.widgets.iter().map(|w| w.place).collect();
        prop_assert!(!apart(&before) || apart(&after), "{:?} {:?}", before, after);
    }

    #[test]
    fn a_document_without_variables_is_itself(document in any_document()) {
        let document = Dashboard { variables: Vec::new(), ..document };
        let resolved = resolve(&document, &VariableState::default());
        prop_assert_eq!(resolved.dashboard, document);
    }

    #[test]
    fn a_text_without_dollars_is_itself(text in "[^$]{0,30}") {
        prop_assert_eq!(filled(&text, |_| "x".to_owned()), text);
    }

    #[test]
    fn any_text_can_be_read(text in "[$a-z{}_ ]{0,30}") {
        let once = filled(&text, |_| String::new());
        prop_assert!(once.len() <= text.len());
    }
}
