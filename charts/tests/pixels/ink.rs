//! What must be seen is seen: numbers for ink, on pixels.

use charts::{Bounds, Point, RGBColor, Scratch, Series, TimeWindow, ValueScale, View, draw_series};
use plotters::drawing::IntoDrawingArea;

use crate::raster::Raster;

const HEIGHT: u32 = 16;
const BLUE: RGBColor = RGBColor(37, 99, 201);

/// Draws a line of one pixel and gives the canvas.
fn line(points: &[Point], window: &TimeWindow, connect_ms: f64) -> Raster {
    let canvas = Raster::new(window.width, HEIGHT, 8);
    let view = View {
        window,
        scale: &ValueScale::fit(0.0, 10.0, &Bounds::default()),
        right: None,
        height: HEIGHT,
        connect_ms,
        clip: None,
        subpixel: 8,
        surface: RGBColor(255, 255, 255),
    };
    let area = canvas.clone().into_drawing_area();
    let series = [Series::line(points, BLUE, 1.0)];
    draw_series(&area, &mut Scratch::default(), &series, &view).expect("drawing cannot fail");
    canvas
}

fn at(t: f64, v: f64) -> Point {
    Point { t, v }
}

#[test]
fn a_lone_point_and_a_spike_leave_ink() {
    let window = TimeWindow::new(20_000.0, 20_000.0, 20);
    let ink = |points: &[Point]| line(points, &window, 5_000.0).ink();
    assert_eq!(ink(&[]), 0);
    assert_eq!(ink(&[at(10_000.0, f64::NAN)]), 0);
    let lone = [
        at(1_000.0, f64::NAN),
        at(10_500.0, 5.0),
        at(19_000.0, f64::NAN),
    ];
    assert!((1..=9).contains(&ink(&lone)));
    assert!(line(&lone, &window, 5_000.0).is_inked(10, 8));
    // One of ten thousand points is high: its column is inked from bottom to top.
    let mut many: Vec<_> = (0..10_000).map(|i| at(f64::from(i) * 2.0, 0.0)).collect();
    many[5_250].v = 10.0;
    let canvas = line(&many, &window, 5_000.0);
    for row in [2, 4, 6, 8, 10, 12, 13] {
        assert!(canvas.is_inked(10, row), "{row}");
    }
}
