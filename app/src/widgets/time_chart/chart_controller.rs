//! A chart in the browser: its lines, its picture, and what can be read of both.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use crate::format::Format;
use crate::live::{Line, Lines, Live};
use crate::widgets::interact::legend::{Entry, Legend};
use crate::widgets::render::chart_renderer::{ChartRenderer, RenderInput};
use crate::widgets::render::chart_style::{ChartStyle, Scales};
use crate::widgets::render::layer::Layer;
use crate::widgets::render::marks::Marks;
use crate::widgets::render::palette;
use crate::widgets::render::plot_geometry::PlotGeometry;
use crate::widgets::state::State;
use crate::widgets::time_chart::points::{Columns, merged};
use crate::widgets::time_chart::text_alternative::{LineSummary, trend};
use protocol::Widget;

/// A value that is older than a step and this is not of now, in ms.
const NOW_MS: f64 = 1_499.0;
/// An annotation is read when the cursor is this near to it, in CSS pixels.
const NEAR_PX: f64 = 6.0;
/// Most annotations that are read at once.
const MOST_NOTES: usize = 3;

/// A chart that can be reached from outside of it once it runs; copied freely.
#[derive(Clone, Copy)]
pub struct Handle(StoredValue<Option<SendWrapper<Rc<ChartController>>>>);

impl Handle {
    /// Of a chart that does not run yet.
    pub fn new() -> Self {
        Handle(StoredValue::new(None))
    }

    /// The chart, if it runs. Only in the browser.
    pub fn get(&self) -> Option<Rc<ChartController>> {
        self.0
            .try_with_value(|chart| chart.as_deref().map(Rc::clone))
            .flatten()
    }

    pub(super) fn set(&self, chart: &Rc<ChartController>) {
        self.0.set_value(Some(SendWrapper::new(Rc::clone(chart))));
    }
}

/// A value of one line at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which line, counted from 0: says its colour.
    pub index: usize,
    /// Its label.
    pub label: String,
    /// NaN when it has none.
    pub value: f64,
    /// The value as the line's axis writes it, with its unit.
    pub words: String,
}

/// A chart in the browser.
pub struct ChartController {
    /// What it reads.
    pub live: Live,
    /// What it shows, before a person's choices.
    pub widget: Widget,
    pub(super) size: Cell<(f64, f64)>,
    pub(super) visible: Cell<bool>,
    lines: RefCell<Lines>,
    earlier: RefCell<Lines>,
    picture: RefCell<ChartRenderer>,
    /// Labels of lines that are switched off.
    off: RefCell<Vec<String>>,
    marks: RefCell<Marks>,
    /// Grows when other lines are switched off.
    changes: Cell<u64>,
}

impl ChartController {
    pub(super) fn new(live: Live, widget: &Widget, picture: ChartRenderer) -> Self {
        ChartController {
            live,
            widget: widget.clone(),
            size: Cell::new((0.0, 0.0)),
            visible: Cell::new(true),
            lines: RefCell::new(Lines::new(&widget.metrics)),
            earlier: RefCell::new(Lines::new(&widget.metrics)),
            picture: RefCell::new(picture),
            off: RefCell::default(),
            marks: RefCell::default(),
            changes: Cell::new(0),
        }
    }

    pub(super) fn paint(&self) {
        if !self.visible.get() {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        let mut picture = self.picture.borrow_mut();
        lines.set_bands(picture.look().band);
        self.live.visible_store(|store| lines.update(store));
        let mut earlier = self.earlier.borrow_mut();
        let compared = self
            .live
            .earlier
            .with_value(|store| store.as_ref().map(|store| earlier.update(store)).is_some());
        let version = if compared { earlier.generation() } else { 0 };
        let marks = self.marks.borrow();
        let showing = RenderInput {
            end_ms: self.live.end_ms() as f64,
            span_ms: self.live.span_ms() as f64,
            css: self.size.get(),
            ratio: window().device_pixel_ratio(),
            earlier: compared.then_some(&*earlier),
            off: &self.off.borrow(),
            marks: marks.marks(),
            version: (self.changes.get() << 32) ^ (marks.version() << 48) ^ version,
        };
        picture.paint(&mut lines, &showing);
    }

    /// Takes another look, and which lines are off, by their labels.
    pub(super) fn change(&self, look: ChartStyle, off: Vec<String>) {
        self.picture.borrow_mut().set_look(look);
        if self.off.replace(off.clone()) != off {
            self.changes.set(self.changes.get() + 1);
        }
    }

    /// Looks what there is to mark: once a second is often enough.
    pub(super) fn mark(&self) {
        let (from, _) = self.bounds();
        let (lines, picture) = (self.lines.borrow(), self.picture.borrow());
        let palette = palette::current();
        let mut marks = self.marks.borrow_mut();
        self.live.annotations.with(|annotations| {
            marks.update(annotations, &lines, picture.look(), from, &palette);
        });
    }

    /// The axes on a canvas of their own; none before the first picture.
    pub fn axes(&self) -> Option<HtmlCanvasElement> {
        let picture = self.picture.borrow();
        let axes = picture.axes()?;
        let canvas = document().create_element("canvas").ok()?;
        let mut layer = Layer::new(canvas.dyn_into().ok()?)?;
        layer.fit(axes.size);
        layer.draw(|area| axes.draw(area, picture.look(), &palette::current()));
        Some(layer.canvas())
    }

    /// Where times lie on the picture; none while it is not on the screen.
    pub fn shown(&self) -> Option<PlotGeometry> {
        let is_there = self.visible.get() && self.size.get().0 >= 8.0;
        self.picture.borrow().shown().filter(|_| is_there)
    }

    /// Legend and state of now; with what is least, mean and most of the time shown where that is
    /// asked for.
    pub(in crate::widgets) fn legend(&self, summaries: bool) -> (Legend, State) {
        let (from, to) = self.bounds();
        let known = self.live.now_ms() > 0;
        self.read(|lines, words| {
            let entries = lines.lines().iter().map(|line| Entry {
                label: line.label.clone(),
                value: words.aside(line, self.value(lines, line, to)),
                on: !self.is_off(line),
                summary: summaries
                    .then(|| line.summary(from, to))
                    .flatten()
                    .map(|numbers| numbers.map(|v| words.aside(line, v))),
            });
            let legend = Legend {
                entries: entries.collect(),
                left_out: lines.left_out(),
                units: words.units(),
            };
            let empty = lines.lines().iter().all(|line| line.points.is_empty());
            let state = match (known, empty) {
                (false, _) => State::Loading,
                (true, true) => State::Waiting,
                (true, false) if legend.entries.iter().all(|entry| !entry.on) => State::Off,
                (true, false) => State::Shown,
            };
            (legend, state)
        })
    }

    /// The values at `t` of the lines that are on.
    pub fn readings(&self, t: f64) -> Vec<Reading> {
        self.read(|lines, words| {
            let all = lines.lines().iter().enumerate();
            let on = all.filter(|(_, line)| !self.is_off(line));
            on.map(|(index, line)| {
                let value = self.value(lines, line, t);
                Reading {
                    index,
                    label: line.label.clone(),
                    value,
                    words: words.whole(line, value),
                }
            })
            .collect()
        })
    }

    /// The lines that are on, in words.
    pub(super) fn told(&self) -> Vec<LineSummary> {
        let (from, to) = self.bounds();
        self.read(|lines, words| {
            let on = lines.lines().iter().filter(|line| !self.is_off(line));
            on.map(|line| {
                let range = line.summary(from, to);
                LineSummary {
                    label: line.label.clone(),
                    now: words.whole(line, self.value(lines, line, to)),
                    range: range.map(|[min, _, max]| [min, max].map(|v| words.whole(line, v))),
                    trend: trend(line.between(from, to), from, to),
                }
            })
            .collect()
        })
    }

    /// What is said to have happened about `t`: nearer than a few pixels, or going on then.
    pub fn annotated(&self, t: f64) -> Vec<String> {
        let near = self
            .shown()
            .map_or(0.0, |shown| shown.span().ms_per_px() * NEAR_PX);
        self.live.annotations.with_untracked(|all| {
            all.iter()
                .filter(|one| one.t as f64 - near <= t && t <= one.end() as f64 + near)
                .take(MOST_NOTES)
                .map(|one| format!("{} · {}", one.text, one.source))
                .collect()
        })
    }

    /// The points of the lines that are on over the time shown, the newest `most` times, and how
    /// each line's values are written.
    pub fn columns(&self, most: usize) -> (Columns, Vec<Format>) {
        let (from, to) = self.bounds();
        self.read(|lines, words| {
            let on = lines.lines().iter().filter(|line| !self.is_off(line));
            let (named, formats): (Vec<_>, Vec<_>) = on
                .map(|line| {
                    let named = (line.label.as_str(), line.between(from, to));
                    (named, words.look.format(line, &words.scales))
                })
                .unzip();
            (merged(&named, most), formats)
        })
    }

    /// How far an arrow key moves the cursor, in ms: a step, or a pixel where that is more.
    pub fn cursor_step_ms(&self) -> f64 {
        let step = self.live.visible_store(|store| store.resolution().step_ms) as f64;
        let px = self.shown().map(|shown| shown.span().ms_per_px().ceil());
        step.max(px.unwrap_or(0.0))
    }

    /// Brings the lines up to date and reads them.
    fn read<T>(&self, read: impl FnOnce(&Lines, &Words<'_>) -> T) -> T {
        let mut lines = self.lines.borrow_mut();
        self.live.visible_store(|store| lines.update(store));
        let picture = self.picture.borrow();
        let words = Words {
            look: picture.look(),
            scales: picture.scales(&mut lines),
        };
        read(&lines, &words)
    }

    /// What is shown, from and to, in ms since the epoch.
    fn bounds(&self) -> (f64, f64) {
        let to = self.live.end_ms() as f64;
        (to - self.live.span_ms() as f64, to)
    }

    fn is_off(&self, line: &Line) -> bool {
        self.off.borrow().contains(&line.label)
    }

    /// What a line's value is at `t`: after the last complete step, what it was then.
    fn value(&self, lines: &Lines, line: &Line, t: f64) -> f64 {
        let within = lines.step_ms() as f64 + NOW_MS;
        line.value_at(t.min(lines.settled_ms() as f64), within)
    }
}

/// How a chart writes its values.
struct Words<'a> {
    look: &'a ChartStyle,
    scales: Scales,
}

impl Words<'_> {
    /// With the unit.
    fn whole(&self, line: &Line, value: f64) -> String {
        let format = self.look.format(line, &self.scales);
        let number = format.fine_number(value);
        match format.symbol {
            "" => number,
            symbol => format!("{number} {symbol}"),
        }
    }

    /// With the unit where it is not that of the axis at the left, which the heading says.
    fn aside(&self, line: &Line, value: f64) -> String {
        let format = self.look.format(line, &self.scales);
        if format.symbol == self.left() {
            format.fine_number(value)
        } else {
            self.whole(line, value)
        }
    }

    /// What the heading says: the units of the axes.
    fn units(&self) -> String {
        let left = self.left();
        let right = self.look.right.map(|axis| axis.format(self.scales.right));
        let right = right.map(|format| format.symbol);
        match right.filter(|right| !right.is_empty() && *right != left) {
            Some(right) if !left.is_empty() => format!("{left}, {right} at the right"),
            Some(right) => right.to_string(),
            None => left.to_string(),
        }
    }

    fn left(&self) -> &'static str {
        self.look.left.format(self.scales.left).symbol
    }
}
