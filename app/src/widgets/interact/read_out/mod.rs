//! Reading a picture that is no chart over time: what is at the pointer, at a place that arrow keys
//! move, or at the time that the cursor of all charts marks. Invariant: words stand where others stood,
//! so that nothing moves; the mark stands at what they say; and what keys read is spoken.

use std::rc::Rc;

use charts::PlotRect;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use super::cursor::{At, Cursor, SharedCursor};
use super::overlay::write_style;
use crate::arrangement::Arrangement;
use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::live::Live;

/// After the last key the words are spoken, in ms.
const SPOKEN_AFTER_MS: u32 = 300;
/// Places that a page key goes.
const PAGE: usize = 10;
/// What is said of a picture that has the focus.
const BY_KEYS: &str = "Arrow keys read values";

/// A place in a picture: column and row, from the upper left.
pub type Place = (usize, usize);

/// Where something is on a canvas, in CSS pixels: left, top, width, height.
pub type Mark = [f64; 4];

/// What is read of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Said of it; empty where the legend says it.
    pub words: String,
    /// Of which time, in ms since the epoch; none of a picture without a time axis.
    pub t: Option<f64>,
    /// Its column, where no time says it.
    pub column: usize,
    /// Its row; none for all of them.
    pub row: Option<usize>,
}

/// A picture that can be read.
pub trait Picture {
    /// Rows of places.
    fn rows(&self) -> usize;
    /// Places in a row.
    fn columns(&self, row: usize) -> usize;
    /// What is at a place.
    fn read(&self, place: Place) -> Option<Found>;
    /// What is at a point, in CSS pixels from the upper left.
    fn at(&self, x: f64, y: f64) -> Option<Found>;
    /// What is at a time that another chart reads.
    fn when(&self, t: f64) -> Option<Found>;
    /// Where that is now; none where it is not on the picture.
    fn mark(&self, found: &Found) -> Option<Mark>;
}

/// Where columns of a plot, from one to another, and a row of so many are; all of it in device pixels,
/// of which `ratio` are a CSS pixel.
pub fn mark(
    plot: &PlotRect,
    ratio: f64,
    (from, to): (f64, f64),
    (row, rows): (usize, usize),
) -> Option<Mark> {
    let is_there = from <= to && 0.0 <= to && from <= f64::from(plot.width);
    let high = f64::from(plot.height) / rows.max(1) as f64;
    let left = f64::from(plot.left) + from;
    let top = f64::from(plot.top) + row as f64 * high;
    is_there.then(|| [left, top, (to - from).max(ratio), high].map(|px| px / ratio))
}

/// What a person reads it by.
#[derive(Clone, Debug, PartialEq)]
enum ReadBy {
    Nothing,
    /// The pointer, in CSS pixels from the upper left.
    Pointer(f64, f64),
    Keys(Place, Found),
}

/// What is read of a picture; copied freely.
#[derive(Clone, Copy)]
pub struct ReadOut {
    words: RwSignal<String>,
    /// End of the step that is read, in ms since the epoch.
    time: RwSignal<Option<i64>>,
    by: StoredValue<ReadBy>,
    widget: StoredValue<String>,
    mark: NodeRef<html::I>,
    live: Live,
    arrangement: Arrangement,
    cursor: SharedCursor,
}

impl ReadOut {
    /// Nothing of this widget yet.
    pub fn new(widget: &str) -> Self {
        ReadOut {
            words: RwSignal::new(String::new()),
            time: RwSignal::new(None),
            by: StoredValue::new(ReadBy::Nothing),
            widget: StoredValue::new(widget.to_owned()),
            mark: NodeRef::new(),
            live: expect_context(),
            arrangement: expect_context(),
            cursor: expect_context(),
        }
    }

    /// What is read, or else what stands there otherwise. Reactive.
    pub fn or(self, otherwise: impl FnOnce() -> String) -> String {
        self.words.with(|words| match words.is_empty() {
            true => otherwise(),
            false => words.clone(),
        })
    }

    /// The end of the step that is read here or on another chart, in ms since the epoch. Reactive.
    pub fn time(self) -> Option<i64> {
        self.time.get()
    }

    /// The canvas of the picture, by which it is read, and the mark of what is read.
    pub fn canvas(
        self,
        node: NodeRef<html::Canvas>,
        class: &'static str,
        label: Signal<String>,
        picture: Rc<dyn Picture>,
    ) -> AnyView {
        let (pointed, keyed) = (Rc::clone(&picture), Rc::clone(&picture));
        effect(move || {
            if node.get().is_some() {
                self.follow(node, Rc::clone(&picture));
            }
        });
        view! {
            <canvas
                node_ref=node
                class=class
                tabindex="0"
                role="application"
                aria-roledescription="chart"
                aria-label=move || label.get()
                aria-description=BY_KEYS
                on:pointermove=move |event| self.point(&event, &*pointed)
                on:pointerleave=move |_| self.leave()
                on:keydown=move |event| self.key(&event, &*keyed)
                on:blur=move |_| self.leave()
            ></canvas>
            <i class="read" node_ref=self.mark aria-hidden="true"></i>
        }
        .into_any()
    }

    /// Keeps words and mark at what is read, in the page's animation frames, until the owner goes.
    fn follow(self, node: NodeRef<html::Canvas>, picture: Rc<dyn Picture>) {
        let mut drawn = None;
        frame_loop::register_overlay(move || {
            let found = self.found(&*picture);
            let mark = found.as_ref().and_then(|found| picture.mark(found));
            let time = found.as_ref().and_then(|found| found.t).map(|t| {
                let step_ms = self.live.visible_store(|store| store.resolution().step_ms);
                (t / step_ms as f64).ceil() as i64 * step_ms
            });
            let words = found.map_or_else(String::new, |found| found.words);
            if self.words.with_untracked(|old| *old != words) {
                self.words.set(words);
            }
            if self.time.get_untracked() != time {
                self.time.set(time);
            }
            if drawn != mark {
                self.draw(node, mark);
                drawn = mark;
            }
        });
    }

    fn found(self, picture: &dyn Picture) -> Option<Found> {
        match self.by.get_value() {
            ReadBy::Pointer(x, y) => picture.at(x, y),
            ReadBy::Keys(_, found) => Some(found),
            ReadBy::Nothing => {
                let cursor = self.cursor.get()?;
                let (end, span) = (self.live.end_ms() as f64, self.live.span_ms() as f64);
                picture.when(cursor.at.time(end, span))
            }
        }
    }

    fn draw(self, node: NodeRef<html::Canvas>, mark: Option<Mark>) {
        let (Some(element), Some(canvas)) = (self.mark.get_untracked(), node.get_untracked())
        else {
            return;
        };
        let style = mark.map_or_else(String::new, |[x, y, width, height]| {
            let x = f64::from(canvas.offset_left()) + x;
            let y = f64::from(canvas.offset_top()) + y;
            format!(
                "visibility:visible;transform:translate({x}px,{y}px);width:{width}px;height:{height}px"
            )
        });
        write_style(&element, &style);
    }

    /// A pointer is over the picture.
    fn point(self, event: &PointerEvent, picture: &dyn Picture) {
        self.point_at(event.offset_x().into(), event.offset_y().into(), picture);
    }

    fn point_at(self, x: f64, y: f64, picture: &dyn Picture) {
        self.by.set_value(ReadBy::Pointer(x, y));
        let t = picture.at(x, y).and_then(|found| found.t);
        // A pointer stays while the picture moves.
        self.share(t.map(|t| At::Ago(self.live.end_ms() as f64 - t)));
    }

    /// Moves the cursor of all charts, or takes it away.
    fn share(self, at: Option<At>) {
        let widget = self.widget.get_value();
        match at {
            Some(at) => self.cursor.point(Cursor {
                widget,
                at,
                pointer: None,
            }),
            None => self.cursor.leave(&widget),
        }
        frame_loop::request_overlays();
    }

    /// Pointer or focus left.
    fn leave(self) {
        self.by.set_value(ReadBy::Nothing);
        self.share(None);
    }

    /// A key on the focused picture.
    fn key(self, event: &KeyboardEvent, picture: &dyn Picture) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        if self.pressed(&event.key(), picture) {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// Whether the key does something here.
    fn pressed(self, key: &str, picture: &dyn Picture) -> bool {
        let before = self.by.with_value(|by| match by {
            ReadBy::Keys(place, _) => Some(*place),
            _ => None,
        });
        if key == "Escape" && before.is_some() {
            self.leave();
            return true;
        }
        let Some(next) = moved(key, before, picture) else {
            return false;
        };
        let found = picture.read(next).unwrap_or_default();
        // What the keyboard chose goes with the picture.
        self.share(found.t.map(At::Time));
        self.by.set_value(ReadBy::Keys(next, found));
        self.speak(next);
        true
    }

    /// Says what is read, unless another key follows soon.
    fn speak(self, place: Place) {
        browser::spawn(async move {
            browser::sleep(SPOKEN_AFTER_MS).await;
            let words = self.by.try_with_value(|by| match by {
                ReadBy::Keys(now, found) if *now == place => Some(found.words.clone()),
                _ => None,
            });
            if let Some(Some(words)) = words {
                self.arrangement.announcement.set(words);
            }
        });
    }
}

/// A picture that comes once there is a canvas.
impl<P: Picture> Picture for std::cell::RefCell<Option<Rc<P>>> {
    fn rows(&self) -> usize {
        self.borrow().as_ref().map_or(0, |picture| picture.rows())
    }
    fn columns(&self, row: usize) -> usize {
        let picture = self.borrow();
        picture.as_ref().map_or(0, |picture| picture.columns(row))
    }
    fn read(&self, place: Place) -> Option<Found> {
        self.borrow().as_ref()?.read(place)
    }
    fn at(&self, x: f64, y: f64) -> Option<Found> {
        self.borrow().as_ref()?.at(x, y)
    }
    fn when(&self, t: f64) -> Option<Found> {
        self.borrow().as_ref()?.when(t)
    }
    fn mark(&self, found: &Found) -> Option<Mark> {
        self.borrow().as_ref()?.mark(found)
    }
}

/// The place to which a key moves; the first one leads to the end of the first row. None for other
/// keys, and where there is nothing.
fn moved(key: &str, before: Option<Place>, picture: &dyn Picture) -> Option<Place> {
    let last_row = picture.rows().checked_sub(1)?;
    let last = |row| picture.columns(row).saturating_sub(1);
    let (column, row) = before.unwrap_or((last(0), 0));
    let row = row.min(last_row);
    let (column, row) = match key {
        "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" if before.is_none() => (column, row),
        "ArrowLeft" => (column.saturating_sub(1), row),
        "ArrowRight" => (column + 1, row),
        "ArrowUp" => (column, row.saturating_sub(1)),
        "ArrowDown" => (column, (row + 1).min(last_row)),
        "PageUp" => (column.saturating_sub(PAGE), row),
        "PageDown" => (column + PAGE, row),
        "Home" => (0, row),
        "End" => (last(row), row),
        _ => return None,
    };
    Some((column.min(last(row)), row))
}

#[cfg(test)]
mod tests;
