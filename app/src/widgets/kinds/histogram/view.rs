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
use crate::widgets::interact::read_out::{BY_KEYS, Picture, Place, ReadOut};
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
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let unit = live.store.with_value(|store| model::unit(store, &widget));
    let binary = Options::of(&widget.options).binary;
    // Copied from the store once a second; what the picture is of.
    let known = StoredValue::new(None::<Distribution>);
    let version = Rc::new(Cell::new(0_u64));
    let read = Rc::clone(&version);
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
    let read_out = ReadOut::new();
    let drawn = Rc::new(Cell::new(None));
    let buckets = Rc::new(Buckets {
        known,
        drawn: Rc::clone(&drawn),
        write: move |bound| format::short(unit, false, binary, bound),
    });
    let keyed = Rc::clone(&buckets);
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
    let samples = move || shown.with(|s| s.samples.clone());
    let legend = move || {
        shown
            .with(|s| s.marks.clone())
            .into_iter()
            .map(mark)
            .collect_any()
    };
    let name = title.clone();
    let text = move || {
        let percentiles = shown.with(|shown| {
            let each = shown.marks.iter();
            let each = each.map(|(name, value, _)| format!("{name} about {value}"));
            each.collect::<Vec<_>>().join(", ")
        });
        format!(
            "{name}: samples in each bucket. {} {percentiles}",
            samples()
        )
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
            <canvas
                node_ref=node
                class="axes"
                tabindex="0"
                role="application"
                aria-roledescription="chart"
                aria-label=text
                aria-description=BY_KEYS
                on:pointermove=move |event| read_out.point(&event, &*buckets)
                on:pointerleave=move |_| read_out.leave()
                on:keydown=move |event| read_out.key(&event, &*keyed)
                on:blur=move |_| read_out.leave()
            ></canvas>
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

    fn words(&self, (column, _): Place) -> Option<String> {
        let known = self.known;
        known.with_value(|known| model::say(known.as_ref()?, column, &self.write))
    }

    fn at(&self, x: f64, _: f64) -> Option<String> {
        let (plot, ratio) = self.drawn.get()?;
        let bucket = draw::bucket_at(&plot, x * ratio, self.columns(0))?;
        self.words((bucket, 0))
    }
}

fn mark((name, value, color): (&'static str, String, usize)) -> impl IntoView {
    view! {
        <li>
            <i class=format!("key c-s{}", color + 1)></i>
            <span>{name}" ≈"</span>
            <b>{value}</b>
        </li>
    }
}
