//! Where the plot lies on a canvas. Invariant: the plot has at least a pixel, and room for labels
//! is measured by our own estimate, which never makes a page lay out.

use plotters::style::RGBColor;

use crate::ValueScale;
use crate::text::{FONT, text_width};

/// Lengths in device-independent pixels, between a label and the plot, at its sides and below.
pub(crate) const GAP: f64 = 8.0;
const ROW_GAP: f64 = 6.0;
/// Above the plot, and at a side without labels.
const MARGIN: f64 = 8.0;

/// How axes look, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AxisStyle {
    /// Device pixels in a device-independent one; more than zero.
    pub ratio: f64,
    /// Colour of labels.
    pub text: RGBColor,
    /// Colour of grid lines.
    pub grid: RGBColor,
}

/// Device pixels that value labels take beside the plot: see [`label_width()`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gutters {
    /// At the left; zero when there are none.
    pub left: u32,
    /// At the right; zero when there is no second axis.
    pub right: u32,
}

impl From<u32> for Gutters {
    /// Labels at the left only.
    fn from(left: u32) -> Self {
        Self { left, right: 0 }
    }
}

/// Where the plot, and so the data layer, lies on the axes layer, in device pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlotRect {
    /// From the canvas' left edge: the gutter for value labels.
    pub left: u32,
    /// From the canvas' upper edge.
    pub top: u32,
    /// Width of the data layer.
    pub width: u32,
    /// Height of the data layer.
    pub height: u32,
}

impl PlotRect {
    /// The plot on a canvas of `width` by `height` with value labels in `gutters` (or in one at
    /// the left, given as a number); at least one pixel each way, however small the canvas.
    pub fn inside(width: u32, height: u32, gutters: impl Into<Gutters>, ratio: f64) -> Self {
        let Gutters { left, right } = gutters.into();
        let px = |length: f64| (length * ratio).round() as u32;
        let left = left.saturating_add(px(GAP));
        let right = match right {
            0 => px(MARGIN),
            labels => labels.saturating_add(px(GAP)),
        };
        let below = px(ROW_GAP + FONT + ROW_GAP);
        Self {
            left,
            top: px(MARGIN),
            width: width.saturating_sub(left.saturating_add(right)).max(1),
            height: height.saturating_sub(px(MARGIN) + below).max(1),
        }
    }

    /// The first canvas row of the time labels. All below it is theirs, and nothing of the grid
    /// reaches there: it can be cleared and drawn alone.
    pub fn label_row(&self, ratio: f64) -> u32 {
        self.top + self.height + (ROW_GAP * ratio).round() as u32
    }
}

/// Device pixels that the widest value label of `scale` takes, rounded up.
pub fn label_width(scale: &ValueScale, ratio: f64, label: &dyn Fn(f64) -> String) -> u32 {
    scale
        .ticks()
        .map(|value| text_width(&label(value), ratio).ceil() as u32)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bounds;
    use crate::text::DIGIT_EM;

    #[test]
    fn plots_lie_inside_their_canvas() {
        let check = |size: (u32, u32), label: u32, ratio: f64, plot: (u32, u32, u32, u32)| {
            let got = PlotRect::inside(size.0, size.1, label, ratio);
            assert_eq!((got.left, got.top, got.width, got.height), plot, "{size:?}");
        };
        check((400, 200), 20, 1.0, (28, 8, 364, 169));
        check((800, 400), 40, 2.0, (56, 16, 728, 338));
        check((0, 0), 0, 1.0, (8, 8, 1, 1));
        check((20, 20), u32::MAX, 1.0, (u32::MAX, 8, 1, 1));
        let right = |right, ratio| {
            let got = PlotRect::inside(400, 200, Gutters { left: 20, right }, ratio);
            (got.left, got.width)
        };
        assert_eq!(right(0, 1.0), (28, 364));
        assert_eq!(right(30, 1.0), (28, 334));
        assert_eq!(right(30, 2.0), (36, 318));
        assert_eq!(right(u32::MAX, 1.0), (28, 1));
    }

    #[test]
    fn the_label_row_and_its_labels_lie_below_the_grid() {
        for ratio in [1.0, 1.25, 2.0, 3.0] {
            let plot = PlotRect::inside(800, 400, 30, ratio);
            let row = f64::from(plot.label_row(ratio));
            let zero = f64::from(plot.top + plot.height) - crate::scale::INSET_PX;
            assert!(row >= zero + FONT * ratio / 2.0, "{ratio}");
            assert!(row + FONT * ratio <= 400.0, "{ratio}");
        }
    }

    #[test]
    fn the_widest_label_makes_the_gutter() {
        let scale = ValueScale::fit(0.0, 40.0, &Bounds::default());
        let check = |label: &dyn Fn(f64) -> String, digits: f64| {
            let expected = (digits * DIGIT_EM * FONT * 2.0).ceil() as u32;
            assert_eq!(label_width(&scale, 2.0, label), expected);
        };
        check(&|v| format!("{v}"), 2.0);
        check(
            &|v| {
                if v == 0.0 {
                    "never".to_owned()
                } else {
                    String::new()
                }
            },
            5.0,
        );
        check(&|_| String::new(), 0.0);
    }
}
