//! One large value, what it means below it, and its recent past as a small line.

mod change;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::{Scratch, Sparkline, TimeWindow, draw_sparkline};
use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::erased::{effect, part};
use crate::format::{self, Format};
use crate::frame_loop;
use crate::live::{Lines, Live, Store, metric_query};
use crate::widgets::render::chart_style::CONNECT_MS;
use crate::widgets::render::layer::{Layer, SUBPIXEL};
use crate::widgets::render::palette;
use protocol::{LogLevel, MetricRef, Widget};

/// Seconds that a value is taken over unless the widget says otherwise: long enough not to flicker.
pub(crate) const WINDOW_S: u32 = 10;

/// What stands on the card.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Shown {
    /// The number.
    pub value: String,
    /// Its unit, with prefix.
    pub symbol: &'static str,
    /// What it means.
    pub below: String,
    /// How it changed.
    pub change: String,
    /// Of the threshold that it reached.
    pub level: Option<LogLevel>,
}

/// A stat card.
#[component]
pub fn Stat(
    /// What it shows.
    widget: Widget,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Shown::default());
    let loading = RwSignal::new(true);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    effect(move || {
        let Some(element) = node.get() else { return };
        let level = Rc::new(Cell::new(None));
        if let Some(layer) = Layer::new(element.clone()) {
            let spark = Rc::new(Spark::new(live, &widget, layer, Rc::clone(&level)));
            let paint = Rc::clone(&spark);
            frame_loop::register(move || paint.paint());
            browser::on_resize(&element, move |width, height| {
                spark.size.set((width, height));
                spark.drawn.set(0);
                frame_loop::request();
            });
        }
        let widget = widget.clone();
        effect(move || {
            live.second_tick.track();
            loading.set(live.now_ms() == 0);
            let (end_ms, span_ms) = (live.end_ms(), live.span_ms());
            let next = live.visible_store(|store| read(&widget, store, end_ms, span_ms));
            level.set(next.level);
            shown.set(next);
        });
    });
    view! {
        <header><h2 id=heading>{title}</h2></header>
        <p class="value" class:loading=loading data-level=move || shown.with(|s| s.level.map(level_name))>
            <b>{part(move || shown.with(|s| s.value.clone()))}</b>
            <small>{part(move || shown.with(|s| s.symbol))}</small>
        </p>
        <p class="below">
            {part(move || shown.with(|s| s.level.map(|_| view! { <span class="mark" aria-hidden="true">"▲"</span> })))}
            {part(move || shown.with(|s| s.below.clone()))}
        </p>
        <p class="below change">{part(move || shown.with(|s| s.change.clone()))}</p>
        <canvas node_ref=node class="spark" aria-hidden="true"></canvas>
    }
}

fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "ok",
        LogLevel::Warn => "warn",
        LogLevel::Error => "bad",
    }
}

/// What stands on the card of a widget at `end_ms`, when `span_ms` until then are shown.
pub(crate) fn read(widget: &Widget, store: &Store, end_ms: i64, span_ms: i64) -> Shown {
    let Some(first) = widget.metrics.first() else {
        return Shown::default();
    };
    let seconds = widget.options.window_s.unwrap_or(WINDOW_S);
    let value = metric_query::stat(store, first, seconds, end_ms);
    let (unit, per_second) = metric_query::unit(store, first);
    let format = Format::of(unit, per_second, value, None);
    let passed = widget
        .options
        .thresholds
        .iter()
        .filter(|t| value >= t.at)
        .max_by(|a, b| a.at.total_cmp(&b.at));
    let described = widget.metrics[1..].iter().map(|r| {
        let value = metric_query::stat(store, r, seconds, end_ms);
        describe(r, value, metric_query::unit(store, r))
    });
    let mut below: Vec<String> = described.collect();
    // The value as it was when the time that is shown began, over as long.
    let begin_ms = end_ms - span_ms + i64::from(seconds) * 1000;
    let change = if begin_ms < end_ms {
        let before = metric_query::stat(store, first, seconds, begin_ms);
        change::words(unit, before, value, span_ms).unwrap_or_default()
    } else {
        String::new()
    };
    if let Some(threshold) = passed {
        below.push(format!(
            "above {}",
            format::words(unit, per_second, threshold.at)
        ));
    }
    Shown {
        value: format.number(value),
        symbol: if value.is_finite() { format.symbol } else { "" },
        below: below.join(" · "),
        change,
        level: passed.map(|t| t.level),
    }
}

/// `of 23.4 GB` for the label `of {}`; a label without braces stands for itself.
fn describe(
    reference: &MetricRef,
    value: f64,
    (unit, per_second): (telemetry::Unit, bool),
) -> String {
    let words = format::words(unit, per_second, value);
    match &reference.label {
        Some(label) => label.replace("{}", &words),
        None => words,
    }
}

/// The small line of a card.
struct Spark {
    live: Live,
    lines: RefCell<Lines>,
    layer: RefCell<Layer>,
    scratch: RefCell<Scratch>,
    size: Cell<(f64, f64)>,
    level: Rc<Cell<Option<LogLevel>>>,
    connect_ms: f64,
    /// What is drawn already: a card changes once a second, not with every frame.
    drawn: Cell<u64>,
}

impl Spark {
    fn new(live: Live, widget: &Widget, layer: Layer, level: Rc<Cell<Option<LogLevel>>>) -> Self {
        let first = &widget.metrics[..widget.metrics.len().min(1)];
        Spark {
            live,
            lines: RefCell::new(Lines::new(first)),
            layer: RefCell::new(layer),
            scratch: RefCell::default(),
            size: Cell::default(),
            level,
            connect_ms: f64::from(widget.options.connect_ms.unwrap_or(CONNECT_MS)),
            drawn: Cell::new(0),
        }
    }

    fn paint(&self) {
        let ratio = window().device_pixel_ratio();
        let (width, height) = self.size.get();
        let size = (
            (width * ratio).round() as u32,
            (height * ratio).round() as u32,
        );
        if size.0 < 8 || size.1 < 8 {
            return;
        }
        let mut lines = self.lines.borrow_mut();
        self.live.visible_store(|store| lines.update(store));
        let palette = palette::current();
        let end_ms = self.live.end_ms().min(lines.settled_ms());
        let level = self.level.get();
        let look = palette.generation
            ^ (level.map_or(0, |l| l as u64 + 1) << 8)
            ^ (lines.generation() << 16);
        let now = (end_ms as u64).wrapping_add(look.wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
        let mut layer = self.layer.borrow_mut();
        if !layer.fit(size) && self.drawn.replace(now) == now {
            return;
        }
        self.drawn.set(now);
        let Some(line) = lines.lines().first() else {
            return;
        };
        let window = TimeWindow::new(end_ms as f64, self.live.span_ms() as f64, size.0);
        let sparkline = Sparkline {
            points: &line.points,
            color: match level {
                Some(LogLevel::Error) => palette.bad,
                Some(LogLevel::Warn) => palette.warn,
                _ => palette.series[0],
            },
            width: 1.5 * ratio,
            window: &window,
            height: size.1,
            connect_ms: self.connect_ms,
            subpixel: SUBPIXEL,
        };
        layer.clear(0, 0, size.0, size.1);
        layer.draw_fine(0, size.1, |area| {
            drop(draw_sparkline(
                area,
                &mut self.scratch.borrow_mut(),
                &sparkline,
            ))
        });
    }
}
