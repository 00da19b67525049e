//! Every kind of data layer, drawn of the same points.

use charts::{
    Band, Bars, Bounds, Frame, Heat, Mark, Mode, Point, RGBColor, Scratch, Series, Span, StateRow,
    ValueScale, View, draw_bars, draw_edge_marks, draw_heatmap, draw_marks, draw_series,
    draw_shades, draw_stacked, draw_states, stretches,
};
use plotters::drawing::IntoDrawingArea;

use crate::raster::Raster;

pub const HEIGHT: u32 = 16;
pub const WHITE: RGBColor = RGBColor(255, 255, 255);
pub const COLORS: [RGBColor; 3] = [
    RGBColor(37, 99, 201),
    RGBColor(180, 83, 9),
    RGBColor(162, 28, 175),
];

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Lines; the first two may have a band.
    Lines { band: bool },
    /// Areas on top of each other.
    Stacked,
    /// Bars.
    Bars { stacked: bool, step_ms: f64 },
    /// A bucket for each series.
    Heatmap { step_ms: f64 },
    /// A strip for each series, and marks.
    States,
}

/// How it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Painter {
    pub kind: Kind,
    pub subpixel: i32,
    pub line: f64,
    pub fill: Option<f64>,
    pub dashed: bool,
    pub step: bool,
    pub log: bool,
    pub connect_ms: f64,
}

impl Painter {
    /// Solid lines, joined over a second.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            subpixel: 8,
            line: 1.5,
            fill: Some(0.12),
            dashed: false,
            step: false,
            log: false,
            connect_ms: 1_000.0,
        }
    }

    /// How far left of a point its ink reaches, in milliseconds.
    pub fn reach_ms(&self) -> f64 {
        match self.kind {
            Kind::Bars { step_ms, .. } | Kind::Heatmap { step_ms } => step_ms,
            _ => 0.0,
        }
    }

    pub fn scale(&self) -> ValueScale {
        let bounds = Bounds {
            mode: if self.log { Mode::Log } else { Mode::Linear },
            ..Bounds::default()
        };
        ValueScale::fit(0.1, 10.0, &bounds)
    }

    /// Clears the columns from `from` on and draws in them, stretch by stretch, as pages do.
    pub fn draw(&self, canvas: &Raster, points: &[Vec<Point>; 3], frame: &Frame, from: u32) {
        canvas.clipped(from as i32, canvas.width as i32).clear();
        for (from, to) in stretches(&frame.window, from) {
            self.draw_stretch(&canvas.clipped(from, to), points, frame, (from, to));
        }
    }

    fn draw_stretch(
        &self,
        canvas: &Raster,
        points: &[Vec<Point>; 3],
        frame: &Frame,
        clip: (i32, i32),
    ) {
        let right = ValueScale::fit(-2.0, 5.0, &Bounds::default());
        let view = View {
            window: &frame.window,
            scale: &frame.scale,
            right: Some(&right),
            height: HEIGHT,
            connect_ms: self.connect_ms,
            clip: Some(clip),
            subpixel: self.subpixel,
            surface: WHITE,
        };
        let bands = points.each_ref().map(|points| bands(points));
        let lines: [Series<'_>; 3] = std::array::from_fn(|i| Series {
            fill: self.fill,
            dashes: usize::from(self.dashed && i > 0),
            step: self.step,
            right: i == 2,
            band: matches!(self.kind, Kind::Lines { band: true } if i < 2).then_some(&*bands[i]),
            dim: if i == 1 { 0.5 } else { 1.0 },
            ..Series::line(&points[i], COLORS[i], self.line)
        });
        let area = canvas.clone().into_drawing_area();
        let mut scratch = Scratch::default();
        match self.kind {
            Kind::Lines { .. } => draw_series(&area, &mut scratch, &lines, &view),
            Kind::Stacked => draw_stacked(&area, &mut scratch, &lines, &view),
            Kind::Bars { stacked, step_ms } => {
                let bars = Bars { step_ms, stacked };
                draw_bars(&area, &mut scratch, &lines, &view, &bars)
            }
            Kind::Heatmap { step_ms } => {
                let times: Vec<f64> = points[0].iter().map(|p| p.t).collect();
                let counts: Vec<f64> = points[0]
                    .iter()
                    .flat_map(|p| [p.v, 0.0, p.v / 9.0])
                    .collect();
                let heat = Heat {
                    times: &times,
                    buckets: 3,
                    counts: &counts,
                    step_ms,
                    most: 10.0,
                    color: COLORS[0],
                };
                draw_heatmap(&area, &heat, &view)
            }
            Kind::States => {
                let spans = points.each_ref().map(|points| spans(points));
                let rows = spans.each_ref().map(|spans| StateRow { spans });
                let mark = |i: u32| Mark {
                    t: 1_790_000_000_000.0 + f64::from(i * i) * 170.0,
                    color: COLORS[1],
                };
                let marks: Vec<_> = (0..40).map(mark).collect();
                let shades = [Span {
                    from: marks[3].t,
                    to: marks[30].t,
                    color: COLORS[2],
                }];
                draw_shades(&area, &view, &shades)
                    .and_then(|()| draw_states(&area, &rows, &view))
                    .and_then(|()| draw_marks(&area, &view, 1.0, &marks))
                    .and_then(|()| draw_edge_marks(&area, &view, 1.0, &marks))
            }
        }
        .expect("drawing cannot fail");
    }
}

fn bands(points: &[Point]) -> Vec<Band> {
    let band = |p: &Point| Band {
        t: p.t,
        low: p.v - 1.5,
        high: p.v + 1.0,
    };
    points.iter().map(band).collect()
}

/// From each point to the next; what comes after the last is not known yet.
fn spans(points: &[Point]) -> Vec<Span> {
    let pairs = points.iter().zip(points.iter().skip(1));
    let span = |(p, next): (&Point, &Point)| Span {
        from: p.t,
        to: next.t,
        color: COLORS[p.v.abs() as usize % 3],
    };
    pairs.filter(|(p, _)| p.v.is_finite()).map(span).collect()
}
