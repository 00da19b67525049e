//! A stat in the page: words, and the small line on a canvas.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::{Point, Scratch, TimeWindow};
use leptos::html;
use leptos::prelude::*;

use super::draw::Spark;
use super::model::{self, Options, Stat};
use crate::browser;
use crate::erased::{effect, part};
use crate::format;
use crate::frame_loop;
use crate::live::{Lines, Live, metric_query};
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::interact::read_out::{Found, Mark, Picture, Place, ReadOut};
use crate::widgets::options::{Connect, level_name};
use crate::widgets::render::layer::Layer;
use crate::widgets::render::palette;
use crate::widgets::time_chart::nearest;
use protocol::{LogLevel, Unit, Widget};

/// A stat card.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Stat::default());
    let loading = RwSignal::new(true);
    let heading = heading_id(&widget.id);
    let title = widget.title.clone();
    let read = ReadOut::new(&widget.id);
    let running = Rc::new(RefCell::new(None::<Rc<SparkLayer>>));
    let spark = Rc::clone(&running);
    let name = format!("{title}, recent values");
    effect(move || {
        let Some(element) = node.get() else { return };
        let level = Rc::new(Cell::new(None));
        if let Some(layer) = Layer::new(element.clone()) {
            let spark = Rc::new(SparkLayer::new(live, &widget, layer, Rc::clone(&level)));
            let paint = Rc::clone(&spark);
            running.replace(Some(Rc::clone(&spark)));
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
            let before = shown.with_untracked(|stat| stat.symbol);
            let next =
                live.visible_store(|store| model::read(&widget, store, end_ms, span_ms, before));
            level.set(next.level);
            shown.set(next);
        });
    });
    let widest = StoredValue::new((0.0_f64, ""));
    let room = move || {
        shown.with(|stat| {
            widest.update_value(|former| {
                let room = format::number_room(*former, &stat.value, stat.symbol);
                *former = (room, stat.symbol);
            });
        });
        format!("{}ch", widest.get_value().0)
    };
    view! {
        <header><h2 id=heading>{title}</h2></header>
        <p class="value" class:loading=loading data-level=move || shown.with(|s| s.level.map(level_name))>
            <b style:min-width=room>{part(move || shown.with(|s| s.value.clone()))}</b>
            <small>{part(move || shown.with(|s| s.symbol))}</small>
        </p>
        <p class="below">
            {part(move || shown.with(|s| s.level.map(|_| view! { <span class="mark" aria-hidden="true">"▲"</span> }.into_any())))}
            {part(move || read.or(|| shown.with(|s| s.below.clone())))}
        </p>
        <p class="below change">{part(move || shown.with(|s| s.change.clone()))}</p>
        {read.canvas(node, "spark", Signal::stored(name), spark)}
    }
    .into_any()
}

/// The small line of a card.
struct SparkLayer {
    live: Live,
    lines: RefCell<Lines>,
    layer: RefCell<Layer>,
    scratch: RefCell<Scratch>,
    size: Cell<(f64, f64)>,
    level: Rc<Cell<Option<LogLevel>>>,
    connect: Connect,
    /// Unit of the values, and whether they are by second.
    unit: (Unit, bool),
    /// What is drawn already: a card changes once a second, not with every frame.
    drawn: Cell<u64>,
}

impl SparkLayer {
    fn new(live: Live, widget: &Widget, layer: Layer, level: Rc<Cell<Option<LogLevel>>>) -> Self {
        let first = &widget.metrics[..widget.metrics.len().min(1)];
        SparkLayer {
            live,
            lines: RefCell::new(Lines::new(first)),
            layer: RefCell::new(layer),
            scratch: RefCell::default(),
            size: Cell::default(),
            level,
            connect: Options::of(&widget.options).connect,
            unit: first.first().map_or((Unit::None, false), |first| {
                live.store
                    .with_value(|store| metric_query::unit(store, first))
            }),
            drawn: Cell::new(0),
        }
    }

    fn paint(&self) {
        let ratio = browser::pixel_ratio();
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
        let spark = Spark {
            lines: &lines,
            connect: self.connect,
            level,
            palette: &palette,
            end_ms,
            span_ms: self.live.span_ms(),
            size,
            ratio,
        };
        layer.clear(0, 0, size.0, size.1);
        layer.draw_fine((0, size.0 as i32), size.1, |area| {
            // The canvas backend cannot fail but for text, of which there is none.
            drop(spark.draw(area, &mut self.scratch.borrow_mut()));
        });
    }
}

impl SparkLayer {
    /// What is shown, from and to, in ms since the epoch.
    fn bounds(&self) -> (f64, f64) {
        let settled_ms = self.lines.borrow().settled_ms();
        let end_ms = self.live.end_ms().min(settled_ms) as f64;
        (end_ms - self.live.span_ms() as f64, end_ms)
    }

    fn say(&self, point: Point) -> Found {
        let zone = self.live.zone;
        let time = zone.with_untracked(|zone| zone.time_of_day(point.t as i64));
        let value = format::words(self.unit.0, self.unit.1, point.v);
        Found {
            words: format!("{time} · {value}"),
            t: Some(point.t),
            ..Found::default()
        }
    }

    fn window(&self) -> TimeWindow {
        let (from, to) = self.bounds();
        TimeWindow::new(to, to - from, self.size.get().0 as u32)
    }
}

impl Picture for SparkLayer {
    fn rows(&self) -> usize {
        1
    }

    fn columns(&self, _: usize) -> usize {
        let (from, to) = self.bounds();
        let lines = self.lines.borrow();
        lines
            .lines()
            .first()
            .map_or(0, |line| line.between(from, to).len())
    }

    fn read(&self, (column, _): Place) -> Option<Found> {
        let (from, to) = self.bounds();
        let lines = self.lines.borrow();
        let point = *lines.lines().first()?.between(from, to).get(column)?;
        Some(self.say(point))
    }

    fn at(&self, x: f64, _: f64) -> Option<Found> {
        self.when(self.window().time_at(x))
    }

    fn when(&self, t: f64) -> Option<Found> {
        let (from, to) = self.bounds();
        let lines = self.lines.borrow();
        let points = lines.lines().first()?.between(from, to);
        let within_ms = self.connect.ms(lines.step_ms());
        Some(self.say(nearest(points, t, within_ms, false)?))
    }

    fn mark(&self, found: &Found) -> Option<Mark> {
        let (width, height) = self.size.get();
        // The newest point lies on the edge.
        let x = self.window().x(found.t?).min(width - 1.0);
        (0.0 <= x && x < width).then_some([x, 0.0, 1.0, height])
    }
}
