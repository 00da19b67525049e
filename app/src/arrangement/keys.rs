//! The keyboard's way to arrange: everything that a pointer can drag.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Arrangement, drag};
use crate::grid::{self, Item, MAX_ROWS};

/// A key on the handle of widget `id`: arrows move, with Shift they resize, Delete hides.
pub fn on_key(arrangement: Arrangement, id: &str, event: &KeyboardEvent) {
    let key = event.key();
    let before = arrangement.items.get_untracked();
    let Some(place) = before
        .iter()
        .find(|item| item.id == id)
        .map(|item| item.place)
    else {
        return;
    };
    let (columns, rows) = arrangement.smallest(id);
    let narrower = place.w.saturating_sub(1).max(columns.min(place.w));
    let lower = place.h.saturating_sub(1).max(rows.min(place.h));
    let after = match (key.as_str(), event.shift_key()) {
        ("ArrowLeft" | "ArrowUp", false) if drag::is_narrow() => {
            grid::step_narrow(&before, id, false)
        }
        ("ArrowRight" | "ArrowDown", false) if drag::is_narrow() => {
            grid::step_narrow(&before, id, true)
        }
        // One column shows no widths, and heights are those of the wide page.
        (_, true) if drag::is_narrow() => return,
        ("ArrowLeft", false) => grid::move_to(&before, id, place.x.saturating_sub(1), place.y),
        ("ArrowRight", false) => grid::move_to(&before, id, place.x + 1, place.y),
        ("ArrowUp", false) => until_changed(&before, id, (0..place.y).rev()),
        ("ArrowDown", false) => until_changed(&before, id, place.y + 1..=place.y + MAX_ROWS),
        ("ArrowLeft", true) => grid::resize(&before, id, narrower, place.h),
        ("ArrowRight", true) => grid::resize(&before, id, place.w + 1, place.h),
        ("ArrowUp", true) => grid::resize(&before, id, place.w, lower),
        ("ArrowDown", true) => grid::resize(&before, id, place.w, place.h + 1),
        ("Delete" | "Backspace", false) => grid::set_hidden(&before, id, true),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    arrangement
        .announcement
        .set(say(&arrangement.title(id), &after, id));
    arrangement.commit(before, after);
}

/// A row further may change nothing, since everything stands as high as it can: goes on to the
/// first row that does.
fn until_changed(before: &[Item], id: &str, rows: impl Iterator<Item = u16>) -> Vec<Item> {
    let x = before
        .iter()
        .find(|item| item.id == id)
        .map_or(0, |item| item.place.x);
    rows.map(|y| grid::move_to(before, id, x, y))
        .find(|after| after != before)
        .unwrap_or_else(|| before.to_vec())
}

fn say(title: &str, items: &[Item], id: &str) -> String {
    match items.iter().find(|item| item.id == id) {
        Some(Item { hidden: true, .. }) => format!("{title} hidden"),
        Some(_) if drag::is_narrow() => {
            let at = items.iter().position(|item| item.id == id);
            let position = at.map_or(0, |at| grid::reading_order(items)[at]);
            format!("{title}: position {}", position + 1)
        }
        Some(Item { place, .. }) => format!(
            "{title}: column {}, row {}, {} wide, {} high",
            place.x + 1,
            place.y + 1,
            place.w,
            place.h
        ),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::GridPlace;

    #[test]
    fn down_passes_a_neighbour() {
        let item = |id: &str, y| Item {
            id: id.into(),
            place: GridPlace {
                x: 0,
                y,
                w: 6,
                h: 3,
            },
            hidden: false,
            narrow: None,
        };
        let before = [item("a", 0), item("b", 3)];
        let after = until_changed(&before, "a", 1..=MAX_ROWS);
        assert_eq!(after[0].place.y, 3);
        assert_eq!(until_changed(&after, "a", (0..3).rev())[0].place.y, 0);
        assert_eq!(
            until_changed(&after, "a", 4..=MAX_ROWS),
            after,
            "the last one stays"
        );
    }
}
