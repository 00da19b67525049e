//! Undo and redo over whole sessions, by cases and for any sequence of edits.

use proptest::prelude::*;
use protocol::{GridPlace, WidgetKind};

use super::*;

fn widget(id: &str, title: &str) -> Widget {
    Widget {
        id: id.into(),
        kind: WidgetKind::Line,
        title: title.into(),
        metrics: Vec::new(),
        options: protocol::Options::default(),
        repeat: None,
        place: GridPlace {
            x: 0,
            y: 0,
            w: 6,
            h: 3,
        },
    }
}

fn dashboard(widgets: &[(&str, &str)]) -> Dashboard {
    Dashboard {
        widgets: widgets
            .iter()
            .map(|(id, title)| widget(id, title))
            .collect(),
        ..empty()
    }
}

fn empty() -> Dashboard {
    serde_json::from_str(r#"{"id":"d","title":"D","version":3,"widgets":[]}"#).expect("a dashboard")
}

fn at(at_ms: f64) -> Moment {
    Moment { at_ms, field: None }
}

/// Titles, by which a document is known in these tests.
fn titles(dashboard: &Dashboard) -> Vec<&str> {
    let widgets = dashboard.widgets.iter();
    widgets.map(|widget| &*widget.title).collect()
}

#[test]
fn a_whole_session_is_undone_and_redone() {
    let mut renamed = dashboard(&[("a", "A"), ("b", "B!")]);
    renamed.title = "E".into();
    let states = [
        dashboard(&[]),
        dashboard(&[("a", "A")]),
        dashboard(&[("a", "A"), ("b", "B")]),
        dashboard(&[("b", "B"), ("a", "A")]),
        dashboard(&[("a", "A"), ("b", "B!")]),
        renamed,
        dashboard(&[("b", "B!")]),
    ];
    let mut history = History::default();
    for (n, pair) in states.windows(2).enumerate() {
        let label = format!("step {n}");
        assert!(history.push(&label, at(0.0), &pair[0], &pair[1]));
    }
    let mut now = states.last().expect("a state").clone();
    for (n, want) in states[..states.len() - 1].iter().enumerate().rev() {
        let (label, before) = history.undo(&now).expect("a step");
        assert_eq!((label, &before), (format!("step {n}"), want));
        now = before;
    }
    assert_eq!(history.undo(&now), None);
    for want in &states[1..] {
        now = history.redo(&now).expect("a step").1;
        assert_eq!(now, *want);
    }
    assert_eq!(history.redo(&now), None);
}

#[test]
fn an_edit_after_undo_takes_the_place_of_what_was_undone() {
    let (a, b, c) = (
        dashboard(&[("a", "1")]),
        dashboard(&[("a", "2")]),
        dashboard(&[("a", "3")]),
    );
    let mut history = History::default();
    history.push("title", at(0.0), &a, &b);
    assert_eq!(history.undo(&b), Some(("title".into(), a.clone())));
    assert_eq!(history.next(), (None, Some("title")));
    assert!(history.push("title", at(0.0), &a, &c));
    assert_eq!(history.next(), (Some("title"), None));
    assert_eq!(history.undo(&c), Some(("title".into(), a.clone())));
    assert!(!history.push("title", at(0.0), &a, &a), "nothing changed");
}

#[test]
fn what_one_types_is_one_step() {
    let states: Vec<Dashboard> = ["", "C", "CP", "CPU"]
        .map(|title| dashboard(&[("a", title), ("b", "B")]))
        .into();
    let other = dashboard(&[("a", "CPU"), ("b", "B!")]);
    let check = |moments: [Moment; 3], last: Moment, label: &str, want: &[&str]| {
        let mut history = History::default();
        for (pair, moment) in states.windows(2).zip(moments) {
            history.push("title", moment, &pair[0], &pair[1]);
        }
        history.push(label, last, &states[3], &other);
        let (mut now, mut seen) = (other.clone(), Vec::new());
        while let Some((_, before)) = history.undo(&now) {
            seen.push(titles(&before).concat());
            now = before;
        }
        assert_eq!(seen, want, "{moments:?}");
    };
    let stay = |at_ms, field| Moment {
        at_ms,
        field: Some(field),
    };
    let soon = [at(0.0), at(1_000.0), at(2_000.0)];
    check(soon, at(2_000.0), "title", &["CPUB", "B"]);
    let late = [at(0.0), at(1_001.0), at(2_002.0)];
    check(late, at(9_000.0), "title", &["CPUB", "CPB", "CB", "B"]);
    let one_stay = [stay(0.0, 1), stay(5_000.0, 1), stay(99_000.0, 1)];
    check(one_stay, stay(99_000.0, 1), "title", &["CPUB", "B"]);
    let two_stays = [stay(0.0, 1), stay(5_000.0, 1), stay(9_000.0, 2)];
    check(two_stays, stay(20_000.0, 3), "title", &["CPUB", "CPB", "B"]);
}

#[test]
fn what_comes_back_to_where_it_was_is_no_step() {
    let (a, b) = (dashboard(&[("a", "1")]), dashboard(&[("a", "2")]));
    let mut history = History::default();
    history.push("title", at(0.0), &a, &b);
    history.push("title", at(1.0), &b, &a);
    assert_eq!(history.next(), (None, None));
    history.push("title", at(2.0), &a, &b);
    history.seal();
    history.push("title", at(3.0), &b, &a);
    assert_eq!(history.undo(&a), Some(("title".into(), b)));
}

#[test]
fn what_others_saved_meanwhile_stays() {
    let before = dashboard(&[("a", "A"), ("b", "B")]);
    let mut history = History::default();
    history.push(
        "title",
        at(0.0),
        &before,
        &dashboard(&[("a", "A!"), ("b", "B")]),
    );
    history.push(
        "delete",
        at(0.0),
        &dashboard(&[("a", "A!"), ("b", "B")]),
        &dashboard(&[("a", "A!")]),
    );
    let mut merged = dashboard(&[("a", "A!"), ("c", "theirs")]);
    merged.version = 9;
    let (_, now) = history.undo(&merged).expect("a step");
    assert_eq!(titles(&now), ["A!", "B", "theirs"]);
    let (_, now) = history.undo(&now).expect("a step");
    assert_eq!((titles(&now), now.version), (vec!["A", "B", "theirs"], 9));
}

#[test]
fn undoing_keeps_the_parts_that_others_changed_of_the_same_widget() {
    let base = dashboard(&[("a", "A"), ("b", "B")]);
    let mine = dashboard(&[("a", "mine")]);
    let mut history = History::default();
    history.push(
        "title",
        at(0.0),
        &base,
        &dashboard(&[("a", "mine"), ("b", "B")]),
    );
    history.push(
        "delete",
        at(0.0),
        &dashboard(&[("a", "mine"), ("b", "B")]),
        &mine,
    );
    let mut theirs = base.clone();
    theirs.version = 4;
    theirs.title = "theirs".into();
    theirs.widgets[0].kind = WidgetKind::Bar;
    theirs.widgets.pop();
    let merged = merge::merge(&base, &mine, &theirs).document;
    history.rebase(&base, &theirs);
    let (_, now) = history.undo(&merged).expect("a step");
    assert_eq!(titles(&now), ["mine"], "they deleted the other one as well");
    let (_, now) = history.undo(&now).expect("a step");
    assert_eq!(now, theirs);
    let (_, now) = history.redo(&now).expect("a step");
    assert_eq!(now.widgets[0].title, "mine");
    assert_eq!(now.widgets[0].kind, WidgetKind::Bar);
}

#[test]
fn steps_are_bounded_in_count_and_bytes() {
    let check = |text: usize, most: usize| {
        let mut history = History::default();
        let title = |n: usize| format!("{n:0>text$}");
        let state = |n| dashboard(&[("a", &title(n))]);
        for n in 0..2_000 {
            history.push(&format!("{n}"), at(0.0), &state(n), &state(n + 1));
        }
        let kept: usize = history.past.iter().map(|step| step.bytes).sum();
        assert_eq!(kept, history.bytes);
        assert!(kept <= MOST_BYTES, "{kept}");
        assert!(history.past.len() <= most, "{}", history.past.len());
        assert_eq!(history.past.len() as u64 + history.dropped(), 2_000);
        let (label, _) = history.undo(&state(2_000)).expect("a step");
        assert_eq!(label, "1999", "the newest stays");
    };
    check(1, MOST_STEPS);
    check(20_000, 110);
    let huge = "x".repeat(MOST_BYTES);
    let mut history = History::default();
    history.push(
        "huge",
        at(0.0),
        &dashboard(&[]),
        &dashboard(&[("a", &huge)]),
    );
    assert_eq!(history.next().0, Some("huge"), "one step is always there");
}

prop_compose! {
    fn any_dashboard()(
        title in "[ab]",
        ids in prop::collection::btree_set("[a-e]", 0..5),
        titles in prop::collection::vec("[xyz]", 5),
        turn: bool,
    ) -> Dashboard {
        let mut widgets: Vec<Widget> =
            ids.iter().zip(&titles).map(|(id, title)| widget(id, title)).collect();
        if turn {
            widgets.reverse();
        }
        Dashboard { title, widgets, ..empty() }
    }
}

proptest! {
    #[test]
    fn any_session_comes_back_to_its_start_and_to_its_end(
        states in prop::collection::vec(any_dashboard(), 2..12),
        labels in prop::collection::vec("[uv]", 12),
        times in prop::collection::vec(0.0f64..2_000.0, 12),
    ) {
        let mut history = History::default();
        let mut at_ms = 0.0;
        for ((pair, label), pause) in states.windows(2).zip(&labels).zip(&times) {
            at_ms += pause;
            history.push(label, at(at_ms), &pair[0], &pair[1]);
        }
        let (first, last) = (&states[0], &states[states.len() - 1]);
        let mut now = last.clone();
        while let Some((_, before)) = history.undo(&now) {
            now = before;
        }
        prop_assert_eq!(&now, first);
        while let Some((_, after)) = history.redo(&now) {
            now = after;
        }
        prop_assert_eq!(&now, last);
    }
}
