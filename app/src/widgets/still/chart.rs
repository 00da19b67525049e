//! Lines, areas and bars over time in a picture: axes, thresholds and marks as on the page.

use std::cell::RefCell;

use charts::{
    AxisStyle, Gutters, PlotRect, ThresholdLine, TimeWindow, ValueScale, View, draw_grid,
    draw_thresholds, draw_time_labels, draw_value_labels_right, label_width,
};
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::DrawingBackend;

use super::{Drawn, Room, Still};
use crate::live::Lines;
use crate::widgets::render::chart_style::{Axis, ChartStyle, Scales};
use crate::widgets::render::heading::Entry;
use crate::widgets::render::marks::Marks;
use crate::widgets::render::palette::SERIES;
use crate::widgets::render::scene::{self, Buffers, Scene};

/// Narrowest gutter for value labels.
const GUTTER: u32 = 28;
/// A value that is older than a step and this is not of now, in ms.
const NOW_MS: f64 = 1_499.0;
/// Device pixels in a device-independent one: a picture has no device yet.
const RATIO: f64 = 1.0;

/// A chart, laid out once it is placed.
pub struct Chart<'a> {
    still: &'a Still<'a>,
    look: ChartStyle,
    lines: Lines,
    scales: Scales,
    room: Room,
    plot: PlotRect,
    marks: Marks,
    buffers: RefCell<Buffers>,
}

impl<'a> Chart<'a> {
    /// Reads the lines.
    pub fn new(still: &'a Still<'a>) -> Chart<'a> {
        let look = ChartStyle::of(still.widget, still.store);
        let mut lines = Lines::new(&still.widget.metrics);
        lines.set_bands(look.band);
        lines.update(still.store);
        let window = TimeWindow::new(still.to_ms as f64, still.span_ms as f64, still.size.0);
        let mut buffers = Buffers::default();
        let mut extent = |right| {
            let wide = (&window, RATIO);
            scene::extent(&look, &mut lines, still.off, right, wide, &mut buffers)
        };
        let extents = [extent(false), look.right.and_then(|_| extent(true))];
        let scales = scene::follow(&look, &Scales::default(), true, extents);
        let from_ms = (still.to_ms - still.span_ms) as f64;
        let mut marks = Marks::default();
        let palette = &still.shades.palette;
        marks.update(still.annotations, &lines, &look, from_ms, palette);
        Chart {
            still,
            marks,
            look,
            lines,
            scales,
            room: Room {
                left: 0,
                top: 0,
                width: 1,
                height: 1,
            },
            plot: PlotRect::inside(1, 1, 0, RATIO),
            buffers: RefCell::new(buffers),
        }
    }

    /// The units of the axes, and a value of each line at the end of the time.
    pub fn legend(&self) -> (String, Vec<Entry>) {
        let (look, scales, lines) = (&self.look, &self.scales, &self.lines);
        let now = self.still.to_ms.min(lines.settled_ms()) as f64;
        let within = lines.step_ms() as f64 + NOW_MS;
        let symbol = look.left.format(scales.left).symbol;
        let palette = &self.still.shades.palette;
        let entries = lines.lines().iter().enumerate();
        let entries = entries.filter(|(_, line)| !self.still.off.contains(&line.label));
        let mut entries: Vec<Entry> = entries
            .map(|(i, line)| {
                let format = look.format(line, scales);
                let value = format.fine_number(line.value_at(now, within));
                Entry {
                    key: Some((palette.series[i % SERIES], i >= SERIES)),
                    label: line.label.clone(),
                    // The heading says the unit of the axis at the left.
                    value: match format.symbol {
                        other if !other.is_empty() && other != symbol => {
                            format!("{value}\u{202f}{other}")
                        }
                        _ => value,
                    },
                }
            })
            .collect();
        if lines.left_out() > 0 {
            entries.push(Entry {
                key: None,
                label: format!("and {} more", lines.left_out()),
                value: String::new(),
            });
        }
        (symbol.to_owned(), entries)
    }

    /// Gives it its part of the picture.
    pub fn place(&mut self, room: Room) {
        let width = |axis: Axis, scale: &ValueScale| {
            label_width(scale, RATIO, &|v| axis.label(scale, v)).max(GUTTER)
        };
        let right = self.look.right.zip(self.scales.right);
        let gutters = Gutters {
            left: width(self.look.left, &self.left()),
            right: right.map_or(0, |(axis, scale)| width(axis, &scale)),
        };
        self.room = room;
        self.plot = PlotRect::inside(room.width, room.height, gutters, RATIO);
    }

    /// Where its data belong in the whole picture.
    pub fn plot(&self) -> PlotRect {
        self.room.whole(self.plot)
    }

    /// Draws the axes.
    pub fn frame<DB: DrawingBackend>(&self, area: &DrawingArea<DB, Shift>) -> Drawn<DB> {
        let palette = &self.still.shades.palette;
        let style = AxisStyle {
            ratio: RATIO,
            text: palette.text,
            grid: palette.grid,
        };
        let (area, plot, left) = (self.room.of(area), &self.plot, self.left());
        // Without data there is a grid and nothing to say about it.
        let label = |value: f64| match self.scales.left {
            Some(scale) => self.look.left.label(&scale, value),
            None => String::new(),
        };
        draw_grid(&area, plot, &left, &style, &label)?;
        if let Some((axis, scale)) = self.look.right.zip(self.scales.right) {
            let label = |value: f64| axis.label(&scale, value);
            draw_value_labels_right(&area, plot, &scale, &style, &label)?;
        }
        let window = self.window();
        if let Some(ahead_min) = self.still.ahead_min {
            draw_time_labels(&area, plot, &window, &style, &|_| ahead_min)?;
        }
        let thresholds = self.look.thresholds.iter();
        let thresholds: Vec<ThresholdLine> = thresholds
            .map(|threshold| ThresholdLine {
                at: threshold.at,
                color: self.still.shades.palette.level(threshold.level),
            })
            .collect();
        let within = area.shrink((plot.left, plot.top), (plot.width, plot.height));
        draw_thresholds(&within, &self.view(&window, &left, 1), RATIO, &thresholds)
    }

    /// Draws the data.
    pub fn ink<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        subpixel: i32,
    ) -> Drawn<DB> {
        let scene = Scene {
            look: &self.look,
            lines: &self.lines,
            earlier: None,
            off: self.still.off,
            marks: self.marks.marks(),
            palette: &self.still.shades.palette,
            ratio: RATIO,
        };
        let (window, left) = (self.window(), self.left());
        let view = self.view(&window, &left, subpixel);
        scene.draw(area, &mut self.buffers.borrow_mut(), &view)
    }

    fn window(&self) -> TimeWindow {
        let (to, span) = (self.still.to_ms as f64, self.still.span_ms as f64);
        TimeWindow::new(to, span, self.plot.width)
    }

    /// The left scale, or without data an empty one.
    fn left(&self) -> ValueScale {
        let empty = || ValueScale::fit(f64::NAN, f64::NAN, &self.look.left.bounds);
        self.scales.left.unwrap_or_else(empty)
    }

    fn view<'v>(&'v self, window: &'v TimeWindow, left: &'v ValueScale, subpixel: i32) -> View<'v> {
        View {
            window,
            scale: left,
            right: self.scales.right.as_ref(),
            height: self.plot.height,
            connect_ms: self.look.connect_ms(self.lines.step_ms()),
            clip: None,
            subpixel,
            surface: self.still.shades.palette.surface,
        }
    }
}
