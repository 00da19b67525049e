//! A small line without axes. Invariant: its scale holds every point it shows, with some room.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::style::RGBColor;
use plotters_backend::DrawingBackend;

use crate::decimate::visible;
use crate::scale::Mode;
use crate::series::draw_to_floor;
use crate::{Point, Scratch, Series, TimeWindow, ValueScale, View};

/// Opacity of the area under the line.
const FILL: f64 = 0.12;
/// Room above and below the line, as a share of its range.
const PADDING: f64 = 0.1;

/// What a sparkline shows.
#[derive(Clone, Copy, Debug)]
pub struct Sparkline<'a> {
    /// In order of time.
    pub points: &'a [Point],
    /// Of line and area.
    pub color: RGBColor,
    /// Width of the line in device pixels.
    pub width: f64,
    /// The stretch of time, as wide as the canvas.
    pub window: &'a TimeWindow,
    /// Height of the canvas in device pixels.
    pub height: u32,
    /// Points farther apart than this, in milliseconds, are not joined.
    pub connect_ms: f64,
    /// Backend units in a device pixel.
    pub subpixel: i32,
}

/// Draws the line, and the area from it to the lower edge, on a scale from the lowest to the
/// highest value in the window.
///
/// # Errors
/// What the backend reports.
pub fn draw_sparkline<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    scratch: &mut Scratch,
    line: &Sparkline<'_>,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let scale = scale_of(line.points, line.window);
    let view = View {
        window: line.window,
        scale: &scale,
        right: None,
        height: line.height,
        connect_ms: line.connect_ms,
        clip: None,
        subpixel: line.subpixel,
        // Nothing is dimmed.
        surface: line.color,
    };
    let series = Series {
        fill: Some(FILL),
        ..Series::line(line.points, line.color, line.width)
    };
    let floor = (line.height as i32).saturating_mul(line.subpixel);
    draw_to_floor(area, scratch, &[series], &view, Some(floor))
}

/// From the lowest to the highest point, with padding. A constant lies in the middle, but a
/// constant zero at the bottom: nothing should look like nothing.
fn scale_of(points: &[Point], window: &TimeWindow) -> ValueScale {
    let seen = visible(points, window, 0, i64::from(window.width), 0);
    let values = seen.iter().map(|p| p.v).filter(|v| v.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(v), high.max(v))
    });
    let (low, high) = if low > high || (low == 0.0 && high == 0.0) {
        (0.0, 1.0)
    } else if high - low <= low.abs() * 1e-9 {
        (low - low.abs(), low + low.abs())
    } else {
        (low, high)
    };
    let padding = (high / 2.0 - low / 2.0) * 2.0 * PADDING;
    ValueScale {
        min: (low - padding).max(f64::MIN / 4.0),
        max: (high + padding).min(f64::MAX / 4.0),
        step: high - low,
        mode: Mode::Linear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], min: f64, max: f64) {
        let points: Vec<_> = (0..)
            .zip(values)
            .map(|(i, &v)| Point { t: f64::from(i), v })
            .collect();
        let scale = scale_of(&points, &TimeWindow::new(100.0, 100.0, 10));
        assert!((scale.min - min).abs() < 1e-9, "{values:?} {scale:?}");
        assert!((scale.max - max).abs() < 1e-9, "{values:?} {scale:?}");
    }

    #[test]
    fn scales() {
        check(&[], -0.1, 1.1);
        check(&[f64::NAN], -0.1, 1.1);
        check(&[0.0, 0.0], -0.1, 1.1);
        check(&[5.0], -1.0, 11.0);
        check(&[-5.0, -5.0], -11.0, 1.0);
        check(&[10.0, 20.0], 9.0, 21.0);
        check(&[10.0, f64::NAN, f64::INFINITY, 20.0], 9.0, 21.0);
    }

    #[test]
    fn the_widest_range_stays_finite() {
        let points = [
            Point {
                t: 1.0,
                v: f64::MIN,
            },
            Point {
                t: 2.0,
                v: f64::MAX,
            },
        ];
        let scale = scale_of(&points, &TimeWindow::new(100.0, 100.0, 10));
        assert!((scale.max - scale.min).is_finite() && scale.max > scale.min);
    }
}
