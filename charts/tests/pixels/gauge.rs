//! How much of a gauge is filled.

use std::ops::Range;

use charts::{Gauge, RGBColor, Scratch, draw_gauge};
use plotters::drawing::IntoDrawingArea;

use crate::painter::COLORS;
use crate::raster::Raster;

const NAN: f64 = f64::NAN;
const NAMES: [(char, RGBColor); 2] = [('a', COLORS[0]), ('b', COLORS[1])];

#[test]
fn fills_its_arc_up_to_the_value() {
    let draw = |value: f64, max: f64, at: f64| {
        let canvas = Raster::new(40, 30, 8);
        let gauge = Gauge {
            min: 0.0,
            max,
            value,
            thresholds: &[(at, COLORS[2])],
            color: COLORS[0],
            track: COLORS[1],
            size: (40, 30),
            subpixel: 8,
        };
        let area = canvas.clone().into_drawing_area();
        draw_gauge(&area, &mut Scratch::default(), &gauge).expect("gauge");
        canvas
    };
    let count = |value: f64, max: f64| {
        let art = draw(value, max, NAN).art(&NAMES);
        (art.matches('a').count(), art.matches('b').count())
    };
    let check = |value: f64, max: f64, filled: Range<usize>| {
        let (ink, track) = count(value, max);
        assert!(filled.contains(&ink), "{value} of {max}: {ink}");
        assert_eq!(track == 0, filled.start > 100, "{value} of {max}: {track}");
    };
    // None leaves the track alone; the lowest value is a dot.
    check(NAN, 100.0, 0..1);
    check(5.0, 0.0, 0..1);
    check(5.0, NAN, 0..1);
    check(5.0, f64::INFINITY, 0..1);
    check(0.0, 100.0, 2..8);
    check(-9.0, 100.0, 2..8);
    check(100.0, 100.0, 101..300);
    check(f64::INFINITY, 100.0, 101..300);
    let (all, _) = count(100.0, 100.0);
    // Half of the value is half of the arc.
    let (half, _) = count(50.0, 100.0);
    assert!(half.abs_diff(all / 2) < all / 10, "{half} of {all}");
    // Thresholds leave ink beside the arc.
    let ink = |at: f64| draw(50.0, 100.0, at).ink();
    for at in [0.0, 33.0, 100.0] {
        assert!(ink(at) > ink(NAN), "{at}");
    }
}
