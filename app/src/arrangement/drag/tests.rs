//! Where a widget in hand would land, by property.

use proptest::prelude::*;
use protocol::GridPlace;
use protocol::dashboard::COLUMNS;

use super::*;

/// A wide grid, with columns of 100 px.
const WIDE: Grid = Grid {
    width: 100.0 * COLUMNS as f64 + GAP * (COLUMNS as f64 - 1.0),
    row: ROW,
    gap: GAP,
};
const PITCH: (f64, f64) = (100.0 + GAP, ROW + GAP);
const PHONE: Grid = Grid {
    width: 360.0,
    ..WIDE
};

fn taken(items: &[Item], index: usize, grip: Grip) -> Drag {
    let GridPlace { x, y, w, h } = items[index].place;
    let size = |cells: u16, pitch: f64| f64::from(cells) * pitch - GAP;
    Drag {
        id: items[index].id.clone(),
        grip,
        moved: (0.0, 0.0),
        pointer: 1,
        start: (0.0, 0.0),
        taken: [
            f64::from(x) * PITCH.0,
            f64::from(y) * PITCH.1,
            size(w, PITCH.0),
            size(h, PITCH.1),
        ],
        before: items.to_vec(),
        together: BTreeSet::new(),
        client: (0.0, 0.0),
        smallest: (1, 1),
        is_narrow: false,
    }
}

fn place(items: &[Item], id: &str) -> GridPlace {
    items
        .iter()
        .find(|item| item.id == id)
        .expect("an item")
        .place
}

#[test]
fn the_page_scrolls_at_its_edges_alone() {
    for (y, want) in [
        (400.0, 0.0),
        (743.0, 0.0),
        (800.0, SCROLL_PX),
        (900.0, SCROLL_PX),
        (772.0, SCROLL_PX / 2.0),
        (SCROLL_TOP_PX + SCROLL_EDGE_PX, 0.0),
        (SCROLL_TOP_PX, -SCROLL_PX),
        (0.0, -SCROLL_PX),
    ] {
        assert_eq!(scrolled_px(y, 800.0), want, "{y}");
    }
}

/// All that a widget can be taken by.
fn grips() -> impl Iterator<Item = Grip> {
    let edges = EDGES.iter().map(|(_, edge)| Grip::Resize(*edge));
    std::iter::once(Grip::Move).chain(edges)
}

fn none() -> Option<String> {
    None
}

prop_compose! {
    /// Widgets as a dashboard has them, and one of them.
    fn any_items()(
        places in prop::collection::vec((0..COLUMNS, 0..30_u16, 1..=COLUMNS, 1..9_u16), 1..9),
        pick: prop::sample::Index,
    ) -> (Vec<Item>, usize) {
        let items = places.iter().zip(0..).map(|((x, y, w, h), number)| {
            let w = (*w).min(COLUMNS - x);
            Item {
                id: format!("w{number}"),
                place: GridPlace { x: *x, y: *y, w, h: *h },
                hidden: false,
            narrow: None,
            }
        });
        let items = grid::compact(items.collect(), None);
        let index = pick.index(items.len());
        (items, index)
    }
}

proptest! {
    #[test]
    fn what_is_not_moved_lands_where_it_stood((items, index) in any_items()) {
        for grip in grips() {
            let landed = taken(&items, index, grip).landing(&WIDE, none);
            prop_assert_eq!(landed.as_ref(), Some(&items));
        }
    }

    #[test]
    fn less_than_half_a_cell_is_nothing(
        (items, index) in any_items(),
        by in (-0.49..0.49_f64, -0.49..0.49_f64),
    ) {
        for grip in grips() {
            let mut drag = taken(&items, index, grip);
            drag.moved = (by.0 * PITCH.0, by.1 * PITCH.1);
            prop_assert_eq!(drag.landing(&WIDE, none), Some(items.clone()));
        }
    }

    #[test]
    fn a_move_keeps_sizes_and_widgets_and_a_resize_the_corner(
        (items, index) in any_items(),
        moved in (-2e3..2e3_f64, -2e3..2e3_f64),
    ) {
        let id = items[index].id.clone();
        for grip in grips() {
            let mut drag = taken(&items, index, grip);
            drag.moved = moved;
            let landed = drag.landing(&WIDE, none).expect("a wide grid has cells");
            let ids = |items: &[Item]| items.iter().map(|item| item.id.clone()).collect::<Vec<_>>();
            prop_assert_eq!(ids(&landed), ids(&items));
            let (before, after) = (place(&items, &id), place(&landed, &id));
            match grip {
                Grip::Move => prop_assert_eq!((after.w, after.h), (before.w, before.h)),
                Grip::Resize(edge) => {
                    // What gravity does to rows is its own; columns are as they were asked for.
                    if edge.x >= 0 {
                        prop_assert_eq!(after.x, before.x);
                    } else {
                        prop_assert_eq!(after.x + after.w, before.x + before.w);
                    }
                    if edge.x == 0 {
                        prop_assert_eq!(after.w, before.w);
                    }
                    if edge.y == 0 {
                        prop_assert_eq!(after.h, before.h);
                    }
                }
            }
            prop_assert!(after.w >= 1 && after.h >= 1 && after.x + after.w <= COLUMNS);
            for (i, one) in landed.iter().enumerate() {
                for other in &landed[i + 1..] {
                    let (a, b) = (one.place, other.place);
                    let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                    prop_assert!(apart, "{:?} {:?}", a, b);
                }
            }
        }
    }

    #[test]
    fn whole_cells_to_the_side_are_columns((items, index) in any_items(), cells in -9..9_i32) {
        let mut drag = taken(&items, index, Grip::Move);
        drag.moved.0 = f64::from(cells) * PITCH.0;
        let landed = drag.landing(&WIDE, none).expect("cells");
        let (before, after) = (place(&items, &drag.id), place(&landed, &drag.id));
        let most = i32::from(COLUMNS - before.w);
        prop_assert_eq!(i32::from(after.x), (i32::from(before.x) + cells).clamp(0, most));
    }

    #[test]
    fn on_a_phone_the_one_under_the_finger_makes_room(
        (items, index) in any_items(),
        pick: prop::sample::Index,
        moved in (-500.0..500.0_f64, -2e3..2e3_f64),
    ) {
        let mut drag = taken(&items, index, Grip::Move);
        drag.moved = moved;
        drag.is_narrow = true;
        prop_assert_eq!(drag.landing(&PHONE, none), None);
        prop_assert_eq!(drag.landing(&PHONE, || Some(drag.id.clone())), None);
        let target = items[pick.index(items.len())].id.clone();
        if target != drag.id {
            let landed = drag.landing(&PHONE, || Some(target.clone()));
            prop_assert_eq!(landed, Some(grid::take_place(&items, &drag.id, &target)));
        }
    }
}

#[test]
fn a_box_in_hand_follows_the_pointer_and_never_turns_inside_out() {
    let items = [Item {
        id: "a".into(),
        place: GridPlace {
            x: 1,
            y: 0,
            w: 2,
            h: 2,
        },
        hidden: false,
        narrow: None,
    }];
    let mut drag = taken(&items, 0, Grip::Move);
    let [left, top, width, height] = drag.frame();
    drag.moved = (30.0, -7.0);
    assert_eq!(drag.frame(), [left + 30.0, top - 7.0, width, height]);
    drag.grip = Grip::Resize(Edge { x: 1, y: 1 });
    assert_eq!(drag.frame(), [left, top, width + 30.0, height - 7.0]);
    drag.moved = (-9e9, f64::NAN);
    assert_eq!(drag.frame(), [left, top, 40.0, 40.0]);
}

#[test]
fn a_box_is_stretched_at_each_of_its_eight_grips() {
    let items = [Item {
        id: "a".into(),
        place: GridPlace {
            x: 2,
            y: 0,
            w: 4,
            h: 4,
        },
        hidden: false,
        narrow: None,
    }];
    for (name, edge) in EDGES {
        let mut drag = taken(&items, 0, Grip::Resize(edge));
        let [left, top, width, height] = drag.frame();
        drag.moved = (PITCH.0, PITCH.1);
        let [l, t, w, h] = drag.frame();
        let x = match edge.x {
            -1 => (left + PITCH.0, width - PITCH.0),
            0 => (left, width),
            _ => (left, width + PITCH.0),
        };
        let y = match edge.y {
            -1 => (top + PITCH.1, height - PITCH.1),
            0 => (top, height),
            _ => (top, height + PITCH.1),
        };
        assert_eq!(((l, w), (t, h)), (x, y), "{name}");
        let landed = place(&drag.landing(&WIDE, none).expect("cells"), "a");
        let columns = match edge.x {
            -1 => (3, 3),
            0 => (2, 4),
            _ => (2, 5),
        };
        let rows = (4 + i32::from(edge.y)) as u16;
        assert_eq!(((landed.x, landed.w), landed.h), (columns, rows), "{name}");
    }
}

#[test]
fn nothing_gets_smaller_than_its_kind_can_be_read_in() {
    let items = [Item {
        id: "a".into(),
        place: GridPlace {
            x: 2,
            y: 0,
            w: 6,
            h: 2,
        },
        hidden: false,
        narrow: None,
    }];
    for (_, edge) in EDGES {
        let mut drag = taken(&items, 0, Grip::Resize(edge));
        drag.smallest = (3, 4);
        drag.moved = (-9e3 * f64::from(edge.x), -9e3 * f64::from(edge.y));
        let landed = place(&drag.landing(&WIDE, none).expect("cells"), "a");
        let w = if edge.x == 0 { 6 } else { 3 };
        assert_eq!((landed.w, landed.h), (w, 2), "what was smaller stays");
    }
}
