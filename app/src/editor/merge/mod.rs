//! Two people changed one document: what only one of them touched goes together, part by part, and
//! what both did otherwise is asked. Pure.
//!
//! Invariant: what is merged has everything of the other side but for the conflicts, which are as mine
//! until they are answered.

use protocol::{Dashboard, Widget};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::changes::object;
use super::layout;
use crate::grid;

/// The part that has the options of a widget, which are merged each by itself.
const OPTIONS: &str = "options";
/// The part that says where a widget stands. Places depend on each other: they are one question.
const PLACE: &str = "place";
/// Parts of a dashboard that are no matter of people, or are merged by widget.
const APART: [&str; 3] = ["id", "version", "widgets"];

/// One thing that both sides changed, each otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Where.
    pub about: About,
    /// What a person calls that.
    pub title: String,
    /// What is edited here; null where it is not there.
    pub mine: Value,
    /// What the other side saved; null where it is not there.
    pub theirs: Value,
}

/// Where a conflict is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A part of the dashboard itself.
    Dashboard(String),
    /// Whether a widget is there, by its id.
    Widget(String),
    /// A part of a widget, or an option as `options.min`.
    Part(String, String),
    /// Where widgets stand.
    Places,
}

/// What became of two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The document.
    pub document: Dashboard,
    /// What is still to be asked.
    pub conflicts: Vec<Conflict>,
}

/// What both made of `base` together, with the version of the other side.
pub fn merge(base: &Dashboard, mine: &Dashboard, theirs: &Dashboard) -> Merged {
    let mut conflicts = Vec::new();
    let rest = |one: &Dashboard| {
        let mut parts = object(one);
        parts.retain(|name, _| !APART.contains(&name.as_str()));
        parts
    };
    let mut parts = together(
        &rest(base),
        &rest(mine),
        &rest(theirs),
        &mut |name, mine, theirs| {
            conflicts.push(Conflict {
                about: About::Dashboard(name.to_owned()),
                title: format!("Dashboard: {}", name.replace('_', " ")),
                mine,
                theirs,
            });
        },
    );
    let mut places = Places::default();
    let mut widgets = Vec::new();
    for id in ids(base, mine, theirs) {
        let [of_base, of_mine, of_theirs] = [base, mine, theirs].map(|one| found(one, id));
        let whole = |mine: Option<&Widget>, theirs: Option<&Widget>| Conflict {
            about: About::Widget(id.to_owned()),
            title: mine
                .or(theirs)
                .map(|one| one.title.clone())
                .unwrap_or_default(),
            mine: value(mine),
            theirs: value(theirs),
        };
        match (of_base, of_mine, of_theirs) {
            (_, Some(one), Some(other)) => {
                widgets.push(both(of_base, one, other, &mut conflicts, &mut places));
            }
            (None, Some(one), None) | (None, None, Some(one)) => widgets.push(one.clone()),
            (Some(before), Some(one), None) if before != one => {
                conflicts.push(whole(Some(one), None));
                widgets.push(one.clone());
            }
            (Some(before), None, Some(one)) if is_more_than_moved(before, one) => {
                conflicts.push(whole(None, Some(one)));
            }
            _ => {}
        }
    }
    let is_moved = places.mine && places.theirs;
    conflicts.extend(places.conflict());
    parts.insert("id".into(), theirs.id.clone().into());
    parts.insert("widgets".into(), Vec::<Value>::new().into());
    let mut document = Dashboard {
        version: theirs.version,
        widgets,
        ..read(parts).unwrap_or_else(|| mine.clone())
    };
    if is_moved {
        settle(&mut document);
    }
    Merged {
        document,
        conflicts,
    }
}

/// One widget with what the other side changed of it, and mine where both did.
pub fn rebased(base: &Widget, mine: &Widget, theirs: &Widget) -> Widget {
    both(
        Some(base),
        mine,
        theirs,
        &mut Vec::new(),
        &mut Places::default(),
    )
}

/// A dashboard without its widgets, in the same way.
pub fn rebased_rest(base: &Dashboard, mine: &Dashboard, theirs: &Dashboard) -> Dashboard {
    let bare = |one: &Dashboard| Dashboard {
        widgets: Vec::new(),
        ..one.clone()
    };
    merge(&bare(base), &bare(mine), &bare(theirs)).document
}

impl Conflict {
    /// Has a document as the other side has it here.
    pub fn take_theirs(&self, document: &mut Dashboard) {
        match &self.about {
            About::Dashboard(name) => {
                let mut parts = object(document);
                put(&mut parts, name, &self.theirs);
                if let Some(changed) = read(parts) {
                    *document = changed;
                }
            }
            About::Widget(id) => {
                document.widgets.retain(|one| one.id != *id);
                if let Some(widget) = read_value(&self.theirs) {
                    document.widgets.push(widget);
                }
                settle(document);
            }
            About::Part(id, name) => {
                let Some(at) = document.widgets.iter().position(|one| one.id == *id) else {
                    return;
                };
                let mut parts = object(&document.widgets[at]);
                match name.split_once('.') {
                    Some((group, name)) => {
                        let group = parts.entry(group).or_insert_with(|| Map::new().into());
                        if let Value::Object(group) = group {
                            put(group, name, &self.theirs);
                        }
                    }
                    None => put(&mut parts, name, &self.theirs),
                }
                if let Some(widget) = read(parts) {
                    document.widgets[at] = widget;
                }
            }
            About::Places => {
                for widget in &mut document.widgets {
                    if let Some(place) = self.theirs.get(&widget.id).and_then(read_value) {
                        widget.place = place;
                    }
                }
                settle(document);
            }
        }
    }
}

/// Places that both sides changed, and whether each side changed any.
#[derive(Default)]
struct Places {
    mine: bool,
    theirs: bool,
    titles: Vec<String>,
    all: [Map<String, Value>; 2],
}

impl Places {
    /// The place of one widget that both have.
    fn of(&mut self, base: Option<&Widget>, mine: &Widget, theirs: &Widget) -> protocol::GridPlace {
        let before = base.map(|one| one.place);
        let is_mine = before != Some(mine.place);
        let is_theirs = before != Some(theirs.place);
        self.mine |= is_mine;
        self.theirs |= is_theirs;
        if !is_mine {
            return theirs.place;
        }
        if is_theirs && mine.place != theirs.place {
            self.titles.push(mine.title.clone());
            for (all, one) in self.all.iter_mut().zip([mine, theirs]) {
                all.insert(one.id.clone(), object(&one.place).into());
            }
        }
        mine.place
    }

    fn conflict(self) -> Option<Conflict> {
        let [mine, theirs] = self.all;
        (!mine.is_empty()).then(|| Conflict {
            about: About::Places,
            title: format!("Where these stand: {}", self.titles.join(", ")),
            mine: mine.into(),
            theirs: theirs.into(),
        })
    }
}

fn both(
    base: Option<&Widget>,
    mine: &Widget,
    theirs: &Widget,
    conflicts: &mut Vec<Conflict>,
    places: &mut Places,
) -> Widget {
    let parts = |widget: Option<&Widget>| {
        let mut parts = widget.map(object).unwrap_or_default();
        parts.remove(PLACE);
        parts
    };
    let [of_base, of_mine, of_theirs] = [base, Some(mine), Some(theirs)].map(parts);
    let mut note = |name: &str, one: Value, other: Value| {
        conflicts.push(Conflict {
            about: About::Part(mine.id.clone(), name.to_owned()),
            title: format!("{}: {}", mine.title, words(name)),
            mine: one,
            theirs: other,
        });
    };
    let mut merged = together(&of_base, &of_mine, &of_theirs, &mut note);
    merged.insert(PLACE.into(), object(&places.of(base, mine, theirs)).into());
    read(merged).unwrap_or_else(|| mine.clone())
}

/// What a person calls a part.
fn words(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or(name);
    name.replace('_', " ")
}

/// Groups of parts together: a part that both changed otherwise is as mine, and noted.
fn together(
    base: &Map<String, Value>,
    mine: &Map<String, Value>,
    theirs: &Map<String, Value>,
    note: &mut dyn FnMut(&str, Value, Value),
) -> Map<String, Value> {
    let mut names: Vec<&String> = mine.keys().collect();
    names.extend(theirs.keys().filter(|name| !mine.contains_key(*name)));
    let mut merged = Map::new();
    for name in names {
        let [before, one, other] = [base, mine, theirs].map(|parts| parts.get(name));
        let picked = match (one, other) {
            (one, other) if one == other || before == other => one.cloned(),
            (one, other) if before == one => other.cloned(),
            (Some(Value::Object(one)), Some(Value::Object(other))) if name == OPTIONS => {
                let none = Map::new();
                let before = match before {
                    Some(Value::Object(before)) => before,
                    _ => &none,
                };
                let mut of_group = |option: &str, one: Value, other: Value| {
                    note(&format!("{name}.{option}"), one, other);
                };
                Some(together(before, one, other, &mut of_group).into())
            }
            (one, other) => {
                let plain = |part: Option<&Value>| part.cloned().unwrap_or_default();
                note(name, plain(one), plain(other));
                one.cloned()
            }
        };
        if let Some(picked) = picked {
            merged.insert(name.clone(), picked);
        }
    }
    merged
}

/// All ids: in my order if I changed it, else in theirs, with what the other has beside at the end.
fn ids<'a>(base: &'a Dashboard, mine: &'a Dashboard, theirs: &'a Dashboard) -> Vec<&'a str> {
    let of = |one: &'a Dashboard| one.widgets.iter().map(|widget| &*widget.id);
    let common = |one: &'a Dashboard| -> Vec<&str> {
        let is_in_all = |id: &&str| {
            [base, mine, theirs]
                .iter()
                .all(|all| found(all, id).is_some())
        };
        of(one).filter(is_in_all).collect()
    };
    let (first, second) = match common(mine) == common(base) {
        true => (theirs, mine),
        false => (mine, theirs),
    };
    let mut all: Vec<&str> = of(first).collect();
    all.extend(of(second).filter(|id| found(first, id).is_none()));
    all
}

/// A widget that only made room for others is as good as untouched.
fn is_more_than_moved(before: &Widget, after: &Widget) -> bool {
    let there = Widget {
        place: before.place,
        ..after.clone()
    };
    there != *before
}

fn settle(document: &mut Dashboard) {
    let items = grid::arrange(document, None);
    layout::place(document, &items);
}

fn put(parts: &mut Map<String, Value>, name: &str, value: &Value) {
    match value {
        Value::Null => drop(parts.remove(name)),
        value => drop(parts.insert(name.to_owned(), value.clone())),
    }
}

fn value(widget: Option<&Widget>) -> Value {
    widget.map_or(Value::Null, |widget| object(widget).into())
}

fn read<T: DeserializeOwned>(parts: Map<String, Value>) -> Option<T> {
    read_value(&Value::Object(parts))
}

fn read_value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

fn found<'a>(dashboard: &'a Dashboard, id: &str) -> Option<&'a Widget> {
    dashboard.widgets.iter().find(|widget| widget.id == id)
}

#[cfg(test)]
mod tests;
