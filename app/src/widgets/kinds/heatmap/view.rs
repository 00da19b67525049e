//! A heatmap in the page. Invariant: what the pointer reads is what the picture shows there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use super::draw::HeatmapPlot;
use super::model::{self, Buckets, Map};
use crate::erased::{effect, part};
use crate::frame_loop;
use crate::live::Live;
use crate::time_zone;
use crate::widgets::WidgetControls;
use crate::widgets::distribution;
use crate::widgets::render::canvas_surface::{self, CanvasSurface};
use crate::widgets::state::{State, StateLine, waiting_for};
use crate::widgets::table_view::{AsTable, TableView};
use protocol::Widget;

/// The heatmap.
pub fn view(widget: Widget, own: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let state = RwSignal::new(State::Loading);
    let said = RwSignal::new(String::new());
    let cells = RwSignal::new(TableView::default());
    let pointed = RwSignal::new(String::new());
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let axis = Rc::new(live.store.with_value(|store| Buckets::of(&widget, store)));
    let size = (axis.labels.len(), axis.longest);
    let map = Rc::new(RefCell::new(Map::default()));
    let version = Rc::new(Cell::new(0_u64));
    let (fill, filled) = (Rc::clone(&map), Rc::clone(&version));
    let words = Rc::clone(&axis);
    effect(move || {
        live.second_tick.track();
        let Some(first) = widget.metrics.first() else {
            return;
        };
        let (end_ms, span_ms) = (live.end_ms(), live.span_ms());
        let next = live.visible_store(|store| Map::read(store, first, size.0, end_ms, span_ms));
        state.set(match (live.now_ms() > 0, next.grid.times.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        let busiest = next
            .grid
            .busiest()
            .and_then(|bucket| words.labels.get(bucket));
        said.set(busiest.map_or_else(String::new, |words| format!("most are {words}")));
        if own.as_table.get() {
            let zone = live.zone.get();
            cells.set(model::table(&next.grid, &words.labels, |t| {
                zone.time_of_day(t as i64)
            }));
        }
        fill.replace(next);
        filled.set(filled.get() + 1);
        frame_loop::request();
    });
    let picture = Rc::new(Cell::new(None::<HeatmapPlot>));
    let (drawn, shown) = (Rc::clone(&picture), Rc::clone(&map));
    let (drawn_axis, pointed_axis) = (Rc::clone(&axis), axis);
    let now = move |surface: &CanvasSurface| {
        let (end_ms, span_ms) = (live.end_ms() as f64, live.span_ms() as f64);
        HeatmapPlot::new(surface, size, end_ms, span_ms)
    };
    canvas_surface::follow(
        node,
        // A picture moves by whole columns.
        move |surface| (version.get(), now(surface).columns()),
        move |layer, surface| {
            let next = now(surface);
            drawn.set(Some(next));
            let (map, palette) = (shown.borrow(), &surface.palette);
            // The canvas backend cannot fail but for text that it cannot measure; that is missing.
            layer.draw(|area| drop(next.draw_cells(&next.area(area), 1, palette, &map)));
            // Cells at the edges reach over them.
            for (x, width) in next.beside(surface.size.0) {
                layer.clear(x, 0, width, surface.size.1);
            }
            layer.draw(|area| {
                let offset: &dyn Fn(f64) -> i32 = &time_zone::offset_min;
                drop(next.draw_labels(area, palette, &drawn_axis.labels, Some(offset)));
            });
        },
    );
    let point = move |event: leptos::ev::PointerEvent| {
        let found = picture.get().and_then(|picture| {
            let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            picture.at(x, y, &map.borrow())
        });
        pointed.set(found.map_or_else(String::new, |cell| {
            let time = live
                .zone
                .with_untracked(|zone| zone.time_of_day(cell.t as i64));
            let axis = &pointed_axis;
            let values = distribution::values(&axis.bounds, cell.bucket, |bound| axis.write(bound));
            format!("{time} · {values} · {} samples", cell.count)
        }));
    };
    let name = title.clone();
    let text = move || said.with(|said| format!("{name}: samples in each bucket. {said}"));
    let as_table = title.clone();
    view! {
        <header>
            <h2 id=heading>{title}</h2>
            <p class="pointed">
                {part(move || pointed.with(|p| if p.is_empty() { said.get() } else { p.clone() }))}
            </p>
        </header>
        <div class="chart" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            <canvas
                node_ref=node
                class="axes"
                role="img"
                aria-label=text
                on:pointermove=point
                on:pointerleave=move |_| pointed.set(String::new())
            ></canvas>
            <StateLine state waiting/>
        </div>
        <AsTable title=as_table own cells/>
    }
    .into_any()
}
