//! Thresholds and moments on a plot. Invariant: lines cover whole device pixels; marks stand on
//! absolute columns and so move with the picture.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::style::{Color, RGBColor};
use plotters_backend::DrawingBackend;

use crate::ink::{Drawn, Ink};
use crate::{Span, View};

/// Lengths of dash and gap of a threshold in device-independent pixels.
const DASH: f64 = 6.0;
const GAP: f64 = 4.0;
/// Half the width, and the height, of the triangle on a mark.
const HEAD: f64 = 4.0;
/// Half the width of a mark at the edge.
const EDGE: f64 = 3.0;
/// Opacity of a shade.
const SHADE: f64 = 0.1;

/// A value that must not be passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThresholdLine {
    /// The value.
    pub at: f64,
    /// Of the line.
    pub color: RGBColor,
}

/// A moment at which something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Milliseconds since the epoch.
    pub t: f64,
    /// Of the line.
    pub color: RGBColor,
}

/// Draws a dashed line across the plot for each of `lines` that is on the left scale, with `ratio`
/// device pixels in a device-independent one. The area begins at the plot's corner, as for
/// [`draw_series`](crate::draw_series), but belongs to the axes layer.
///
/// # Errors
/// What the backend reports.
pub fn draw_thresholds<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View<'_>,
    ratio: f64,
    lines: &[ThresholdLine],
) -> Drawn<DB> {
    let px = |length: f64| (length * ratio).round().max(1.0) as i64;
    let (dash, period, thick) = (px(DASH), px(DASH) + px(GAP), px(1.0));
    let on_scale = view.scale.min..=view.scale.max;
    let width = i64::from(view.window.width);
    for line in lines.iter().filter(|line| on_scale.contains(&line.at)) {
        let top = view.row(view.scale, line.at) - thick / 2;
        let rows = (top, top + thick);
        let mut left = 0;
        while left < width {
            let right = (left + dash).min(width);
            view.fill(area, (left, right), rows, line.color)?;
            left += period;
        }
    }
    Ok(())
}

/// Shades the time of each of `spans` from top to bottom, so that what is behind and before is seen.
///
/// # Errors
/// What the backend reports.
pub fn draw_shades<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View<'_>,
    spans: &[Span],
) -> Drawn<DB> {
    let (from, to) = view.columns();
    for span in spans.iter().filter(|span| span.from <= span.to) {
        let (left, right) = (view.edge(span.from).max(from), view.edge(span.to).min(to));
        if left < right {
            let corners = [
                (view.units(left), 0),
                (view.units(right), view.units(view.height.into())),
            ];
            area.draw(&Ink::Rect(corners, span.color.mix(SHADE).filled()))?;
        }
    }
    Ok(())
}

/// Draws a small triangle at the lower edge at the time of each of `marks`, with `ratio` device
/// pixels in a device-independent one.
///
/// # Errors
/// What the backend reports.
pub fn draw_edge_marks<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View<'_>,
    ratio: f64,
    marks: &[Mark],
) -> Drawn<DB> {
    let half = (EDGE * ratio).round().max(1.0) as i64;
    let (from, to) = view.columns();
    let bottom = i64::from(view.height);
    for mark in marks.iter().filter(|mark| mark.t.is_finite()) {
        let middle = view.edge(mark.t);
        if middle + half < from || middle - half > to {
            continue;
        }
        let triangle = [
            (view.units(middle - half), view.units(bottom)),
            (view.units(middle), view.units(bottom - half - 1)),
            (view.units(middle + half), view.units(bottom)),
        ];
        area.draw(&Ink::Area(&triangle, mark.color.filled()))?;
    }
    Ok(())
}

/// Draws a line from top to bottom at the time of each of `marks`, with a small triangle at the
/// top, with `ratio` device pixels in a device-independent one; on either layer.
///
/// # Errors
/// What the backend reports.
pub fn draw_marks<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View<'_>,
    ratio: f64,
    marks: &[Mark],
) -> Drawn<DB> {
    let px = |length: f64| (length * ratio).round().max(1.0) as i64;
    let (head, thick) = (px(HEAD), px(1.0));
    let (from, to) = view.columns();
    for mark in marks.iter().filter(|mark| mark.t.is_finite()) {
        let left = view.edge(mark.t) - thick / 2;
        let right = left + thick;
        if right + head < from || left - head > to {
            continue;
        }
        let height = i64::from(view.height);
        view.fill(area, (left, right), (0, height), mark.color)?;
        // Rounded down at both sides of zero, so that a shift changes nothing.
        let tip = view.units(left + right).div_euclid(2);
        let triangle = [
            (view.units(left - head), 0),
            (view.units(right + head), 0),
            (tip, view.units(head + thick)),
        ];
        area.draw(&Ink::Area(&triangle, mark.color.filled()))?;
    }
    Ok(())
}
