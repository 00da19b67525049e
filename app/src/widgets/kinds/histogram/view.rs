//! A histogram in the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::PlotRect;
use leptos::html;
use leptos::prelude::*;

use super::draw;
use super::model::{self, Options, Summary};
use crate::bidi::isolated;
use crate::erased::{CollectAny, effect, part};
use crate::format;
use crate::frame_loop;
use crate::live::Live;
use crate::widgets::WidgetControls;
use crate::widgets::distribution::Distribution;
use crate::widgets::heading_id;
use crate::widgets::interact::read_out::{self, Found, Mark, Picture, Place, ReadOut};
use crate::widgets::render::canvas_surface;
use crate::widgets::state::{State, StateLine, waiting_for};
use crate::widgets::table_view::{AsTable, TableView};
use protocol::Widget;

/// The histogram.
pub fn view(widget: Widget, own: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Summary::default());
    let cells = RwSignal::new(TableView::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = heading_id(&widget.id);
    let title = widget.title.clone();
    let unit = live.store.with_value(|store| model::unit(store, &widget));
    let binary = Options::of(&widget.options).binary;
    // Copied from the store once a second; what the picture is of.
    let known = StoredValue::new(None::<Distribution>);
    let version = Rc::new(Cell::new(0_u64));
    let read = Rc::clone(&version);
    let read_out = ReadOut::new(&widget.id);
    // While a time is read, what came in that step.
    let step = StoredValue::new(widget.clone());
    let then = Memo::new(move |_| {
        let until_ms = read_out.time()?;
        live.second_tick.track();
        let time = live.zone.with(|zone| zone.time_of_day(until_ms));
        let widget = step.get_value();
        Some(live.visible_store(|store| model::then(store, &widget, until_ms, &time)))
    });
    let now = move || then.get().unwrap_or_else(|| shown.get());
    effect(move || {
        live.second_tick.track();
        let (from_ms, to_ms) = (live.end_ms() - live.span_ms(), live.end_ms());
        let next = live.visible_store(|store| model::read(store, &widget, from_ms, to_ms));
        state.set(match (live.now_ms() > 0, next.is_some()) {
            (false, _) => State::Loading,
            (true, false) => State::Waiting,
            (true, true) => State::Shown,
        });
        shown.set(
            next.as_ref()
                .map_or_else(Summary::default, |d| model::summary(d, unit)),
        );
        if let Some(distribution) = next.as_ref().filter(|_| own.as_table.get()) {
            cells.set(model::table(distribution, |bound| {
                format::short(unit, false, binary, bound)
            }));
        }
        known.set_value(next);
        read.set(read.get() + 1);
        frame_loop::request();
    });
    let scale = RefCell::new(None);
    let drawn = Rc::new(Cell::new(None));
    let buckets = Rc::new(Buckets {
        known,
        drawn: Rc::clone(&drawn),
        write: move |bound| format::short(unit, false, binary, bound),
    });
    canvas_surface::follow(
        node,
        move |_| version.get(),
        move |layer, surface| {
            known.with_value(|known| {
                let Some(distribution) = known else { return };
                layer.draw(|area| {
                    let label = |bound| format::short(unit, false, binary, bound);
                    let scale = model::follow(&mut scale.borrow_mut(), distribution);
                    drawn.set(Some((draw::plot(surface, &scale), surface.ratio)));
                    // No backend fails but for text that it cannot measure; that is missing.
                    drop(draw::draw(area, surface, distribution, &scale, &label));
                });
            });
        },
    );
    let samples = move || now().samples;
    // What was there once has room from then on: a step without samples moves nothing.
    let widest = StoredValue::new(0.0_f64);
    let legend = move || {
        let marks = now().marks;
        let widths = marks.iter().map(|(_, value, _)| format::width_ch(value));
        let room = widths.fold(widest.get_value(), f64::max);
        widest.set_value(room);
        let marks = marks.into_iter().map(|one| mark(one, room));
        marks.collect_any()
    };
    let name = title.clone();
    let text = move || {
        let said = shown.with(model::spoken);
        format!("{name}: samples in each bucket. {said}")
    };
    let as_table = title.clone();
    view! {
        <header>
            <h2 id=heading><span class="title">{isolated(&title)}</span><small>{part(move || read_out.or(samples))}</small></h2>
            <ul class="legend" aria-label="Percentiles, estimated from buckets" title="Estimated from buckets">
                {part(legend)}
            </ul>
        </header>
        <div class="chart" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            {read_out.canvas(node, "axes", Signal::derive(text), buckets)}
            <StateLine state waiting/>
        </div>
        <AsTable title=as_table own cells/>
    }
    .into_any()
}

/// The buckets, as they are read.
struct Buckets<W> {
    known: StoredValue<Option<Distribution>>,
    /// Where they are drawn, and device pixels in a device-independent one.
    drawn: Rc<Cell<Option<(PlotRect, f64)>>>,
    /// Writes a bound.
    write: W,
}

impl<W: Fn(f64) -> String> Picture for Buckets<W> {
    fn rows(&self) -> usize {
        1
    }

    fn columns(&self, _: usize) -> usize {
        self.known
            .with_value(|known| known.as_ref().map_or(0, |d| d.counts.len()))
    }

    fn read(&self, (column, _): Place) -> Option<Found> {
        let known = self.known;
        let words = known.with_value(|known| model::say(known.as_ref()?, column, &self.write));
        Some(Found {
            words: words?,
            column,
            ..Found::default()
        })
    }

    fn at(&self, x: f64, _: f64) -> Option<Found> {
        let (plot, ratio) = self.drawn.get()?;
        let bucket = draw::bucket_at(&plot, x * ratio, self.columns(0))?;
        self.read((bucket, 0))
    }

    /// Its buckets are of all that time: heading and legend say what came then.
    fn when(&self, t: f64) -> Option<Found> {
        Some(Found {
            t: Some(t),
            ..Found::default()
        })
    }

    fn mark(&self, found: &Found) -> Option<Mark> {
        let (plot, ratio) = self.drawn.get().filter(|_| found.t.is_none())?;
        let wide = f64::from(plot.width) / self.columns(0) as f64;
        let from = wide * found.column as f64;
        read_out::mark(&plot, ratio, (from, from + wide), (0, 1))
    }
}

fn mark((name, value, color): (&'static str, String, usize), room_ch: f64) -> impl IntoView {
    view! {
        <li>
            <i class=format!("key c-s{}", color + 1)></i>
            <span>{name}" ≈"</span>
            <b style:min-width=format!("{room_ch}ch")>{value}</b>
        </li>
    }
}
