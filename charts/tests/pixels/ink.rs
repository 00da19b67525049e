//! What must be seen is seen: lone points, and spikes of one sample at every zoom.

use charts::{Frame, Point, TimeWindow};

use crate::painter::{HEIGHT, Kind, Painter};
use crate::raster::Raster;

/// Draws `points` as the first of three series, or the second, which may be dashed; the others have
/// none.
fn draw(painter: &Painter, points: Vec<Point>, window: TimeWindow) -> Raster {
    let canvas = Raster::new(window.width, HEIGHT, painter.subpixel);
    let frame = Frame {
        window,
        height: HEIGHT,
        scale: painter.scale(),
        settled_ms: f64::NEG_INFINITY,
        data: 0,
        look: 0,
    };
    let mut series = [points, Vec::new(), Vec::new()];
    if painter.dashed {
        series.swap(0, 1);
    }
    painter.draw(&canvas, &series, &frame, 0);
    canvas
}

fn lines() -> Painter {
    Painter {
        line: 1.0,
        fill: None,
        connect_ms: 5_000.0,
        ..Painter::new(Kind::Lines { band: false })
    }
}

fn at(t: f64, v: f64) -> Point {
    Point { t, v }
}

#[test]
fn a_lone_point_is_a_dot_and_nothing_leaves_no_ink() {
    let window = TimeWindow::new(20_000.0, 20_000.0, 20);
    let ink = |points: &[Point]| draw(&lines(), points.to_vec(), window).ink();
    assert_eq!(ink(&[]), 0);
    assert_eq!(ink(&[at(10_000.0, f64::NAN)]), 0);
    let lone = [
        at(1_000.0, f64::NAN),
        at(10_500.0, 5.0),
        at(19_000.0, f64::NAN),
    ];
    // Wider and higher than a line, or nobody finds it.
    assert!((9..=49).contains(&ink(&lone)), "{}", ink(&lone));
    assert!(draw(&lines(), lone.to_vec(), window).is_inked(10, 8));
    // Every kind shows it, on both scales.
    for log in [false, true] {
        for kind in [
            Kind::Lines { band: true },
            Kind::Stacked,
            Kind::Bars {
                stacked: true,
                step_ms: 1_000.0,
            },
            Kind::Heatmap { step_ms: 1_000.0 },
        ] {
            let painter = Painter {
                log,
                ..Painter::new(kind)
            };
            assert!(draw(&painter, lone.to_vec(), window).ink() > 0, "{kind:?}");
            let gap = vec![at(10_000.0, f64::NAN)];
            assert_eq!(draw(&painter, gap, window).ink(), 0, "{kind:?}");
        }
    }
}

/// One sample among zeros, one each `step_ms`, leaves ink in `row`, in its column or where its bar
/// is, and no other does.
fn check_spike(painter: &Painter, span_ms: f64, step_ms: f64, width: u32, row: u32) {
    const END: f64 = 1_790_000_000_000.0;
    let count = (span_ms / step_ms) as usize;
    let spike = count * 2 / 3;
    let sample = |i: usize| {
        let v = if i == spike { 10.0 } else { 0.0 };
        at(END - (count - i) as f64 * step_ms, v)
    };
    let points: Vec<Point> = (0..=count).map(sample).collect();
    let window = TimeWindow::new(END, span_ms, width);
    let column = window.x(points[spike].t).floor() as u32;
    let canvas = draw(painter, points, window);
    // A step goes on to the next point, and so does the flank of a spike.
    let wide = (step_ms / window.ms_per_px()).ceil() as u32 + 1;
    let inked: Vec<u32> = (0..width).filter(|x| canvas.is_inked(*x, row)).collect();
    let what = format!("{painter:?} {span_ms} ms on {width} px");
    // The tip of a broad one may be in a gap between dashes.
    let gap = if painter.dashed { 3 } else { 0 };
    let near = 1 + gap + (painter.reach_ms() / window.ms_per_px()) as u32;
    assert!(inked.iter().any(|x| x.abs_diff(column) <= near), "{what}");
    assert!(inked.iter().all(|x| x.abs_diff(column) <= wide), "{what}");
}

#[test]
fn a_spike_of_one_sample_is_seen_at_every_zoom() {
    const MINUTE: f64 = 60_000.0;
    const DAY: f64 = 24.0 * 60.0 * MINUTE;
    for (span_ms, step_ms) in [
        (MINUTE, 1_000.0),
        (15.0 * MINUTE, 1_000.0),
        (360.0 * MINUTE, 1_000.0),
        (DAY, 1_000.0),
        (7.0 * DAY, 10_000.0),
        (7.0 * DAY, 3_600_000.0),
    ] {
        for width in [50, 333, 1_200, 4_000] {
            let joined = |painter: Painter| Painter {
                connect_ms: 2.5 * step_ms,
                ..painter
            };
            let plain = joined(lines());
            check_spike(&plain, span_ms, step_ms, width, 2);
            for kind in [
                Kind::Lines { band: true },
                Kind::Stacked,
                Kind::Bars {
                    stacked: false,
                    step_ms,
                },
                Kind::Bars {
                    stacked: true,
                    step_ms,
                },
            ] {
                check_spike(&joined(Painter::new(kind)), span_ms, step_ms, width, 2);
            }
            for step in [false, true] {
                let dashed = Painter {
                    dashed: true,
                    step,
                    ..plain
                };
                check_spike(&dashed, span_ms, step_ms, width, 2);
            }
            // On a heatmap it is a count where there is none else.
            let heatmap = Painter::new(Kind::Heatmap { step_ms });
            check_spike(&heatmap, span_ms, step_ms, width, HEIGHT - 2);
        }
    }
}
