//! Bars that are told apart by patterns, since their colours may be the same.

use charts::{Bars, Scratch, Series, draw_bars};

use crate::kinds::{NAMES, check, points};
use crate::painter::COLORS;

#[test]
fn hatched_bars_have_an_outline_and_rows_at_one_height() {
    let all: Vec<_> = [[9.0, 0.0], [4.0, 9.0]]
        .iter()
        .map(|v| points(120.0, v))
        .collect();
    let look = Bars {
        step_ms: 120.0,
        stacked: false,
    };
    check(
        (0.0, 9.0),
        &NAMES,
        |area, view| {
            let of = |i: usize, dashes| Series {
                dashes,
                ..Series::line(&all[i], COLORS[i], 1.0)
            };
            let series = [of(0, 0), of(1, 1)];
            draw_bars(area, &mut Scratch::default(), &series, view, &look).expect("bars");
        },
        &[
            "........................",
            "........................",
            ".aaaaa............bbbbbb",
            ".aaaaa............bbbbbb",
            ".aaaaa............b....b",
            ".aaaaabbbbbb......b....b",
            ".aaaaabbbbbb.aaaaabbbbbb",
            "........................",
            "........................",
        ],
    );
}
