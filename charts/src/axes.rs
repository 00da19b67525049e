//! Grid lines and labels on the axes layer. Invariant: lines cover whole device pixels, and no
//! label is cut off at an edge or touches another.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle};
use plotters_backend::DrawingBackend;

use crate::ticks::{time_label, time_step, time_ticks};
use crate::{TimeWindow, ValueScale};

const FAMILY: &str = "Inter, system-ui, sans-serif";

/// Lengths in device-independent pixels.
const FONT: f64 = 11.0;
/// Between a label and the plot, at the left and below.
const GAP: f64 = 8.0;
const ROW_GAP: f64 = 6.0;
/// Above and at the right of the plot.
const MARGIN: f64 = 8.0;
/// From one time label to the next, about.
const TIME_LABELS: f64 = 140.0;

/// Width of a digit in ems: somewhat more than in the widest of the usual fonts.
const DIGIT_EM: f64 = 0.64;
/// Width of m, M, w, W and %.
const WIDE_EM: f64 = 0.97;

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
    /// The plot on a canvas of `width` by `height` whose widest value label takes `label_width`
    /// (see [`label_width()`]); at least one pixel each way, however small the canvas.
    pub fn inside(width: u32, height: u32, label_width: u32, ratio: f64) -> Self {
        let px = |length: f64| (length * ratio).round() as u32;
        let left = label_width.saturating_add(px(GAP));
        let below = px(ROW_GAP + FONT + ROW_GAP);
        Self {
            left,
            top: px(MARGIN),
            width: width.saturating_sub(left.saturating_add(px(MARGIN))).max(1),
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

/// Draws a line for each tick of `scale` across the plot, and its label left of it; for fewer ticks
/// when the plot is too low for all labels.
///
/// # Errors
/// What the backend reports.
pub fn draw_grid<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    scale: &ValueScale,
    style: &AxisStyle,
    label: &dyn Fn(f64) -> String,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let thick = (style.ratio.round() as i32).max(1);
    let (left, right) = (plot.left as i32, (plot.left + plot.width) as i32);
    let row_px = FONT * style.ratio;
    let step_px = scale.y(scale.min, f64::from(plot.height))
        - scale.y(scale.min + scale.step, f64::from(plot.height));
    // On a low plot every second line, or fewer, has room for its label.
    let stride = (row_px * 1.3 / step_px.max(1.0)).ceil().max(1.0) as usize;
    for value in scale.ticks().step_by(stride) {
        let middle = f64::from(plot.top) + scale.y(value, f64::from(plot.height));
        let upper = middle.round() as i32 - thick / 2;
        area.draw(&Rectangle::new(
            [(left, upper), (right, upper + thick)],
            style.grid.filled(),
        ))?;
        let text = label(value);
        let y = middle.max(row_px / 2.0).round() as i32;
        let end = left - (GAP * style.ratio).round() as i32;
        // Wider than its gutter, a label rather runs into the plot than off the canvas.
        let (x, anchor) = if text_width(&text, style.ratio) <= f64::from(end) {
            (end, HPos::Right)
        } else {
            (0, HPos::Left)
        };
        area.draw(&Text::new(
            text,
            (x, y),
            text_style(style, anchor, VPos::Center),
        ))?;
    }
    Ok(())
}

/// Draws the row of time labels below the plot, in local time `utc_offset_min` minutes ahead of
/// UTC. A label that would be cut off at an edge of the canvas is left out.
///
/// # Errors
/// What the backend reports.
pub fn draw_time_labels<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    window: &TimeWindow,
    style: &AxisStyle,
    utc_offset_min: i32,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let canvas = f64::from(area.dim_in_pixel().0);
    let step = time_step(window, TIME_LABELS * style.ratio);
    let y = plot.label_row(style.ratio) as i32;
    for t in time_ticks(window, step, utc_offset_min) {
        let text = time_label(t, step, utc_offset_min);
        let x = f64::from(plot.left) + window.x(t);
        let half = text_width(&text, style.ratio) / 2.0;
        if x - half < 0.0 || x + half > canvas {
            continue;
        }
        let style = text_style(style, HPos::Center, VPos::Top);
        area.draw(&Text::new(text, (x.round() as i32, y), style))?;
    }
    Ok(())
}

fn text_style(style: &AxisStyle, h: HPos, v: VPos) -> TextStyle<'static> {
    TextStyle {
        font: FontDesc::new(
            FontFamily::Name(FAMILY),
            FONT * style.ratio,
            FontStyle::Normal,
        ),
        color: style.text.to_backend_color(),
        pos: Pos::new(h, v),
    }
}

/// An upper estimate: asking the backend would make it measure, and a page lay out.
fn text_width(text: &str, ratio: f64) -> f64 {
    let em = |c: char| match c {
        'm' | 'M' | 'w' | 'W' | '%' => WIDE_EM,
        _ => DIGIT_EM,
    };
    text.chars().map(em).sum::<f64>() * FONT * ratio
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bounds;

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

    #[test]
    fn time_labels_never_touch() {
        for width in [40, 330, 520, 760, 2_000] {
            for span in [1e3, 7e3, 3e4, 3e5, 1e6, 3.6e6, 2e7, 8.64e7, 6e8, 3e9, 1e11] {
                let window = TimeWindow::new(1_795_176_330_000.0, span, width);
                let step = time_step(&window, TIME_LABELS);
                let text = time_label(window.end_ms, step, 0);
                let apart = step / window.ms_per_px();
                assert!(
                    apart > text_width(&text, 1.0),
                    "{width} px, {span} ms: {apart}"
                );
            }
        }
    }
}
