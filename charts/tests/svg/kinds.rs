//! What is drawn over time but is no line.

use charts::{
    Bars, Bounds, Heat, PlotRect, Point, RGBColor, Scratch, Series, Span, StateRow, TimeWindow,
    ValueScale, View, draw_bars, draw_grid, draw_heatmap, draw_row_labels, draw_stacked,
    draw_states, draw_time_labels,
};

use crate::{
    Area, BLUE, BROWN, NOW, PURPLE, STYLE, SUBPIXEL, WHITE, check, picture, wave, with_data,
};

const SIZE: (u32, u32) = (480, 200);
const DARK: RGBColor = RGBColor(22, 25, 30);
const LIGHT_BLUE: RGBColor = RGBColor(122, 167, 255);

/// Axes from 0 to `max`, and on the data layer what `draw` draws; names of rows for a `max` of zero.
fn check_data(name: &str, max: f64, surface: RGBColor, draw: impl Fn(&Area<'_>, &View<'_>)) {
    let scale = ValueScale::fit(0.0, max, &Bounds::default());
    let plot = PlotRect::inside(SIZE.0, SIZE.1, 60, 1.0);
    let window = TimeWindow::new(NOW, 300_000.0, plot.width);
    let axes = picture(SIZE, |area| {
        area.fill(&surface).expect("surface");
        if max > 0.0 {
            draw_grid(area, &plot, &scale, &STYLE, &|v| format!("{v}")).expect("grid");
        } else {
            let label = |i: usize| ["api", "search", "payments"][i % 3].to_owned();
            draw_row_labels(area, &plot, 3, &STYLE, &label).expect("labels");
        }
        draw_time_labels(area, &plot, &window, &STYLE, &|_| 0).expect("labels");
    });
    let view = View {
        window: &window,
        scale: &scale,
        right: None,
        height: plot.height,
        connect_ms: 10_000.0,
        clip: None,
        subpixel: SUBPIXEL,
        surface,
    };
    check(name, &with_data(&axes, &plot, |area| draw(area, &view)));
}

#[test]
fn stacked_with_gaps() {
    let mut three = [
        (wave(4.0, 1.5, 2_000.0), BLUE),
        (wave(3.0, 2.0, 3_000.0), BROWN),
        (wave(2.0, 1.0, 5_000.0), PURPLE),
    ];
    let from_end = |from: f64, to: f64| NOW - from..NOW - to;
    // One is missing for a while, then all are.
    three[1]
        .0
        .retain(|p| !from_end(220_000.0, 180_000.0).contains(&p.t));
    for (points, _) in &mut three {
        points.retain(|p| !from_end(120_000.0, 90_000.0).contains(&p.t));
    }
    check_data("stacked.svg", 14.0, WHITE, |area, view| {
        let series = three.each_ref().map(|(points, color)| Series {
            fill: Some(0.35),
            ..Series::line(points, *color, 1.5)
        });
        draw_stacked(area, &mut Scratch::default(), &series, view).expect("stack");
    });
}

#[test]
fn bars_side_by_side_and_stacked() {
    let mut requests = wave(30.0, 20.0, 15_000.0);
    // A zero is a hairline, and what is missing is nothing.
    requests[5].v = 0.0;
    requests[6].v = f64::NAN;
    let errors = wave(12.0, 10.0, 15_000.0);
    for (name, stacked, max) in [("bars.svg", false, 50.0), ("bars-stacked.svg", true, 70.0)] {
        check_data(name, max, WHITE, |area, view| {
            let series = [
                Series::line(&requests, BLUE, 1.5),
                Series::line(&errors, BROWN, 1.5),
            ];
            let step_ms = 15_000.0;
            let bars = Bars { step_ms, stacked };
            draw_bars(area, &mut Scratch::default(), &series, view, &bars).expect("bars");
        });
    }
}

#[test]
fn heatmap_in_light_and_dark() {
    const BUCKETS: usize = 12;
    let middle: Vec<Point> = wave(4.0, 3.0, 5_000.0);
    let times: Vec<f64> = middle.iter().map(|p| p.t).collect();
    // Most near the middle, a few far above, and a pause.
    let count = |p: &Point, bucket: usize| {
        let off = bucket as f64 - p.v;
        let many = (400.0 * (-off * off / 3.0).exp()).floor();
        let rare = f64::from(u8::from(bucket == 11 && p.v > 5.0));
        let known = !(NOW - 150_000.0..NOW - 125_000.0).contains(&p.t);
        if known { many + rare } else { f64::NAN }
    };
    let counts: Vec<f64> = middle
        .iter()
        .flat_map(|p| (0..BUCKETS).map(move |bucket| count(p, bucket)))
        .collect();
    for (name, surface, color) in [
        ("heatmap.svg", WHITE, BLUE),
        ("heatmap-dark.svg", DARK, LIGHT_BLUE),
    ] {
        check_data(name, 12.0, surface, |area, view| {
            let heat = Heat {
                times: &times,
                buckets: BUCKETS,
                counts: &counts,
                step_ms: 5_000.0,
                most: 400.0,
                color,
            };
            draw_heatmap(area, &heat, view).expect("heatmap");
        });
    }
}

#[test]
fn states() {
    let (ok, bad) = (RGBColor(20, 121, 74), RGBColor(179, 38, 30));
    let span = |from: f64, to: f64, color: RGBColor| Span {
        from: NOW - from * 1_000.0,
        to: NOW - to * 1_000.0,
        color,
    };
    let rows = [
        vec![
            span(400.0, 160.0, ok),
            span(160.0, 120.0, bad),
            span(120.0, -20.0, ok),
        ],
        // Unknown for a while, then a change for a moment.
        vec![
            span(290.0, 200.0, ok),
            span(140.0, 60.0, ok),
            span(60.0, 59.9, bad),
            span(59.9, 0.0, ok),
        ],
        vec![],
    ];
    check_data("states.svg", 0.0, WHITE, |area, view| {
        let rows: Vec<_> = rows.iter().map(|spans| StateRow { spans }).collect();
        draw_states(area, &rows, view).expect("states");
    });
}
