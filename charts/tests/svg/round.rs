//! What is drawn of now: histogram and gauge.

use charts::{
    Bounds, Gauge, Histogram, PlotRect, RGBColor, Scratch, ValueScale, draw_gauge, draw_grid,
    draw_histogram,
};

use crate::{BLUE, BROWN, PURPLE, STYLE, SUBPIXEL, check, picture, with_data};

#[test]
fn histogram_with_percentiles() {
    let size = (480, 200);
    let bounds = [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0,
    ];
    let counts = [
        0.0, 12.0, 310.0, 1_240.0, 1_800.0, 930.0, 400.0, 120.0, 30.0, 0.0, 4.0, 0.0, 1.0,
    ];
    let svg = picture(size, |area| {
        let scale = ValueScale::fit(0.0, 1_800.0, &Bounds::default());
        let plot = PlotRect::inside(size.0, size.1, 30, 1.0);
        let histogram = Histogram {
            bounds: &bounds,
            counts: &counts,
            color: BLUE,
            marks: &[(16.0, BROWN), (140.0, PURPLE), (f64::NAN, PURPLE)],
        };
        draw_grid(area, &plot, &scale, &STYLE, &|v| format!("{v}")).expect("grid");
        draw_histogram(area, &plot, &scale, &STYLE, &histogram, &|v| {
            format!("{v} ms")
        })
        .expect("histogram");
    });
    check("histogram.svg", &svg);
}

#[test]
fn gauges() {
    let plot = PlotRect {
        left: 0,
        top: 0,
        width: 800,
        height: 150,
    };
    let (warn, bad) = (RGBColor(138, 90, 0), RGBColor(179, 38, 30));
    let axes = picture((plot.width, plot.height), |_| ());
    let svg = with_data(&axes, &plot, |area| {
        let values = [f64::NAN, 0.0, 1.0, 62.5, 93.0, 400.0];
        for (area, value) in area.split_evenly((1, 6)).iter().zip(values) {
            let (width, height) = area.dim_in_pixel();
            let gauge = Gauge {
                min: 0.0,
                max: 100.0,
                value,
                thresholds: &[(75.0, warn), (90.0, bad)],
                color: if value > 90.0 { bad } else { BLUE },
                track: STYLE.grid,
                size: (width / SUBPIXEL as u32, height / SUBPIXEL as u32),
                subpixel: SUBPIXEL,
            };
            draw_gauge(area, &mut Scratch::default(), &gauge).expect("gauge");
        }
    });
    check("gauge.svg", &svg);
}
