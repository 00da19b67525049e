//! How many samples lie in each bucket, over time: a column for each step, the darker the more.
//! Invariant: what the pointer is told is what the picture shows there.

pub(crate) mod draw;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use telemetry::Unit;

use crate::erased::{effect, part};
use crate::format;
use crate::frame_loop;
use crate::live::{Live, metric_query};
use crate::time_zone;
use crate::widgets::distribution::Grid;
use crate::widgets::interact::menu::WidgetControls;
use crate::widgets::render::canvas_surface;
use crate::widgets::state::{State, waiting_for};
use crate::widgets::table_view::{AsTable, MOST_ROWS, TableView};
use draw::{HeatmapPlot, Map};
use protocol::Widget;

/// The heatmap.
#[component]
pub fn Heatmap(
    /// What it shows; of its references the first.
    widget: Widget,
    /// What its menu does with it.
    own: WidgetControls,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let state = RwSignal::new(State::Loading);
    let said = RwSignal::new(String::new());
    let cells = RwSignal::new(TableView::default());
    let pointed = RwSignal::new(String::new());
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let binary = widget.options.binary;
    let (bounds, unit) = buckets_of(&widget, live);
    let write = move |bound| format::short(unit, false, binary, bound);
    let labels = Rc::new(draw::labels(&bounds, write));
    let buckets = labels.len();
    let map = Rc::new(RefCell::new(Map::default()));
    let version = Rc::new(Cell::new(0_u64));
    let (fill, filled) = (Rc::clone(&map), Rc::clone(&version));
    let words = Rc::clone(&labels);
    effect(move || {
        live.second_tick.track();
        let Some(first) = widget.metrics.first() else {
            return;
        };
        let from_ms = live.end_ms() - live.span_ms();
        let next = live.visible_store(|store| {
            let cell_ms = draw::cell_ms(live.span_ms(), store.resolution().step_ms);
            let ids = metric_query::ids(store, first, None);
            Map {
                grid: Grid::of(store, buckets, &ids, from_ms, cell_ms),
                step_ms: cell_ms as f64,
            }
        });
        state.set(match (live.now_ms() > 0, next.grid.times.is_empty()) {
            (false, _) => State::Loading,
            (true, true) => State::Waiting,
            (true, false) => State::Shown,
        });
        let busiest = next.grid.busiest().and_then(|bucket| words.get(bucket));
        said.set(busiest.map_or_else(String::new, |words| format!("most are {words}")));
        if own.as_table.get() {
            let zone = live.zone.get();
            cells.set(table(&next.grid, &words, |t| zone.time_of_day(t as i64)));
        }
        fill.replace(next);
        filled.set(filled.get() + 1);
        frame_loop::request();
    });
    let picture = Rc::new(Cell::new(None::<HeatmapPlot>));
    let (drawn, shown) = (Rc::clone(&picture), Rc::clone(&map));
    let longest = labels.iter().map(|label| label.chars().count()).max();
    let now = move |sheet: &canvas_surface::CanvasSurface| {
        let (end_ms, span_ms) = (live.end_ms() as f64, live.span_ms() as f64);
        HeatmapPlot::new(sheet, longest.unwrap_or(0), buckets, end_ms, span_ms)
    };
    canvas_surface::follow(
        node,
        // A picture moves by whole columns.
        move |sheet| (version.get(), now(sheet).columns()),
        move |layer, sheet| {
            let next = now(sheet);
            drawn.set(Some(next));
            let (map, palette) = (shown.borrow(), &sheet.palette);
            layer.draw(|area| next.draw_cells(area, palette, &map));
            // TableView at the edges reach over them.
            for (x, width) in next.beside(sheet.size.0) {
                layer.clear(x, 0, width, sheet.size.1);
            }
            layer.draw(|area| next.draw_labels(area, palette, &labels, &time_zone::offset_min));
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
            let values = draw::values(&bounds, cell.bucket, write);
            format!("{time} · {values} · {} samples", cell.count)
        }));
    };
    let name = title.clone();
    let text =
        move || said.with(|said| format!("{name}: samples in each bucket over time. {said}"));
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
            <p class="state">{part(move || state.get().words(&waiting))}</p>
        </div>
        <AsTable title=as_table own cells/>
    }
}

/// A row for each time with samples, the newest first, and a column for each bucket that has any.
fn table(grid: &Grid, labels: &[String], write: impl Fn(f64) -> String) -> TableView {
    let steps = || grid.counts.chunks(grid.buckets.max(1));
    let used: Vec<usize> = (0..labels.len())
        .filter(|bucket| steps().any(|counts| counts.get(*bucket).is_some_and(|n| *n > 0.0)))
        .collect();
    let head = used.iter().map(|bucket| labels[*bucket].clone());
    let row = |(t, counts): (&f64, &[f64])| {
        let values = used.iter().map(|bucket| counts[*bucket].to_string());
        std::iter::once(write(*t)).chain(values).collect()
    };
    TableView {
        head: std::iter::once("Until".to_owned()).chain(head).collect(),
        rows: grid
            .times
            .iter()
            .zip(steps())
            .rev()
            .take(MOST_ROWS)
            .map(row)
            .collect(),
    }
}

/// The bounds of the buckets of what a widget shows, and their unit; none of a metric that is no
/// distribution.
fn buckets_of(widget: &Widget, live: Live) -> (Vec<f64>, Unit) {
    let first = widget.metrics.first();
    live.store.with_value(|store| {
        let metric = first.and_then(|first| store.definition(&first.metric));
        metric.map_or((Vec::new(), Unit::None), |metric| {
            (metric.buckets.to_vec(), metric.unit)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let check = |times: &[f64], counts: &[f64], head: &[&str], rows: &[&[&str]]| {
            let grid = Grid {
                times: times.to_vec(),
                counts: counts.to_vec(),
                most: 0.0,
                buckets: 3,
            };
            let labels = ["a", "b", "c"].map(str::to_owned);
            let cells = table(&grid, &labels, |t| format!("{t}"));
            assert_eq!(cells.head, head);
            assert_eq!(cells.rows, rows);
        };
        check(&[], &[], &["Until"], &[]);
        check(&[5.0], &[0.0; 3], &["Until"], &[&["5"]]);
        let counts = [0.0, 2.0, 0.0, 1.0, 0.0, 0.0];
        let rows: [&[&str]; 2] = [&["9", "1", "0"], &["5", "0", "2"]];
        check(&[5.0, 9.0], &counts, &["Until", "a", "b"], &rows);
        let many: Vec<f64> = (0..900).map(f64::from).collect();
        let grid = Grid {
            counts: vec![1.0; 900],
            times: many,
            most: 1.0,
            buckets: 1,
        };
        assert_eq!(
            table(&grid, &["a".into()], |_| String::new()).rows.len(),
            MOST_ROWS
        );
    }
}
