//! The five kinds, and that parts merged are the whole recorded.

use std::sync::Arc;

use crate::{Event, Metric, Value};
use proptest::prelude::*;

use super::*;
use crate::{MetricList, Refusal};

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

fn recorder(metrics: Vec<Metric>, max_series: usize) -> Recorder {
    let list = Arc::new(MetricList::new(metrics).expect("makes sense"));
    Recorder::new(list, Arc::new(SeriesTable::new(max_series, max_series)))
}

#[test]
fn an_event_feeds_every_metric_by_tag_combination() {
    let recorder = recorder(
        vec![
            Metric::count_events("shop.order").tags(["paid", "size"]),
            Metric::sum("shop.order.price"),
            Metric::summary("shop.order.price")
                .named("p")
                .unit_from(crate::Unit::Second, crate::Unit::Millisecond),
        ],
        10,
    );
    let send = |price: f64, paid: bool, size: i64| {
        recorder.record(
            &Event {
                name: "shop.order",
                measurements: &[("price", price)],
                metadata: &[("paid", Value::Bool(paid)), ("size", Value::Int(size))],
            },
            1,
        );
    };
    send(1.0, true, -7);
    send(2.0, true, -7);
    send(3.0, false, 0);
    let flush = recorder.flush();
    assert_eq!(
        (flush.rows.len(), flush.fresh.len(), flush.samples),
        (4, 4, 9)
    );
    let tags: Vec<String> = flush
        .fresh
        .iter()
        .map(|series| series.tags.join(","))
        .collect();
    assert!(
        tags.contains(&"true,-7".to_owned()) && tags.contains(&"false,0".to_owned()),
        "{tags:?}"
    );
    let sum_of = |metric| {
        let rows = flush
            .rows
            .iter()
            .filter(|row| row.metric == MetricId(metric));
        rows.map(|row| row.aggregate.sum).sum::<f64>()
    };
    assert_eq!((sum_of(1), sum_of(2)), (6.0, 6000.0));
    assert!(recorder.flush().rows.is_empty(), "a flush begins anew");
}

#[test]
fn what_is_refused_is_counted_by_reason() {
    let check =
        |measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)], expect: Option<Refusal>| {
            let recorder = recorder(vec![Metric::last_value("a.b.v").tags(["t"])], 1);
            recorder.record(
                &Event {
                    name: "a.b",
                    measurements,
                    metadata,
                },
                0,
            );
            let flush = recorder.flush();
            let refused: Vec<_> = expect
                .into_iter()
                .map(|reason| (MetricId(0), reason, 1))
                .collect();
            assert_eq!(
                (flush.refused, flush.rows.is_empty()),
                (refused, expect.is_some())
            );
        };
    let long = "x".repeat(129);
    let tag = [("t", Value::Str("x"))];
    check(&[("v", 0.0)], &tag, None);
    check(&[("v", f64::NAN)], &tag, Some(Refusal::NotANumber));
    check(&[("v", f64::INFINITY)], &tag, Some(Refusal::NotANumber));
    check(&[("v", f64::NEG_INFINITY)], &tag, Some(Refusal::NotANumber));
    check(&[], &tag, Some(Refusal::MissingMeasurement));
    check(&[("v", 1.0)], &[], Some(Refusal::MissingTag));
    check(
        &[("v", 1.0)],
        &[("t", Value::Str(&long))],
        Some(Refusal::TagTooLong),
    );
    check(
        &[("v", 1.0)],
        &[("t", Value::Float(1e300))],
        Some(Refusal::TagTooLong),
    );
    check(&[("v", 1.0)], &[("t", Value::Float(0.5))], None);
}

#[test]
fn a_series_too_many_is_folded_and_the_others_go_on() {
    let recorder = recorder(vec![Metric::count_events("a.b").tags(["t"])], 2);
    for value in ["x", "y", "z", "x", "w"] {
        recorder.record(
            &Event {
                name: "a.b",
                measurements: &[],
                metadata: &[("t", Value::Str(value))],
            },
            0,
        );
    }
    let flush = recorder.flush();
    assert_eq!((flush.rows.len(), flush.samples), (3, 5));
    assert_eq!(flush.refused, [(MetricId(0), Refusal::SeriesLimit, 2)]);
    let overflow = flush.fresh.iter().find(|series| series.is_overflow());
    let overflow = overflow.expect("told of").id;
    let row = flush.rows.iter().find(|row| row.series == overflow);
    assert_eq!(row.expect("has samples").aggregate.count, 2);
}

#[test]
fn shards_of_many_threads_flush_as_one() {
    let recorder = recorder(vec![Metric::sum("a.b.v")], 10);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    recorder.record(
                        &Event {
                            name: "a.b",
                            measurements: &[("v", 2.0)],
                            metadata: &[],
                        },
                        0,
                    );
                }
            });
        }
    });
    let flush = recorder.flush();
    assert_eq!((flush.rows.len(), flush.rows[0].aggregate.sum), (1, 8000.0));
}
