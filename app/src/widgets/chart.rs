//! Lines and areas over time, with a legend that says the values of now.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::{Base, Bounds};
use leptos::html;
use leptos::prelude::*;
use telemetry::Unit;

use super::layer::Layer;
use super::picture::{Look, Picture};
use super::{CONNECT_MS, canvas};
use crate::browser;
use crate::live::connection::Live;
use crate::live::{Lines, lines};
use crate::wire::Widget;

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
    /// Whether areas are filled.
    fill: bool,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let axes = NodeRef::<html::Canvas>::new();
    let data = NodeRef::<html::Canvas>::new();
    let legend = RwSignal::new(Vec::<Entry>::new());
    let symbol = RwSignal::new("");
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
            Picture::new(axes, data, look(&widget, fill, live)),
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
        Effect::new(move || {
            live.beat.track();
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
            format!("Waiting for {name}")
        }
        Some(name) => format!("There is no metric {name}. Declare it in pulseboard.toml."),
        None => "This widget names no metric.".into(),
    }
}

/// A chart in the browser: its lines and its picture.
struct Running {
    live: Live,
    lines: RefCell<Lines>,
    picture: RefCell<Picture>,
    size: Cell<(f64, f64)>,
    visible: Cell<bool>,
}

impl Running {
    fn new(live: Live, widget: &Widget, picture: Picture) -> Self {
        Running {
            live,
            lines: RefCell::new(Lines::new(&widget.metrics)),
            picture: RefCell::new(picture),
            size: Cell::new((0.0, 0.0)),
            visible: Cell::new(true),
        }
    }

    fn paint(&self) {
        if !self.visible.get() {
            return;
        }
        let frozen = self.live.paused_ms.get_untracked().is_some();
        let mut lines = self.lines.borrow_mut();
        self.live.store.with_value(|store| lines.update(store));
        let span_ms = f64::from(self.live.range_s.get_untracked()) * 1000.0;
        let ratio = window().device_pixel_ratio();
        let end_ms = self.live.end_ms() as f64;
        self.picture
            .borrow_mut()
            .paint(&lines, end_ms, span_ms, self.size.get(), ratio, frozen);
    }

    /// Legend, unit and state of now.
    fn read(&self) -> (Vec<Entry>, &'static str, State) {
        let mut lines = self.lines.borrow_mut();
        let known = self.live.store.with_value(|store| {
            lines.update(store);
            store.newest_ms() > 0
        });
        let format = self.picture.borrow().format(&lines);
        let settled = lines.settled_ms();
        let mut entries: Vec<Entry> = lines
            .lines()
            .iter()
            .map(|line| Entry {
                label: line.label.clone(),
                value: format.fine_number(line.value(settled)),
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
        (entries, format.symbol, state)
    }
}

fn look(widget: &Widget, fill: bool, live: Live) -> Look {
    let (unit, per_second) = widget.metrics.first().map_or((Unit::None, false), |r| {
        live.store.with_value(|store| lines::unit(store, r))
    });
    Look {
        fill,
        bounds: Bounds {
            min: widget.options.min,
            max: widget.options.max,
            zero: true,
            base: Base::Decimal,
        },
        connect_ms: f64::from(widget.options.connect_ms.unwrap_or(CONNECT_MS)),
        unit,
        per_second,
        line: use_context().unwrap_or_default(),
    }
}
