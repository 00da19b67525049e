//! A chart in the browser: its lines, its renderer, and what can be read of both.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use super::drawn::{Drawn, Moment};
use super::model::{ChartModel, Earlier, Reading};
use super::points::Columns;
use super::text_alternative::LineSummary;
use crate::bidi::isolated;
use crate::browser;
use crate::format::Format;
use crate::live::{Lines, Live};
use crate::time::words;
use crate::widgets::interact::legend::Legend;
use crate::widgets::render::chart_renderer::{ChartRenderer, RenderInput};
use crate::widgets::render::chart_style::ChartStyle;
use crate::widgets::render::layer::Layer;
use crate::widgets::render::marks::{MERGED_PX, Marks};
use crate::widgets::render::palette;
use crate::widgets::render::plot_geometry::PlotGeometry;
use crate::widgets::render::redraw::{device_px, is_drawn};
use crate::widgets::state::State;
use protocol::{Annotation, Widget};

/// An annotation is read when the cursor is this near to it, in CSS pixels.
const NEAR_PX: f64 = MERGED_PX;
/// Most annotations that are read at once.
const MOST_NOTES: usize = 3;

/// What is read of annotations that are at one place: how many, and the first of them.
fn noted(here: &[&Annotation]) -> Vec<String> {
    let one = |one: &&Annotation| format!("{} · {}", isolated(&one.text), isolated(&one.source));
    let mut notes: Vec<String> = here.iter().take(MOST_NOTES).map(one).collect();
    let more = here.len().saturating_sub(MOST_NOTES);
    if more > 0 {
        notes.insert(0, format!("{} annotations here:", here.len()));
        notes.push(format!("and {more} more, listed by “Show as table”"));
    }
    notes
}

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
    renderer: RefCell<ChartRenderer>,
    /// Labels of lines that are switched off.
    off: RefCell<Vec<String>>,
    marks: RefCell<Marks>,
    /// Grows when other lines are switched off.
    changes: Cell<u64>,
    /// What the cursor of all charts reads here.
    moment: Cell<Option<Moment>>,
}

impl ChartController {
    pub(super) fn new(live: Live, widget: &Widget, renderer: ChartRenderer) -> Self {
        ChartController {
            live,
            widget: widget.clone(),
            size: Cell::new((0.0, 0.0)),
            visible: Cell::new(true),
            lines: RefCell::new(Lines::new(&widget.metrics)),
            earlier: RefCell::new(Lines::new(&widget.metrics)),
            renderer: RefCell::new(renderer),
            off: RefCell::default(),
            marks: RefCell::default(),
            changes: Cell::new(0),
            moment: Cell::new(None),
        }
    }

    pub(super) fn paint(&self) {
        let ratio = browser::pixel_ratio();
        if !is_drawn(self.visible.get(), device_px(self.size.get(), ratio)) {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        let mut renderer = self.renderer.borrow_mut();
        lines.set_bands(renderer.style().band);
        lines.set_stacked(renderer.style().is_stacked());
        self.live.visible_store(|store| lines.update(store));
        let mut earlier = self.earlier.borrow_mut();
        earlier.set_stacked(renderer.style().is_stacked());
        earlier.pin(&lines);
        let compared = self
            .live
            .earlier
            .with_value(|store| store.as_ref().map(|store| earlier.update(store)).is_some());
        let version = if compared { earlier.generation() } else { 0 };
        let marks = self.marks.borrow();
        let input = RenderInput {
            end_ms: self.live.end_ms() as f64,
            span_ms: self.live.span_ms() as f64,
            css: self.size.get(),
            ratio,
            earlier: compared.then_some(&*earlier),
            off: &self.off.borrow(),
            marks: marks.set(),
            version: (self.changes.get() << 32) ^ (marks.version() << 48) ^ version,
        };
        renderer.paint(&mut lines, &input);
    }

    /// Takes another look, and which lines are off, by their labels.
    pub(super) fn change(&self, style: ChartStyle, off: Vec<String>) {
        self.renderer.borrow_mut().set_style(style);
        if self.off.replace(off.clone()) != off {
            self.changes.set(self.changes.get() + 1);
        }
    }

    /// Looks what there is to mark: once a second is often enough.
    pub(super) fn mark(&self) {
        let (from, to) = self.bounds();
        let px_ms = (to - from) / self.size.get().0.max(1.0);
        let (lines, renderer) = (self.lines.borrow(), self.renderer.borrow());
        let palette = palette::current();
        let mut marks = self.marks.borrow_mut();
        self.live.annotations.with(|annotations| {
            marks.update(
                annotations,
                &lines,
                renderer.style(),
                (from, px_ms),
                &palette,
            );
        });
    }

    /// The axes on a canvas of their own; none before the first picture.
    pub fn axes(&self) -> Option<HtmlCanvasElement> {
        let renderer = self.renderer.borrow();
        let axes = renderer.axes()?;
        let canvas = document().create_element("canvas").ok()?;
        let mut layer = Layer::new(canvas.dyn_into().ok()?)?;
        layer.fit(axes.size);
        layer.draw(|area| drop(axes.draw(area, renderer.style(), &palette::current())));
        Some(layer.canvas())
    }

    /// Where times lie on the picture; none while it is not on the screen.
    pub fn geometry(&self) -> Option<PlotGeometry> {
        let is_there = self.visible.get() && self.size.get().0 >= 8.0;
        self.renderer.borrow().geometry().filter(|_| is_there)
    }

    /// Legend and state of now, or the values at the cursor; with what is least, mean and most of the time shown where that is
    /// asked for.
    pub fn legend(&self, summaries: bool) -> (Legend, State) {
        let known = self.live.now_ms() > 0;
        let moment = self.moment.get();
        self.read(|model| {
            let legend = model.legend(summaries, moment.as_ref());
            (legend, model.state(known))
        })
    }

    /// Whether the cursor of all charts reads something else here now.
    pub fn point(&self, moment: Option<Moment>) -> bool {
        self.moment.replace(moment) != moment
    }

    /// What is to be read at `t`, and the values of the lines that are on.
    pub fn readings(&self, t: f64) -> (Moment, Vec<Reading>) {
        let near_ms = self.geometry().map_or(0.0, |plot| plot.span().ms_per_px());
        self.read(|model| {
            let moment = model.moment(t, near_ms);
            let readings = model.readings(&moment);
            (moment, readings)
        })
    }

    /// Which earlier time the lines are compared with.
    pub fn compared(&self) -> Option<&'static str> {
        let is_there = self.live.earlier.with_value(Option::is_some);
        let compare = self.live.view.with_untracked(|view| view.compare);
        compare.filter(|_| is_there).map(words::compare)
    }

    /// The lines that are on, in words.
    pub(super) fn summaries(&self) -> Vec<LineSummary> {
        self.read(|model| model.summaries())
    }

    /// What is said to have happened about `t`: nearer than a few pixels, or than `within_ms`, or
    /// going on then.
    pub fn annotated(&self, t: f64, within_ms: f64) -> Vec<String> {
        let near = self
            .geometry()
            .map_or(0.0, |plot| plot.span().ms_per_px() * NEAR_PX);
        let near = near.max(within_ms);
        self.live.annotations.with_untracked(|all| {
            let here: Vec<&Annotation> = all
                .iter()
                .filter(|one| one.t as f64 - near <= t && t <= one.end() as f64 + near)
                .collect();
            noted(&here)
        })
    }

    /// The annotations of the time shown, newest first.
    pub fn annotations(&self) -> Vec<Annotation> {
        let (from, to) = self.bounds();
        self.live.annotations.with(|all| {
            let shown = all.iter().rev();
            let shown = shown.filter(|one| from < one.end() as f64 && one.t as f64 <= to);
            shown.cloned().collect()
        })
    }

    /// The points of the lines that are on over the time shown, the newest `most` times, and how
    /// each line's values are written.
    pub fn columns(&self, most: usize) -> (Columns, Vec<Format>) {
        self.read(|model| model.columns(most))
    }

    /// The same, with the unit of each column.
    pub fn columns_with_units(&self, most: usize) -> (Columns, Vec<String>) {
        self.read(|model| (model.columns(most).0, model.column_units()))
    }

    /// How far an arrow key moves the cursor, in ms: a step or a bar, or a pixel where that is more.
    pub fn cursor_step_ms(&self) -> f64 {
        let step = self.live.visible_store(|store| store.resolution().step_ms) as f64;
        let bar = self.read(|model| model.drawn.bar_ms()).unwrap_or(0.0);
        let step = step.max(bar);
        let px = self.geometry().map(|plot| plot.span().ms_per_px().ceil());
        step.max(px.unwrap_or(0.0))
    }

    /// Brings the lines up to date and reads them.
    fn read<T>(&self, read: impl FnOnce(&ChartModel<'_>) -> T) -> T {
        let mut lines = self.lines.borrow_mut();
        let renderer = self.renderer.borrow();
        lines.set_bands(renderer.style().band);
        lines.set_stacked(renderer.style().is_stacked());
        self.live.visible_store(|store| lines.update(store));
        let scales = renderer.scales(&mut lines);
        let (from_ms, to_ms) = self.bounds();
        let off = self.off.borrow();
        let bar_ms = renderer.bar_ms(&lines, &off);
        let mut earlier = self.earlier.borrow_mut();
        let compared = self.compared();
        earlier.set_stacked(renderer.style().is_stacked());
        earlier.pin(&lines);
        self.live
            .earlier
            .with_value(|store| store.as_ref().map(|store| earlier.update(store)));
        let earlier = compared.map(|words| Earlier {
            lines: &earlier,
            drawn: Drawn::of(&earlier, bar_ms),
            words,
        });
        read(&ChartModel {
            lines: &lines,
            style: renderer.style(),
            scales,
            drawn: Drawn::of(&lines, bar_ms),
            earlier,
            off: &off,
            from_ms,
            to_ms,
        })
    }

    /// What is shown, from and to, in ms since the epoch.
    fn bounds(&self) -> (f64, f64) {
        let to = self.live.end_ms() as f64;
        (to - self.live.span_ms() as f64, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_annotations_says_how_many_and_where_all_of_them_are() {
        let one = Annotation {
            id: 1,
            t: 0,
            to: None,
            text: "deploy".into(),
            tags: Vec::new(),
            source: "ci".into(),
        };
        let notes = |count: usize| noted(&vec![&one; count]);
        assert!(notes(0).is_empty());
        assert_eq!(notes(3).len(), 3);
        let many = notes(12);
        assert_eq!((many.len(), &*many[0]), (5, "12 annotations here:"));
        assert_eq!(many[4], "and 9 more, listed by “Show as table”");
    }
}
