//! Areas on top of each other. Invariant: as in `series.rs`, a strip drawn alone equals the same
//! strip of the whole.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::Color;
use plotters_backend::DrawingBackend;

use crate::decimate::seen_range;
use crate::ink::{Drawn, Ink};
use crate::plan::ink_px;
use crate::ribbon::{Rung, with_polygon};
use crate::series::draw_line;
use crate::stack::{Stack, begin_of};
use crate::{Scratch, Series, View};

/// Draws `series` on top of each other, the first next to zero: the area of each from the sum
/// before it on its side of zero, if it has a fill, then the lines along the sums. See [`stack()`](crate::stack()) for
/// what is summed. All are on the left scale, and have no bands.
///
/// # Errors
/// What the backend reports.
pub fn draw_stacked<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
) -> Drawn<DB> {
    let widest = series.iter().map(|one| one.width).fold(1.0, f64::max);
    let from = begin(&mut scratch.stack, series, view, widest, 0);
    scratch.stack.merge(|i| series[i].points, view.connect_ms);
    scratch
        .stack
        .end_past(view.window, view.columns().1 + ink_px(widest));
    scratch.stack.thin(view.window, from);
    let Scratch {
        stack,
        run,
        rungs,
        polygon,
        ..
    } = scratch;
    for (layer, one) in series.iter().enumerate() {
        let Some(opacity) = one.fill else { continue };
        let style = one.color.mix(opacity.clamp(0.0, 1.0)).filled();
        each_run(stack, layer, one.step, view, rungs, |rungs| {
            with_polygon(rungs, view, widest, polygon, |polygon| {
                area.draw(&Ink::Area(polygon, style))
            })
        })?;
    }
    for (layer, one) in series.iter().enumerate() {
        each_run(stack, layer, one.step, view, rungs, |rungs| {
            run.clear();
            run.extend(rungs.iter().map(|rung| (rung.x, rung.upper)));
            draw_line(area, run, polygon, one, view)
        })?;
    }
    Ok(())
}

/// Makes `stack` ready to read what can leave ink, up to `reach` columns left of its points; gives
/// the absolute column from which on sums are right.
pub(crate) fn begin(
    stack: &mut Stack,
    series: &[Series<'_>],
    view: &View<'_>,
    line_px: f64,
    reach: i64,
) -> f64 {
    let window = view.window;
    let (from, to) = view.columns();
    let seen = |points| {
        seen_range(
            points,
            |p: &crate::Point| p.t,
            window,
            (from, to + reach),
            ink_px(line_px),
        )
    };
    // All begin with the column of the one that begins first: where it has points, the others'
    // lines have values, for which the point before is needed too.
    let first = series
        .iter()
        .filter_map(|one| one.points.get(seen(one.points).start))
        .map(|p| window.column(p.t).floor())
        .fold(f64::INFINITY, f64::min);
    stack.begin(series.len(), |i| {
        let points = series[i].points;
        let inside = points.partition_point(|p| window.column(p.t) < first);
        inside.saturating_sub(1)..seen(points).end
    });
    first
}

/// Calls `draw` with each unbroken run of one layer.
fn each_run<E>(
    stack: &Stack,
    layer: usize,
    step: bool,
    view: &View<'_>,
    rungs: &mut Vec<Rung>,
    mut draw: impl FnMut(&[Rung]) -> Result<(), E>,
) -> Result<(), E> {
    let floor = view.y(view.scale, view.scale.baseline());
    rungs.clear();
    for (t, sums) in stack.rows() {
        if t.is_nan() {
            draw(rungs)?;
            rungs.clear();
            continue;
        }
        let x = view.x(t);
        if let Some(&last) = rungs.last().filter(|_| step) {
            rungs.push(Rung { x, ..last });
        }
        let Some(end) = sums.get(layer).filter(|end| view.scale.has(**end)) else {
            draw(rungs)?;
            rungs.clear();
            continue;
        };
        let begin = begin_of(sums, layer);
        let lower = if begin == 0.0 {
            floor
        } else {
            view.y(view.scale, begin)
        };
        let upper = view.y(view.scale, *end);
        rungs.push(Rung { x, upper, lower });
    }
    draw(rungs)
}
