//! What is read of a line's points.

use proptest::prelude::*;

use super::*;

fn line(points: &[(i64, f64)], settled: usize) -> Line {
    let mut line = Line::new("x".into(), 0, vec![1], Vec::new());
    for (t, v) in points {
        push(&mut line.points, *t, *v);
    }
    line.settled = settled;
    line
}

#[test]
fn the_value_at_a_time_is_that_of_the_last_point_that_is_near_enough() {
    let line = line(&[(1_000, 1.0), (2_000, 2.0), (5_000, 5.0)], 3);
    for (t, within, want) in [
        (999.0, 1_000.0, f64::NAN),
        (1_000.0, 1_000.0, 1.0),
        (1_999.0, 1_000.0, 1.0),
        (3_000.0, 1_000.0, 2.0),
        (3_001.0, 1_000.0, f64::NAN),
        (9_000.0, 4_000.0, 5.0),
        (9_000.0, 3_999.0, f64::NAN),
    ] {
        let got = line.value_at(t, within);
        assert!(
            got == want || (got.is_nan() && want.is_nan()),
            "{t} {within}: {got}"
        );
    }
    assert!(self::line(&[], 0).value_at(0.0, f64::INFINITY).is_nan());
}

#[test]
fn what_is_between_two_times_leaves_the_start_out() {
    let line = line(&[(1_000, 4.0), (2_000, 1.0), (3_000, 7.0), (4_000, 9.0)], 4);
    let times =
        |from: f64, to: f64| -> Vec<f64> { line.between(from, to).iter().map(|p| p.t).collect() };
    assert_eq!(times(1_000.0, 3_000.0), [2_000.0, 3_000.0]);
    assert!(times(4_000.0, 9_000.0).is_empty() && times(3_000.0, 1_000.0).is_empty());
    assert_eq!(line.summary(0.0, 3_000.0), Some([1.0, 4.0, 7.0]));
    assert_eq!(line.summary(4_000.0, 9_000.0), None);
}

#[test]
fn values_that_are_not_known_are_no_points() {
    let line = line(&[(1_000, f64::NAN), (2_000, 0.0)], 1);
    assert_eq!(line.points.len(), 1);
    assert_eq!(line.final_ms(), 2_000.0);
    assert_eq!(self::line(&[(1_000, 1.0)], 0).final_ms(), f64::NEG_INFINITY);
}

#[test]
fn an_extreme_that_leaves_is_looked_for_again_and_the_open_step_counts() {
    let points = [(1_000, 9.0), (2_000, 1.0), (3_000, 5.0), (4_000, 12.0)];
    let mut line = line(&points, 3);
    line.extent = points[..3].iter().fold(None, |extent, (t, v)| {
        widened(
            extent,
            &[Point {
                t: *t as f64,
                v: *v,
            }],
        )
    });
    // The last point is not final.
    assert_eq!(line.extent(0.0), Some((1.0, 12.0)));
    line.points.truncate(3);
    assert_eq!(line.extent(0.0), Some((1.0, 9.0)));
    assert_eq!(line.extent(1_500.0), Some((1.0, 5.0)));
    assert_eq!(line.extent(2_500.0), Some((5.0, 5.0)));
    assert_eq!(line.extent(3_500.0), None);
    assert_eq!(
        widened(
            None,
            &[Point {
                t: 0.0,
                v: f64::INFINITY
            }]
        ),
        None
    );
}

proptest! {
    #[test]
    fn least_mean_and_most_are_those_of_the_time_between(
        values in proptest::collection::vec(
            prop_oneof![9 => -1e6..1e6_f64, 1 => Just(f64::NAN)], 1..60,
        ),
        from in 0..60_usize,
        shown in 1..60_usize,
    ) {
        let points: Vec<_> = (1..).map(|second| second * 1_000).zip(values.iter().copied()).collect();
        let line = line(&points, points.len());
        let [start, end] = [from, from + shown].map(|second| 1_000.0 * second as f64);
        let within = values.iter().skip(from).take(shown).copied();
        let within: Vec<f64> = within.filter(|v| v.is_finite()).collect();
        let got = line.summary(start, end);
        prop_assert_eq!(got.is_some(), !within.is_empty());
        if let Some([min, mean, max]) = got {
            prop_assert!(within.iter().all(|v| min <= *v && *v <= max));
            prop_assert!(within.contains(&min) && within.contains(&max));
            prop_assert!(min <= mean + 1e-6 && mean <= max + 1e-6);
            let want = within.iter().sum::<f64>() / within.len() as f64;
            prop_assert!((mean - want).abs() <= 1e-6, "{} {}", mean, want);
        }
    }
}
