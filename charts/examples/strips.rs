//! Prints, as JSON, what a page draws while charts of every kind go on: seeded data with gaps,
//! spikes, zeros and late points, frame by frame the strip that is drawn anew, and now and then all.
//! The browser tests draw both on canvases and compare them.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use charts::{
    Band, Bars, Bounds, Frame, Heat, Mark, Plan, Point, RGBColor, Scratch, Series, Span, StateRow,
    TimeWindow, ValueScale, View, draw_bars, draw_heatmap, draw_marks, draw_series, draw_stacked,
    draw_states, plan, stretches,
};
use plotters::drawing::IntoDrawingArea;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

const SIZE: (u32, u32) = (600, 150);
const SUBPIXEL: i32 = 8;
const START: f64 = 1_790_000_000_000.0;
const SPAN_MS: f64 = 100_000.0;
const FRAME_MS: f64 = 100.0;
const STEP_MS: f64 = 500.0;
const CONNECT_MS: f64 = 1_250.0;
/// Points may come so much later than their time.
const LATE_MS: f64 = 1_000.0;
const FRAMES: u32 = 120;
/// Every so many frames all is drawn, to compare with.
const WHOLE: u32 = 30;
const COLORS: [RGBColor; 3] = [
    RGBColor(37, 99, 201),
    RGBColor(180, 83, 9),
    RGBColor(162, 28, 175),
];
const KINDS: [&str; 7] = [
    "lines",
    "steps",
    "stacked",
    "bars",
    "stacked bars",
    "heatmap",
    "states",
];

fn main() {
    let all: [Vec<Point>; 3] = std::array::from_fn(|i| walk(7 + i as u64));
    let stories: Vec<String> = KINDS
        .iter()
        .flat_map(|kind| [1.0, 2.0].map(|ratio| story(kind, ratio, &all)))
        .collect();
    println!(
        "{{\"width\":{},\"height\":{},\"subpixel\":{SUBPIXEL},",
        SIZE.0, SIZE.1
    );
    println!("\"stories\":[{}]}}", stories.join(",\n"));
}

/// A point each half second, up and down by chance that is always the same.
fn walk(seed: u64) -> Vec<Point> {
    let mut state = seed;
    let mut chance = move || {
        // Xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut level = 3.0;
    let mut point = |i: u32| {
        level = (level + (chance() - 0.5) * 1.5).clamp(0.0, 9.0);
        let v = match chance() {
            x if x < 0.02 => f64::NAN,
            x if x < 0.04 => 9.9,
            x if x < 0.06 => 0.0,
            _ => level,
        };
        Point {
            t: START + f64::from(i) * STEP_MS,
            v,
        }
    };
    (0..300).map(&mut point).collect()
}

/// What is known at `now`: the newest point is provisional, and before it one may be late.
fn known(all: &[Point], now: f64) -> Vec<Point> {
    let end = all.partition_point(|p| p.t < now);
    let mut points = all[..end].to_vec();
    if let Some(newest) = points.last_mut() {
        newest.v = newest.v * 0.8 + 0.3;
    }
    let is_late = |p: &Point| (p.t / STEP_MS) as u64 % 11 == 3 && p.t > now - LATE_MS;
    points.retain(|p| !is_late(p));
    points
}

fn story(kind: &str, ratio: f64, all: &[Vec<Point>; 3]) -> String {
    let mut previous: Option<Frame> = None;
    let mut frames = Vec::new();
    for number in 0..FRAMES {
        let now = START + SPAN_MS + f64::from(number) * FRAME_MS;
        let points = all.each_ref().map(|all| known(all, now));
        let high = if kind.starts_with("stacked") {
            30.0
        } else {
            10.0
        };
        let frame = Frame {
            window: TimeWindow::new(now, SPAN_MS, SIZE.0),
            height: SIZE.1,
            scale: ValueScale::fit(0.0, high, &Bounds::default()),
            // Late points, what joins them to those before, and bars that begin a step earlier.
            settled_ms: now - LATE_MS - CONNECT_MS - STEP_MS,
            data: u64::from(number),
            look: 0,
        };
        let (by, from) = match plan(previous.as_ref(), &frame, 1.5 * ratio) {
            Plan::Nothing => (0, SIZE.0),
            Plan::Full => (0, 0),
            Plan::Shift { by, from } => (by, from),
        };
        let strip = record(kind, ratio, &points, &frame, from);
        let whole = if number % WHOLE == WHOLE - 1 {
            record(kind, ratio, &points, &frame, 0)
        } else {
            "null".to_owned()
        };
        frames.push(format!(
            "{{\"by\":{by},\"from\":{from},\"strip\":{strip},\"whole\":{whole}}}"
        ));
        previous = Some(frame);
    }
    format!(
        "{{\"kind\":\"{kind}, {ratio}\",\"frames\":[{}]}}",
        frames.join(",")
    )
}

/// What is drawn from the column `from` on: for each stretch its columns and a list of shapes.
fn record(kind: &str, ratio: f64, points: &[Vec<Point>; 3], frame: &Frame, from: u32) -> String {
    let stretches = stretches(&frame.window, from).map(|clip| {
        let shapes = record_stretch(kind, ratio, points, frame, clip);
        format!("[{},{},{shapes}]", clip.0, clip.1)
    });
    format!("[{}]", stretches.collect::<Vec<_>>().join(","))
}

fn record_stretch(
    kind: &str,
    ratio: f64,
    points: &[Vec<Point>; 3],
    frame: &Frame,
    clip: (i32, i32),
) -> String {
    let recorder = Recorder::default();
    let area = recorder.clone().into_drawing_area();
    let mut scratch = Scratch::default();
    let view = View {
        window: &frame.window,
        scale: &frame.scale,
        right: None,
        height: SIZE.1,
        connect_ms: CONNECT_MS,
        clip: Some(clip),
        subpixel: SUBPIXEL,
        surface: RGBColor(255, 255, 255),
    };
    let bands = points.each_ref().map(|points| {
        let band = |p: &Point| Band {
            t: p.t,
            low: p.v - 1.5,
            high: p.v + 1.0,
        };
        points.iter().map(band).collect::<Vec<_>>()
    });
    let series: [Series<'_>; 3] = std::array::from_fn(|i| Series {
        fill: Some(if kind == "stacked" { 0.45 } else { 0.12 }),
        dashes: usize::from(i == 2),
        step: kind == "steps",
        band: (i == 0).then_some(&*bands[0]),
        dim: if i == 1 { 0.45 } else { 1.0 },
        ..Series::line(&points[i], COLORS[i], 1.5 * ratio)
    });
    let drawn = match kind {
        "stacked" => draw_stacked(&area, &mut scratch, &series, &view),
        "bars" | "stacked bars" => {
            let bars = Bars {
                step_ms: STEP_MS,
                stacked: kind == "stacked bars",
            };
            draw_bars(&area, &mut scratch, &series, &view, &bars)
        }
        "heatmap" => {
            let times: Vec<f64> = points[0].iter().map(|p| p.t).collect();
            let counts: Vec<f64> = points[0]
                .iter()
                .flat_map(|p| [p.v, 9.0 - p.v, 1.0])
                .collect();
            let heat = Heat {
                times: &times,
                buckets: 3,
                counts: &counts,
                step_ms: STEP_MS,
                most: 10.0,
                color: COLORS[0],
            };
            draw_heatmap(&area, &heat, &view)
        }
        "states" => {
            let spans = points.each_ref().map(|points| spans(points));
            let rows = spans.each_ref().map(|spans| StateRow { spans });
            let mark = |i: u32| Mark {
                t: START + f64::from(i) * 9_700.0,
                color: COLORS[1],
            };
            let marks: Vec<_> = (0..20).map(mark).collect();
            draw_states(&area, &rows, &view).and_then(|()| draw_marks(&area, &view, ratio, &marks))
        }
        _ => draw_series(&area, &mut scratch, &series, &view),
    };
    drawn.expect("a list takes all");
    let shapes = recorder.0.borrow();
    format!("[{}]", shapes.join(","))
}

/// What held from each point until the next, if that is near.
fn spans(points: &[Point]) -> Vec<Span> {
    let span = |p: &Point| Span {
        from: p.t - STEP_MS,
        to: p.t,
        color: COLORS[p.v as usize % 3],
    };
    points
        .iter()
        .filter(|p| p.v.is_finite())
        .map(span)
        .collect()
}

/// Each shape as JSON: what it is, its colour, its width, its numbers.
#[derive(Clone, Default)]
struct Recorder(Rc<RefCell<Vec<String>>>);

type Recorded = Result<(), DrawingErrorKind<Infallible>>;

impl Recorder {
    fn push(
        &self,
        shape: &str,
        style: &impl BackendStyle,
        points: impl IntoIterator<Item = BackendCoord>,
    ) -> Recorded {
        let BackendColor {
            alpha,
            rgb: (r, g, b),
        } = style.color();
        let numbers: Vec<_> = points
            .into_iter()
            .map(|(x, y)| format!("{x},{y}"))
            .collect();
        self.0.borrow_mut().push(format!(
            "[\"{shape}\",\"rgba({r},{g},{b},{alpha})\",{},[{}]]",
            style.stroke_width(),
            numbers.join(",")
        ));
        Ok(())
    }
}

impl DrawingBackend for Recorder {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (SIZE.0 * SUBPIXEL as u32, SIZE.1 * SUBPIXEL as u32)
    }

    fn ensure_prepared(&mut self) -> Recorded {
        Ok(())
    }

    fn present(&mut self) -> Recorded {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Recorded {
        unreachable!("no kind draws single pixels")
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        _: bool,
    ) -> Recorded {
        self.push("rect", style, [from, (to.0 - from.0, to.1 - from.1)])
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Recorded {
        self.push("line", style, path)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Recorded {
        self.push("area", style, path)
    }
}
