//! A data layer that is shifted and completed looks, to the pixel, like one drawn at once: also where each
//! path and each clip is smoothed in a way of its own, as browsers do it.

use charts::{Frame, Plan, Point, TimeWindow, plan, settled_ms};
use proptest::prelude::*;

use crate::painter::{HEIGHT, Kind, Painter};
use crate::raster::{Raster, Smoothing};

const START: f64 = 1_790_000_000_000.0;

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
    painter: Painter,
    /// By how much the window moves, and what each series does meanwhile.
    frames: Vec<(f64, [Step; 3])>,
}

impl Story {
    /// Plays all frames on one canvas, comparing each with a fresh one; counts the shifts.
    fn play(&self) -> Result<usize, TestCaseError> {
        let painter = &self.painter;
        let empty = || {
            let raster = Raster::new(self.width, HEIGHT, painter.subpixel);
            raster.smoothed(Smoothing::ByPath)
        };
        let canvas = empty();
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
            let settled = settled_ms(last_final, now, painter.connect_ms);
            let frame = Frame {
                window: TimeWindow::new(now, self.span, self.width),
                height: HEIGHT,
                scale: painter.scale(),
                settled_ms: settled.min(now - painter.reach_ms()),
                data: number,
                look: 0,
            };
            let fresh = empty();
            painter.draw(&fresh, &series, &frame, 0);
            match plan(previous.as_ref(), &frame, painter.line) {
                Plan::Nothing => (),
                Plan::Full => painter.draw(&canvas, &series, &frame, 0),
                Plan::Shift { by, from } => {
                    shifts += 1;
                    canvas.shift(by);
                    painter.draw(&canvas, &series, &frame, from);
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
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        12 => 0.0..10.0_f64,
        1 => Just(f64::NAN),
        1 => Just(1e4),
        1 => Just(-5.0),
        1 => Just(0.0),
    ]
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

fn painter(kind: Kind) -> impl Strategy<Value = Painter> {
    let connect = prop_oneof![Just(500.0), Just(2_500.0), Just(f64::INFINITY)];
    let line = prop_oneof![Just(1.0), Just(1.5), Just(3.0)];
    let subpixel = prop_oneof![Just(1), Just(8)];
    let switches = any::<[bool; 4]>();
    (subpixel, line, connect, switches).prop_map(move |(subpixel, line, connect_ms, on)| Painter {
        subpixel,
        line,
        fill: on[0].then_some(0.12),
        dashed: on[1],
        step: on[2],
        log: on[3],
        // A state lasts until the next, however long.
        connect_ms: if matches!(kind, Kind::States) {
            f64::INFINITY
        } else {
            connect_ms
        },
        ..Painter::new(kind)
    })
}

fn story(kind: Kind) -> impl Strategy<Value = Story> {
    let on = prop_oneof![1 => Just(0.0), 6 => 10.0..900.0_f64, 1 => 900.0..9_000.0_f64];
    let frames = prop::collection::vec((on, [step(), step(), step()]), 2..14);
    (4_000.0..12_000.0_f64, 24u32..64, painter(kind), frames).prop_map(
        |(span, width, painter, frames)| Story {
            span,
            width,
            painter,
            frames,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn lines(story in story(Kind::Lines { band: false })) {
        story.play()?;
    }

    #[test]
    fn bands(story in story(Kind::Lines { band: true })) {
        story.play()?;
    }

    #[test]
    fn stacked_areas(story in story(Kind::Stacked)) {
        story.play()?;
    }

    #[test]
    fn bars(
        story in prop_oneof![Just(60.0), Just(450.0), Just(1_700.0)].prop_flat_map(|step_ms| {
            prop_oneof![
                story(Kind::Bars { stacked: false, step_ms }),
                story(Kind::Bars { stacked: true, step_ms }),
            ]
        }),
    ) {
        story.play()?;
    }

    #[test]
    fn heatmaps(
        story in prop_oneof![Just(40.0), Just(900.0)]
            .prop_flat_map(|step_ms| story(Kind::Heatmap { step_ms })),
    ) {
        story.play()?;
    }

    #[test]
    fn states_and_marks(story in story(Kind::States)) {
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
    let check = |kind: Kind| {
        let story = Story {
            span: 6_000.0,
            width: 60,
            painter: Painter {
                dashed: true,
                ..Painter::new(kind)
            },
            frames: (0..30).map(frame).collect(),
        };
        // The first is drawn whole.
        let shifts = story.play().expect("the same picture");
        assert_eq!(shifts, 29, "{kind:?}");
    };
    let step_ms = 100.0;
    check(Kind::Lines { band: true });
    check(Kind::Stacked);
    check(Kind::Bars {
        stacked: true,
        step_ms,
    });
    check(Kind::Heatmap { step_ms });
    check(Kind::States);
}

/// Stretches before the pause of a series have the paths that they had before its next point came.
#[test]
fn a_point_after_a_pause_leaves_the_stacks_before_it_as_they_are() {
    let none = || Step {
        points: Vec::new(),
        provisional: 0.0,
    };
    let of = |points: &[(f64, f64)]| Step {
        points: points.to_vec(),
        ..none()
    };
    let high_then_low = of(&[(352.39651182863884, 1e4), (1.0, 0.0)]);
    let story = Story {
        span: 4326.7850449123225,
        width: 40,
        painter: Painter {
            subpixel: 1,
            line: 1.0,
            fill: None,
            connect_ms: 500.0,
            ..Painter::new(Kind::Stacked)
        },
        frames: vec![
            (261.58269846447905, [none(), none(), none()]),
            (726.4232155275105, [none(), none(), high_then_low]),
            (321.7329791314653, [none(), none(), of(&[(1.0, 0.0)])]),
            (0.0, [none(), of(&[(1.0, 0.0)]), none()]),
        ],
    };
    story.play().expect("the same picture");
}
