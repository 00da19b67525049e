//! A data layer that is shifted and completed looks, to the pixel, like one drawn anew.

mod raster;

use charts::{
    Bounds, Frame, Plan, Point, RGBColor, Scratch, Series, TimeWindow, ValueScale, View,
    draw_series, plan, settled_ms,
};
use plotters::drawing::IntoDrawingArea;
use proptest::prelude::*;
use raster::Raster;

const START: f64 = 1_790_000_000_000.0;
const HEIGHT: u32 = 16;
const WHITE: RGBColor = RGBColor(255, 255, 255);
const COLORS: [RGBColor; 3] = [
    RGBColor(37, 99, 201),
    RGBColor(180, 83, 9),
    RGBColor(162, 28, 175),
];

/// What one series does between two frames.
#[derive(Clone, Debug)]
struct Step {
    /// Milliseconds from each new point to the next, and their values.
    points: Vec<(f64, f64)>,
    /// What the newest point is until the next frame.
    provisional: f64,
}

#[derive(Clone, Debug)]
struct Story {
    span: f64,
    width: u32,
    subpixel: i32,
    line: f64,
    fill: Option<f64>,
    dashed: bool,
    connect_ms: f64,
    /// By how much the window moves, and what each series does meanwhile.
    frames: Vec<(f64, [Step; 3])>,
}

impl Story {
    /// Plays all frames on one canvas, comparing each with a fresh one; counts the shifts.
    fn play(&self) -> Result<usize, TestCaseError> {
        let canvas = Raster::new(self.width, HEIGHT, self.subpixel);
        let mut series: [Vec<Point>; 3] = Default::default();
        let mut last_final = [f64::NEG_INFINITY; 3];
        let (mut now, mut previous, mut shifts) = (START, None, 0);
        for (number, (on, steps)) in (0..).zip(&self.frames) {
            let open = now;
            now += on;
            for (points, step) in series.iter_mut().zip(steps) {
                let known = points.partition_point(|p| p.t < open);
                points.truncate(known);
                let mut t = open;
                for (after, v) in &step.points {
                    points.push(Point { t, v: *v });
                    t += after;
                }
                // Only what comes before the next frame's `open` is final by then; the last of the
                // others may look different meanwhile.
                points.retain(|p| p.t <= now + 2.0 * self.span / f64::from(self.width));
                let newest = points.last_mut().filter(|p| p.t >= now);
                if let Some(newest) = newest {
                    newest.v = step.provisional;
                }
            }
            for (last_final, points) in last_final.iter_mut().zip(&series) {
                let mut finals = points.iter().filter(|p| p.t < now && p.v.is_finite());
                *last_final = finals.next_back().map_or(f64::NEG_INFINITY, |p| p.t);
            }
            let frame = Frame {
                window: TimeWindow::new(now, self.span, self.width),
                height: HEIGHT,
                scale: ValueScale::fit(0.0, 10.0, &Bounds::default()),
                settled_ms: settled_ms(last_final, now, self.connect_ms),
                data: number,
                look: 0,
            };
            let fresh = Raster::new(self.width, HEIGHT, self.subpixel);
            self.draw(&fresh, &series, &frame, (0, self.width));
            match plan(previous.as_ref(), &frame, self.line) {
                Plan::Nothing => (),
                Plan::Full => {
                    canvas.clear();
                    self.draw(&canvas, &series, &frame, (0, self.width));
                }
                Plan::Shift { by, from } => {
                    shifts += 1;
                    canvas.shift(by);
                    let strip = canvas.clipped(from, self.width);
                    strip.clear();
                    self.draw(&strip, &series, &frame, (from, self.width));
                }
            }
            let difference = canvas.difference(&fresh);
            prop_assert!(
                difference.is_none(),
                "frame {number}\n{}",
                difference.unwrap_or_default()
            );
            previous = Some(frame);
        }
        Ok(shifts)
    }

    fn draw(&self, canvas: &Raster, series: &[Vec<Point>; 3], frame: &Frame, clip: (u32, u32)) {
        let lines: Vec<_> = (0..)
            .zip(series.iter().zip(COLORS))
            .map(|(i, (points, color))| Series {
                fill: self.fill,
                dashed: self.dashed && i > 0,
                ..Series::line(points, color, self.line)
            })
            .collect();
        let view = View {
            window: &frame.window,
            scale: &frame.scale,
            right: None,
            height: HEIGHT,
            connect_ms: self.connect_ms,
            clip: Some(clip),
            subpixel: self.subpixel,
            surface: WHITE,
        };
        let area = canvas.clone().into_drawing_area();
        draw_series(&area, &mut Scratch::default(), &lines, &view).expect("drawing cannot fail");
    }
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![12 => 0.0..10.0_f64, 1 => Just(f64::NAN), 1 => Just(1e4), 1 => Just(-5.0)]
}

fn step() -> impl Strategy<Value = Step> {
    // From many points in a column to a pause of many columns.
    let after = prop_oneof![4 => 1.0..60.0_f64, 4 => 100.0..400.0_f64, 1 => Just(5_000.0)];
    let points = prop::collection::vec((after, value()), 0..14);
    (points, value()).prop_map(|(points, provisional)| Step {
        points,
        provisional,
    })
}

fn story() -> impl Strategy<Value = Story> {
    let on = prop_oneof![1 => Just(0.0), 6 => 10.0..900.0_f64, 1 => 900.0..9_000.0_f64];
    let frames = prop::collection::vec((on, [step(), step(), step()]), 2..14);
    let connect = prop_oneof![Just(500.0), Just(2_500.0), Just(f64::INFINITY)];
    let line = prop_oneof![Just(1.0), Just(1.5), Just(3.0)];
    (
        (
            4_000.0..12_000.0_f64,
            24u32..64,
            prop_oneof![Just(1), Just(8)],
        ),
        (line, prop::option::of(Just(0.12)), any::<bool>(), connect),
        frames,
    )
        .prop_map(
            |((span, width, subpixel), (line, fill, dashed, connect_ms), frames)| Story {
                span,
                width,
                subpixel,
                line,
                fill,
                dashed,
                connect_ms,
                frames,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn shifting_equals_drawing_anew(story in story()) {
        story.play()?;
    }
}

#[test]
fn a_steady_stream_is_shifted_every_frame() {
    let frame = |i: u32| {
        let v = f64::from(i * 7 % 10);
        let step = Step {
            points: vec![(100.0, v), (100.0, 9.0 - v)],
            provisional: v / 2.0,
        };
        (100.0, [step.clone(), step.clone(), step])
    };
    let story = Story {
        span: 6_000.0,
        width: 60,
        subpixel: 8,
        line: 1.5,
        fill: Some(0.12),
        dashed: true,
        connect_ms: 1_000.0,
        frames: (0..30).map(frame).collect(),
    };
    // The first is drawn whole.
    let shifts = story.play().expect("the same picture");
    assert_eq!(shifts, 29);
}

#[test]
fn a_lone_point_and_a_spike_leave_ink() {
    let check = |points: &[Point], column: u32, rows: &[u32]| {
        let canvas = Raster::new(20, HEIGHT, 8);
        let window = TimeWindow::new(20_000.0, 20_000.0, 20);
        let view = View {
            window: &window,
            scale: &ValueScale::fit(0.0, 10.0, &Bounds::default()),
            right: None,
            height: HEIGHT,
            connect_ms: 5_000.0,
            clip: None,
            subpixel: 8,
            surface: WHITE,
        };
        let line = Series::line(points, COLORS[0], 1.0);
        let area = canvas.clone().into_drawing_area();
        draw_series(&area, &mut Scratch::default(), &[line], &view).expect("drawing cannot fail");
        for &row in rows {
            assert!(canvas.is_inked(column, row), "{column} {row}");
        }
        canvas.ink()
    };
    let at = |t: f64, v: f64| Point { t, v };
    assert_eq!(check(&[], 0, &[]), 0);
    assert_eq!(check(&[at(10_000.0, f64::NAN)], 0, &[]), 0);
    let dot = check(
        &[
            at(1_000.0, f64::NAN),
            at(10_500.0, 5.0),
            at(19_000.0, f64::NAN),
        ],
        10,
        &[8],
    );
    assert!((1..=9).contains(&dot), "{dot}");
    // One of ten thousand points is high: its column is inked from bottom to top.
    let mut many: Vec<_> = (0..10_000).map(|i| at(f64::from(i) * 2.0, 0.0)).collect();
    many[5_250].v = 10.0;
    check(&many, 10, &[2, 4, 6, 8, 10, 12, 13]);
}
