//! Who gets what, by cases.

use serde_json::json;

use super::*;

/// The document that both began with.
fn base() -> Value {
    json!({"id": "d", "title": "D", "version": 3, "widgets": [
        {"id": "a", "kind": "line", "title": "A", "metrics": [{"metric": "m"}],
         "options": {"min": 1.0}, "place": {"x": 0, "y": 0, "w": 6, "h": 2}},
        {"id": "b", "kind": "line", "title": "B", "metrics": [],
         "options": {}, "place": {"x": 6, "y": 0, "w": 6, "h": 2}}]})
}

/// The document with values put at pointers.
fn with(changes: &[(&str, Value)]) -> Dashboard {
    let mut json = base();
    json["version"] = json!(4);
    for (pointer, value) in changes {
        match json.pointer_mut(pointer) {
            Some(place) => *place = value.clone(),
            None => {
                let (group, name) = pointer.rsplit_once('/').expect("a name");
                json.pointer_mut(group).expect("a group")[name] = value.clone();
            }
        }
    }
    serde_json::from_value(json).expect("a dashboard")
}

fn titles(merged: &Merged) -> Vec<&str> {
    let conflicts = merged.conflicts.iter();
    conflicts.map(|one| &*one.title).collect()
}

#[test]
fn what_one_side_touched_merges_by_itself() {
    let place = |x: u16, y: u16| json!({"x": x, "y": y, "w": 6, "h": 2});
    let added = json!({"id": "c", "kind": "text", "title": "C", "place": place(0, 2)});
    let widgets = |change: fn(&mut Vec<Value>)| {
        let mut all = base()["widgets"].as_array().expect("widgets").clone();
        change(&mut all);
        ("/widgets", json!(all))
    };
    let one_gone = widgets(|all| drop(all.remove(1)));
    let turned = widgets(|all| all.reverse());
    let more = ("/widgets/2", added.clone());
    type Parts = Vec<(&'static str, Value)>;
    let cases: [(Parts, Parts); 8] = [
        (
            vec![("/widgets/0/title", json!("mine"))],
            vec![("/title", json!("theirs"))],
        ),
        (
            vec![("/widgets/0/title", json!("mine"))],
            vec![("/widgets/0/place", place(0, 9))],
        ),
        (
            vec![("/widgets/0/options/min", json!(2.0))],
            vec![("/widgets/0/options/log", json!(true))],
        ),
        (
            vec![("/widgets/0/metrics", json!([]))],
            vec![("/widgets/0/options", json!({}))],
        ),
        (
            vec![("/widgets/0/title", json!("mine"))],
            vec![one_gone.clone()],
        ),
        (vec![one_gone], vec![("/widgets/0/title", json!("theirs"))]),
        (vec![turned], vec![("/widgets/0/title", json!("theirs"))]),
        (
            vec![("/title", json!("mine"))],
            vec![("/title", json!("mine"))],
        ),
    ];
    let base = with(&[]);
    for (mine, theirs) in cases {
        let merged = merge(&base, &with(&mine), &with(&theirs));
        let mut together: Vec<(&str, Value)> = Vec::new();
        // A list first: what names a widget in it comes after.
        let all = theirs.iter().chain(&mine);
        together.extend(
            all.clone()
                .filter(|(pointer, _)| *pointer == "/widgets")
                .cloned(),
        );
        let is_turned = together.first().is_some_and(|(_, all)| all[0]["id"] == "b");
        for (pointer, value) in all.filter(|(pointer, _)| *pointer != "/widgets") {
            let pointer = match is_turned {
                true => "/widgets/1/title",
                false => pointer,
            };
            together.push((pointer, value.clone()));
        }
        assert_eq!(merged.document, with(&together), "{mine:?} {theirs:?}");
        assert_eq!(titles(&merged), [""; 0], "{mine:?} {theirs:?}");
    }
    let mut json = self::base();
    json["widgets"]
        .as_array_mut()
        .expect("widgets")
        .push(more.1);
    let theirs: Dashboard = serde_json::from_value(json).expect("a dashboard");
    let merged = merge(&base, &with(&[("/title", json!("mine"))]), &theirs);
    assert_eq!(
        (merged.document.widgets.len(), &*merged.document.title),
        (3, "mine")
    );
}

#[test]
fn what_both_changed_is_asked_and_either_answer_holds() {
    let base = with(&[]);
    let cases = [
        ("/title", json!("x"), json!("y"), "Dashboard: title"),
        ("/widgets/0/title", json!("x"), json!("y"), "x: title"),
        ("/widgets/0/options/min", json!(2.0), json!(3.0), "A: min"),
        ("/widgets/0/options/max", json!(2.0), json!(3.0), "A: max"),
        ("/widgets/0/kind", json!("area"), json!("bar"), "A: kind"),
        (
            "/widgets/0/metrics",
            json!([]),
            json!([{"metric": "n"}]),
            "A: metrics",
        ),
    ];
    for (pointer, one, other, title) in cases {
        let (mine, theirs) = (with(&[(pointer, one)]), with(&[(pointer, other)]));
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(titles(&merged), [title]);
        assert_eq!(merged.document, mine, "{title}: mine until it is answered");
        let mut taken = merged.document.clone();
        merged.conflicts[0].take_theirs(&mut taken);
        assert_eq!(taken, theirs, "{title}: theirs");
    }
}

#[test]
fn a_widget_that_one_deleted_and_the_other_changed_is_asked() {
    let base = with(&[]);
    let gone = || {
        let mut gone = with(&[]);
        gone.widgets.remove(0);
        gone
    };
    let changed = with(&[("/widgets/0/title", json!("x"))]);
    let ids = |one: &Dashboard| -> Vec<String> {
        one.widgets.iter().map(|widget| widget.id.clone()).collect()
    };
    let merged = merge(&base, &changed, &gone());
    assert_eq!(titles(&merged), ["x"]);
    assert_eq!(ids(&merged.document), ["b", "a"]);
    let mut taken = merged.document.clone();
    merged.conflicts[0].take_theirs(&mut taken);
    assert_eq!(ids(&taken), ["b"]);
    let merged = merge(&base, &gone(), &changed);
    assert_eq!(titles(&merged), ["x"]);
    assert_eq!(ids(&merged.document), ["b"]);
    let mut taken = merged.document.clone();
    merged.conflicts[0].take_theirs(&mut taken);
    assert_eq!(ids(&taken), ["b", "a"]);
    // One that only made room is not worth a question.
    let moved = with(&[("/widgets/0/place/y", json!(5))]);
    assert_eq!(titles(&merge(&base, &gone(), &moved)), [""; 0]);
}

#[test]
fn places_are_one_question_and_never_overlap() {
    let place = |x: u16, y: u16| json!({"x": x, "y": y, "w": 6, "h": 2});
    let base = with(&[]);
    let mine = with(&[
        ("/widgets/0/place", place(0, 2)),
        ("/widgets/1/place", place(0, 0)),
    ]);
    let theirs = with(&[
        ("/widgets/0/place", place(6, 2)),
        ("/widgets/1/place", place(6, 4)),
    ]);
    let merged = merge(&base, &mine, &theirs);
    assert_eq!(titles(&merged), ["Where these stand: A, B"]);
    let at = |one: &Dashboard| -> Vec<(u16, u16)> {
        one.widgets.iter().map(|w| (w.place.x, w.place.y)).collect()
    };
    assert_eq!(at(&merged.document), [(0, 2), (0, 0)]);
    let mut taken = merged.document.clone();
    merged.conflicts[0].take_theirs(&mut taken);
    assert_eq!(at(&taken), [(6, 0), (6, 2)]);
    // Each moved another one to the same cells.
    let mine = with(&[("/widgets/0/place", place(0, 6))]);
    let theirs = with(&[("/widgets/1/place", place(0, 6))]);
    let merged = merge(&base, &mine, &theirs);
    assert_eq!(titles(&merged), [""; 0]);
    assert_eq!(at(&merged.document), [(0, 0), (0, 2)]);
}
