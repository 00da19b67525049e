//! What a widget leaves where it stood: the next one that fits goes there, and where none does, what
//! stands over the hole. Vertical compaction alone, as grids usually have it, leaves holes below which
//! something wide rests on a neighbour. Pure.
//!
//! Invariant: the widget in hand is not pushed, and holes that were there before stay: somebody made them.

use super::{GridPlace, Item, compact, overlap};

/// A hole of so many rows is not worth it that wide widgets change their order.
pub(super) const MAX_HOLE_ROWS: u16 = 4;

/// Closes the hole at `vacated`, if there is one, and those that this makes.
pub(super) fn close(mut items: Vec<Item>, in_hand: &str, vacated: GridPlace) -> Vec<Item> {
    let mut vacated = vec![vacated];
    // Each round fills a hole from below or moves one down; the bound is for what cannot be foreseen.
    for _ in 0..4 * items.len() {
        let Some(within) = vacated.pop() else { break };
        let Some(hole) = hole(&items, within) else {
            continue;
        };
        let below = |place: GridPlace| place.y >= hole.y + hole.h;
        let fits = |place: GridPlace| below(place) && place.w <= hole.w && place.h <= hole.h;
        if let Some(next) = first(&items, in_hand, &fits) {
            vacated.extend([within, items[next].place]);
            (items[next].place.x, items[next].place.y) = (hole.x, hole.y);
            items = compact(items, Some(in_hand));
            continue;
        }
        let over = |place: GridPlace| below(place) && columns_meet(place, hole);
        let is_hole = hole.w == within.w && hole.h > MAX_HOLE_ROWS;
        let Some(next) = first(&items, in_hand, &over).filter(|_| is_hole) else {
            continue;
        };
        // It rests on a neighbour of the hole; with it above that one, the hole is below both.
        let lifted = items[next].place;
        let is_between = |item: &&Item| {
            let place = item.place;
            !item.hidden
                && columns_meet(place, lifted)
                && place.y + place.h > hole.y
                && place.y < lifted.y
        };
        let between = || items.iter().filter(is_between);
        if between().any(|item| item.id == in_hand) {
            continue;
        }
        let top = between().map(|item| item.place.y).min();
        let id = items[next].id.clone();
        items[next].place.y = top.unwrap_or(hole.y).min(hole.y);
        items = compact(items, Some(&id));
        vacated.push(GridPlace {
            y: within.y.saturating_add(lifted.h),
            ..within
        });
    }
    items
}

/// The first empty part of a place, reading; as wide and then as high as it can be.
fn hole(items: &[Item], within: GridPlace) -> Option<GridPlace> {
    let is_free = |part: GridPlace| {
        !items
            .iter()
            .any(|item| !item.hidden && overlap(item.place, part))
    };
    let cells = (within.y..within.y + within.h)
        .flat_map(|y| (within.x..within.x + within.w).map(move |x| GridPlace { x, y, w: 1, h: 1 }));
    let mut part = cells.into_iter().find(|cell| is_free(*cell))?;
    while part.x + part.w < within.x + within.w
        && is_free(GridPlace {
            w: part.w + 1,
            ..part
        })
    {
        part.w += 1;
    }
    while part.y + part.h < within.y + within.h
        && is_free(GridPlace {
            h: part.h + 1,
            ..part
        })
    {
        part.h += 1;
    }
    let is_over = |item: &Item| {
        !item.hidden && item.place.y >= part.y + part.h && columns_meet(item.place, part)
    };
    items.iter().any(is_over).then_some(part)
}

/// The first visible item, reading, of those; not the one in hand.
fn first(items: &[Item], in_hand: &str, is_one: &dyn Fn(GridPlace) -> bool) -> Option<usize> {
    let all = items.iter().enumerate();
    let all = all.filter(|(_, item)| !item.hidden && item.id != in_hand && is_one(item.place));
    all.min_by_key(|(_, item)| (item.place.y, item.place.x))
        .map(|(index, _)| index)
}

fn columns_meet(a: GridPlace, b: GridPlace) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w
}
