//! Grid lines and labels on the axes layer. Invariant: lines cover whole device pixels, and no
//! label is cut off at an edge or touches another.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Rectangle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use crate::plot::{AxisStyle, GAP, PlotRect};
use crate::text::{FONT, text_style, text_width};
use crate::ticks::{time_label, time_step, time_ticks};
use crate::{TimeWindow, ValueScale};

/// From one time label to the next, about, in device-independent pixels.
const TIME_LABELS: f64 = 140.0;

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
    for (value, middle) in labelled(plot, scale, style.ratio) {
        let upper = middle.round() as i32 - thick / 2;
        area.draw(&Rectangle::new(
            [(left, upper), (right, upper + thick)],
            style.grid.filled(),
        ))?;
        let text = label(value);
        let end = left - (GAP * style.ratio).round() as i32;
        // Wider than its gutter, a label rather runs into the plot than off the canvas.
        let (x, anchor) = if text_width(&text, style.ratio) <= f64::from(end) {
            (end, HPos::Right)
        } else {
            (0, HPos::Left)
        };
        let at = (x, label_y(middle, style.ratio));
        area.draw(&Text::new(
            text,
            at,
            text_style(style, anchor, VPos::Center),
        ))?;
    }
    Ok(())
}

/// Draws the labels of a second axis right of the plot, and no lines: those belong to the first.
///
/// # Errors
/// What the backend reports.
pub fn draw_value_labels_right<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    scale: &ValueScale,
    style: &AxisStyle,
    label: &dyn Fn(f64) -> String,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let canvas = area.dim_in_pixel().0 as i32;
    let start = (plot.left + plot.width) as i32 + (GAP * style.ratio).round() as i32;
    for (value, middle) in labelled(plot, scale, style.ratio) {
        let text = label(value);
        let fits = text_width(&text, style.ratio) <= f64::from(canvas - start);
        let (x, anchor) = if fits {
            (start, HPos::Left)
        } else {
            (canvas, HPos::Right)
        };
        let at = (x, label_y(middle, style.ratio));
        area.draw(&Text::new(
            text,
            at,
            text_style(style, anchor, VPos::Center),
        ))?;
    }
    Ok(())
}

/// The ticks of `scale` whose labels do not touch, and where they are on the canvas: on a low plot
/// every second, or fewer.
fn labelled(
    plot: &PlotRect,
    scale: &ValueScale,
    ratio: f64,
) -> impl Iterator<Item = (f64, f64)> + use<> {
    let (scale, height) = (*scale, f64::from(plot.height));
    let top = f64::from(plot.top);
    // Ticks are not equally far apart on a logarithmic scale.
    let nearest = scale
        .ticks()
        .zip(scale.ticks().skip(1))
        .map(|(below, above)| scale.y(below, height) - scale.y(above, height))
        .fold(height, f64::min);
    let stride = (FONT * ratio * 1.3 / nearest.max(1.0)).ceil().max(1.0) as usize;
    let place = move |value| (value, top + scale.y(value, height));
    scale.ticks().step_by(stride).map(place)
}

/// The middle of a label beside `middle`, on the canvas also at its upper edge.
fn label_y(middle: f64, ratio: f64) -> i32 {
    middle.max(FONT * ratio / 2.0).round() as i32
}

/// Draws the row of time labels below the plot, as the clocks of a zone show them: `offset_min`
/// minutes ahead of UTC at a time. A label that would be cut off at an edge of the canvas is left out.
///
/// # Errors
/// What the backend reports.
pub fn draw_time_labels<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &PlotRect,
    window: &TimeWindow,
    style: &AxisStyle,
    offset_min: &dyn Fn(f64) -> i32,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let canvas = area.dim_in_pixel().0 as i32;
    let y = plot.label_row(style.ratio) as i32;
    for label in time_labels(window, style.ratio, offset_min) {
        let label = TimeLabel {
            x: label.x + plot.left as i32,
            ..label
        };
        if label.is_within(canvas) {
            draw_time_label(area, &label, y, style)?;
        }
    }
    Ok(())
}

/// A label of a time.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeLabel {
    /// Its middle, in device pixels from the window's left edge.
    pub x: i32,
    /// Half of its width, rounded up.
    pub half: i32,
    /// What it says.
    pub text: String,
}

impl TimeLabel {
    /// Whether it is not cut off at an edge of a picture that begins with the window and is
    /// `width` device pixels wide.
    pub fn is_within(&self, width: i32) -> bool {
        self.x >= self.half && self.x + self.half <= width
    }
}

/// The labels of `window`, with `ratio` device pixels in a device-independent one, as the clocks of
/// a zone show them that is `offset_min` minutes ahead of UTC at a time. They move by whole pixels.
pub fn time_labels(
    window: &TimeWindow,
    ratio: f64,
    offset_min: &dyn Fn(f64) -> i32,
) -> impl Iterator<Item = TimeLabel> {
    let step = time_step(window, TIME_LABELS * ratio);
    let ticks = time_ticks(window, step, offset_min).into_iter();
    ticks.map(move |t| {
        let text = time_label(t, step, offset_min(t));
        TimeLabel {
            x: window.x_subpixel(t, 1),
            half: (text_width(&text, ratio) / 2.0).ceil() as i32,
            text,
        }
    })
}

/// Draws one label with its upper edge at `y`.
///
/// # Errors
/// What the backend reports.
pub fn draw_time_label<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    label: &TimeLabel,
    y: i32,
    style: &AxisStyle,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let style = text_style(style, HPos::Center, VPos::Top);
    area.draw(&Text::new(label.text.clone(), (label.x, y), style))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bounds, Mode};

    #[test]
    fn value_labels_never_touch() {
        let scales = [
            (0.0, 40.0),
            (0.0, 1.0),
            (3.0, 18.0),
            (1e-6, 1e6),
            (2.0, 1e4),
        ];
        for mode in [Mode::Linear, Mode::Log] {
            for (low, high) in scales {
                let bounds = Bounds {
                    mode,
                    ..Bounds::default()
                };
                let scale = ValueScale::fit(low, high, &bounds);
                for height in [1, 30, 45, 60, 100, 300, 1_000] {
                    let plot = PlotRect::inside(300, height, 30, 1.0);
                    let places: Vec<f64> = labelled(&plot, &scale, 1.0).map(|(_, y)| y).collect();
                    assert!(!places.is_empty(), "{scale:?} {height}");
                    for pair in places.windows(2) {
                        assert!(pair[0] - pair[1] >= FONT, "{scale:?} {height}: {places:?}");
                    }
                }
            }
        }
        // With room for all, all are labelled.
        let scale = ValueScale::fit(0.0, 40.0, &Bounds::default());
        let plot = PlotRect::inside(300, 200, 30, 1.0);
        assert_eq!(labelled(&plot, &scale, 1.0).count(), 5);
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
