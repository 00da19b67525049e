//! Bars, heatmaps, states and marks, small enough to be read.

use charts::{
    Bars, Bounds, Heat, Mark, Mode, Point, RGBColor, Scratch, Series, Span, StateRow,
    ThresholdLine, TimeWindow, ValueScale, View, draw_bars, draw_heatmap, draw_marks, draw_series,
    draw_states, draw_thresholds, ramp,
};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};

use crate::painter::{COLORS, WHITE};
use crate::raster::Raster;

const NAN: f64 = f64::NAN;
pub(crate) const NAMES: [(char, RGBColor); 3] =
    [('a', COLORS[0]), ('b', COLORS[1]), ('c', COLORS[2])];
/// Ten milliseconds a column.
const SIZE: (u32, u32) = (24, 9);
const EMPTY: [&str; 9] = ["........................"; 9];

/// Draws on a plot from 0 to `max` that ends at 240 ms, and compares it with `expected`.
pub(crate) fn check(
    (min, max): (f64, f64),
    names: &[(char, RGBColor)],
    draw: impl Fn(&DrawingArea<Raster, Shift>, &View<'_>),
    expected: &[&str],
) {
    let canvas = Raster::new(SIZE.0, SIZE.1, 8);
    let bounds = Bounds {
        min: Some(min),
        max: Some(max),
        ..Bounds::default()
    };
    let view = View {
        window: &TimeWindow::new(240.0, 240.0, SIZE.0),
        scale: &ValueScale::fit(min, max, &bounds),
        right: None,
        height: SIZE.1,
        connect_ms: 100.0,
        clip: None,
        subpixel: 8,
        surface: WHITE,
    };
    draw(&canvas.clone().into_drawing_area(), &view);
    let art = canvas.art(names);
    let got: Vec<&str> = art.lines().collect();
    assert_eq!(got, expected, "\n{art}");
}

pub(crate) fn points(step_ms: f64, values: &[f64]) -> Vec<Point> {
    let point = |(i, v): (usize, &f64)| Point {
        t: (i + 1) as f64 * step_ms,
        v: *v,
    };
    values.iter().enumerate().map(point).collect()
}

fn check_bars(ends: (f64, f64), step_ms: f64, stacked: bool, values: &[&[f64]], expected: &[&str]) {
    let all: Vec<_> = values.iter().map(|v| points(step_ms, v)).collect();
    let bars = Bars { step_ms, stacked };
    check(
        ends,
        &NAMES,
        |area, view| {
            let series = all.iter().zip(COLORS);
            let series: Vec<_> = series
                .map(|(p, color)| Series::line(p, color, 1.0))
                .collect();
            draw_bars(area, &mut Scratch::default(), &series, view, &bars).expect("bars");
        },
        expected,
    );
}

#[test]
fn stacked_negatives_hang_from_zero_and_cover_nothing() {
    check_bars(
        (-4.0, 5.0),
        80.0,
        true,
        &[&[5.0, 5.0, -2.0], &[-3.0, NAN, -2.0]],
        &[
            "........................",
            "........................",
            ".aaaaaaa.aaaaaaa........",
            ".aaaaaaa.aaaaaaa........",
            ".aaaaaaa.aaaaaaa........",
            ".bbbbbbb.........aaaaaaa",
            ".................bbbbbbb",
            "........................",
            "........................",
        ],
    );
}

#[test]
fn a_logarithmic_scale_has_gaps_where_there_is_no_place() {
    let canvas = Raster::new(SIZE.0, SIZE.1, 8);
    let bounds = Bounds {
        min: Some(0.1),
        max: Some(10.0),
        mode: Mode::Log,
        ..Bounds::default()
    };
    let view = View {
        window: &TimeWindow::new(240.0, 240.0, SIZE.0),
        scale: &ValueScale::fit(0.1, 10.0, &bounds),
        right: None,
        height: SIZE.1,
        connect_ms: 100.0,
        clip: None,
        subpixel: 8,
        surface: WHITE,
    };
    let area = canvas.clone().into_drawing_area();
    let points = points(40.0, &[1.0, 1.0, 0.0, -5.0, 1.0, 1.0]);
    let series = [Series::line(&points, COLORS[0], 1.0)];
    draw_series(&area, &mut Scratch::default(), &series, &view).expect("a line");
    let art = canvas.art(&NAMES);
    let rows: Vec<&str> = art.lines().collect();
    // Nothing goes to the foot, and nothing joins what is before the gap with what is after it.
    assert!(rows[6..].iter().all(|row| !row.contains('a')), "\n{art}");
    assert!(rows.iter().all(|row| !row[10..17].contains('a')), "\n{art}");
    assert!(rows.iter().any(|row| row[4..8].contains('a')), "\n{art}");
    let bars = Bars {
        step_ms: 40.0,
        stacked: false,
    };
    let canvas = Raster::new(SIZE.0, SIZE.1, 8);
    let area = canvas.clone().into_drawing_area();
    draw_bars(&area, &mut Scratch::default(), &series, &view, &bars).expect("bars");
    let art = canvas.art(&NAMES);
    assert!(art.lines().all(|row| !row[8..16].contains('a')), "\n{art}");
}

#[test]
fn bars() {
    // A zero is a hairline, what is missing is nothing.
    check_bars(
        (0.0, 5.0),
        40.0,
        false,
        &[&[5.0, 2.0, 0.0, NAN, 1.0, 9.0]],
        &[
            ".....................aaa",
            ".....................aaa",
            ".aaa.................aaa",
            ".aaa.................aaa",
            ".aaa.................aaa",
            ".aaa.aaa.............aaa",
            ".aaa.aaa.aaa.....aaa.aaa",
            "........................",
            "........................",
        ],
    );
    check_bars(
        (0.0, 5.0),
        80.0,
        false,
        &[&[5.0, 0.0, 3.0], &[2.0, 4.0, NAN]],
        &[
            "........................",
            "........................",
            ".aaa....................",
            ".aaa........bbbb........",
            ".aaa........bbbb.aaa....",
            ".aaabbbb....bbbb.aaa....",
            ".aaabbbb.aaabbbb.aaa....",
            "........................",
            "........................",
        ],
    );
    check_bars(
        (-5.0, 5.0),
        40.0,
        false,
        &[&[5.0, -2.0, 0.0, NAN, -9.0]],
        &[
            "........................",
            "........................",
            ".aaa....................",
            ".aaa....................",
            ".aaa.....aaa............",
            ".....aaa.........aaa....",
            ".................aaa....",
            ".................aaa....",
            ".................aaa....",
        ],
    );
    check_bars(
        (0.0, 5.0),
        40.0,
        true,
        &[
            &[2.0, 2.0, 0.0, NAN, NAN, 1.0],
            &[1.0, NAN, 3.0, 2.0, NAN, 9.0],
        ],
        &[
            ".....................bbb",
            ".....................bbb",
            ".....................bbb",
            ".....................bbb",
            ".bbb.....bbb.........bbb",
            ".aaa.aaa.bbb.bbb.....bbb",
            ".aaa.aaa.bbb.bbb.....aaa",
            "........................",
            "........................",
        ],
    );
    // Narrower than a column, the highest is seen.
    check_bars(
        (0.0, 5.0),
        5.0,
        false,
        &[&[1.0, 1.0, 1.0, 5.0, 1.0, 2.0, 1.0]],
        &[
            "........................",
            "........................",
            ".a......................",
            ".a......................",
            ".a......................",
            ".aa.....................",
            "aaaa....................",
            "........................",
            "........................",
        ],
    );
    check_bars(
        (0.0, 5.0),
        5.0,
        true,
        &[&[1.0, 1.0, 1.0, 3.0, 1.0, 2.0, 1.0], &[1.0; 7]],
        &[
            "........................",
            "........................",
            "........................",
            ".b......................",
            ".ab.....................",
            "baab....................",
            "aaaa....................",
            "........................",
            "........................",
        ],
    );
    check_bars((0.0, 5.0), 5.0, true, &[], &EMPTY);
}

#[test]
fn heatmaps() {
    let shade = |share: f64| ramp(WHITE, COLORS[0], 0.15 + 0.85 * share);
    let names = [('1', shade(0.25)), ('2', shade(0.5)), ('4', shade(1.0))];
    let check_heat = |step_ms: f64, times: &[f64], counts: &[f64], expected: &[&str]| {
        check(
            (0.0, 3.0),
            &names,
            |area, view| {
                let heat = Heat {
                    times,
                    buckets: 3,
                    counts,
                    step_ms,
                    most: 16.0,
                    color: COLORS[0],
                };
                draw_heatmap(area, &heat, view).expect("heatmap");
            },
            expected,
        );
    };
    // Colours by the square root; nothing for zero, for none, and for less.
    check_heat(
        40.0,
        &[40.0, 80.0, 160.0],
        &[1.0, 0.0, 4.0, 16.0, NAN, 1_000.0, 4.0, -3.0, 1.0],
        &[
            "22224444....1111........",
            "22224444....1111........",
            "22224444....1111........",
            "........................",
            "........................",
            "........................",
            "11114444....2222........",
            "11114444....2222........",
            "11114444....2222........",
        ],
    );
    // Several in a column: the largest of each bucket. Too few counts: none.
    check_heat(
        2.0,
        &[52.0, 54.0, 56.0, 58.0],
        &[1.0, 4.0, 0.0, 16.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        &[
            ".....1..................",
            ".....1..................",
            ".....1..................",
            "....2...................",
            "....2...................",
            "....2...................",
            "....4...................",
            "....4...................",
            "....4...................",
        ],
    );
    check_heat(40.0, &[], &[], &EMPTY);
}

#[test]
fn states() {
    let span = |from: f64, to: f64, color: usize| Span {
        from,
        to,
        color: COLORS[color],
    };
    check(
        (0.0, 1.0),
        &NAMES,
        |area, view| {
            let rows = [
                vec![
                    span(-50.0, 60.0, 0),
                    span(60.0, 100.0, 1),
                    span(100.0, 500.0, 2),
                ],
                // A moment is seen, between others and alone, and nothing between is nothing.
                vec![
                    span(20.0, 80.0, 0),
                    span(80.0, 80.1, 1),
                    span(80.1, 120.0, 0),
                    span(180.0, 181.0, 2),
                ],
                vec![],
            ];
            let rows = rows.each_ref().map(|spans| StateRow { spans });
            draw_states(area, &rows, view).expect("states");
            draw_states(area, &[], view).expect("none");
        },
        &[
            "aaaaaabbbbcccccccccccccc",
            "aaaaaabbbbcccccccccccccc",
            "aaaaaabbbbcccccccccccccc",
            "..aaaaaabaaa......c.....",
            "..aaaaaabaaa......c.....",
            "..aaaaaabaaa......c.....",
            "........................",
            "........................",
            "........................",
        ],
    );
}

#[test]
fn marks_and_thresholds() {
    let color = |i: usize| COLORS[i];
    check(
        (0.0, 5.0),
        &NAMES,
        |area, view| {
            let lines = [3.0, -1.0, 6.0, NAN].map(|at| ThresholdLine {
                at,
                color: color(1),
            });
            draw_thresholds(area, view, 1.0, &lines).expect("thresholds");
            let marks = [120.0, NAN, 1e9, -1e9].map(|t| Mark { t, color: color(0) });
            draw_marks(area, view, 1.0, &marks).expect("marks");
        },
        &[
            "........?aaaaaaa?.......",
            ".........?aaaaa?........",
            "..........?aaa?.........",
            "...........?a?..........",
            "bbbbbb....bbabbb....bbbb",
            "............a...........",
            "............a...........",
            "............a...........",
            "............a...........",
        ],
    );
}
