//! Small charts as SVG, held equal to the files in `tests/golden`. `UPDATE_GOLDEN=1` writes them
//! anew: look at the difference before it is checked in.

mod kinds;
mod lines;
mod round;

use std::path::PathBuf;

use charts::svg::layered;
use charts::{AxisStyle, PlotRect, Point, RGBColor};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::SVGBackend;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

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

/// Backend units in a pixel of the data layer.
const SUBPIXEL: i32 = 8;

/// Holds a picture equal to the golden file.
fn check(name: &str, svg: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, svg).expect("the golden folder can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file is checked in");
    assert!(
        svg == golden,
        "{name} differs; UPDATE_GOLDEN=1 writes it anew"
    );
}

/// A picture of `size` in backend units, drawn by `draw`.
fn picture(size: (u32, u32), draw: impl FnOnce(&Area<'_>)) -> String {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    draw(&area);
    area.present().expect("a string takes all");
    drop(area);
    svg
}

/// A picture of the data layer, over `axes`, which has `plot`.
fn with_data(axes: &str, plot: &PlotRect, draw: impl FnOnce(&Area<'_>)) -> String {
    let size = (plot.width * SUBPIXEL as u32, plot.height * SUBPIXEL as u32);
    layered(axes, &picture(size, draw), plot, SUBPIXEL)
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
