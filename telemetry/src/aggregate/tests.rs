//! The five kinds, and that parts merged are the whole recorded.

use proptest::prelude::*;

use super::*;

fn of(shape: &Shape, samples: &[(f64, i64)]) -> Aggregate {
    let mut aggregate = Aggregate::empty(shape);
    for &(value, at_ms) in samples {
        aggregate.record(value, at_ms);
    }
    aggregate
}

#[test]
fn plain_numbers() {
    // Values, then count, sum, min, max and last.
    let check = |values: &[f64], expect: (u64, f64, f64, f64, f64)| {
        let samples: Vec<_> = values.iter().map(|value| (*value, 5)).collect();
        let a = of(&Shape::Plain, &samples);
        assert_eq!((a.count, a.sum, a.min, a.max, a.last), expect, "{values:?}");
    };
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    check(&[], (0, 0.0, inf, -inf, 0.0));
    check(&[0.0], (1, 0.0, 0.0, 0.0, 0.0));
    check(&[3.0, -1.0, 2.0], (3, 4.0, -1.0, 3.0, 2.0));
    check(&[nan, inf, -inf], (0, 0.0, inf, -inf, 0.0));
    check(&[1.0, nan, 2.0, inf], (2, 3.0, 1.0, 2.0, 2.0));
    check(
        &[f64::MAX, f64::MAX],
        (2, f64::MAX, f64::MAX, f64::MAX, f64::MAX),
    );
}

#[test]
fn the_newest_sample_is_last_also_when_the_clock_went_back() {
    assert_eq!(of(&Shape::Plain, &[(1.0, 10), (2.0, 5)]).last, 1.0);
    assert_eq!(of(&Shape::Plain, &[(1.0, 10), (2.0, 10)]).last, 2.0);
    let (mut a, b) = (
        of(&Shape::Plain, &[(1.0, 10)]),
        of(&Shape::Plain, &[(7.0, 9)]),
    );
    a.merge(&b);
    assert_eq!((a.last, a.last_at_ms), (1.0, 10));
}

#[test]
fn buckets_take_their_upper_bound_and_overflow_takes_the_rest() {
    let shape = Shape::Buckets([0.0, 1.0, 10.0].into());
    let a = of(
        &shape,
        &[(-5.0, 0), (0.0, 0), (0.1, 0), (1.0, 0), (1.1, 0), (10.5, 0)],
    );
    assert_eq!(a.buckets(), [2, 2, 1, 1]);
}

#[test]
fn percentiles_are_within_their_bound() {
    let samples: Vec<_> = (1..=1000).map(|i| (f64::from(i), 0)).collect();
    let found = of(&Shape::Sketch, &samples).quantiles().expect("a sketch");
    for (found, expect) in found.into_iter().zip([500.0, 950.0, 990.0]) {
        assert!(
            (found - expect).abs() <= expect * 0.0055,
            "{found} {expect}"
        );
    }
    assert_eq!(of(&Shape::Sketch, &[(7.0, 0)]).quantiles(), Some([7.0; 3]));
    assert_eq!(of(&Shape::Sketch, &[(0.0, 0)]).quantiles(), Some([0.0; 3]));
    assert_eq!(of(&Shape::Sketch, &[]).quantiles(), None);
    assert_eq!(of(&Shape::Plain, &[(1.0, 0)]).quantiles(), None);
}

fn shapes() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Plain),
        Just(Shape::Sketch),
        Just(Shape::Buckets([-1.0, 0.0, 2.5, 1e6].into())),
    ]
}

/// Distinct times, since of two samples at one time either may be last.
fn samples(values: impl Strategy<Value = f64>) -> impl Strategy<Value = Vec<(f64, i64)>> {
    prop::collection::vec(values, 1..60)
        .prop_map(|values| values.into_iter().zip(0..).collect::<Vec<_>>())
        .prop_shuffle()
}

fn assert_same(a: &Aggregate, b: &Aggregate, sketches: bool) {
    assert_eq!((a.count, a.min, a.max), (b.count, b.min, b.max));
    assert_eq!((a.last, a.last_at_ms), (b.last, b.last_at_ms));
    assert!((a.sum - b.sum).abs() <= 1e-9 * (a.min.abs().max(a.max.abs()) * a.count as f64));
    assert_eq!(a.buckets(), b.buckets());
    if sketches {
        assert_eq!(a.quantiles(), b.quantiles());
    }
}

proptest! {
    #[test]
    fn merging_parts_in_any_order_is_recording_the_whole(
        shape in shapes(),
        // A range that a sketch holds without collapsing its lowest bins.
        samples in samples(prop_oneof![Just(0.0), -1e6..1e6f64, 1e-6..1.0f64]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 2),
    ) {
        let whole = of(&shape, &samples);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(samples.len())).collect();
        cuts.sort_unstable();
        let parts = [&samples[..cuts[0]], &samples[cuts[0]..cuts[1]], &samples[cuts[1]..]];
        let [a, b, c] = parts.map(|part| of(&shape, part));
        let (mut left, mut right, mut bc) = (a.clone(), c.clone(), b.clone());
        left.merge(&b);
        left.merge(&c);
        right.merge(&a);
        right.merge(&b);
        bc.merge(&c);
        let mut nested = a;
        nested.merge(&bc);
        for merged in [left, right, nested] {
            assert_same(&merged, &whole, true);
        }
    }

    #[test]
    fn any_finite_value_merges_and_packs(
        shape in shapes(),
        a in samples(prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL),
        b in samples(prop::num::f64::NORMAL | prop::num::f64::ZERO),
    ) {
        let (mut a, b) = (of(&shape, &a), of(&shape, &b));
        a.merge(&b);
        prop_assert!(a.sum.is_finite());
        if let Some(quantiles) = a.quantiles() {
            prop_assert!(quantiles.iter().all(|q| (a.min..=a.max).contains(q)));
            prop_assert!(quantiles.is_sorted());
        }
        let back = Packed::of(&a).unpack(&shape, a.last_at_ms).expect("the same shape");
        assert_same(&back, &a, true);
        let (_, any) = Packed::of(&a).unpack_any(a.last_at_ms).expect("some shape");
        prop_assert_eq!(Packed::of(&any), Packed::of(&a));
    }

    #[test]
    fn damaged_details_are_refused_not_believed(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let packed = Packed { detail: bytes.into(), ..Packed::of(&of(&Shape::Plain, &[(1.0, 0)])) };
        if let Some(back) = packed.unpack(&Shape::Sketch, 0) {
            prop_assert_eq!(back.count, 1);
        }
        if let Some(back) = packed.unpack(&Shape::Buckets([1.0].into()), 0) {
            prop_assert_eq!(back.buckets().len(), 2);
        }
    }
}

#[test]
fn one_sample_may_stand_for_many() {
    for shape in [Shape::Plain, Shape::Sketch, Shape::Buckets([1.0].into())] {
        let mut weighted = Aggregate::empty(&shape);
        assert!(weighted.record_weighted(2.5, 3, 1));
        assert!(!weighted.record_weighted(9.0, 0, 1));
        assert!(!weighted.record_weighted(f64::NAN, 3, 1));
        assert_same(&weighted, &of(&shape, &[(2.5, 1); 3]), true);
    }
}

#[test]
fn what_was_made_elsewhere_is_taken_when_it_fits_together() {
    let numbers = Numbers {
        count: 3,
        sum: 6.0,
        min: 1.0,
        max: 3.0,
        last: 2.0,
        last_at_ms: 9,
    };
    let check = |numbers: Numbers, taken: bool| {
        assert_eq!(
            Aggregate::of_numbers(numbers).is_some(),
            taken,
            "{numbers:?}"
        );
    };
    check(numbers, true);
    check(
        Numbers {
            count: 0,
            ..numbers
        },
        false,
    );
    check(
        Numbers {
            sum: f64::NAN,
            ..numbers
        },
        false,
    );
    check(
        Numbers {
            min: f64::NEG_INFINITY,
            ..numbers
        },
        false,
    );
    check(
        Numbers {
            max: f64::INFINITY,
            ..numbers
        },
        false,
    );
    check(
        Numbers {
            last: f64::NAN,
            ..numbers
        },
        false,
    );
    check(
        Numbers {
            min: 4.0,
            ..numbers
        },
        false,
    );

    let made = || Aggregate::of_numbers(numbers).expect("fits together");
    let mut sketch = Sketch::new();
    sketch.add_n(2.0, 3);
    let with_sketch = made().with_sketch(sketch.clone()).expect("as many");
    let quantiles = with_sketch.quantiles().expect("a sketch");
    assert!(quantiles.iter().all(|found| (found - 2.0).abs() < 0.011));
    sketch.add(1.0);
    assert!(made().with_sketch(sketch).is_none(), "one too many");
    let buckets = |counts: &[u64]| made().with_buckets([1.0, 2.0].into(), counts.into());
    assert_eq!(buckets(&[1, 1, 1]).expect("as many").buckets(), [1, 1, 1]);
    assert!(buckets(&[1, 1]).is_none(), "no bucket above the last bound");
    assert!(buckets(&[1, 1, 2]).is_none(), "one too many");
    assert!(
        buckets(&[u64::MAX, 4, 0]).is_none(),
        "adds up only when it wraps"
    );
}

#[test]
fn a_report_of_no_value_ends_what_came_before() {
    let shape = Shape::Plain;
    // Times of samples (`Some`) and of reports that there is none, in any order of merging.
    let check = |reports: &[(i64, Option<f64>)], expect: Option<f64>| {
        let parts = reports.iter().map(|(at_ms, value)| match value {
            Some(value) => {
                let mut aggregate = Aggregate::empty(&shape);
                assert!(aggregate.record(*value, *at_ms));
                aggregate
            }
            None => Aggregate::absent(&shape, *at_ms),
        });
        let parts: Vec<Aggregate> = parts.collect();
        let merged = |parts: &mut dyn Iterator<Item = &Aggregate>| {
            let mut all = Aggregate::empty(&shape);
            parts.for_each(|part| all.merge(part));
            (!all.is_empty() && !all.is_absent()).then_some(all.last)
        };
        assert_eq!(merged(&mut parts.iter()), expect, "{reports:?}");
        assert_eq!(merged(&mut parts.iter().rev()), expect, "{reports:?}");
    };
    check(&[], None);
    check(&[(1, Some(5.0))], Some(5.0));
    check(&[(1, None)], None);
    check(&[(1, Some(5.0)), (2, None)], None);
    check(&[(1, Some(5.0)), (2, None), (3, Some(9.0))], Some(9.0));
    check(&[(2, None), (2, Some(9.0))], Some(9.0));
    let none = Aggregate::absent(&shape, 7);
    assert!(!none.is_empty() && Aggregate::empty(&shape).is_empty());
    let back = Packed::of(&none).unpack(&shape, 8).expect("the same shape");
    assert!(back.is_absent() && back.count == 0);
    let mut taken = none.clone();
    assert!(taken.take().is_absent() && taken.is_empty());
}
