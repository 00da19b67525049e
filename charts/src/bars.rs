//! Bars over time. Invariant: every edge is a whole absolute column, so that bars are crisp and move
//! with the picture.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use crate::dash::pattern;
use crate::decimate::{decimate, visible};
use crate::ink::Drawn;
use crate::plan::ink_px;
use crate::ramp::ramp;
use crate::stack::{begin_of, highest, lowest};
use crate::stacked::begin;
use crate::{Scratch, Series, View};

/// How bars stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bars {
    /// Time that a bar is for, in milliseconds; it ends with its point's time.
    pub step_ms: f64,
    /// Whether series are on top of each other instead of side by side.
    pub stacked: bool,
}

/// Draws a bar for each point of `series`, from zero (or the end of the scale next to it) to the
/// value; hatched in the pattern of [`Series::dashes`] unless that is 0. A zero is a hairline as thick as a line of the series, and what is no number, or has no
/// place on the scale, is nothing. Of stacked bars those below zero hang from it.
/// Points nearer to each other than a step cover each other, and the highest is seen.
///
/// A bar reaches left of its point: the data layer is settled a step before what
/// [`settled_ms()`](crate::settled_ms()) says.
///
/// # Errors
/// What the backend reports.
pub fn draw_bars<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
    bars: &Bars,
) -> Drawn<DB> {
    if bars.stacked {
        stacked(area, scratch, series, view, bars)
    } else {
        side_by_side(area, scratch, series, view, bars)
    }
}

fn side_by_side<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
    bars: &Bars,
) -> Drawn<DB> {
    let (from, to) = view.columns();
    let of = series.len() as i64;
    for (i, one) in (0..).zip(series) {
        let scale = view.scale_of(one.right);
        let base = view.row(scale, scale.baseline());
        let reach = bars.reach(view);
        let seen = visible(one.points, view.window, from, to + reach, ink_px(one.width));
        decimate(seen, view.window, f64::INFINITY, &mut scratch.points);
        for p in scratch.points.iter().filter(|p| scale.has(p.v)) {
            let (left, right) = bars.slot(view, p.t);
            let width = right - left;
            let start = (left + width * i / of).min(right - 1);
            let end = (left + width * (i + 1) / of).max(start + 1);
            let value = view.row(scale, p.v);
            draw_bar(area, view, (start, end), (base, value), one)?;
        }
    }
    Ok(())
}

fn stacked<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    series: &[Series<'_>],
    view: &View<'_>,
    bars: &Bars,
) -> Drawn<DB> {
    let Some(widest) = series.iter().map(|one| one.width).reduce(f64::max) else {
        return Ok(());
    };
    let stack = &mut scratch.stack;
    let from = begin(stack, series, view, widest, bars.reach(view));
    // A bar is what a step has, not what is between two.
    stack.merge(|i| series[i].points, f64::NEG_INFINITY);
    let scale = view.scale;
    let floor = view.row(scale, scale.baseline());
    let rows = || {
        stack
            .rows()
            .filter(|(t, _)| view.window.column(*t).floor() >= from)
    };
    let mut rest = rows().peekable();
    while let Some(mut row) = rest.next() {
        // Of those in one place the highest, whole: parts of others would look like its own.
        let slot = bars.slot(view, row.0);
        while let Some(next) = rest.next_if(|next| bars.slot(view, next.0) == slot) {
            let height = |sums: &[f64]| highest(sums) - lowest(sums);
            if height(next.1) > height(row.1) {
                row = next;
            }
        }
        for (layer, (one, end)) in series.iter().zip(row.1).enumerate() {
            if !scale.has(*end) {
                continue;
            }
            let base = match begin_of(row.1, layer) {
                0.0 => floor,
                begin => view.row(scale, begin),
            };
            let value = view.row(scale, *end);
            if value != base || value == floor {
                draw_bar(area, view, slot, (base, value), one)?;
            }
        }
    }
    Ok(())
}

impl Bars {
    /// The columns from the first to before the last that a bar at `t` covers, with a space before
    /// it where there is room.
    fn slot(&self, view: &View<'_>, t: f64) -> (i64, i64) {
        let right = view.edge(t);
        let left = view.edge(t - self.step_ms).min(right - 1);
        let space = match right - left {
            ..3 => 0,
            3..16 => 1,
            width => width / 8,
        };
        (left + space, right)
    }

    /// Columns that a bar covers left of its point, at most.
    fn reach(&self, view: &View<'_>) -> i64 {
        let columns = self.step_ms / view.window.ms_per_px();
        columns.clamp(0.0, f64::from(view.window.width)).ceil() as i64 + 1
    }
}

/// Fills one bar between two rows; a hairline above the first where they are the same.
fn draw_bar<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View<'_>,
    (left, right): (i64, i64),
    (base, value): (i64, i64),
    series: &Series<'_>,
) -> Drawn<DB> {
    let hairline = (series.width.round() as i64).max(1);
    let (top, bottom) = if base == value {
        (base - hairline, base)
    } else {
        (base.min(value), base.max(value))
    };
    let color = ramp(view.surface, series.color, series.dim);
    if series.dashes == 0 {
        return view.fill(area, (left, right), (top, bottom), color);
    }
    // Hatched: its outline, and within it rows that are those of the plot, so that bars beside each
    // other have theirs at one height.
    for columns in [(left, left + hairline), (right - hairline, right)] {
        view.fill(area, columns, (top, bottom), color)?;
    }
    for rows in [(top, top + hairline), (bottom - hairline, bottom)] {
        view.fill(area, (left, right), rows, color)?;
    }
    let [dash, gap] = pattern(series.dashes).map(|lines| ((lines * series.width) as i64).max(1));
    let mut row = top.div_euclid(dash + gap) * (dash + gap);
    while row < bottom {
        let rows = (row.max(top), (row + dash).min(bottom));
        if rows.0 < rows.1 {
            view.fill(area, (left, right), rows, color)?;
        }
        row += dash + gap;
    }
    Ok(())
}
