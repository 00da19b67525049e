//! Layout algebra: where widgets stand, and who makes room for whom. Pure: no DOM, no pixels.
//!
//! The invariant of every layout that leaves this module: no two visible items overlap, none
//! leaves the columns, and each stands as high as the ones above it let it.

mod pixels;
mod saved;

pub use pixels::{Cell, Grid, size_px};
pub use saved::{arrange, overrides};

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

/// Moves one item so that its top left corner is at `(x, y)`; the others make room. Where one that
/// moved down leaves a hole that gravity cannot fill, the next one that fits goes there.
pub fn move_to(items: &[Item], id: &str, x: u16, y: u16) -> Vec<Item> {
    let moved = change(items, id, |place| GridPlace { x, y, ..place });
    let find = |items: &[Item]| items.iter().find(|item| item.id == id).cloned();
    match (find(items), find(&moved)) {
        (Some(before), Some(after)) if after.place.y > before.place.y && !after.hidden => {
            fill(moved, id, inside(before.place))
        }
        _ => moved,
    }
}

/// Puts the first item in reading order that fits into an empty place into it; not the one in hand.
fn fill(mut items: Vec<Item>, in_hand: &str, hole: GridPlace) -> Vec<Item> {
    let shown = |item: &&Item| !item.hidden;
    if items
        .iter()
        .filter(shown)
        .any(|item| overlap(item.place, hole))
    {
        return items;
    }
    let candidates = items.iter().enumerate().filter(|(_, item)| {
        let GridPlace { y, w, h, .. } = item.place;
        !item.hidden && item.id != in_hand && y >= hole.y + hole.h && w <= hole.w && h <= hole.h
    });
    let Some((next, _)) = candidates.min_by_key(|(_, item)| (item.place.y, item.place.x)) else {
        return items;
    };
    items[next].place = GridPlace {
        x: hole.x,
        y: hole.y,
        ..items[next].place
    };
    compact(items, Some(in_hand))
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

/// Hides one item, or shows it where it stood; the others move up or make room.
pub fn set_hidden(items: &[Item], id: &str, hidden: bool) -> Vec<Item> {
    let mut next = items.to_vec();
    for item in next.iter_mut().filter(|item| item.id == id) {
        item.hidden = hidden;
    }
    compact(next, Some(id))
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
pub fn compact(mut items: Vec<Item>, first: Option<&str>) -> Vec<Item> {
    for item in &mut items {
        item.place = inside(item.place);
    }
    let key = |i: usize| {
        let Item { id, place, .. } = &items[i];
        (place.y, first != Some(id.as_str()), place.x)
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(id: &str, x: u16, y: u16, w: u16, h: u16) -> Item {
        Item {
            id: id.into(),
            place: GridPlace { x, y, w, h },
            hidden: false,
            narrow: None,
        }
    }

    fn at(items: &[Item], id: &str) -> (u16, u16) {
        let item = items
            .iter()
            .find(|i| i.id == id)
            .expect("the item is there");
        (item.place.x, item.place.y)
    }

    #[test]
    fn moving_down_past_half_swaps() {
        let items = vec![item("a", 0, 0, 6, 3), item("b", 0, 3, 6, 3)];
        let stays = move_to(&items, "a", 0, 1);
        assert_eq!((at(&stays, "a"), at(&stays, "b")), ((0, 0), (0, 3)));
        let swapped = move_to(&items, "a", 0, 4);
        assert_eq!((at(&swapped, "a"), at(&swapped, "b")), ((0, 3), (0, 0)));
    }

    #[test]
    fn the_one_in_hand_pushes_the_others() {
        let items = vec![item("a", 0, 0, 6, 3), item("b", 6, 0, 6, 3)];
        let moved = move_to(&items, "b", 0, 0);
        assert_eq!((at(&moved, "b"), at(&moved, "a")), ((0, 0), (0, 3)));
    }

    #[test]
    fn a_widget_moved_down_leaves_no_hole_that_another_fills() {
        let items = vec![
            item("a", 0, 0, 6, 7),
            item("b", 6, 0, 6, 7),
            item("wide", 0, 7, 12, 4),
            item("c", 0, 11, 6, 7),
            item("d", 6, 11, 6, 7),
        ];
        let moved = move_to(&items, "a", 0, 12);
        assert_eq!(at(&moved, "c"), (0, 0), "{moved:?}");
        assert_eq!((at(&moved, "wide"), at(&moved, "a")), ((0, 7), (0, 11)));
        assert_eq!(at(&moved, "d"), (6, 11));
        let alone = move_to(&items[..3], "a", 0, 12);
        assert_eq!(at(&alone, "a"), (0, 11), "nothing fits");
    }

    #[test]
    fn moving_on_the_phone_does_not_rearrange_the_desktop() {
        let items = vec![
            item("a", 0, 0, 6, 3),
            item("b", 6, 0, 6, 3),
            item("c", 0, 3, 12, 4),
        ];
        let places = |items: &[Item]| items.iter().map(|item| item.place).collect::<Vec<_>>();
        for (id, target, want) in [
            ("a", "b", [1, 0, 2]),
            ("a", "c", [2, 0, 1]),
            ("c", "a", [1, 2, 0]),
            ("a", "nobody", [0, 1, 2]),
        ] {
            let moved = take_place(&items, id, target);
            assert_eq!(reading_order(&moved), want, "{id} to {target}");
            assert_eq!(places(&moved), places(&items));
        }
        let there = take_place(&items, "a", "c");
        assert_eq!(take_place(&there, "a", "b"), items, "and back is no choice");
        assert_eq!(step_narrow(&items, "a", true), take_place(&items, "a", "b"));
        assert_eq!(step_narrow(&items, "c", true), items);
        assert_eq!(step_narrow(&items, "a", false), items);
        let wide = move_to(&there, "c", 0, 0);
        assert_eq!(
            reading_order(&wide),
            reading_order(&there),
            "nor the desktop the phone"
        );
    }

    #[test]
    fn hiding_lets_the_others_up_and_showing_returns() {
        let items = vec![item("a", 0, 0, 12, 3), item("b", 0, 3, 12, 3)];
        let hidden = set_hidden(&items, "a", true);
        assert_eq!(at(&hidden, "b"), (0, 0));
        assert_eq!(rows(&hidden), 3);
        assert_eq!(set_hidden(&hidden, "a", false), items);
    }

    #[test]
    fn an_unknown_id_changes_nothing() {
        let items = vec![item("a", 0, 0, 6, 3)];
        assert_eq!(move_to(&items, "nobody", 3, 3), items);
    }

    prop_compose! {
        fn any_item()(x in 0u16..30, y in 0u16..60, w in 0u16..20, h in 0u16..60, hidden: bool) -> (GridPlace, bool) {
            (GridPlace { x, y, w, h }, hidden)
        }
    }

    proptest! {
        #[test]
        fn nothing_overlaps_or_leaves(places in prop::collection::vec(any_item(), 1..20), pick: prop::sample::Index,
                                      x: u16, y: u16) {
            let items: Vec<Item> = places.iter().enumerate()
                .map(|(i, (place, hidden))| Item { id: i.to_string(), place: *place, hidden: *hidden, narrow: None }).collect();
            let id = pick.index(items.len()).to_string();
            let moved = move_to(&items, &id, x, y);
            for (i, a) in moved.iter().enumerate() {
                prop_assert!(a.place.x + a.place.w <= COLUMNS && a.place.w > 0 && a.place.h > 0);
                for b in &moved[i + 1..] {
                    prop_assert!(a.hidden || b.hidden || !overlap(a.place, b.place), "{a:?} {b:?}");
                }
            }
            prop_assert_eq!(compact(moved.clone(), None), moved);
        }
    }
}
