//! Small charts as SVG, held equal to the files in `tests/golden`. `UPDATE_GOLDEN=1` writes them
//! anew: look at the difference before it is checked in.

use std::path::PathBuf;

use charts::{
    AxisStyle, Base, Bounds, PlotRect, Point, RGBColor, Scratch, Series, Sparkline, TimeWindow,
    ValueScale, View, draw_grid, draw_series, draw_sparkline, draw_time_labels, label_width,
};
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::SVGBackend;

/// 2026-11-20 12:05:30 UTC.
const NOW: f64 = 1_795_176_330_000.0;
const BLUE: RGBColor = RGBColor(37, 99, 201);
const BROWN: RGBColor = RGBColor(180, 83, 9);
const PURPLE: RGBColor = RGBColor(162, 28, 175);
const WHITE: RGBColor = RGBColor(255, 255, 255);
const STYLE: AxisStyle = AxisStyle {
    ratio: 1.0,
    text: RGBColor(92, 97, 105),
    grid: RGBColor(228, 228, 224),
};

fn check(name: &str, size: (u32, u32), draw: impl FnOnce(SVGBackend<'_>)) {
    let mut svg = String::new();
    draw(SVGBackend::with_string(&mut svg, size));
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &svg).expect("the golden folder can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file is checked in");
    assert!(
        svg == golden,
        "{name} differs; UPDATE_GOLDEN=1 writes it anew"
    );
}

/// A chart with axes, 300 seconds wide.
fn chart(
    backend: SVGBackend<'_>,
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
        subpixel: 1,
        surface: WHITE,
    };
    let canvas = backend.into_drawing_area();
    draw_grid(&canvas, &plot, &scale, &STYLE, label).expect("grid");
    draw_time_labels(&canvas, &plot, &window, &STYLE, &|_| 0).expect("labels");
    let (left, top) = (plot.left as i32, plot.top as i32);
    let data = canvas.margin(top, 0, left, 0);
    draw_series(&data, &mut Scratch::default(), series, &view).expect("series");
    canvas.present().expect("a string takes all");
}

/// A wave with ripples, a point each `every_ms`, without chance.
fn wave(middle: f64, height: f64, every_ms: f64) -> Vec<Point> {
    let count = (295_000.0 / every_ms) as u32;
    let point = |i: u32| {
        let s = f64::from(i) * every_ms / 1_000.0;
        let ripple = f64::from(i * 7_919 % 101) / 101.0 - 0.5;
        Point {
            t: NOW - 295_000.0 + f64::from(i) * every_ms,
            v: middle + height * ((s / 14.0).sin() * 0.6 + (s / 5.0).sin() * 0.2 + ripple * 0.5),
        }
    };
    (0..=count).map(point).collect()
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
    check("latency.svg", size, |svg| {
        chart(svg, size, &Bounds::default(), &series, &|v| format!("{v}"));
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
            dashed: true,
            ..line(&cached, RGBColor(107, 114, 128))
        },
    ];
    let bounds = Bounds {
        max: Some(16.0 * gib),
        base: Base::Binary,
        ..Bounds::default()
    };
    let size = (480, 200);
    check("memory.svg", size, |svg| {
        chart(svg, size, &bounds, &series, &|v| format!("{}", v / gib));
    });
}

#[test]
fn nothing_yet() {
    let size = (200, 60);
    check("empty.svg", size, |svg| {
        chart(svg, size, &Bounds::default(), &[], &|v| format!("{v} ms"));
    });
}

#[test]
fn sparkline() {
    let points = wave(6.4, 0.4, 5_000.0);
    let size = (160, 48);
    check("sparkline.svg", size, |svg| {
        let canvas = svg.into_drawing_area();
        let sparkline = Sparkline {
            points: &points,
            color: BLUE,
            width: 1.5,
            window: &TimeWindow::new(NOW, 300_000.0, size.0),
            height: size.1,
            connect_ms: 10_000.0,
            subpixel: 1,
        };
        draw_sparkline(&canvas, &mut Scratch::default(), &sparkline).expect("line");
        canvas.present().expect("a string takes all");
    });
}
