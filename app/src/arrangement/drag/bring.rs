//! Dragging onto the grid what does not stand there yet: while it is over the grid, the others make room
//! as for any widget in hand.
//!
//! Invariant: nothing of it is left among the items once it is put down or taken away.

use std::collections::BTreeSet;

use leptos::ev::PointerEvent;
use leptos::prelude::*;

use super::{Drag, Grip, at, is_narrow, moved};
use crate::arrangement::Arrangement;
use crate::grid::{self, Item};
use protocol::GridPlace;

/// Stands for its id: no widget has an empty one.
const NEW: &str = "";

/// Shows where a widget of so many columns and rows would land under the pointer. Nothing happens on a
/// narrow screen, which has no cells to aim at.
pub fn bring(arrangement: Arrangement, (w, h): (u16, u16), event: &PointerEvent) {
    let in_hand = arrangement.drag.get_untracked();
    if in_hand.as_ref().is_some_and(|drag| drag.id != NEW) || is_narrow() {
        return;
    }
    if in_hand.is_none() && !take(arrangement, (w, h), event) {
        return;
    }
    moved(arrangement, event);
}

/// Takes hold of it by the middle of its upper edge.
fn take(arrangement: Arrangement, (w, h): (u16, u16), event: &PointerEvent) -> bool {
    let Some(area) = document().query_selector(".grid").ok().flatten() else {
        return false;
    };
    let area = area.get_bounding_client_rect();
    let items = arrangement.items.get_untracked();
    let width = area.width() * f64::from(w) / f64::from(protocol::dashboard::COLUMNS);
    let left = f64::from(event.client_x()) - area.left() - width / 2.0;
    let top = f64::from(event.client_y()) - area.top() - super::GAP;
    let place = GridPlace {
        x: 0,
        y: grid::rows(&items),
        w,
        h,
    };
    let mut before = items;
    before.push(Item {
        id: NEW.to_owned(),
        place,
        hidden: false,
        narrow: None,
    });
    let height = f64::from(h) * super::ROW;
    arrangement.drag.set(Some(Drag {
        id: NEW.to_owned(),
        grip: Grip::Move,
        moved: (0.0, 0.0),
        pointer: event.pointer_id(),
        start: at(event),
        taken: [left, top, width, height],
        before,
        together: BTreeSet::new(),
        client: (event.client_x().into(), event.client_y().into()),
        smallest: (w, h),
        is_narrow: false,
    }));
    true
}

/// Ends the drag; where it would stand, when it is over the grid.
pub fn put_down(arrangement: Arrangement) -> Option<GridPlace> {
    let place = arrangement.items.with_untracked(|items| {
        let found = items.iter().find(|item| item.id == NEW);
        found.map(|item| item.place)
    });
    take_away(arrangement);
    place
}

/// Ends the drag without it.
pub fn take_away(arrangement: Arrangement) {
    let in_hand = arrangement.drag.get_untracked();
    let mut items = match in_hand.filter(|drag| drag.id == NEW) {
        Some(drag) => {
            arrangement.drag.set(None);
            drag.before
        }
        None => arrangement.items.get_untracked(),
    };
    items.retain(|item| item.id != NEW);
    if arrangement.items.with_untracked(|now| *now != items) {
        arrangement.items.set(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestPage, store, widget};
    use protocol::WidgetKind;

    #[test]
    fn nothing_is_left_of_what_is_brought() {
        let page = TestPage::new(store(&[]), vec![widget(WidgetKind::Line)]);
        let arrangement = page.arrangement;
        let before = arrangement.items.get_untracked();
        let place = GridPlace {
            x: 3,
            y: 0,
            w: 4,
            h: 4,
        };
        let bring = || {
            let mut items = before.clone();
            items.push(Item {
                id: NEW.to_owned(),
                place,
                hidden: false,
                narrow: None,
            });
            arrangement.drag.set(Some(Drag {
                id: NEW.to_owned(),
                grip: Grip::Move,
                moved: (0.0, 0.0),
                pointer: 1,
                start: (0.0, 0.0),
                taken: [0.0; 4],
                before: items.clone(),
                together: BTreeSet::new(),
                client: (0.0, 0.0),
                smallest: (4, 4),
                is_narrow: false,
            }));
            arrangement.items.set(grid::compact(items, Some(NEW)));
        };
        bring();
        assert_eq!(put_down(arrangement), Some(place));
        assert_eq!(arrangement.items.get_untracked(), before);
        assert_eq!(arrangement.drag.get_untracked(), None);
        bring();
        // Escape puts the others back as they were taken, with what was brought among them.
        super::super::cancel(arrangement);
        take_away(arrangement);
        assert_eq!(arrangement.items.get_untracked(), before);
        assert_eq!(put_down(arrangement), None);
    }
}
