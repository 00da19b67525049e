//! Layout algebra: where widgets stand, and who makes room for whom. Pure: no DOM, no pixels.
//!
//! The invariant of every layout that leaves this module: no two visible items overlap, none
//! leaves the columns, and each stands as high as the ones above it let it.

mod holes;
mod pixels;
mod saved;

pub use pixels::{Cell, Grid, size_px};
pub use saved::{arrange, overrides};

use std::collections::BTreeSet;

use protocol::{GridPlace, dashboard::COLUMNS};

/// Most rows that a widget may span: a bound for what a pointer can ask for.
pub const MAX_ROWS: u16 = 40;

/// One widget on the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The widget's id.
    pub id: String,
    /// Where it stands.
    pub place: GridPlace,
    /// Hidden items take no room and keep their place for when they are shown again.
    pub hidden: bool,
    /// Position on a narrow screen, where the person chose one.
    pub narrow: Option<u16>,
}

/// Moves one item so that its top left corner is at `(x, y)`; the others make room, and what it leaves
/// is closed.
pub fn move_to(items: &[Item], id: &str, x: u16, y: u16) -> Vec<Item> {
    let moved = change(items, id, |place| GridPlace { x, y, ..place });
    match find(items, id) {
        Some(before) if !before.hidden => holes::close(moved, id, inside(before.place)),
        _ => moved,
    }
}

/// Moves several items together, so that the upper left corner of one of them is at `(x, y)`, as far as
/// the columns let all of them; the others make room.
pub fn move_all(items: &[Item], ids: &BTreeSet<String>, id: &str, x: u16, y: u16) -> Vec<Item> {
    let Some(from) = find(items, id).map(|item| item.place) else {
        return items.to_vec();
    };
    let is_one = |item: &&Item| !item.hidden && ids.contains(&item.id);
    let all = || items.iter().filter(is_one).map(|item| item.place);
    let left = all().map(|place| place.x).min().unwrap_or(0);
    let top = all().map(|place| place.y).min().unwrap_or(0);
    let right = all().map(|place| place.x + place.w).max().unwrap_or(0);
    let by_x = (i32::from(x) - i32::from(from.x))
        .clamp(-i32::from(left), i32::from(COLUMNS) - i32::from(right));
    let by_y = (i32::from(y) - i32::from(from.y)).max(-i32::from(top));
    let moved = |at: u16, by: i32| u16::try_from(i32::from(at) + by).unwrap_or(at);
    let mut next = items.to_vec();
    for item in next.iter_mut().filter(|item| is_one(&&**item)) {
        (item.place.x, item.place.y) = (moved(item.place.x, by_x), moved(item.place.y, by_y));
    }
    compacted(next, &|id| ids.contains(id))
}

/// Gives one item another place and size; the others make room.
pub fn put(items: &[Item], id: &str, place: GridPlace) -> Vec<Item> {
    change(items, id, |_| place)
}

/// Moves one item to where another stands, on a screen that shows only their order. Their places on
/// a wide screen stay.
pub fn take_place(items: &[Item], id: &str, target: &str) -> Vec<Item> {
    let mut order = read(items, true);
    let position = |id: &str| order.iter().position(|i| items[*i].id == id);
    let (Some(from), Some(to)) = (position(id), position(target)) else {
        return items.to_vec();
    };
    let taken = order.remove(from);
    order.insert(to, taken);
    in_order(items, &order)
}

/// Moves one item a position up or down on a narrow screen.
pub fn step_narrow(items: &[Item], id: &str, down: bool) -> Vec<Item> {
    let order = read(items, true);
    let shown = order.iter().map(|i| &items[*i]).filter(|item| !item.hidden);
    let shown: Vec<&Item> = shown.collect();
    let at = shown.iter().position(|item| item.id == id);
    let next = at.and_then(|at| {
        if down {
            at.checked_add(1)
        } else {
            at.checked_sub(1)
        }
    });
    match next.and_then(|next| shown.get(next)) {
        Some(target) => take_place(items, id, &target.id),
        None => items.to_vec(),
    }
}

/// The items with this order on a narrow screen; it is no choice where it is that of the places.
fn in_order(items: &[Item], order: &[usize]) -> Vec<Item> {
    let is_usual = read(items, false) == order;
    let mut next = items.to_vec();
    for (position, index) in (0..).zip(order) {
        next[*index].narrow = (!is_usual).then_some(position);
    }
    next
}

/// Gives one item another size; the others make room.
pub fn resize(items: &[Item], id: &str, w: u16, h: u16) -> Vec<Item> {
    change(items, id, |place| GridPlace { w, h, ..place })
}

/// Hides one item, or shows it where it stood; the others move up, into what it leaves, or make room.
pub fn set_hidden(items: &[Item], id: &str, hidden: bool) -> Vec<Item> {
    let mut next = items.to_vec();
    for item in next.iter_mut().filter(|item| item.id == id) {
        item.hidden = hidden;
    }
    let next = compact(next, Some(id));
    match find(items, id) {
        Some(before) if hidden && !before.hidden => holes::close(next, id, inside(before.place)),
        _ => next,
    }
}

fn find<'a>(items: &'a [Item], id: &str) -> Option<&'a Item> {
    items.iter().find(|item| item.id == id)
}

/// Rows that the visible items take.
pub fn rows(items: &[Item]) -> u16 {
    items
        .iter()
        .filter(|i| !i.hidden)
        .map(|i| i.place.y.saturating_add(i.place.h))
        .max()
        .unwrap_or(0)
}

/// Position of each item on a narrow screen, in the order of `items`: as the person chose, and the
/// visible ones without a choice line by line.
pub fn reading_order(items: &[Item]) -> Vec<usize> {
    let mut order = vec![0; items.len()];
    for (position, index) in read(items, true).into_iter().enumerate() {
        order[index] = position;
    }
    order
}

/// The items in the order in which they are read, with the person's choice for narrow screens or
/// without.
fn read(items: &[Item], is_narrow: bool) -> Vec<usize> {
    let key = |i: usize| {
        let Item {
            hidden,
            place,
            narrow,
            ..
        } = &items[i];
        let chosen = narrow.filter(|_| is_narrow).unwrap_or(u16::MAX);
        (*hidden, chosen, place.y, place.x)
    };
    charts::order::order(items.len(), &|a, b| key(a).cmp(&key(b)))
}

/// Pulls everything up as far as it goes. On a tie `first` goes first: it is the one in hand.
pub fn compact(items: Vec<Item>, first: Option<&str>) -> Vec<Item> {
    compacted(items, &|id| first == Some(id))
}

fn compacted(mut items: Vec<Item>, is_first: &dyn Fn(&str) -> bool) -> Vec<Item> {
    for item in &mut items {
        item.place = inside(item.place);
    }
    let key = |i: usize| {
        let Item { id, place, .. } = &items[i];
        (place.y, !is_first(id), place.x)
    };
    let mut order = charts::order::order(items.len(), &|a, b| key(a).cmp(&key(b)));
    order.retain(|&i| !items[i].hidden);
    let mut placed: Vec<GridPlace> = Vec::with_capacity(order.len());
    for index in order {
        let mut place = items[index].place;
        while place.y > 0
            && free(
                &placed,
                GridPlace {
                    y: place.y - 1,
                    ..place
                },
            )
        {
            place.y -= 1;
        }
        while !free(&placed, place) {
            place.y += 1;
        }
        placed.push(place);
        items[index].place = place;
    }
    items
}

fn change(items: &[Item], id: &str, f: impl Fn(GridPlace) -> GridPlace) -> Vec<Item> {
    let mut next = items.to_vec();
    for item in next.iter_mut().filter(|item| item.id == id) {
        item.place = inside(f(item.place));
    }
    compact(next, Some(id))
}

/// The nearest place within the columns. Rows end where no layout of ours can reach, so that
/// sums of rows cannot overflow.
fn inside(place: GridPlace) -> GridPlace {
    let w = place.w.clamp(1, COLUMNS);
    let h = place.h.clamp(1, MAX_ROWS);
    GridPlace {
        x: place.x.min(COLUMNS - w),
        y: place.y.min(10_000),
        w,
        h,
    }
}

fn free(placed: &[GridPlace], place: GridPlace) -> bool {
    placed.iter().all(|other| !overlap(*other, place))
}

fn overlap(a: GridPlace, b: GridPlace) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

#[cfg(test)]
mod tests;
