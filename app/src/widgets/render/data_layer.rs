//! The data layer of a chart: lines, and below them the labels of times, which move with them.
//! Invariant: what is on it is what drawing all of it anew would give.

use charts::{
    AxisStyle, Frame, Plan, TimeLabel, ValueScale, View, draw_time_label, plan, stretches,
    time_labels,
};

use crate::browser;
use crate::time_zone;
use crate::widgets::render::layer::{Layer, SUBPIXEL};
use crate::widgets::render::scene::{Buffers, Scene};

/// The canvas, and what is on it.
pub struct DataLayer {
    layer: Layer,
    on: Option<Frame>,
    /// Corner and ratio by which the layer is placed.
    placed: Option<((u32, u32), f64)>,
}

/// What is to be on it, besides the scene.
pub struct Plot {
    /// What its pixels depend on.
    pub frame: Frame,
    /// The scale of the axis at the right.
    pub right: Option<ValueScale>,
    /// Longest pause that lines bridge, in ms.
    pub connect_ms: f64,
    /// Where the plot lies on the chart, in device pixels.
    pub corner: (u32, u32),
    /// How labels look.
    pub style: AxisStyle,
    /// Where the labels' upper edge is, and where the layer ends, in device pixels from its top.
    pub row: (u32, u32),
}

impl DataLayer {
    /// On this layer.
    pub fn new(layer: Layer) -> Self {
        DataLayer {
            layer,
            on: None,
            placed: None,
        }
    }

    /// The next picture is drawn whole.
    pub fn forget(&mut self) {
        self.on = None;
    }

    /// Shows `scene`: shifts what is there, and draws what is new.
    pub fn show(&mut self, scene: &Scene<'_>, buffers: &mut Buffers, plot: &Plot) {
        let frame = &plot.frame;
        let width = frame.window.width;
        if self.layer.fit((width, plot.row.1)) {
            (self.on, self.placed) = (None, None);
        }
        let place = (plot.corner, scene.ratio);
        if self.placed.replace(place) != Some(place) {
            self.layer.place(plot.corner.0, plot.corner.1, scene.ratio);
        }
        let line_px = scene.style.line.device_px(scene.ratio);
        let (by, from) = match plan(self.on.as_ref(), frame, line_px) {
            Plan::Nothing => return,
            Plan::Full => (None, 0),
            Plan::Shift { by, from } => (Some(by), from),
        };
        if let Some(by) = by.filter(|by| *by > 0) {
            self.layer.shift(by);
        }
        self.layer.clear(from, 0, width - from, frame.height);
        let view = |clip| View {
            window: &frame.window,
            scale: &frame.scale,
            right: plot.right.as_ref(),
            height: frame.height,
            connect_ms: plot.connect_ms,
            clip: Some(clip),
            subpixel: SUBPIXEL,
            surface: scene.palette.surface,
        };
        let all = || stretches(&frame.window, from);
        let begin = all().next().map_or(0, |(begin, _)| begin);
        let end = all().last().map_or(0, |(_, end)| end);
        scene.prepare(buffers, &view((begin, end)));
        // What is printed is drawn anew in lines and areas, not in pixels: where stretches meet there
        // would be seams.
        let whole = browser::is_on_paper().then_some((begin, end));
        let parts = all().filter(|_| whole.is_none());
        for stretch in whole.into_iter().chain(parts) {
            let view = view(stretch);
            self.layer.draw_fine(stretch, frame.height, |area| {
                drop(scene.draw(area, buffers, &view));
            });
        }
        // Before the first frame nobody knows the time.
        if frame.window.end_ms > 0.0 && by != Some(0) {
            self.label(plot, by);
        }
        self.on = Some(*frame);
    }

    /// Draws all labels, or after a shift those that came in whole, and takes away those that
    /// would be cut off: a label is there whole or not at all.
    fn label(&self, plot: &Plot, by: Option<u32>) {
        let width = plot.frame.window.width as i32;
        let (top, bottom) = plot.row;
        let height = bottom.saturating_sub(plot.frame.height);
        if by.is_none() {
            self.layer.clear(0, plot.frame.height, width as u32, height);
        }
        for label in time_labels(&plot.frame.window, plot.style.ratio, &time_zone::offset_min) {
            let was_within = by.is_some_and(|by| {
                let x = label.x + by as i32;
                TimeLabel { x, ..label.clone() }.is_within(width)
            });
            match (was_within, label.is_within(width)) {
                (false, true) => self.layer.draw(|area| {
                    drop(draw_time_label(area, &label, top as i32, &plot.style));
                }),
                (true, false) => {
                    let end = (label.x + label.half).max(0) as u32;
                    self.layer.clear(0, plot.frame.height, end, height);
                }
                _ => {}
            }
        }
    }
}
