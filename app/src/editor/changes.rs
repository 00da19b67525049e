//! What differs between the saved document and the one that is edited, for people. Pure; parts are told
//! by their names in the document, so that one that is new needs nothing here.

use protocol::{Dashboard, Widget};
use serde::Serialize;
use serde_json::{Map, Value};

/// What became of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Deleted,
    /// Parts of it differ: what a person calls them.
    Changed(Vec<String>),
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The id of the widget; none for the dashboard itself.
    pub widget: Option<String>,
    /// Its title, as edited unless it is deleted.
    pub title: String,
    /// What became of it.
    pub what: What,
}

impl Change {
    /// As a sentence without a point: `CPU: moved, unit`.
    pub fn words(&self) -> String {
        let what = match &self.what {
            What::Added => "added".to_owned(),
            What::Deleted => "deleted".to_owned(),
            What::Changed(parts) => parts.join(", "),
        };
        format!("{}: {what}", self.title)
    }
}

/// Everything that differs: the dashboard first, then widgets as they stand, then deleted ones.
pub fn between(saved: &Dashboard, edited: &Dashboard) -> Vec<Change> {
    let mut changes = Vec::new();
    let rest = |dashboard: &Dashboard| Dashboard {
        widgets: Vec::new(),
        version: 0,
        ..dashboard.clone()
    };
    let mut parts = parts(&object(&rest(saved)), &object(&rest(edited)));
    if order(saved, edited) != order(edited, saved) {
        parts.push("order of widgets".into());
    }
    if !parts.is_empty() {
        changes.push(Change {
            widget: None,
            title: "Dashboard".into(),
            what: What::Changed(parts),
        });
    }
    for widget in &edited.widgets {
        let what = match of(saved, &widget.id) {
            None => What::Added,
            Some(before) if before == widget => continue,
            Some(before) => What::Changed(self::parts(&object(before), &object(widget))),
        };
        changes.push(change(widget, what));
    }
    let gone = saved.widgets.iter();
    let gone = gone.filter(|widget| of(edited, &widget.id).is_none());
    changes.extend(gone.map(|widget| change(widget, What::Deleted)));
    changes
}

fn change(widget: &Widget, what: What) -> Change {
    Change {
        widget: Some(widget.id.clone()),
        title: match widget.title.trim() {
            "" => "Widget without a title".into(),
            title => title.into(),
        },
        what,
    }
}

/// The ids of one document that the other has too, in their order.
fn order<'a>(one: &'a Dashboard, other: &Dashboard) -> Vec<&'a str> {
    let ids = one.widgets.iter().map(|widget| &*widget.id);
    ids.filter(|id| of(other, id).is_some()).collect()
}

fn of<'a>(dashboard: &'a Dashboard, id: &str) -> Option<&'a Widget> {
    dashboard.widgets.iter().find(|widget| widget.id == id)
}

/// Something of a document by the names of its parts.
pub fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(parts)) => parts,
        _ => Map::new(),
    }
}

/// What a person calls the parts that differ; options each by its name.
fn parts(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for name in names(before, after) {
        let (old, new) = (before.get(name), after.get(name));
        if old == new {
            continue;
        }
        match (name.as_str(), old, new) {
            ("place", Some(old), Some(new)) => found.extend(placed(old, new)),
            ("options", old, new) => {
                let none = Map::new();
                let group = |value: Option<&'_ Value>| match value {
                    Some(Value::Object(group)) => group.clone(),
                    _ => none.clone(),
                };
                let (old, new) = (group(old), group(new));
                let differs = |name: &&String| old.get(*name) != new.get(*name);
                let named = names(&old, &new).into_iter().filter(differs);
                found.extend(named.map(|name| name.replace('_', " ")));
            }
            _ => found.push(name.replace('_', " ")),
        }
    }
    found
}

/// Whether it stands elsewhere, has another size, or both.
fn placed(old: &Value, new: &Value) -> Vec<String> {
    let differs = |sides: [&str; 2]| sides.iter().any(|side| old.get(side) != new.get(side));
    let words = [
        (differs(["x", "y"]), "moved"),
        (differs(["w", "h"]), "resized"),
    ];
    let words = words.into_iter().filter(|(holds, _)| *holds);
    words.map(|(_, word)| word.to_owned()).collect()
}

fn names<'a>(a: &'a Map<String, Value>, b: &'a Map<String, Value>) -> Vec<&'a String> {
    let mut names: Vec<&String> = a.keys().collect();
    names.extend(b.keys().filter(|name| !a.contains_key(*name)));
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dashboard(widgets: Value) -> Dashboard {
        serde_json::from_value(json!({"id": "d", "title": "D", "version": 2, "widgets": widgets}))
            .expect("a dashboard")
    }

    #[test]
    fn what_differs_is_told_by_widget_and_part() {
        let place = |x: u16, w: u16| json!({"x": x, "y": 0, "w": w, "h": 2});
        let one = |title: &str, place: Value, options: Value| json!({"id": "a", "kind": "line", "title": title, "place": place, "options": options});
        let text = json!({"id": "b", "kind": "text", "title": "", "place": place(0, 2)});
        let saved = dashboard(json!([
            one("A", place(0, 2), json!({"min": 1, "log": true})),
            text
        ]));
        let check = |widgets: Value, want: &[&str]| {
            let found = between(&saved, &dashboard(widgets));
            let words: Vec<String> = found.iter().map(Change::words).collect();
            assert_eq!(words, want);
        };
        let options = || json!({"min": 1, "log": true});
        let a = |place| one("A", place, options());
        check(json!([a(place(0, 2)), text]), &[]);
        check(json!([a(place(1, 2)), text]), &["A: moved"]);
        check(json!([a(place(1, 3)), text]), &["A: moved, resized"]);
        check(
            json!([
                one("B", place(0, 2), json!({"min": 2, "connect_ms": 5})),
                text
            ]),
            &["B: log, min, connect ms, title"],
        );
        check(
            json!([text, a(place(0, 2))]),
            &["Dashboard: order of widgets"],
        );
        let added = json!({"id": "c", "kind": "text", "title": "C", "place": place(0, 2)});
        check(
            json!([a(place(0, 2)), added]),
            &["C: added", "Widget without a title: deleted"],
        );
    }

    #[test]
    fn the_version_is_no_change_and_the_title_is_one() {
        let saved = dashboard(json!([]));
        let mut edited = saved.clone();
        edited.version = 9;
        assert_eq!(between(&saved, &edited), []);
        edited.title = "E".into();
        assert_eq!(between(&saved, &edited)[0].words(), "Dashboard: title");
    }
}
