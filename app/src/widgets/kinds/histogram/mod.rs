//! How many samples lie in each bucket, over the time that is shown. Invariant: percentiles are
//! read from buckets, and the widget says so.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use charts::{
    AxisStyle, Bounds, Histogram as Bars, PlotRect, RGBColor, ValueScale, draw_grid,
    draw_histogram, label_width,
};
use leptos::html;
use leptos::prelude::*;
use telemetry::Unit;

use crate::erased::{effect, part};
use crate::format::{self, Format};
use crate::frame_loop;
use crate::live::{Live, metric_query};
use crate::widgets::distribution::{self, Distribution};
use crate::widgets::interact::menu::WidgetControls;
use crate::widgets::kinds::heatmap::draw::values;
use crate::widgets::render::canvas_surface::{self, CanvasSurface};
use crate::widgets::state::{State, waiting_for};
use crate::widgets::table_view::{AsTable, TableView};
use protocol::Widget;

/// Percentiles that are marked, with their series colour.
const MARKS: [(f64, &str, usize); 3] = [(0.50, "p50", 1), (0.95, "p95", 2), (0.99, "p99", 3)];
/// Narrowest gutter for counts in device-independent pixels.
const GUTTER: f64 = 28.0;

/// The words beside the picture.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Shown {
    pub samples: String,
    pub marks: Vec<(&'static str, String, usize)>,
}

/// The histogram.
#[component]
pub fn Histogram(
    /// What it shows; of its references the first.
    widget: Widget,
    /// What its menu does with it.
    own: WidgetControls,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Shown::default());
    let cells = RwSignal::new(TableView::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = format!("widget-{}", widget.id);
    let title = widget.title.clone();
    let unit = widget
        .metrics
        .first()
        .and_then(|r| live.store.with_value(|store| store.metric(&r.metric)))
        .map_or(Unit::None, |(_, unit)| unit);
    let binary = widget.options.binary;
    // Copied from the store once a second; what the picture is of.
    let known = StoredValue::new(None::<Distribution>);
    let version = Rc::new(Cell::new(0_u64));
    let read = Rc::clone(&version);
    effect(move || {
        live.second_tick.track();
        let (from_ms, to_ms) = (live.end_ms() - live.span_ms(), live.end_ms());
        let next = widget.metrics.first().and_then(|first| {
            live.visible_store(|store| {
                let ids = metric_query::ids(store, first, None);
                distribution::of(store, &first.metric, &ids, from_ms, to_ms)
            })
        });
        state.set(match (live.now_ms() > 0, next.is_some()) {
            (false, _) => State::Loading,
            (true, false) => State::Waiting,
            (true, true) => State::Shown,
        });
        shown.set(next.as_ref().map_or_else(Shown::default, |d| said(d, unit)));
        if let Some(distribution) = next.as_ref().filter(|_| own.as_table.get()) {
            cells.set(table(distribution, |bound| {
                format::short(unit, false, binary, bound)
            }));
        }
        known.set_value(next);
        read.set(read.get() + 1);
        frame_loop::request();
    });
    let scale = RefCell::new(None);
    canvas_surface::follow(
        node,
        move |_| version.get(),
        move |layer, sheet| {
            known.with_value(|known| {
                let Some(distribution) = known else { return };
                layer.draw(|area| {
                    let label = |bound| format::short(unit, false, binary, bound);
                    let scale = follow(&mut scale.borrow_mut(), distribution);
                    draw(area, sheet, distribution, &scale, &label);
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
            .collect_view()
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
            <h2 id=heading>{title}<small>{part(samples)}</small></h2>
            <ul class="legend" aria-label="Percentiles, estimated from buckets" title="Estimated from buckets">
                {part(legend)}
            </ul>
        </header>
        <div class="chart" data-state=move || state.get().name() hidden=move || own.as_table.get()>
            <canvas node_ref=node class="axes" role="img" aria-label=text></canvas>
            <p class="state">{part(move || state.get().words(&waiting))}</p>
        </div>
        <AsTable title=as_table own cells/>
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

/// The words beside a distribution.
pub(crate) fn said(distribution: &Distribution, unit: Unit) -> Shown {
    let count = Format::of(Unit::None, false, distribution.row.count, Some(1.0));
    Shown {
        samples: format!(
            "{} samples, percentiles by bucket",
            count.number(distribution.row.count)
        ),
        marks: MARKS
            .map(|(q, name, color)| {
                let value = distribution.quantile(q);
                (name, format::words(unit, false, value), color)
            })
            .to_vec(),
    }
}

/// A row for each bucket, the lowest first.
fn table(distribution: &Distribution, write: impl Fn(f64) -> String) -> TableView {
    let all: f64 = distribution.counts.iter().sum();
    let counts = distribution.counts.iter().enumerate();
    let row = |(bucket, count): (usize, &f64)| {
        vec![
            values(&distribution.bounds, bucket, &write),
            count.to_string(),
            format!("{:.1} %", count / all.max(1.0) * 100.0),
        ]
    };
    TableView {
        head: ["Values", "Samples", "Share"].map(str::to_owned).to_vec(),
        rows: counts.map(row).collect(),
    }
}

/// A scale that does not jump with every sample.
fn follow(before: &mut Option<ValueScale>, distribution: &Distribution) -> ValueScale {
    let bounds = Bounds::default();
    let most = distribution.counts.iter().copied().fold(0.0, f64::max);
    let next = match before {
        Some(scale) => scale.follow(0.0, most, &bounds).unwrap_or(*scale),
        None => ValueScale::fit(0.0, most, &bounds),
    };
    *before = Some(next);
    next
}

/// Draws the histogram.
pub(crate) fn draw<DB: plotters_backend::DrawingBackend>(
    area: &plotters::drawing::DrawingArea<DB, plotters::coord::Shift>,
    sheet: &CanvasSurface,
    distribution: &Distribution,
    scale: &ValueScale,
    label: &dyn Fn(f64) -> String,
) {
    let palette = &sheet.palette;
    let style = AxisStyle {
        ratio: sheet.ratio,
        text: palette.text,
        grid: palette.grid,
    };
    let counts = Format::of(Unit::None, false, scale.max, Some(scale.step));
    let count = |value: f64| counts.number(value) + counts.symbol;
    let least = (GUTTER * sheet.ratio) as u32;
    let gutter = label_width(scale, sheet.ratio, &count).max(least);
    let plot = PlotRect::inside(sheet.size.0, sheet.size.1, gutter, sheet.ratio);
    let marks: [(f64, RGBColor); 3] =
        MARKS.map(|(q, _, color)| (distribution.quantile(q), palette.series[color]));
    let bars = Bars {
        bounds: &distribution.bounds,
        counts: &distribution.counts,
        color: palette.series[0],
        marks: &marks,
    };
    // The canvas backend cannot fail but for text it cannot measure; then the label is missing.
    drop(draw_grid(area, &plot, scale, &style, &count));
    drop(draw_histogram(area, &plot, scale, &style, &bars, label));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let check = |bounds: &[f64], counts: &[f64], want: &[[&str; 3]]| {
            let distribution = Distribution {
                bounds: bounds.to_vec(),
                counts: counts.to_vec(),
                row: protocol::FrameRow::EMPTY,
            };
            let cells = table(&distribution, |bound| format!("{bound}s"));
            assert_eq!(cells.rows, want, "{bounds:?} {counts:?}");
        };
        check(&[], &[], &[]);
        check(&[], &[0.0], &[["", "0", "0.0 %"]]);
        check(
            &[1.0, 2.0],
            &[3.0, 0.0, 1.0],
            &[
                ["≤ 1s", "3", "75.0 %"],
                ["1s – 2s", "0", "0.0 %"],
                ["> 2s", "1", "25.0 %"],
            ],
        );
    }
}
