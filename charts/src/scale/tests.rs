//! Numbers for scales and ticks, and what hostile data make of them.

use proptest::prelude::*;

use super::*;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn free() -> Bounds {
    Bounds {
        zero: false,
        ..Bounds::default()
    }
}

fn fixed(min: f64, max: f64) -> Bounds {
    Bounds {
        min: Some(min),
        max: Some(max),
        ..Bounds::default()
    }
}

#[test]
fn fits() {
    let check = |low: f64, high: f64, bounds: Bounds, ticks: &[f64]| {
        let scale = ValueScale::fit(low, high, &bounds);
        let got: Vec<f64> = scale.ticks().collect();
        assert_eq!(got, ticks, "{low}..{high} {bounds:?} {scale:?}");
    };
    let zero = Bounds::default();
    check(2.0, 38.0, zero, &[0.0, 10.0, 20.0, 30.0, 40.0]);
    check(0.0, 40.0, zero, &[0.0, 10.0, 20.0, 30.0, 40.0]);
    check(0.0, 40.1, zero, &[0.0, 20.0, 40.0, 60.0]);
    check(0.0, 9.3, zero, &[0.0, 2.5, 5.0, 7.5, 10.0]);
    check(0.0, 1.1, zero, &[0.0, 0.5, 1.0, 1.5]);
    check(0.1, 0.33, zero, &[0.0, 0.1, 0.2, 0.3, 0.4]);
    check(0.0, 3e-9, zero, &[0.0, 1e-9, 2e-9, 3e-9]);
    check(0.0, 7e12, zero, &[0.0, 2e12, 4e12, 6e12, 8e12]);
    check(-3.0, 3.0, zero, &[-4.0, -2.0, 0.0, 2.0, 4.0]);
    check(-38.0, -2.0, zero, &[-40.0, -30.0, -20.0, -10.0, 0.0]);
    check(96.0, 99.0, free(), &[96.0, 97.0, 98.0, 99.0]);
    // Fixed ends stay where they are, round or not.
    check(3.0, 7.0, fixed(0.0, 100.0), &[0.0, 25.0, 50.0, 75.0, 100.0]);
    check(0.0, 9e9, fixed(0.0, 23.4), &[0.0, 10.0, 20.0]);
    let top = Bounds {
        max: Some(23.4),
        ..zero
    };
    assert_eq!(ValueScale::fit(0.0, 1.0, &top).max, 23.4);
    // Bytes.
    let bytes = Bounds {
        base: Base::Binary,
        ..zero
    };
    let mib = 1_048_576.0;
    check(
        0.0,
        14.0 * mib,
        bytes,
        &[0.0, 4.0 * mib, 8.0 * mib, 12.0 * mib, 16.0 * mib],
    );
    check(0.0, 1_000.0, bytes, &[0.0, 256.0, 512.0, 768.0, 1_024.0]);
    // Nothing to go by.
    let unit = &[0.0, 0.25, 0.5, 0.75, 1.0];
    for (low, high) in [
        (0.0, 0.0),
        (NAN, NAN),
        (INF, -INF),
        (NAN, INF),
        (1e-300, 1e-300),
    ] {
        check(low, high, zero, unit);
    }
    check(NAN, 40.0, zero, &[0.0, 10.0, 20.0, 30.0, 40.0]);
    check(5.0, 5.0, free(), &[4.5, 4.75, 5.0, 5.25, 5.5]);
    check(0.0, 0.0, free(), &[-1.0, -0.5, 0.0, 0.5, 1.0]);
    check(0.0, 0.0, fixed(5.0, 5.0), &[5.0, 5.2, 5.4, 5.6]);
}

#[test]
fn follows() {
    let from = ValueScale::fit(0.0, 40.0, &Bounds::default());
    let check = |low: f64, high: f64, bounds: Bounds, max: Option<f64>| {
        let next = from.follow(low, high, &bounds).map(|s| s.max);
        assert_eq!(next, max, "{low}..{high}");
    };
    let zero = Bounds::default();
    check(0.0, 40.0, zero, None);
    check(0.0, 40.1, zero, Some(60.0));
    check(0.0, 21.0, zero, None);
    check(0.0, 20.0, zero, Some(20.0));
    check(-1.0, 10.0, zero, Some(10.0));
    check(NAN, NAN, zero, None);
    check(-INF, INF, zero, None);
    check(0.0, 1.0, fixed(0.0, 100.0), Some(100.0));
    assert_eq!(from.follow(0.0, 40.0, &fixed(0.0, 40.0)), None);
}

#[test]
fn places_values() {
    let scale = ValueScale::fit(0.0, 40.0, &Bounds::default());
    let check = |value: f64, y: f64| assert!((scale.y(value, 104.0) - y).abs() < 1e-9, "{value}");
    check(40.0, 2.0);
    check(0.0, 102.0);
    check(20.0, 52.0);
    check(-4.0, 112.0);
    check(80.0, -98.0);
    assert!(scale.y(NAN, 104.0).is_nan());
    assert_eq!(scale.y(20.0, 0.0), INSET_PX);
    let baseline = |low, high, bounds| ValueScale::fit(low, high, &bounds).baseline();
    assert_eq!(baseline(0.0, 4.0, Bounds::default()), 0.0);
    assert_eq!(baseline(96.0, 99.0, free()), 96.0);
    assert_eq!(baseline(-99.0, -96.0, free()), -96.0);
}

fn log() -> Bounds {
    Bounds {
        mode: Mode::Log,
        ..Bounds::default()
    }
}

#[test]
fn fits_logarithms() {
    let check = |low: f64, high: f64, bounds: Bounds, ends: (f64, f64), ticks: &[f64]| {
        let scale = ValueScale::fit(low, high, &bounds);
        let got: Vec<f64> = scale.ticks().collect();
        assert_eq!(got, ticks, "{low}..{high} {scale:?}");
        assert_eq!((scale.min, scale.max), ends, "{low}..{high}");
    };
    let log = log();
    check(1.0, 1e4, log, (1.0, 1e4), &[1.0, 10.0, 100.0, 1e3, 1e4]);
    check(3.0, 4_000.0, log, (1.0, 1e4), &[1.0, 10.0, 100.0, 1e3, 1e4]);
    check(0.002, 0.3, log, (1e-3, 1.0), &[1e-3, 0.01, 0.1, 1.0]);
    // Less than two decades: 1, 2 and 5.
    check(3.0, 18.0, log, (2.0, 20.0), &[2.0, 5.0, 10.0, 20.0]);
    check(0.3, 0.6, log, (0.2, 1.0), &[0.2, 0.5, 1.0]);
    check(2.0, 100.0, log, (1.0, 100.0), &[1.0, 10.0, 100.0]);
    check(10.0, 10.0, log, (5.0, 20.0), &[5.0, 10.0, 20.0]);
    // Many decades: every second, third, ….
    check(1e-3, 1e3, log, (1e-3, 1e3), &[0.01, 1.0, 100.0]);
    check(1e-6, 1e6, log, (1e-6, 1e6), &[1e-6, 1e-3, 1.0, 1e3, 1e6]);
    // What is not above zero has no place: three decades below the top.
    check(0.0, 700.0, log, (0.1, 1e3), &[0.1, 1.0, 10.0, 100.0, 1e3]);
    check(-5.0, 1e3, log, (1.0, 1e3), &[1.0, 10.0, 100.0, 1e3]);
    for (low, high) in [(0.0, 0.0), (NAN, NAN), (-9.0, -1.0), (INF, -INF)] {
        check(low, high, log, (1e-3, 1.0), &[1e-3, 0.01, 0.1, 1.0]);
    }
    // Fixed ends stay where they are, unless they have no place.
    let ends = |min: f64, max: f64| Bounds {
        mode: Mode::Log,
        ..fixed(min, max)
    };
    check(
        1.0,
        9.0,
        ends(3.0, 70.0),
        (3.0, 70.0),
        &[5.0, 10.0, 20.0, 50.0],
    );
    check(1.0, 9.0, ends(6.0, 9.0), (6.0, 9.0), &[]);
    check(
        2.0,
        90.0,
        ends(0.0, -4.0),
        (1.0, 100.0),
        &[1.0, 10.0, 100.0],
    );
    check(2.0, 90.0, ends(50.0, 5.0), (50.0, 100.0), &[50.0, 100.0]);
}

#[test]
fn follows_logarithms() {
    let from = ValueScale::fit(2.0, 900.0, &log());
    let check = |low: f64, high: f64, bounds: Bounds, expected: Option<(f64, f64)>| {
        let next = from.follow(low, high, &bounds).map(|s| (s.min, s.max));
        assert_eq!(next, expected, "{low}..{high}");
    };
    check(2.0, 900.0, log(), None);
    check(0.5, 900.0, log(), Some((0.1, 1e3)));
    check(2.0, 1_001.0, log(), Some((1.0, 1e4)));
    check(2.0, 90.0, log(), None);
    check(2.0, 40.0, log(), Some((2.0, 50.0)));
    // A zero does not move the bottom, whatever the top does.
    check(0.0, 900.0, log(), None);
    check(0.0, 90.0, log(), None);
    check(NAN, NAN, log(), None);
    // Another mode is another scale.
    check(2.0, 900.0, Bounds::default(), Some((0.0, 1e3)));
    let linear = ValueScale::fit(0.0, 1e3, &Bounds::default());
    let next = linear.follow(2.0, 900.0, &log());
    assert_eq!(next.map(|s| s.mode), Some(Mode::Log));
}

#[test]
fn places_logarithms() {
    let scale = ValueScale::fit(1.0, 1e4, &log());
    let check = |value: f64, y: f64| assert!((scale.y(value, 104.0) - y).abs() < 1e-9, "{value}");
    check(1e4, 2.0);
    check(1.0, 102.0);
    check(100.0, 52.0);
    check(1e6, -48.0);
    // Never lost, never bent into what is no number.
    for value in [0.5, 1e-300, 0.0, -0.0, -5.0, f64::MIN, -INF] {
        check(value, 102.0);
    }
    assert!(scale.y(NAN, 104.0).is_nan());
    assert!(scale.y(INF, 104.0).is_finite());
    assert_eq!(scale.baseline(), 1.0);
}

#[test]
fn ticks_are_written_with_the_decimals_of_a_step() {
    let decimals = |v: f64| {
        let text = format!("{v}");
        text.split_once('.').map_or(0, |(_, after)| after.len())
    };
    let mut rows = 0;
    for mode in [Mode::Linear, Mode::Log] {
        for base in [Base::Decimal, Base::Binary] {
            for high in [7e-7, 0.0012, 0.31, 0.7, 1.1, 3.3, 9.3, 70.0, 1_234.5, 6e9] {
                for low in [0.0, high / 3.0, high / 50.0, high / 1e5] {
                    let bounds = Bounds {
                        base,
                        mode,
                        ..free()
                    };
                    let scale = ValueScale::fit(low, high, &bounds);
                    let most = decimals(scale.step);
                    for tick in scale.ticks() {
                        assert!(decimals(tick) <= most, "{tick} {scale:?}");
                        rows += 1;
                    }
                }
            }
        }
    }
    assert!(rows > 400);
}

#[test]
fn bytes_have_steps_of_powers_of_two() {
    let check = |high: f64, step: f64| {
        let bounds = Bounds {
            base: Base::Binary,
            ..Bounds::default()
        };
        assert_eq!(ValueScale::fit(0.0, high, &bounds).step, step, "{high}");
    };
    for power in 0..50 {
        let step = 2.0_f64.powi(power);
        check(4.0 * step, step);
        check(3.1 * step, step);
        check(4.01 * step, 2.0 * step);
    }
    check(0.9, 0.25);
}

fn any_bounds() -> impl Strategy<Value = Bounds> {
    let end = || {
        prop_oneof![
            Just(None),
            any::<f64>().prop_map(Some),
            (-9.0..9.0).prop_map(Some)
        ]
    };
    (end(), end(), any::<[bool; 3]>()).prop_map(|(min, max, [zero, binary, log])| Bounds {
        min,
        max,
        zero,
        base: if binary { Base::Binary } else { Base::Decimal },
        mode: if log { Mode::Log } else { Mode::Linear },
    })
}

proptest! {
    #[test]
    fn any_data_give_a_sane_scale(
        low in any::<f64>(), high in any::<f64>(), bounds in any_bounds(), value in any::<f64>(),
    ) {
        let scale = ValueScale::fit(low, high, &bounds);
        prop_assert!(scale.min < scale.max && scale.min.is_finite() && scale.max.is_finite());
        prop_assert!(scale.step > 0.0 && scale.step.is_finite());
        let ticks: Vec<f64> = scale.ticks().collect();
        prop_assert!(ticks.len() <= 5, "{scale:?} {ticks:?}");
        prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{scale:?} {ticks:?}");
        if scale.mode == Mode::Log {
            prop_assert!(scale.min > 0.0);
            prop_assert!(value.is_nan() || scale.y(value, 100.0).is_finite(), "{scale:?}");
            prop_assert!(scale.y(value.min(0.0), 100.0) <= 98.0 + 1e-9);
        }
    }

    #[test]
    fn logarithmic_data_are_on_the_scale_and_keep_it(
        a in -12.0..12.0_f64, b in -12.0..12.0_f64, c in 0.0..1.0_f64,
    ) {
        let (low, high) = (10.0_f64.powf(a.min(b)), 10.0_f64.powf(a.max(b)));
        let scale = ValueScale::fit(low, high, &log());
        prop_assert!(scale.min <= low * (1.0 + 1e-8) && high <= scale.max * (1.0 + 1e-8));
        let ticks = scale.ticks().count();
        prop_assert!((2..=5).contains(&ticks), "{} {:?}", ticks, scale);
        prop_assert_eq!(scale.follow(low, high, &log()), None);
        // Order is kept, within the plot.
        let between = low * (high / low).powf(c);
        let (bottom, middle, top) =
            (scale.y(low, 100.0), scale.y(between, 100.0), scale.y(high, 100.0));
        prop_assert!(bottom >= middle - 1e-9 && middle >= top - 1e-9);
        prop_assert!(bottom <= 98.0 + 1e-9 && top >= 2.0 - 1e-6);
        // It does not shrink for data over more than half as many decades.
        let less = scale.max / (scale.max / scale.min).powf(0.6);
        prop_assert_eq!(scale.follow(less, scale.max, &log()), None);
    }

    #[test]
    fn data_are_on_the_scale_with_four_or_five_ticks(a in -1e12..1e12_f64, b in -1e12..1e12_f64) {
        prop_assume!((a - b).abs() > 1e-3);
        for bounds in [Bounds::default(), free()] {
            let scale = ValueScale::fit(a.min(b), a.max(b), &bounds);
            prop_assert!(scale.min <= a.min(b) && a.max(b) <= scale.max, "{scale:?}");
            let ticks = scale.ticks().count();
            prop_assert!((3..=5).contains(&ticks), "{ticks} {scale:?}");
            prop_assert_eq!(scale.follow(a.min(b), a.max(b), &bounds), None);
        }
    }
}
