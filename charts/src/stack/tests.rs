//! Sums of few points, and of many against sums made the slow way.

use proptest::prelude::*;

use super::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn points(of: &[(f64, f64)]) -> Vec<Point> {
    of.iter().map(|&(t, v)| Point { t, v }).collect()
}

fn rows(stack: &Stack) -> Vec<(f64, Vec<f64>)> {
    stack.rows().map(|(t, sums)| (t, sums.to_vec())).collect()
}

/// Joined over at most ten milliseconds.
fn check(series: &[&[(f64, f64)]], expected: &[(f64, &[f64])]) {
    let series: Vec<_> = series.iter().map(|one| points(one)).collect();
    let series: Vec<_> = series.iter().map(Vec::as_slice).collect();
    let mut out = Stack::default();
    stack(&series, 10.0, &mut out);
    let expected: Vec<_> = expected
        .iter()
        .map(|(t, sums)| (*t, sums.to_vec()))
        .collect();
    // NaN is not equal to itself; its text is.
    assert_eq!(
        format!("{:?}", rows(&out)),
        format!("{expected:?}"),
        "{series:?}"
    );
}

#[test]
fn sums() {
    let gap: (f64, &[f64]) = (NAN, &[NAN, NAN]);
    check(&[], &[]);
    check(&[&[], &[]], &[]);
    check(&[&[(5.0, NAN)], &[(5.0, INF), (NAN, 1.0)]], &[]);
    check(&[&[(5.0, 0.0)], &[]], &[(5.0, &[0.0, 0.0])]);
    check(
        &[&[(0.0, 1.0), (5.0, 2.0)], &[(0.0, 10.0), (5.0, 20.0)]],
        &[(0.0, &[1.0, 11.0]), (5.0, &[2.0, 22.0])],
    );
    // Between two points the line has a value, and after the last one for a while too.
    check(
        &[
            &[(0.0, 1.0), (8.0, 5.0)],
            &[(0.0, 10.0), (2.0, 20.0), (12.0, 30.0)],
        ],
        &[
            (0.0, &[1.0, 11.0]),
            (2.0, &[2.0, 22.0]),
            (8.0, &[5.0, 31.0]),
            (12.0, &[5.0, 35.0]),
        ],
    );
    // A gap in one counts as nothing, once it is known.
    check(
        &[
            &[(0.0, 1.0), (10.0, 1.0), (20.0, 1.0), (30.0, 1.0)],
            &[(0.0, 5.0), (30.0, 5.0)],
        ],
        &[
            (0.0, &[1.0, 6.0]),
            (10.0, &[1.0, 6.0]),
            (20.0, &[1.0, 1.0]),
            (30.0, &[1.0, 6.0]),
        ],
    );
    check(
        &[
            &[(0.0, 1.0), (4.0, 1.0), (8.0, 1.0)],
            &[(0.0, 5.0), (2.0, NAN), (8.0, 5.0)],
        ],
        &[
            (0.0, &[1.0, 6.0]),
            (2.0, &[1.0, 1.0]),
            (4.0, &[1.0, 1.0]),
            (8.0, &[1.0, 6.0]),
        ],
    );
    // A gap in all is a gap.
    check(
        &[&[(0.0, 1.0), (20.0, 1.0)], &[(0.0, 5.0), (20.0, 5.0)]],
        &[(0.0, &[1.0, 6.0]), gap, (20.0, &[1.0, 6.0])],
    );
    // A clock that goes back, and a time that comes twice.
    check(
        &[
            &[(5.0, 1.0), (3.0, 9.0), (5.0, 2.0), (6.0, 3.0)],
            &[(5.0, 5.0)],
        ],
        &[(5.0, &[2.0, 7.0]), (6.0, &[3.0, 8.0])],
    );
    check(&[&[(0.0, -1.0)], &[(0.0, -2.0)]], &[(0.0, &[-1.0, -3.0])]);
}

#[test]
fn negatives_stack_down_from_zero() {
    check(&[&[(0.0, 5.0)], &[(0.0, -3.0)]], &[(0.0, &[5.0, -3.0])]);
    let four: [&[(f64, f64)]; 4] = [&[(0.0, 5.0)], &[(0.0, -3.0)], &[(0.0, 2.0)], &[(0.0, -1.0)]];
    let sums = [5.0, -3.0, 7.0, -4.0];
    check(&four, &[(0.0, &sums)]);
    let begins = [0, 1, 2, 3].map(|layer| begin_of(&sums, layer));
    assert_eq!(begins, [0.0, 0.0, 5.0, -3.0]);
}

#[test]
fn thins_to_whole_rows() {
    let window = TimeWindow::new(1_000.0, 1_000.0, 100);
    let check = |of: &[(f64, f64)], from: f64, expected: &[(f64, f64)]| {
        let mut out = Stack::default();
        stack(&[&points(of), &[]], 20.0, &mut out);
        out.thin(&window, from);
        let got: Vec<_> = out.rows().map(|(t, sums)| (t, sums[1])).collect();
        assert_eq!(format!("{got:?}"), format!("{expected:?}"), "{of:?}");
    };
    let gap = (NAN, NAN);
    let few = [(1.0, 1.0), (3.0, 9.0), (12.0, 4.0)];
    check(&[], 0.0, &[]);
    check(&few, 0.0, &few);
    check(&few, 1.0, &few[2..]);
    // The first, the extremes in their order, the last.
    let many = [
        (0.0, 5.0),
        (1.0, 6.0),
        (2.0, 9.0),
        (3.0, 4.0),
        (4.0, 1.0),
        (5.0, 3.0),
    ];
    check(&many, 0.0, &[many[0], many[2], many[4], many[5]]);
    // Breaks between columns stay, before what is left out and within a column they go.
    let broken = [(1.0, 1.0), (95.0, 2.0), (140.0, 3.0)];
    check(&broken, 0.0, &[broken[0], gap, broken[1], gap, broken[2]]);
    check(&broken, 9.0, &[broken[1], gap, broken[2]]);
    check(&broken, 10.0, &[broken[2]]);
    check(
        &[(0.0, 1.0), (2.0, NAN), (4.0, 2.0), (11.0, NAN), (13.0, 5.0)],
        0.0,
        &[(0.0, 1.0), (4.0, 2.0), gap, (13.0, 5.0)],
    );
}

#[test]
fn extents() {
    let check = |series: &[&[(f64, f64)]], expected: Option<(f64, f64)>| {
        let series: Vec<_> = series.iter().map(|one| points(one)).collect();
        let series: Vec<_> = series.iter().map(Vec::as_slice).collect();
        let mut out = Stack::default();
        stack(&series, 10.0, &mut out);
        assert_eq!(out.extent(), expected);
    };
    check(&[], None);
    check(&[&[(0.0, NAN)]], None);
    check(&[&[(0.0, 0.0)]], Some((0.0, 0.0)));
    check(
        &[&[(0.0, 2.0), (99.0, 1.0)], &[(0.0, 3.0)]],
        Some((1.0, 5.0)),
    );
    check(&[&[(0.0, 2.0)], &[(0.0, -3.0)]], Some((-3.0, 2.0)));
}

fn series() -> impl Strategy<Value = Vec<Point>> {
    let value = prop_oneof![6 => -1e3..1e3_f64, 1 => Just(NAN), 1 => Just(0.0)];
    proptest::collection::vec((0u32..30, value), 0..40).prop_map(|steps| {
        let mut t = 0.0;
        let point = |(dt, v): (u32, f64)| {
            t += f64::from(dt);
            Point { t, v }
        };
        steps.into_iter().map(point).collect()
    })
}

/// What a series counts with at `t`, found without regard to cost.
fn value_at(points: &[Point], t: f64, connect_ms: f64) -> f64 {
    if let Some(here) = points.iter().rfind(|p| p.t == t) {
        return if here.v.is_finite() { here.v } else { 0.0 };
    }
    let before = points.iter().rfind(|p| p.t < t).filter(|p| p.v.is_finite());
    let after = points.iter().find(|p| p.t > t).filter(|p| p.v.is_finite());
    match (before, after) {
        (Some(a), Some(b)) if b.t - a.t <= connect_ms => {
            a.v + (b.v - a.v) * ((t - a.t) / (b.t - a.t))
        }
        (Some(a), _) if t - a.t <= connect_ms => a.v,
        _ => 0.0,
    }
}

proptest! {
    #[test]
    fn sums_are_those_of_the_lines(all in proptest::collection::vec(series(), 1..4)) {
        let slices: Vec<_> = all.iter().map(Vec::as_slice).collect();
        let mut out = Stack::default();
        stack(&slices, 25.0, &mut out);
        let mut last = f64::NEG_INFINITY;
        for (t, sums) in out.rows().filter(|(t, _)| !t.is_nan()) {
            prop_assert!(t > last);
            last = t;
            let (mut above, mut below) = (0.0, 0.0);
            for (layer, (points, got)) in all.iter().zip(sums).enumerate() {
                let value = value_at(points, t, 25.0);
                let side = if value < 0.0 { &mut below } else { &mut above };
                let begin = *side;
                *side += value;
                prop_assert!((got - *side).abs() < 1e-6, "{t}: {got} {side}");
                // No layer covers another on its way to its end.
                prop_assert!((begin_of(sums, layer) - begin).abs() < 1e-6, "{t}: {layer}");
            }
        }
        // No time is lost at which there is a number.
        let known = all.iter().flatten().filter(|p| {
            all.iter().any(|points| {
                points.iter().rfind(|other| other.t == p.t).is_some_and(|p| p.v.is_finite())
            })
        });
        for p in known {
            prop_assert!(out.rows().any(|(t, _)| t == p.t), "{}", p.t);
        }
    }
}
