//! Who makes room for whom, by cases and for any sequence of changes.

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
    // Nothing fits: what stands over the hole takes it, and the others follow.
    let alone = move_to(&items[..3], "a", 0, 12);
    let places = ["wide", "a", "b"].map(|id| at(&alone, id));
    assert_eq!(places, [(0, 0), (0, 4), (6, 4)], "{alone:?}");
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
fn several_move_together_and_stay_within_the_columns() {
    let items = vec![
        item("a", 0, 0, 3, 2),
        item("b", 3, 0, 3, 2),
        item("c", 6, 0, 6, 2),
    ];
    let both = ["a".to_owned(), "b".to_owned()].into();
    let at_all = |items: &[Item]| ["a", "b", "c"].map(|id| at(items, id));
    let moved = move_all(&items, &both, "b", 5, 0);
    assert_eq!(at_all(&moved), [(2, 0), (5, 0), (6, 2)]);
    let far = move_all(&items, &both, "a", 40, 0);
    assert_eq!(at_all(&far), [(6, 0), (9, 0), (6, 2)]);
    let below = move_all(&far, &both, "a", 6, 9);
    assert_eq!(at_all(&below), [(6, 2), (9, 2), (6, 0)]);
    assert_eq!(
        move_all(&items, &both, "b", 0, 0),
        items,
        "no further to the left"
    );
    assert_eq!(move_all(&items, &both, "nobody", 5, 5), items);
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

#[test]
fn a_widget_that_goes_leaves_no_hole() {
    let items = vec![
        item("a", 0, 0, 6, 7),
        item("b", 6, 0, 6, 7),
        item("wide", 0, 7, 12, 4),
        item("c", 0, 11, 4, 3),
        item("d", 4, 11, 8, 7),
    ];
    let hidden = set_hidden(&items, "a", true);
    assert_eq!(at(&hidden, "c"), (0, 0), "the next one that fits");
    assert_eq!(at(&hidden, "wide"), (0, 7), "four rows are room, no hole");
    let hidden = set_hidden(&items[..3], "a", true);
    let places = ["wide", "b"].map(|id| at(&hidden, id));
    assert_eq!(places, [(0, 0), (6, 4)], "nothing fits");
    // Sideways, the one that was pushed away takes the place.
    let swapped = move_to(&items[..3], "b", 0, 0);
    let places = ["b", "a", "wide"].map(|id| at(&swapped, id));
    assert_eq!(places, [(0, 0), (6, 0), (0, 7)]);
    // What a person put under another stays there, although it leaves room.
    let under = move_to(&items[..3], "a", 6, 7);
    let places = ["b", "a", "wide"].map(|id| at(&under, id));
    assert_eq!(places, [(6, 0), (6, 7), (0, 14)]);
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

    #[test]
    fn no_sequence_of_changes_leaves_an_empty_row(
        places in prop::collection::vec(any_item(), 1..12),
        steps in prop::collection::vec((prop::sample::Index::arbitrary(), 0u8..4, 0u16..14, 0u16..80), 1..12),
    ) {
        let items: Vec<Item> = places.iter().enumerate()
            .map(|(i, (place, hidden))| Item { id: i.to_string(), place: *place, hidden: *hidden, narrow: Some(i as u16) }).collect();
        let mut items = compact(items, None);
        for (pick, kind, x, y) in steps {
            let id = pick.index(items.len()).to_string();
            let (before, shown) = (reading_order(&items), items.iter().map(|one| one.hidden).collect::<Vec<_>>());
            let want = find(&items, &id).expect("an item").clone();
            items = match kind {
                0 => move_to(&items, &id, x, y),
                1 => resize(&items, &id, x, y),
                _ => set_hidden(&items, &id, kind == 2),
            };
            let item = find(&items, &id).expect("an item");
            if kind == 0 && !want.hidden {
                prop_assert_eq!(item.place.x, x.min(COLUMNS - item.place.w), "stays in its columns");
            }
            if shown == items.iter().map(|one| one.hidden).collect::<Vec<_>>() {
                prop_assert_eq!(before, reading_order(&items), "the phone's order");
            }
            let all: Vec<GridPlace> = items.iter().filter(|one| !one.hidden).map(|one| one.place).collect();
            for (i, a) in all.iter().enumerate() {
                prop_assert!(all[i + 1..].iter().all(|b| !overlap(*a, *b)), "{items:?}");
                let touches = |b: &GridPlace| b.y + b.h == a.y && b.x < a.x + a.w && a.x < b.x + b.w;
                prop_assert!(a.y == 0 || all.iter().any(touches), "something stands above {a:?}");
            }
            for row in 0..rows(&items) {
                prop_assert!(all.iter().any(|a| (a.y..a.y + a.h).contains(&row)), "row {row} is empty: {items:?}");
            }
        }
    }

    #[test]
    fn a_widget_that_is_hidden_leaves_no_hole_of_its_width(
        places in prop::collection::vec(any_item(), 1..12), pick: prop::sample::Index,
    ) {
        let items: Vec<Item> = places.iter().enumerate()
            .map(|(i, (place, _))| Item { id: i.to_string(), place: *place, hidden: false, narrow: None }).collect();
        let items = compact(items, None);
        let gone = items[pick.index(items.len())].clone();
        let left = set_hidden(&items, &gone.id, true);
        let hole = GridPlace { h: gone.place.h.min(holes::MAX_HOLE_ROWS + 1), ..gone.place };
        let shown = || left.iter().filter(|one| !one.hidden).map(|one| one.place);
        let is_free = shown().all(|place| !overlap(place, gone.place));
        let above = |place: GridPlace| place.y >= hole.y + hole.h && place.x < hole.x + hole.w && hole.x < place.x + place.w;
        prop_assert!(hole.h <= holes::MAX_HOLE_ROWS || !is_free || !shown().any(above), "{gone:?} left a hole in {left:?}");
    }
}
