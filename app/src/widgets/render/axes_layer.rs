//! What stands still behind a chart's data: grid, thresholds, labels of values. Drawn by plotters
//! as SVG, since a browser hands every canvas to the compositor in each frame, drawn on or not,
//! while what stands still in the document costs nothing.

use charts::{
    Gutters, PlotRect, ThresholdLine, TimeWindow, ValueScale, View, draw_grid, draw_thresholds,
    draw_value_labels_right, label_width,
};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_backend::DrawingBackend;
use web_sys::HtmlElement;

use crate::widgets::render::chart_style::{Axis, ChartStyle, Scales};
use crate::widgets::render::palette::Palette;
use crate::widgets::render::snapshot::Drawn;

/// Narrowest gutter for value labels in device-independent pixels: a label that grows by a digit
/// does not move the plot.
const GUTTER: f64 = 28.0;

/// Where the backdrop stands in the page.
pub struct AxesLayer {
    element: HtmlElement,
    drawn: Option<Axes>,
}

/// What the axes show, and where. With the same there is nothing to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// Size of the chart in device pixels.
    pub size: (u32, u32),
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// Where the plot lies.
    pub plot: PlotRect,
    /// Of the values.
    pub scales: Scales,
    /// The palette's generation.
    pub palette: u64,
}

impl AxesLayer {
    /// In this element, which has nothing else in it.
    pub fn new(element: HtmlElement) -> Self {
        AxesLayer {
            element,
            drawn: None,
        }
    }

    /// The next picture is drawn in any case.
    pub fn forget(&mut self) {
        self.drawn = None;
    }

    /// Shows these axes.
    pub fn show(&mut self, axes: &Axes, style: &ChartStyle, palette: &Palette) {
        if self.drawn.replace(*axes) == Some(*axes) {
            return;
        }
        let mut text = String::new();
        let area = SVGBackend::with_string(&mut text, axes.size).into_drawing_area();
        // Writing to a string cannot fail.
        drop(axes.draw(&area, style, palette));
        drop(area.present());
        drop(area);
        self.element.set_inner_html(&text);
        let style = self.element.style();
        let css = |px: u32| f64::from(px) / axes.ratio;
        // The style sheet says the size of labels, which plotters' SVG writes smaller than it is.
        for (name, px) in [
            ("width", css(axes.size.0)),
            ("height", css(axes.size.1)),
            (
                "--label",
                charts::FONT * palette.axis_style(axes.ratio).ratio,
            ),
        ] {
            // Only an unknown property name is an error, and these are known.
            drop(style.set_property(name, &format!("{px}px")));
        }
    }
}

impl Axes {
    /// The plot on a chart of `size` with room for the labels that its scales have.
    pub fn plot(size: (u32, u32), ratio: f64, style: &ChartStyle, scales: &Scales) -> PlotRect {
        let least = least_gutter(ratio);
        let width = |axis: Axis, scale: &ValueScale| {
            label_width(scale, ratio, &|v| axis.label(scale, v)).max(least)
        };
        let right = style.right.zip(scales.right);
        let gutters = Gutters {
            left: width(style.left, &left(style, scales)),
            right: right.map_or(0, |(axis, scale)| width(axis, &scale)),
        };
        PlotRect::inside(size.0, size.1, gutters, ratio)
    }

    /// Draws them; the area is as large as the chart.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        style: &ChartStyle,
        palette: &Palette,
    ) -> Drawn<DB> {
        self.draw_scales(area, style, palette)?;
        self.draw_thresholds(area, style, palette)
    }

    /// Draws the grid, and the labels of both scales.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw_scales<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        style: &ChartStyle,
        palette: &Palette,
    ) -> Drawn<DB> {
        let axis_style = palette.axis_style(self.ratio);
        let left = left(style, &self.scales);
        // Without data there is a grid and nothing to say about it.
        let label = |value: f64| match self.scales.left {
            Some(scale) => style.left.label(&scale, value),
            None => String::new(),
        };
        draw_grid(area, &self.plot, &left, &axis_style, &label)?;
        match style.right.zip(self.scales.right) {
            Some((axis, scale)) => {
                let label = |value: f64| axis.label(&scale, value);
                draw_value_labels_right(area, &self.plot, &scale, &axis_style, &label)
            }
            None => Ok(()),
        }
    }

    /// Draws the thresholds.
    ///
    /// # Errors
    /// What the backend reports.
    pub fn draw_thresholds<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        style: &ChartStyle,
        palette: &Palette,
    ) -> Drawn<DB> {
        let lines: Vec<ThresholdLine> = style
            .thresholds
            .iter()
            .map(|threshold| ThresholdLine {
                at: threshold.at,
                color: palette.level(threshold.level),
            })
            .collect();
        let view = View {
            window: &TimeWindow::new(0.0, 1.0, self.plot.width),
            scale: &left(style, &self.scales),
            right: None,
            height: self.plot.height,
            connect_ms: 0.0,
            clip: None,
            subpixel: 1,
            surface: palette.surface,
        };
        let corner = (self.plot.left, self.plot.top);
        let size = (self.plot.width, self.plot.height);
        let plot = area.clone().shrink(corner, size);
        draw_thresholds(&plot, &view, self.ratio, &lines)
    }
}

/// Narrowest gutter in device pixels.
pub fn least_gutter(ratio: f64) -> u32 {
    (GUTTER * ratio) as u32
}

/// The scale of the axis at the left, or without data an empty one.
pub fn left(style: &ChartStyle, scales: &Scales) -> ValueScale {
    let empty = || ValueScale::fit(f64::NAN, f64::NAN, &style.left.bounds);
    scales.left.unwrap_or_else(empty)
}
