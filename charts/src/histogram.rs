//! A distribution as it is now: a bar for each bucket. Invariant: buckets are equally wide, however
//! large their bounds, since those mostly grow by a factor; places between bounds are interpolated.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::Text;
use plotters::style::RGBColor;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use crate::ValueScale;
use crate::ink::{Drawn, fill_rect};
use crate::plot::{AxisStyle, PlotRect};
use crate::text::{text_style, text_width};

/// Between two labels, in device-independent pixels.
const APART: f64 = 8.0;

/// Counts by bucket.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<'a> {
    /// The upper bound of each bucket but the last, which has none; in order.
    pub bounds: &'a [f64],
    /// The count of each bucket: one more than there are bounds.
    pub counts: &'a [f64],
    /// Of the bars.
    pub color: RGBColor,
    /// Values to mark with a line and a colour, such as percentiles.
    pub marks: &'a [(f64, RGBColor)],
}

/// Draws the bars and the marks of `histogram` in `plot`, on a scale for counts, and the bounds of
/// buckets below it, as many as have room. A bucket with a count, however small, is seen.
///
/// # Errors
/// What the backend reports.
pub fn draw_histogram<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    scale: &ValueScale,
    style: &AxisStyle,
    histogram: &Histogram<'_>,
    label: &dyn Fn(f64) -> String,
) -> Drawn<DB> {
    let (left, top) = (plot.left as i32, plot.top as i32);
    let thick = (style.ratio.round() as i32).max(1);
    let height = f64::from(plot.height);
    let row = |value: f64| {
        let y = scale.y(value, height).clamp(0.0, height);
        top + y.round() as i32
    };
    let base = row(scale.baseline());
    let edge = |place: f64| left + (place * f64::from(plot.width)).round() as i32;
    let of = histogram.counts.len().max(1) as f64;
    for (i, &count) in histogram.counts.iter().enumerate() {
        if count.is_nan() || count <= 0.0 {
            continue;
        }
        let columns = (edge(i as f64 / of), edge((i + 1) as f64 / of));
        // A space between bars, where there is room.
        let space = if columns.1 - columns.0 > 3 * thick {
            thick
        } else {
            0
        };
        let rows = (row(count).min(base - thick), base);
        fill_rect(area, (columns.0 + space, columns.1), rows, histogram.color)?;
    }
    for &(value, color) in histogram.marks {
        if let Some(place) = histogram.place(value) {
            let x = edge(place) - thick / 2;
            fill_rect(area, (x, x + thick), (top, base), color)?;
        }
    }
    let y = plot.label_row(style.ratio) as i32;
    let canvas = f64::from(area.dim_in_pixel().0);
    let mut free = 0.0;
    for (i, &bound) in histogram.bounds.iter().enumerate() {
        let text = label(bound);
        let x = edge((i + 1) as f64 / of);
        let half = text_width(&text, style.ratio) / 2.0;
        if f64::from(x) - half < free || f64::from(x) + half > canvas {
            continue;
        }
        free = f64::from(x) + half + APART * style.ratio;
        area.draw(&Text::new(
            text,
            (x, y),
            text_style(style, HPos::Center, VPos::Top),
        ))?;
    }
    Ok(())
}

impl Histogram<'_> {
    /// How far from the left a value is, 0 to 1; none for what is no number. The first bucket begins
    /// at zero, or at its bound below it; in the last, which has no end, all values are in the middle.
    pub fn place(&self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        let of = (self.bounds.len() + 1) as f64;
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        let Some(&end) = self.bounds.get(bucket) else {
            return Some((bucket as f64 + 0.5) / of);
        };
        let begin = match bucket.checked_sub(1).and_then(|i| self.bounds.get(i)) {
            Some(bound) => *bound,
            None => end.min(0.0),
        };
        let share = if end > begin {
            (value - begin) / (end - begin)
        } else {
            1.0
        };
        Some((bucket as f64 + share.clamp(0.0, 1.0)) / of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_values() {
        let check = |bounds: &[f64], value: f64, expected: Option<f64>| {
            let histogram = Histogram {
                bounds,
                counts: &[],
                color: RGBColor(0, 0, 0),
                marks: &[],
            };
            assert_eq!(histogram.place(value), expected, "{bounds:?} {value}");
        };
        let bounds = [1.0, 10.0, 100.0];
        check(&bounds, 0.0, Some(0.0));
        check(&bounds, 0.5, Some(0.125));
        check(&bounds, 1.0, Some(0.25));
        check(&bounds, 5.5, Some(0.375));
        check(&bounds, 10.0, Some(0.5));
        check(&bounds, 100.0, Some(0.75));
        // The last has no end, and nothing is before the first.
        check(&bounds, 1e9, Some(0.875));
        check(&bounds, f64::INFINITY, Some(0.875));
        check(&bounds, -5.0, Some(0.0));
        check(&bounds, f64::NAN, None);
        check(&[-4.0, 4.0], -4.0, Some(1.0 / 3.0));
        check(&[], 3.0, Some(0.5));
        check(&[2.0, 2.0], 2.0, Some(1.0 / 3.0));
    }
}
