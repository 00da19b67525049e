//! One chart's picture: axes, and data over them; and the least that makes both right again.

use charts::{Frame, TimeWindow, ValueScale};

use crate::live::Lines;
use crate::time_zone;
use crate::widgets::render::axes_layer::{Axes, AxesLayer, left};
use crate::widgets::render::chart_style::{ChartStyle, Scales};
use crate::widgets::render::data_layer::{DataLayer, Plot};
use crate::widgets::render::layer::Layer;
use crate::widgets::render::marks::MarkSet;
use crate::widgets::render::palette;
use crate::widgets::render::plot_geometry::PlotGeometry;
use crate::widgets::render::redraw::{PictureKey, Redraw, device_px, is_drawn};
use crate::widgets::render::scene::{self, Buffers, Scene};

/// What a picture shows now.
pub struct RenderInput<'a> {
    /// Where it ends, in ms since the epoch.
    pub end_ms: f64,
    /// How much time it shows, in ms.
    pub span_ms: f64,
    /// Size in device-independent pixels.
    pub css: (f64, f64),
    /// Device pixels in a device-independent one.
    pub ratio: f64,
    /// The lines at an earlier time, moved to the time shown.
    pub earlier: Option<&'a Lines>,
    /// Labels of lines that are switched off.
    pub off: &'a [String],
    /// Moments at which something happened.
    pub marks: &'a MarkSet,
    /// Changes whenever one of the three above does.
    pub version: u64,
}

/// The picture of one chart.
pub struct ChartRenderer {
    axes: AxesLayer,
    data: DataLayer,
    style: ChartStyle,
    scales: Scales,
    geometry: Option<PlotGeometry>,
    drawn: Option<PictureKey>,
    buffers: Buffers,
}

impl ChartRenderer {
    /// Axes in an element, data on a canvas over it.
    pub fn new(axes: AxesLayer, data: Layer, style: ChartStyle) -> Self {
        ChartRenderer {
            axes,
            data: DataLayer::new(data),
            style,
            scales: Scales::default(),
            geometry: None,
            drawn: None,
            buffers: Buffers::default(),
        }
    }

    /// What it looks like.
    pub fn style(&self) -> &ChartStyle {
        &self.style
    }

    /// Changes what it looks like; the next picture is drawn whole.
    pub fn set_style(&mut self, style: ChartStyle) {
        if self.style != style {
            self.style = style;
            self.scales = Scales::default();
            self.drawn = None;
            self.axes.forget();
            self.data.forget();
        }
    }

    /// The scales of now; before the first picture those that its data will bring.
    pub fn scales(&self, lines: &mut Lines) -> Scales {
        let mut found = self.scales;
        if found.left.is_none() {
            let style = &self.style;
            let extent = lines.extent(f64::NEG_INFINITY, f64::INFINITY, |l| !style.is_right(l));
            found.left = extent.map(|(low, high)| ValueScale::fit(low, high, &style.left.bounds));
        }
        found
    }

    /// What is on the canvases; none before the first picture.
    pub fn geometry(&self) -> Option<PlotGeometry> {
        self.geometry
    }

    /// How much time a bar is for, in ms; none without bars, or before the first picture.
    pub fn bar_ms(&self, lines: &Lines, off: &[String]) -> Option<i64> {
        let shown = self.geometry?;
        scene::bar_ms_of(&self.style, lines, off, (&shown.window, shown.ratio))
    }

    /// The axes of now, for another backend; none before the first picture.
    pub fn axes(&self) -> Option<Axes> {
        let (shown, key) = (self.geometry?, self.drawn?);
        Some(axes(&shown, &key))
    }

    /// Makes the picture show `lines` as `input` says.
    pub fn paint(&mut self, lines: &mut Lines, input: &RenderInput<'_>) {
        let size = device_px(input.css, input.ratio);
        if !is_drawn(true, size) {
            return;
        }
        let palette = palette::current();
        let key = PictureKey {
            end_ms: input.end_ms,
            span_ms: input.span_ms,
            size,
            ratio: input.ratio,
            generation: lines.generation(),
            newest_ms: lines.newest_ms(),
            palette: palette.generation,
            zone: time_zone::generation(),
            version: input.version,
        };
        let Redraw::Draw { fit, lay_out } = key.redraw(self.drawn.as_ref()) else {
            return;
        };
        self.drawn = Some(key);
        self.follow(lines, input, size.0, fit);
        let axis_style = palette.axis_style(input.ratio);
        let plot = match self.geometry.filter(|_| !lay_out) {
            Some(shown) if shown.scales == self.scales => shown.plot,
            _ => Axes::plot(size, axis_style.ratio, &self.style, &self.scales),
        };
        let window = TimeWindow::new(input.end_ms, input.span_ms, plot.width);
        let shown = PlotGeometry {
            plot,
            window,
            ratio: input.ratio,
            scales: self.scales,
        };
        self.geometry = Some(shown);
        let axes = axes(&shown, &key);
        self.axes.show(&axes, &self.style, &palette);
        let scene = Scene {
            style: &self.style,
            lines,
            earlier: input.earlier,
            off: input.off,
            marks: input.marks,
            palette: &palette,
            ratio: input.ratio,
        };
        let connect_ms = self.style.connect.ms(lines.step_ms());
        let settled_ms = match scene.bar_ms(&window) {
            None => lines.final_ms(connect_ms),
            // A bar changes until its time is over, and reaches back to where it begins.
            Some(bar) => {
                let bar = bar as f64;
                (lines.final_ms(bar) / bar).floor() * bar - bar
            }
        };
        let plot = Plot {
            frame: Frame {
                window,
                height: plot.height,
                scale: left(&self.style, &self.scales),
                settled_ms,
                data: lines.newest_ms() as u64,
                look: key.look(self.scales.right),
            },
            right: self.scales.right,
            connect_ms,
            corner: (plot.left, plot.top),
            row: (
                plot.label_row(axis_style.ratio) - plot.top,
                size.1 - plot.top,
            ),
            style: axis_style,
        };
        self.data.show(&scene, &mut self.buffers, &plot);
    }

    fn follow(&mut self, lines: &mut Lines, input: &RenderInput<'_>, width: u32, fresh: bool) {
        let window = TimeWindow::new(input.end_ms, input.span_ms, width);
        let wide = (&window, input.ratio);
        let (style, buffers) = (&self.style, &mut self.buffers);
        let mut extent = |right| scene::extent(style, lines, input.off, right, wide, buffers);
        let mut extents = [extent(false), style.right.and_then(|_| extent(true))];
        if let Some(earlier) = input.earlier {
            let bar_ms = scene::bar_ms_of(style, lines, input.off, wide);
            for (right, now) in [false, true].into_iter().zip(&mut extents) {
                let before = scene::earlier::extent_earlier(
                    style,
                    earlier,
                    input.off,
                    right,
                    (&window, bar_ms),
                    buffers,
                );
                *now = scene::union(now.iter().copied().chain(before));
            }
        }
        self.scales = scene::follow(style, &self.scales, fresh, extents);
    }
}

fn axes(shown: &PlotGeometry, key: &PictureKey) -> Axes {
    Axes {
        size: key.size,
        ratio: key.ratio,
        plot: shown.plot,
        scales: shown.scales,
        palette: key.palette,
    }
}
