//! What edits do to the widgets of a document and their places. Pure.
//!
//! Invariant: ids stay unique, and no two widgets overlap where the grid was asked.

use std::collections::BTreeSet;

use protocol::dashboard::COLUMNS;
use protocol::{Dashboard, GridPlace, Widget};

use crate::grid::{self, Item};

/// Longest id that is made here, in bytes.
const MAX_ID: usize = 48;

/// Gives another id to each widget whose id an earlier one has.
pub fn give_ids(document: &mut Dashboard) {
    for at in 1..document.widgets.len() {
        let (earlier, rest) = document.widgets.split_at_mut(at);
        if earlier.iter().any(|one| one.id == rest[0].id) {
            let id = free_id(&document.widgets, &document.widgets[at].id.clone());
            document.widgets[at].id = id;
        }
    }
}

/// An id that no widget has, from words.
pub fn free_id(widgets: &[Widget], words: &str) -> String {
    let mut base = String::new();
    for c in words.chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() && base.len() < MAX_ID => base.push(c),
            _ if base.is_empty() || base.ends_with('-') || base.len() >= MAX_ID => {}
            _ => base.push('-'),
        }
    }
    let base = match base.trim_end_matches('-') {
        "" => "widget",
        base => base,
    };
    let is_free = |id: &String| widgets.iter().all(|one| one.id != *id);
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    let mut all = std::iter::once(base.to_owned()).chain(numbered);
    all.find(is_free).unwrap_or_default()
}

/// Adds widgets that stand to each other as they do: the upper left corner of all at `place`, with the
/// others making room, or below all others. The answer is their ids.
pub fn add(
    document: &mut Dashboard,
    widgets: Vec<Widget>,
    place: Option<GridPlace>,
) -> Vec<String> {
    let (left, top) = corner(&widgets);
    let items = grid::arrange(document, None);
    let (x, y) = place.map_or((left, grid::rows(&items)), |place| (place.x, place.y));
    let width = widgets
        .iter()
        .map(|one| (one.place.x - left).saturating_add(one.place.w))
        .max();
    let x = x.min(COLUMNS.saturating_sub(width.unwrap_or(0)));
    let mut items = items;
    let mut ids = Vec::new();
    for mut widget in widgets {
        let is_taken = document.widgets.iter().any(|one| one.id == widget.id);
        if widget.id.is_empty() || is_taken {
            let words = match widget.title.is_empty() {
                true => widget.id.clone(),
                false => widget.title.clone(),
            };
            widget.id = free_id(&document.widgets, &words);
        }
        let size = place.filter(|_| ids.is_empty());
        let asked = GridPlace {
            x: x.saturating_add(widget.place.x - left),
            y: y.saturating_add(widget.place.y - top),
            w: size.map_or(widget.place.w, |size| size.w),
            h: size.map_or(widget.place.h, |size| size.h),
        };
        items.push(Item {
            id: widget.id.clone(),
            place: asked,
            hidden: false,
            narrow: None,
        });
        items = grid::compact(items, Some(&widget.id));
        ids.push(widget.id.clone());
        document.widgets.push(widget);
    }
    self::place(document, &items);
    ids
}

/// Where copies of these go: below the lowest of them, in their columns. The size is that of the first.
pub fn below(widgets: &[Widget]) -> Option<GridPlace> {
    let first = widgets.first()?;
    let (x, _) = corner(widgets);
    let rows = widgets.iter();
    let y = rows
        .map(|one| one.place.y.saturating_add(one.place.h))
        .max()?;
    Some(GridPlace {
        x,
        y,
        ..first.place
    })
}

/// Removes widgets, and closes what they leave.
pub fn remove(document: &mut Dashboard, ids: &BTreeSet<String>) {
    let mut items = grid::arrange(document, None);
    for id in ids {
        items = grid::set_hidden(&items, id, true);
    }
    document.widgets.retain(|one| !ids.contains(&one.id));
    place(document, &items);
}

/// Puts the widgets where the items stand.
pub fn place(document: &mut Dashboard, items: &[Item]) {
    for widget in &mut document.widgets {
        if let Some(item) = items.iter().find(|item| item.id == widget.id) {
            widget.place = item.place;
        }
    }
}

/// The widgets that the items put elsewhere than the document as it is shown has them.
pub fn moved(document: &Dashboard, items: &[Item]) -> BTreeSet<String> {
    let now = grid::arrange(document, None);
    let is_elsewhere = |item: &&Item| {
        let before = now.iter().find(|one| one.id == item.id);
        before.is_some_and(|before| before.place != item.place)
    };
    let moved = items.iter().filter(is_elsewhere);
    moved.map(|item| item.id.clone()).collect()
}

/// The upper left corner of all of them.
fn corner(widgets: &[Widget]) -> (u16, u16) {
    let least = |of: fn(&Widget) -> u16| widgets.iter().map(of).min().unwrap_or(0);
    (least(|one| one.place.x), least(|one| one.place.y))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn widget(id: &str, x: u16, y: u16, w: u16, h: u16) -> Widget {
        serde_json::from_value(json!({"id": id, "kind": "text", "title": id,
            "place": {"x": x, "y": y, "w": w, "h": h}}))
        .expect("a widget")
    }

    fn dashboard(widgets: Vec<Widget>) -> Dashboard {
        let mut document: Dashboard =
            serde_json::from_value(json!({"id": "d", "title": "D", "widgets": []}))
                .expect("a dashboard");
        document.widgets = widgets;
        document
    }

    fn places(document: &Dashboard) -> Vec<(&str, [u16; 4])> {
        let all = document.widgets.iter();
        all.map(|one| {
            let GridPlace { x, y, w, h } = one.place;
            (&*one.id, [x, y, w, h])
        })
        .collect()
    }

    #[test]
    fn ids_are_made_from_words_and_are_free() {
        let all = [widget("cpu", 0, 0, 1, 1), widget("cpu-2", 0, 1, 1, 1)];
        for (words, want) in [
            ("Requests / s", "requests-s"),
            ("cpu", "cpu-3"),
            ("  --", "widget"),
            ("Größe", "gr-e"),
        ] {
            assert_eq!(free_id(&all, words), want);
        }
        let long = free_id(&[], &"ab ".repeat(99));
        assert!(long.len() <= MAX_ID && !long.ends_with('-'), "{long}");
        let mut twice = dashboard(vec![widget("a", 0, 0, 1, 1), widget("a", 1, 0, 1, 1)]);
        give_ids(&mut twice);
        assert_eq!(twice.widgets[1].id, "a-2");
    }

    #[test]
    fn what_is_added_stands_below_or_where_it_is_asked_for() {
        let mut document = dashboard(vec![widget("a", 0, 0, 6, 3)]);
        assert_eq!(
            add(&mut document, vec![widget("a", 0, 0, 4, 2)], None),
            ["a-2"]
        );
        assert_eq!(
            places(&document),
            [("a", [0, 0, 6, 3]), ("a-2", [0, 3, 4, 2])]
        );
        let place = GridPlace {
            x: 10,
            y: 0,
            w: 6,
            h: 4,
        };
        add(&mut document, vec![widget("wide", 0, 0, 1, 1)], Some(place));
        assert_eq!(places(&document)[2], ("wide", [6, 0, 6, 4]));
        let on_top = GridPlace { x: 0, ..place };
        add(&mut document, vec![widget("top", 0, 0, 1, 1)], Some(on_top));
        assert_eq!(
            places(&document),
            [
                ("a", [0, 4, 6, 3]),
                ("a-2", [0, 7, 4, 2]),
                ("wide", [6, 0, 6, 4]),
                ("top", [0, 0, 6, 4]),
            ]
        );
    }

    #[test]
    fn copies_stand_to_each_other_as_the_originals_do() {
        let both = vec![widget("a", 2, 0, 3, 2), widget("b", 5, 0, 3, 2)];
        let mut document = dashboard(both.clone());
        let place = below(&both);
        let ids = add(&mut document, both, place);
        assert_eq!(ids, ["a-2", "b-2"]);
        assert_eq!(
            places(&document)[2..],
            [("a-2", [2, 2, 3, 2]), ("b-2", [5, 2, 3, 2])]
        );
    }

    #[test]
    fn what_goes_leaves_no_hole() {
        let mut document = dashboard(vec![
            widget("a", 0, 0, 12, 3),
            widget("b", 0, 3, 6, 3),
            widget("c", 6, 3, 6, 3),
        ]);
        remove(&mut document, &["a".to_owned(), "b".to_owned()].into());
        assert_eq!(places(&document), [("c", [6, 0, 6, 3])]);
    }
}
