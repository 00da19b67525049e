//! A heatmap in the page. Invariant: what pointer and keys read is what the picture shows there.

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
use crate::widgets::heading_id;
use crate::widgets::interact::read_out::{Found, Mark, Picture, Place, ReadOut};
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
    let read = ReadOut::new(&widget.id);
    let waiting = waiting_for(&widget, live);
    let heading = heading_id(&widget.id);
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
    let drawn_axis = Rc::clone(&axis);
    let cells_read = Rc::new(Cells {
        live,
        plot: Rc::clone(&picture),
        map,
        axis,
    });
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
    let name = title.clone();
    let text = move || said.with(|said| format!("{name}: samples in each bucket. {said}"));
    let as_table = title.clone();
    view! {
        <header>
            <h2 id=heading>{title}</h2>
            <p class="pointed">
                {part(move || read.or(|| said.get()))}
            </p>
        </header>
        <div class="chart" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            {read.canvas(node, "axes", Signal::derive(text), cells_read)}
            <StateLine state waiting/>
        </div>
        <AsTable title=as_table own cells/>
    }
    .into_any()
}

/// The cells, as they are read.
struct Cells {
    live: Live,
    plot: Rc<Cell<Option<HeatmapPlot>>>,
    map: Rc<RefCell<Map>>,
    axis: Rc<Buckets>,
}

impl Cells {
    fn time(&self, t: f64) -> String {
        let zone = self.live.zone;
        zone.with_untracked(|zone| zone.time_of_day(t as i64))
    }

    fn values(&self, bucket: usize) -> String {
        let axis = &self.axis;
        distribution::values(&axis.bounds, bucket, |bound| axis.write(bound))
    }

    fn cell(&self, t: f64, bucket: usize, count: f64) -> Found {
        let (time, values) = (self.time(t), self.values(bucket));
        Found {
            words: format!("{time} · {values} · {count} samples"),
            t: Some(t),
            row: self.rows().checked_sub(bucket + 1),
            ..Found::default()
        }
    }
}

impl Picture for Cells {
    fn rows(&self) -> usize {
        self.axis.labels.len()
    }

    fn columns(&self, _: usize) -> usize {
        self.map.borrow().grid.times.len()
    }

    fn read(&self, (column, row): Place) -> Option<Found> {
        let map = self.map.borrow();
        let t = *map.grid.times.get(column)?;
        let bucket = self.rows().checked_sub(row + 1)?;
        let count = map.grid.count_at(t, map.step_ms, bucket);
        Some(self.cell(t, bucket, count))
    }

    fn at(&self, x: f64, y: f64) -> Option<Found> {
        let cell = self.plot.get()?.at(x, y, &self.map.borrow())?;
        Some(self.cell(cell.t, cell.bucket, cell.count))
    }

    fn when(&self, t: f64) -> Option<Found> {
        let map = self.map.borrow();
        let said = model::column(map.grid.counts_at(t, map.step_ms), |bucket| {
            self.values(bucket)
        });
        Some(Found {
            words: format!("{} · {said}", self.time(t)),
            t: Some(t),
            ..Found::default()
        })
    }

    fn mark(&self, found: &Found) -> Option<Mark> {
        let step_ms = self.map.borrow().step_ms;
        self.plot.get()?.mark(found.t?, step_ms, found.row)
    }
}
