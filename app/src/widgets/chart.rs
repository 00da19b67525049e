//! Lines and areas over time, with a legend that says the values of now.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use super::layer::Layer;
use super::look::{LineWidth, Look};
use super::marks::Marks;
use super::picture::{Picture, Showing};
use super::{canvas, palette};
use crate::board::Board;
use crate::browser;
use crate::live::{Lines, Live, Store};
use crate::wire::Widget;

/// A value that is older than a step and this is not of now, in ms.
const NOW_MS: f64 = 1_499.0;

/// One entry of the legend.
#[derive(Clone, PartialEq)]
struct Entry {
    label: String,
    value: String,
}

/// A chart.
#[component]
pub fn Chart(
    /// What it shows.
    widget: Widget,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let board = expect_context::<Board>();
    let line = use_context::<LineWidth>().unwrap_or_default();
    let axes = NodeRef::<html::Canvas>::new();
    let data = NodeRef::<html::Canvas>::new();
    let legend = RwSignal::new(Vec::<Entry>::new());
    let symbol = RwSignal::new(String::new());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    Effect::new(move || {
        let (Some(axes), Some(data)) = (axes.get(), data.get()) else {
            return;
        };
        let Some(parent) = data.parent_element() else {
            return;
        };
        let (Some(axes), Some(data)) = (Layer::new(axes), Layer::new(data)) else {
            return;
        };
        let chart = Rc::new(Running::new(
            live,
            &widget,
            Picture::new(
                axes,
                data,
                live.store.with_value(|store| look(&widget, store, line)),
            ),
        ));
        let paint = Rc::clone(&chart);
        canvas::register(move || paint.paint());
        let resized = Rc::clone(&chart);
        browser::on_resize(&parent, move |width, height| {
            resized.size.set((width, height));
            canvas::request();
        });
        let shown = Rc::clone(&chart);
        browser::on_visible(&parent, move |visible| {
            shown.visible.set(visible);
            canvas::request();
        });
        let tuned = Rc::clone(&chart);
        let own = widget.clone();
        Effect::new(move || {
            let own = board.own_widget(&own);
            let look = live.store.with_value(|store| look(&own, store, line));
            tuned.picture.borrow_mut().set_look(look);
            canvas::request();
        });
        Effect::new(move || {
            live.beat.track();
            live.annotations.track();
            let (entries, unit, next) = chart.read();
            state.set(next);
            symbol.set(unit);
            legend.set(entries);
        });
    });
    view! {
        <header>
            <h2 id=heading>{title.clone()}<small>{move || symbol.get()}</small></h2>
            <ul class="legend" aria-label="Values now">
                {move || legend.get().into_iter().enumerate().map(entry).collect_view()}
            </ul>
        </header>
        <div class="chart" data-state=move || state.get().name()>
            <canvas node_ref=axes class="axes" role="img" aria-label=format!("{title} over time")></canvas>
            <canvas node_ref=data class="data" aria-hidden="true"></canvas>
            <p class="state">{move || state.get().words(&waiting)}</p>
        </div>
    }
}

fn entry((index, entry): (usize, Entry)) -> impl IntoView {
    let dashed = if index < super::palette::SERIES {
        ""
    } else {
        " dashed"
    };
    let class = format!("key c-s{}{dashed}", index % super::palette::SERIES + 1);
    view! {
        <li>
            <i class=class></i>
            <span>{entry.label}</span>
            <b>{entry.value}</b>
        </li>
    }
}

/// Why a chart shows no lines.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum State {
    Loading,
    Waiting,
    Shown,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Loading => "loading",
            State::Waiting => "waiting",
            State::Shown => "shown",
        }
    }

    pub(super) fn words(self, waiting: &str) -> String {
        match self {
            State::Loading => "Loading…".into(),
            State::Waiting => waiting.into(),
            State::Shown => String::new(),
        }
    }
}

/// What to say while there is no data: which event brings it.
pub(super) fn waiting_for(widget: &Widget, live: Live) -> String {
    let metric = widget
        .metrics
        .iter()
        .map(|r| r.metric.as_str())
        .find(|name| !name.is_empty());
    match metric {
        Some(name) if live.store.with_value(|s| s.metric(name).is_some()) => {
            let event = live
                .store
                .with_value(|s| s.definition(name).map(|metric| metric.event.clone()));
            match event.filter(|event| event != name) {
                Some(event) => format!("Waiting for {name}, which the event {event} brings."),
                None => format!("Waiting for {name}"),
            }
        }
        Some(name) => format!("There is no metric {name}. Declare it in pulseboard.toml."),
        None => "This widget names no metric.".into(),
    }
}

fn look(widget: &Widget, store: &Store, line: LineWidth) -> Look {
    Look {
        line,
        ..Look::of(widget, store)
    }
}

/// A chart in the browser: its lines and its picture.
struct Running {
    live: Live,
    lines: RefCell<Lines>,
    earlier: RefCell<Lines>,
    picture: RefCell<Picture>,
    marks: RefCell<Marks>,
    size: Cell<(f64, f64)>,
    visible: Cell<bool>,
}

impl Running {
    fn new(live: Live, widget: &Widget, picture: Picture) -> Self {
        Running {
            live,
            lines: RefCell::new(Lines::new(&widget.metrics)),
            earlier: RefCell::new(Lines::new(&widget.metrics)),
            picture: RefCell::new(picture),
            marks: RefCell::default(),
            size: Cell::new((0.0, 0.0)),
            visible: Cell::new(true),
        }
    }

    fn paint(&self) {
        if !self.visible.get() {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        let mut picture = self.picture.borrow_mut();
        lines.set_bands(picture.look().band);
        self.live.shown(|store| lines.update(store));
        let mut earlier = self.earlier.borrow_mut();
        let compared = self
            .live
            .earlier
            .with_value(|store| store.as_ref().map(|store| earlier.update(store)).is_some());
        let version = if compared { earlier.generation() } else { 0 };
        let marks = self.marks.borrow();
        let showing = Showing {
            end_ms: self.live.end_ms() as f64,
            span_ms: self.live.span_ms() as f64,
            css: self.size.get(),
            ratio: window().device_pixel_ratio(),
            earlier: compared.then_some(&*earlier),
            off: &[],
            marks: marks.marks(),
            version: version ^ marks.version() << 40,
        };
        picture.paint(&mut lines, &showing);
    }

    /// Looks what there is to mark: once a second is often enough.
    fn mark(&self, lines: &Lines) {
        let from_ms = (self.live.end_ms() - self.live.span_ms()) as f64;
        let (picture, palette) = (self.picture.borrow(), palette::current());
        let mut marks = self.marks.borrow_mut();
        self.live.annotations.with_untracked(|annotations| {
            marks.update(annotations, lines, picture.look(), from_ms, &palette);
        });
    }

    /// Legend, unit and state of now.
    fn read(&self) -> (Vec<Entry>, String, State) {
        let mut lines = self.lines.borrow_mut();
        self.live.shown(|store| lines.update(store));
        let known = self.live.now_ms() > 0;
        self.mark(&lines);
        let picture = self.picture.borrow();
        let (look, scales) = (picture.look(), picture.scales(&mut lines));
        let now = self.live.end_ms().min(lines.settled_ms()) as f64;
        let within = lines.step_ms() as f64 + NOW_MS;
        let symbol = look.left.format(scales.left).symbol;
        let mut entries: Vec<Entry> = lines
            .lines()
            .iter()
            .map(|line| {
                let format = look.format(line, &scales);
                let value = format.fine_number(line.value_at(now, within));
                Entry {
                    label: line.label.clone(),
                    value: match format.symbol {
                        "" => value,
                        // The heading says the unit of the axis at the left.
                        other if other != symbol => format!("{value} {other}"),
                        _ => value,
                    },
                }
            })
            .collect();
        if lines.left_out() > 0 {
            entries.push(Entry {
                label: format!("and {} more", lines.left_out()),
                value: String::new(),
            });
        }
        let empty = lines.lines().iter().all(|line| line.points.is_empty());
        let state = match (known, empty) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        };
        let right = look.right.map(|axis| axis.format(scales.right).symbol);
        let units = match right.filter(|right| !right.is_empty() && *right != symbol) {
            Some(right) if !symbol.is_empty() => format!("{symbol}, {right} at the right"),
            Some(right) => right.to_string(),
            None => symbol.to_string(),
        };
        (entries, units, state)
    }
}
