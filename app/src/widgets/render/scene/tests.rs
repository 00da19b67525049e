//! Bars, extents and scales of what is drawn, by property.

use proptest::prelude::*;
use protocol::{Widget, WidgetKind};

use super::earlier::{extent_earlier, outlines};
use super::*;
use crate::live::Store;
use crate::testing::{END, T0, store_of, widget};

const SPAN: f64 = (END - T0) as f64;

/// Values of a minute, one a second, of two routes.
fn any_values() -> impl Strategy<Value = [Vec<f64>; 2]> {
    let values = || proptest::collection::vec(0.0..1e4_f64, 60);
    (values(), values()).prop_map(|(a, b)| [a, b])
}

fn store([a, b]: &[Vec<f64>; 2]) -> Store {
    store_of(&[("/a", a.clone()), ("/b", b.clone())])
}

/// A chart of the level of both routes, and its lines.
fn chart(shape: Shape, values: &[Vec<f64>; 2]) -> (ChartStyle, Lines) {
    let store = store(values);
    let metrics = serde_json::json!([{"metric": "used", "field": "last", "by": "route"}]);
    let widget = Widget {
        metrics: serde_json::from_value(metrics).expect("references"),
        ..widget(WidgetKind::Line)
    };
    let mut lines = Lines::new(&widget.metrics);
    lines.update(&store);
    let style = ChartStyle {
        shape,
        ..ChartStyle::of(&widget, |_| Shape::Lines, &store)
    };
    (style, lines)
}

fn window(width: u32) -> TimeWindow {
    TimeWindow::new(END as f64, SPAN, width)
}

fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let all = (f64::INFINITY, f64::NEG_INFINITY);
    values
        .into_iter()
        .fold(all, |(low, high), v| (low.min(v), high.max(v)))
}

proptest! {
    #[test]
    fn a_bar_is_whole_steps_and_wide_enough(
        width in 1..4_000_u32,
        span_ms in 1e3..1e9_f64,
        step in proptest::sample::select(&STEPS_MS[..]),
        series in 0..20_usize,
    ) {
        let window = TimeWindow::new(END as f64, span_ms, width);
        let bar = bar_ms(&window, 1.0, step, series);
        prop_assert!(bar >= step);
        let px = bar as f64 / window.ms_per_px();
        prop_assert!(px >= BAR_PX || bar == 86_400_000, "{px} px");
        // None that is shorter would do.
        let shorter = STEPS_MS.into_iter().filter(|one| *one >= step && *one < bar);
        let wide = BAR_PX * (1.0 + series as f64 / 2.0);
        for one in shorter {
            prop_assert!((one as f64) < wide * window.ms_per_px());
        }
    }

    #[test]
    fn bars_are_means_of_what_is_in_them(
        values in any_values(),
        step_ms in proptest::sample::select(vec![1_000_i64, 2_000, 5_000, 15_000]),
    ) {
        let (_, lines) = chart(Shape::Bars { stacked: false }, &values);
        let mut bars = Vec::new();
        group(&lines, step_ms, &mut bars);
        prop_assert_eq!(bars.len(), lines.lines().len());
        for (line, bars) in lines.lines().iter().zip(&bars) {
            prop_assert!(bars.windows(2).all(|pair| pair[0].t < pair[1].t));
            for bar in bars {
                let step = step_ms as f64;
                prop_assert_eq!(bar.t % step, 0.0);
                let within = line.points.iter().filter(|p| p.t > bar.t - step && p.t <= bar.t);
                let within: Vec<f64> = within.map(|p| p.v).collect();
                prop_assert!(!within.is_empty());
                let mean = within.iter().sum::<f64>() / within.len() as f64;
                prop_assert!((bar.v - mean).abs() <= 1e-9 * mean.abs().max(1.0), "{} {}", bar.v, mean);
            }
            let last = |points: &[Point]| points.last().map_or(0.0, |p| p.t);
            prop_assert!(last(bars) >= last(&line.points));
        }
    }

    #[test]
    fn an_extent_holds_every_value_and_sums_when_stacked(values in any_values()) {
        let mut buffers = Buffers::default();
        let mut of = |shape: Shape, off: &[String]| {
            let (style, mut lines) = chart(shape, &values);
            extent(&style, &mut lines, off, false, (&window(600), 1.0), &mut buffers)
        };
        let all = || values.iter().flatten().copied();
        prop_assert_eq!(of(Shape::Lines, &[]), Some(range(all())));
        prop_assert_eq!(of(Shape::Areas, &[]), Some(range(all())));
        let alone = of(Shape::Lines, &["/b".to_owned()]);
        prop_assert_eq!(alone, Some(range(values[0].iter().copied())));
        prop_assert_eq!(of(Shape::Lines, &["/a".to_owned(), "/b".to_owned()]), None);
        let sums = values[0].iter().zip(&values[1]).map(|(a, b)| a + b);
        let most = range(sums).1;
        let (_, high) = of(Shape::Stacked, &[]).expect("values");
        prop_assert!((high - most).abs() <= 1e-9 * most.max(1.0), "{high} {most}");
        // Means are never more than what they are of.
        let (_, bars) = of(Shape::Bars { stacked: true }, &[]).expect("values");
        prop_assert!(bars <= most * (1.0 + 1e-12), "{bars} {most}");
    }

    #[test]
    fn scales_hold_what_is_shown_and_stay_while_they_do(
        values in any_values(),
        grows in 0.0..3.0_f64,
    ) {
        let (style, _) = chart(Shape::Lines, &values);
        let (low, high) = range(values.iter().flatten().copied());
        let first = follow(&style, &Scales::default(), true, [Some((low, high)), None]);
        let left = first.left.expect("a scale");
        prop_assert!(left.min <= low && high <= left.max);
        // No data ask for nothing, and the same data for the same.
        prop_assert_eq!(follow(&style, &first, false, [None, None]).left, Some(left));
        let again = follow(&style, &first, false, [Some((low, high)), None]);
        prop_assert_eq!(again.left, Some(left));
        let grown = (low.min(high * grows), high * grows);
        let next = follow(&style, &first, false, [Some(grown), None]);
        let next = next.left.expect("a scale");
        prop_assert!(high * grows <= next.max, "{} {:?}", high * grows, next);
    }
}

#[test]
fn lines_that_are_off_have_no_bars_to_make_room_for() {
    let values = [vec![1.0; 60], vec![2.0; 60]];
    let (style, lines) = chart(Shape::Bars { stacked: false }, &values);
    let bar = |off: &[String]| {
        let scene = Scene {
            style: &style,
            lines: &lines,
            earlier: None,
            off,
            marks: &MarkSet::default(),
            palette: &crate::theme::LIGHT.palette,
            ratio: 1.0,
        };
        scene.bar_ms(&window(100))
    };
    assert_eq!(bar(&[]), Some(10_000));
    assert_eq!(bar(&["/a".to_owned(), "/b".to_owned()]), Some(5_000));
    let (style, lines) = chart(Shape::Lines, &values);
    let scene = Scene {
        style: &style,
        lines: &lines,
        earlier: None,
        off: &[],
        marks: &MarkSet::default(),
        palette: &crate::theme::LIGHT.palette,
        ratio: 1.0,
    };
    assert_eq!(scene.bar_ms(&window(100)), None);
}

#[test]
fn an_earlier_time_is_whole_on_the_scale() {
    let high = [vec![50.0; 60], vec![80.0; 60]];
    for (shape, want) in [
        (Shape::Lines, 80.0),
        (Shape::Areas, 80.0),
        (Shape::Stacked, 130.0),
        (Shape::Bars { stacked: false }, 80.0),
        (Shape::Bars { stacked: true }, 130.0),
    ] {
        let (style, earlier) = chart(shape, &high);
        let mut buffers = Buffers::default();
        let window = window(100);
        let bar_ms = bar_ms_of(&style, &earlier, &[], (&window, 1.0));
        let wide = (&window, bar_ms);
        let found = extent_earlier(&style, &earlier, &[], false, wide, &mut buffers);
        assert_eq!(found.map(|(_, high)| high), Some(want), "{shape:?}");
        // What is drawn of it reaches as far.
        outlines(&style, &earlier, &[], bar_ms, &mut buffers);
        let all = buffers.earlier.iter().flatten().map(|p| p.v);
        let drawn = all.fold(f64::NAN, f64::max);
        let is_outlined = !matches!(shape, Shape::Lines | Shape::Areas);
        assert_eq!(drawn == want, is_outlined, "{shape:?} {drawn}");
    }
}
