//! Where times lie on a chart that was painted. Invariant: a time and its place are each other's
//! inverse, in CSS pixels of the chart as the picture has them.

use charts::{PlotRect, TimeWindow};

use crate::widgets::render::chart_style::Scales;

/// What is on the canvases: enough to find a time or a value under a pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotGeometry {
    /// Where the plot lies on the chart, in device pixels.
    pub plot: PlotRect,
    /// The time it shows.
    pub window: TimeWindow,
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// Its scales.
    pub scales: Scales,
}

/// The stretch of time that lies on a number of CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeSpan {
    /// At the left edge, in ms since the epoch.
    pub from_ms: f64,
    /// At the right edge; later.
    pub to_ms: f64,
    /// Its width in CSS pixels; more than zero.
    pub width: f64,
}

impl PlotGeometry {
    /// CSS pixels from the chart's left edge to `t`, on a whole device pixel.
    pub fn x(&self, t: f64) -> f64 {
        (f64::from(self.plot.left) + self.window.x(t)).round() / self.ratio
    }

    /// CSS pixels from the chart's left edge to the plot's.
    pub fn left(&self) -> f64 {
        f64::from(self.plot.left) / self.ratio
    }

    /// CSS pixels from the chart's upper edge to the plot's, and the plot's height.
    pub fn rows(&self) -> (f64, f64) {
        (
            f64::from(self.plot.top) / self.ratio,
            f64::from(self.plot.height) / self.ratio,
        )
    }

    /// CSS pixels from the chart's upper edge to a value; none off the scale, or without one.
    pub fn y(&self, value: f64, right: bool) -> Option<f64> {
        let scale = match right {
            true => self.scales.right,
            false => self.scales.left,
        };
        let height = f64::from(self.plot.height);
        let y = scale.filter(|scale| scale.has(value))?.y(value, height);
        let y = Some(y).filter(|y| (0.0..=height).contains(y))?;
        Some((f64::from(self.plot.top) + y) / self.ratio)
    }

    /// The time on the plot.
    pub fn span(&self) -> TimeSpan {
        TimeSpan {
            from_ms: self.window.end_ms - self.window.span_ms,
            to_ms: self.window.end_ms,
            width: f64::from(self.plot.width) / self.ratio,
        }
    }
}

impl TimeSpan {
    /// The time at `x` CSS pixels from the left edge, held within the span.
    pub fn time(&self, x: f64) -> f64 {
        let share = (x / self.width).clamp(0.0, 1.0);
        self.from_ms + share * (self.to_ms - self.from_ms)
    }

    /// How long before the right edge `x` lies, in ms, held within the span.
    pub fn ago(&self, x: f64) -> f64 {
        self.to_ms - self.time(x)
    }

    /// Milliseconds that a CSS pixel is wide.
    pub fn ms_per_px(&self) -> f64 {
        (self.to_ms - self.from_ms) / self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ratio: f64) -> PlotGeometry {
        PlotGeometry {
            plot: PlotRect {
                left: 40,
                top: 8,
                width: 600,
                height: 200,
            },
            window: TimeWindow::new(1_790_000_000_000.0, 300_000.0, 600),
            ratio,
            scales: Scales::default(),
        }
    }

    #[test]
    fn places_are_times() {
        for (ratio, ago, x) in [
            (1.0, 0.0, 640.0),
            (1.0, 300_000.0, 40.0),
            (2.0, 150_000.0, 170.0),
            (2.0, 0.0, 320.0),
        ] {
            let shown = shown(ratio);
            assert_eq!(shown.x(shown.window.end_ms - ago), x, "{ratio} {ago}");
            assert_eq!(shown.span().ago(x - shown.left()), ago, "{ratio} {x}");
        }
        assert_eq!(shown(2.0).rows(), (4.0, 100.0));
    }

    #[test]
    fn values_have_places_on_their_own_scale() {
        let fit = |high| {
            Some(charts::ValueScale::fit(
                0.0,
                high,
                &charts::Bounds::default(),
            ))
        };
        let shown = PlotGeometry {
            scales: Scales {
                left: fit(10.0),
                right: None,
            },
            ..shown(2.0)
        };
        let scale = shown.scales.left.expect("a scale");
        let place = |value: f64| Some((8.0 + scale.y(value, 200.0)) / 2.0);
        let most = scale.max;
        for (value, right, want) in [
            (0.0, false, place(0.0)),
            (most, false, place(most)),
            (most * 2.0, false, None),
            (f64::NAN, false, None),
            (0.0, true, None),
        ] {
            assert_eq!(shown.y(value, right), want, "{value} {right}");
        }
    }

    #[test]
    fn times_stay_within() {
        let span = shown(1.0).span();
        for (x, ago) in [
            (-50.0, 300_000.0),
            (9e9, 0.0),
            (f64::INFINITY, 0.0),
            (f64::NEG_INFINITY, 300_000.0),
        ] {
            assert_eq!(span.ago(x), ago, "{x}");
        }
    }
}
