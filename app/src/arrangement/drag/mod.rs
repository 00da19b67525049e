//! Dragging a widget, or its corner, with mouse or finger: pointer events with capture.

mod bring;

use std::collections::BTreeSet;

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::Arrangement;
use crate::browser;
use crate::grid::{self, Grid, Item};
use protocol::GridPlace;
use protocol::dashboard::COLUMNS;

pub use bring::{bring, put_down, take_away};

/// Up to which width of the window the page is one column; as in the style sheet.
const NARROW: &str = "(max-width: 45em)";
/// Height of a row where a `rem` is 16 CSS pixels, and distance between cells, as in the style sheet.
const ROW: f64 = 36.0;
const GAP: f64 = 12.0;
/// A box in hand never gets smaller than this.
const SMALLEST_PX: f64 = 40.0;

/// How near the pointer is to an edge of the window when the page scrolls, how far it scrolls at once at
/// most, and how often. The header is over the upper edge.
const SCROLL_EDGE_PX: f64 = 56.0;
const SCROLL_TOP_PX: f64 = 52.0;
const SCROLL_PX: f64 = 18.0;
const SCROLL_MS: u32 = 16;

/// What a drag changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// Where the widget stands.
    Move,
    /// How large it is, by an edge or a corner.
    Resize(Edge),
}

/// What a widget is resized by: for each axis -1 for the left or upper edge, 1 for the right or lower
/// one, 0 for neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Left, neither, right.
    pub x: i8,
    /// Above, neither, below.
    pub y: i8,
}

/// The eight edges and corners, with their names in the style sheet.
pub const EDGES: [(&str, Edge); 8] = [
    ("n", Edge { x: 0, y: -1 }),
    ("e", Edge { x: 1, y: 0 }),
    ("s", Edge { x: 0, y: 1 }),
    ("w", Edge { x: -1, y: 0 }),
    ("ne", Edge { x: 1, y: -1 }),
    ("nw", Edge { x: -1, y: -1 }),
    ("sw", Edge { x: -1, y: 1 }),
    ("se", Edge { x: 1, y: 1 }),
];

/// A widget in hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Drag {
    /// Which.
    pub id: String,
    /// What changes.
    pub grip: Grip,
    /// How far the pointer went since it took hold, in CSS pixels.
    pub moved: (f64, f64),
    pointer: i32,
    start: (f64, f64),
    /// The widget's box on the grid when it was taken: left, top, width, height.
    taken: [f64; 4],
    before: Vec<Item>,
    /// All that move with it, itself among them; empty when it moves alone.
    together: BTreeSet<String>,
    /// Where the pointer is in the window.
    client: (f64, f64),
    /// Fewest columns and rows that it may get.
    smallest: (u16, u16),
    /// Whether the page is one column: it has an order, and no cells.
    is_narrow: bool,
}

impl Drag {
    /// Where everything would stand if it were let go now; none when nothing changes. On a narrow
    /// screen there are no cells to aim at: the widget takes the place of the one `under` the pointer.
    fn landing(&self, grid: &Grid, under: impl FnOnce() -> Option<String>) -> Option<Vec<Item>> {
        let [left, top, width, height] = self.frame();
        match self.grip {
            Grip::Move if self.is_narrow => {
                let target = under().filter(|target| *target != self.id)?;
                Some(grid::take_place(&self.before, &self.id, &target))
            }
            Grip::Move => {
                let cell = grid.cell(left, top);
                if !self.together.is_empty() {
                    let (x, y) = (cell.x, cell.y);
                    return Some(grid::move_all(&self.before, &self.together, &self.id, x, y));
                }
                Some(grid::move_to(&self.before, &self.id, cell.x, cell.y))
            }
            Grip::Resize(edge) => {
                // Edges that are not in hand stay where they are.
                let before = self.before.iter().find(|item| item.id == self.id)?.place;
                let (right, below) = (before.x + before.w, before.y + before.h);
                let (w, h) = grid.span(width, height);
                let (w, h) = self.at_least(w, h, before);
                let (x, w) = match edge.x {
                    -1 => (right.saturating_sub(w), w.min(right)),
                    0 => (before.x, before.w),
                    _ => (before.x, w.min(COLUMNS.saturating_sub(before.x).max(1))),
                };
                let (y, h) = match edge.y {
                    -1 => (below.saturating_sub(h), h.min(below)),
                    0 => (before.y, before.h),
                    _ => (before.y, h),
                };
                let place = GridPlace { x, y, w, h };
                Some(grid::put(&self.before, &self.id, place))
            }
        }
    }

    /// Where the widget's box is drawn while it is in hand: left, top, width, height.
    pub fn frame(&self) -> [f64; 4] {
        let [left, top, width, height] = self.taken;
        let (x, y) = self.moved;
        match self.grip {
            Grip::Move => [left + x, top + y, width, height],
            Grip::Resize(edge) => {
                let (left, width) = stretched(left, width, x, edge.x);
                let (top, height) = stretched(top, height, y, edge.y);
                [left, top, width, height]
            }
        }
    }

    /// A size that is no smaller than the kind can be read in, or than it was before.
    fn at_least(&self, w: u16, h: u16, before: GridPlace) -> (u16, u16) {
        let (columns, rows) = self.smallest;
        (w.max(columns.min(before.w)), h.max(rows.min(before.h)))
    }
}

/// Whether the page is one column.
pub fn is_narrow() -> bool {
    browser::matches(NARROW)
}

/// Where a box begins along an axis, and its length, when one of its ends moved.
fn stretched(start: f64, length: f64, moved: f64, end: i8) -> (f64, f64) {
    match end {
        -1 => {
            let length_now = (length - moved).max(SMALLEST_PX);
            (start + length - length_now, length_now)
        }
        0 => (start, length),
        _ => (start, (length + moved).max(SMALLEST_PX)),
    }
}

/// Takes hold, when the arrangement is being edited and no other widget is in hand.
pub fn start(arrangement: Arrangement, id: &str, grip: Grip, event: &PointerEvent) {
    if !arrangement.editing.get_untracked()
        || event.button() != 0
        || arrangement.drag.with_untracked(Option::is_some)
    {
        return;
    }
    let Some(handle) = event
        .current_target()
        .and_then(|t| t.dyn_into::<Element>().ok())
    else {
        return;
    };
    let (Some(widget), Some(area)) = (closest(&handle, "[data-widget]"), closest(&handle, ".grid"))
    else {
        return;
    };
    if handle.set_pointer_capture(event.pointer_id()).is_err() {
        return;
    }
    event.prevent_default();
    let (widget, area) = (
        widget.get_bounding_client_rect(),
        area.get_bounding_client_rect(),
    );
    arrangement.drag.set(Some(Drag {
        id: id.to_string(),
        grip,
        moved: (0.0, 0.0),
        pointer: event.pointer_id(),
        start: at(event),
        taken: [
            widget.left() - area.left(),
            widget.top() - area.top(),
            widget.width(),
            widget.height(),
        ],
        before: arrangement.items.get_untracked(),
        together: arrangement.moving_with(id, grip),
        client: (event.client_x().into(), event.client_y().into()),
        smallest: arrangement.smallest(id),
        is_narrow: is_narrow(),
    }));
    browser::spawn(scroll(arrangement, event.pointer_id()));
}

/// Scrolls the page while the pointer holds a widget at the upper or lower edge of the window.
async fn scroll(arrangement: Arrangement, pointer: i32) {
    loop {
        browser::sleep(SCROLL_MS).await;
        let drag = arrangement.drag.try_get_untracked().flatten();
        let Some(drag) = drag.filter(|drag| drag.pointer == pointer) else {
            return;
        };
        let by = scrolled_px(drag.client.1, browser::window_size().1);
        let before = browser::host().scrolled_px();
        if by != 0.0 {
            browser::host().scroll_to(before + by);
        }
        if browser::host().scrolled_px() != before {
            follow(arrangement, drag);
        }
    }
}

/// How far the page scrolls at once when the pointer is at `y` of a window of this height: faster the
/// nearer the edge is.
fn scrolled_px(y: f64, height: f64) -> f64 {
    let near = |distance: f64| (1.0 - distance / SCROLL_EDGE_PX).clamp(0.0, 1.0) * SCROLL_PX;
    near(height - y) - near(y - SCROLL_TOP_PX)
}

/// The pointer moved: the others make room where the widget would land.
pub fn moved(arrangement: Arrangement, event: &PointerEvent) {
    let Some(mut drag) = mine(arrangement, event) else {
        return;
    };
    drag.client = (event.client_x().into(), event.client_y().into());
    follow(arrangement, drag);
}

/// Shows where the widget is now, by where the pointer is in the window and how far that is scrolled.
fn follow(arrangement: Arrangement, mut drag: Drag) {
    let (x, y) = (
        drag.client.0 + leptos::prelude::window().scroll_x().unwrap_or(0.0),
        drag.client.1 + browser::host().scrolled_px(),
    );
    drag.moved = (x - drag.start.0, y - drag.start.1);
    let Some(area) = document().query_selector(".grid").ok().flatten() else {
        return;
    };
    let grid = Grid {
        width: area.get_bounding_client_rect().width(),
        row: ROW * browser::text_scale(),
        gap: GAP,
    };
    let under = || browser::widget_at(drag.client.0, drag.client.1);
    let after = drag.landing(&grid, under);
    arrangement.drag.set(Some(drag));
    if let Some(after) =
        after.filter(|after| arrangement.items.with_untracked(|items| items != after))
    {
        arrangement.items.set(after);
    }
}

/// The pointer let go: what was previewed is kept.
pub fn end(arrangement: Arrangement, event: &PointerEvent) {
    let Some(drag) = mine(arrangement, event) else {
        return;
    };
    arrangement.drag.set(None);
    let after = arrangement.items.get_untracked();
    if drag.before != after {
        arrangement
            .announcement
            .set(format!("{} dropped", arrangement.title(&drag.id)));
    }
    arrangement.commit(drag.before, after);
}

/// Puts the widget back: Escape, or the browser took the pointer away.
pub fn cancel(arrangement: Arrangement) {
    if let Some(drag) = arrangement.drag.get_untracked() {
        arrangement.drag.set(None);
        arrangement.items.set(drag.before);
        arrangement.announcement.set("Drag cancelled".into());
    }
}

fn mine(arrangement: Arrangement, event: &PointerEvent) -> Option<Drag> {
    arrangement
        .drag
        .get_untracked()
        .filter(|drag| drag.pointer == event.pointer_id())
}

/// On the page, not the screen: a page that scrolls during a drag moves the pointer too.
fn at(event: &PointerEvent) -> (f64, f64) {
    (event.page_x().into(), event.page_y().into())
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

#[cfg(test)]
mod tests;
