//! Lines, areas and bands, with axes.

use crate::{BLUE, BROWN, NOW, PURPLE, STYLE, SUBPIXEL, WHITE, check, picture, wave, with_data};
use charts::{
    Band, Base, Bounds, Gutters, Mark, Mode, PlotRect, Point, RGBColor, Scratch, Series, Sparkline,
    ThresholdLine, TimeWindow, ValueScale, View, draw_grid, draw_marks, draw_series,
    draw_sparkline, draw_thresholds, draw_time_labels, draw_value_labels_right, label_width,
};

/// A chart with axes, 300 seconds wide.
fn check_chart(
    name: &str,
    (width, height): (u32, u32),
    bounds: &Bounds,
    series: &[Series<'_>],
    label: &dyn Fn(f64) -> String,
) {
    let values = || series.iter().flat_map(|s| s.points).map(|p| p.v);
    let low = values().fold(f64::INFINITY, f64::min);
    let high = values().fold(f64::NEG_INFINITY, f64::max);
    let scale = ValueScale::fit(low, high, bounds);
    let plot = PlotRect::inside(width, height, label_width(&scale, 1.0, label), 1.0);
    let window = TimeWindow::new(NOW, 300_000.0, plot.width);
    let view = View {
        window: &window,
        scale: &scale,
        right: None,
        height: plot.height,
        connect_ms: 10_000.0,
        clip: None,
        subpixel: SUBPIXEL,
        surface: WHITE,
    };
    let axes = picture((width, height), |area| {
        draw_grid(area, &plot, &scale, &STYLE, label).expect("grid");
        draw_time_labels(area, &plot, &window, &STYLE, &|_| 0).expect("labels");
    });
    let svg = with_data(&axes, &plot, |area| {
        draw_series(area, &mut Scratch::default(), series, &view).expect("series");
    });
    check(name, &svg);
}

fn line(points: &[Point], color: RGBColor) -> Series<'_> {
    Series::line(points, color, 1.5)
}

#[test]
fn latency() {
    let (p50, p95, p99) = (
        wave(2.2, 0.7, 2_000.0),
        wave(10.0, 4.0, 2_000.0),
        wave(23.0, 15.0, 1_000.0),
    );
    let series = [line(&p50, BLUE), line(&p95, BROWN), line(&p99, PURPLE)];
    let size = (480, 200);
    check_chart("latency.svg", size, &Bounds::default(), &series, &|v| {
        format!("{v}")
    });
}

#[test]
fn memory_with_a_gap_a_lone_point_and_a_dashed_line() {
    let gib = 1_073_741_824.0;
    let mut used = wave(6.4 * gib, 0.5 * gib, 5_000.0);
    // A pause with one point in it, and a zero, which is a value.
    used.retain(|p| !(NOW - 180_000.0..NOW - 130_000.0).contains(&p.t) || p.t == NOW - 155_000.0);
    used[50 - 9].v = 0.0;
    let cached = wave(9.1 * gib, 0.3 * gib, 5_000.0);
    let series = [
        Series {
            fill: Some(0.12),
            ..line(&used, BLUE)
        },
        Series {
            fill: Some(0.12),
            dashes: 1,
            ..line(&cached, RGBColor(107, 114, 128))
        },
    ];
    let bounds = Bounds {
        max: Some(16.0 * gib),
        base: Base::Binary,
        ..Bounds::default()
    };
    let size = (480, 200);
    check_chart("memory.svg", size, &bounds, &series, &|v| {
        format!("{}", v / gib)
    });
}

#[test]
fn nothing_yet() {
    let size = (200, 60);
    check_chart("empty.svg", size, &Bounds::default(), &[], &|v| {
        format!("{v} ms")
    });
}

#[test]
fn sparkline() {
    let points = wave(6.4, 0.4, 5_000.0);
    let size = (160, 48);
    let svg = picture(size, |area| {
        let sparkline = Sparkline {
            points: &points,
            color: BLUE,
            width: 1.5,
            window: &TimeWindow::new(NOW, 300_000.0, size.0),
            height: size.1,
            connect_ms: 10_000.0,
            subpixel: 1,
        };
        draw_sparkline(area, &mut Scratch::default(), &sparkline).expect("line");
    });
    check("sparkline.svg", &svg);
}

#[test]
fn logarithmic_with_zeros_steps_and_an_earlier_line() {
    let mut slow: Vec<Point> = wave(1.6, 2.4, 3_000.0);
    for p in &mut slow {
        p.v = 10.0_f64.powf(p.v);
    }
    for p in &mut slow[30..36] {
        p.v = 0.0;
    }
    let held = wave(30.0, 20.0, 9_000.0);
    let earlier = wave(200.0, 80.0, 3_000.0);
    let series = [
        Series {
            step: true,
            fill: Some(0.12),
            ..line(&held, BROWN)
        },
        Series {
            dim: 0.4,
            ..line(&earlier, BLUE)
        },
        line(&slow, BLUE),
    ];
    let bounds = Bounds {
        mode: Mode::Log,
        ..Bounds::default()
    };
    let size = (480, 200);
    check_chart("log.svg", size, &bounds, &series, &|v| format!("{v}"));
}

#[test]
fn two_axes_with_a_band_thresholds_and_marks() {
    let size = (480, 200);
    let (times, loads) = (wave(23.0, 15.0, 2_000.0), wave(40.0, 30.0, 5_000.0));
    let band: Vec<_> = times
        .iter()
        .enumerate()
        .map(|(i, p)| Band {
            t: p.t,
            low: p.v - 4.0 - (i % 5) as f64,
            high: if (60..70).contains(&i) {
                f64::NAN
            } else {
                p.v + 6.0
            },
        })
        .collect();
    let left = ValueScale::fit(0.0, 39.0, &Bounds::default());
    let right = ValueScale::fit(0.0, 100.0, &Bounds::default());
    let (ms, percent) = (|v: f64| format!("{v}"), |v: f64| format!("{v} %"));
    let gutters = Gutters {
        left: label_width(&left, 1.0, &ms),
        right: label_width(&right, 1.0, &percent),
    };
    let plot = PlotRect::inside(size.0, size.1, gutters, 1.0);
    let window = TimeWindow::new(NOW, 300_000.0, plot.width);
    let view = View {
        window: &window,
        scale: &left,
        right: Some(&right),
        height: plot.height,
        connect_ms: 10_000.0,
        clip: None,
        subpixel: SUBPIXEL,
        surface: WHITE,
    };
    let series = [
        Series {
            band: Some(&band),
            ..line(&times, BLUE)
        },
        Series {
            right: true,
            ..line(&loads, BROWN)
        },
    ];
    let red = RGBColor(179, 38, 30);
    let thresholds = [
        ThresholdLine {
            at: 35.0,
            color: red,
        },
        ThresholdLine {
            at: 35_000.0,
            color: red,
        },
    ];
    let marks = [NOW - 200_000.0, NOW - 60_000.0].map(|t| Mark { t, color: PURPLE });
    let axes_view = View {
        subpixel: 1,
        ..view
    };
    let axes = picture(size, |area| {
        draw_grid(area, &plot, &left, &STYLE, &ms).expect("grid");
        draw_value_labels_right(area, &plot, &right, &STYLE, &percent).expect("labels");
        draw_time_labels(area, &plot, &window, &STYLE, &|_| 0).expect("labels");
        let plot = area.margin(plot.top as i32, 0, plot.left as i32, 0);
        draw_thresholds(&plot, &axes_view, 1.0, &thresholds).expect("thresholds");
    });
    let svg = with_data(&axes, &plot, |area| {
        draw_series(area, &mut Scratch::default(), &series, &view).expect("series");
        draw_marks(area, &view, 1.0, &marks).expect("marks");
    });
    check("two-axes.svg", &svg);
}
