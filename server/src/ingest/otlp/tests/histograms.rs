//! Histograms of both types in both temporalities.

use telemetry::aggregate::Sketch;

use super::*;

#[test]
fn histograms_in_both_temporalities() {
    let check = |points: &[([u64; 4], f64)], temporality: i32, counts: [u64; 4], sum: f64| {
        let bench = Bench::new();
        for (second, (counts, sum)) in (1..).zip(points) {
            let point = explicit(temporality, histogram(second, *counts, *sum));
            let outcome = bench.take(second, "m.distribution", "s", point);
            assert_eq!(outcome.rejected(), 0, "{outcome:?}");
        }
        let did = &bench.flush()["m.distribution"];
        assert_eq!((did.buckets(), did.sum), (&counts[..], sum), "{points:?}");
        assert_eq!(did.count, counts.iter().sum::<u64>());
    };
    let rows = [([1, 2, 0, 0], 4.0), ([1, 3, 1, 2], 20.0)];
    check(&rows, DELTA, [2, 5, 1, 2], 24.0);
    check(&rows, CUMULATIVE, [1, 3, 1, 2], 20.0);
    let reset = [([1, 2, 0, 0], 4.0), ([0, 2, 1, 0], 6.0)];
    check(&reset, CUMULATIVE, [1, 4, 1, 0], 10.0);
    let silent = [([1, 2, 0, 0], 4.0), ([1, 2, 0, 0], 4.0)];
    check(&silent, CUMULATIVE, [1, 2, 0, 0], 4.0);
}

#[test]
fn other_bounds_are_a_base_unless_the_count_fell() {
    let check = |bounds: &[f64], counts: &[u64], next: &[u64], expect: u64| {
        let bench = Bench::new();
        let first = histogram(1, [1, 2, 0, 0], 4.0);
        let point = |second: u64, counts: &[u64]| HistogramDataPoint {
            explicit_bounds: bounds.to_vec(),
            bucket_counts: counts.to_vec(),
            count: counts.iter().sum(),
            sum: Some(1.5 * counts.iter().sum::<u64>() as f64),
            ..histogram(second, [0; 4], 0.0)
        };
        for point in [first, point(2, counts), point(3, next)] {
            let outcome = bench.take(3, "m.distribution", "", explicit(CUMULATIVE, point));
            assert_eq!(outcome.rejected(), 0, "{outcome:?}");
        }
        let count = bench.flush()["m.distribution"].count;
        assert_eq!(count, expect, "{bounds:?} {counts:?}");
    };
    // Three, then as many or more by other bounds: nobody knows which are new. One is new at last.
    check(&[1.5, 4.0], &[2, 1, 0], &[2, 1, 1], 4);
    check(&[1.5, 4.0], &[800, 100, 100], &[800, 101, 100], 4);
    check(&[], &[7], &[8], 4);
    // Two are fewer: it began again.
    check(&[1.5, 4.0], &[1, 1, 0], &[1, 1, 1], 6);
}

#[test]
fn optional_fields_do_not_cost_the_point() {
    let check = |change: &dyn Fn(&mut HistogramDataPoint), counts: [u64; 4], sum: f64| {
        let bench = Bench::new();
        let mut second = histogram(2, [2, 5, 2, 3], 40.0);
        change(&mut second);
        for point in [histogram(1, [1, 2, 0, 0], 4.0), second] {
            let outcome = bench.take(2, "m.distribution", "s", explicit(CUMULATIVE, point));
            assert_eq!(outcome.rejected(), 0, "{outcome:?}");
        }
        let did = &bench.flush()["m.distribution"];
        assert_eq!((did.buckets(), did.sum), (&counts[..], sum));
    };
    let all = [2, 5, 2, 3];
    check(&|_| {}, all, 40.0);
    // Without a sum it is guessed: ½ + 3 · 1½ + 2 · 3 + 3 · 4 beside the four of the first point.
    check(&|point| point.sum = None, all, 27.0);
    for sum in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        check(&|point| point.sum = Some(sum), all, 27.0);
    }
    let ends = |low: &[u64], high: &[u64]| {
        let (low, high) = (low.to_vec(), high.to_vec());
        move |point: &mut HistogramDataPoint| {
            let bounds = [1.0, 2.0, 4.0];
            let start = low.iter().map(|_| f64::NEG_INFINITY);
            let end = high.iter().map(|_| f64::INFINITY);
            point.explicit_bounds = start.chain(bounds).chain(end).collect();
            point.bucket_counts = [&low[..], &[2, 5, 2, 3], &high].concat();
        }
    };
    check(&ends(&[], &[0]), all, 40.0);
    check(&ends(&[0], &[]), all, 40.0);
    check(&ends(&[0], &[0]), all, 40.0);
    check(&|point| point.min = Some(f64::NAN), all, 40.0);
}

#[test]
fn histograms_that_contradict_themselves_are_refused() {
    let good = || histogram(1, [1, 2, 0, 0], 4.0);
    let check = |change: &dyn Fn(&mut HistogramDataPoint), expect: Option<Reason>| {
        let mut point = good();
        change(&mut point);
        let (did, reasons) = run("m.distribution", "s", vec![explicit(DELTA, point.clone())]);
        assert_eq!(reasons, Vec::from_iter(expect), "{point:?}");
        assert_eq!(
            did.is_some(),
            expect.is_none() && point.count > 0,
            "{point:?}"
        );
    };
    check(&|_| {}, None);
    check(&|point| *point = histogram(1, [0; 4], 0.0), None);
    check(&|point| point.count = 4, Some(Reason::Malformed));
    let counts = |count: u64| {
        move |point: &mut HistogramDataPoint| {
            (point.count, point.bucket_counts) = (count + 2, vec![count, 1, 1, 0]);
        }
    };
    check(&counts((1 << 53) - 2), None);
    check(&counts((1 << 53) - 1), Some(Reason::CountTooLarge));
    check(&counts(u64::MAX - 2), Some(Reason::CountTooLarge));
    check(
        &|point| point.bucket_counts = vec![3],
        Some(Reason::Malformed),
    );
    check(
        &|point| point.bucket_counts = vec![u64::MAX; 4],
        Some(Reason::Malformed),
    );
    check(
        &|point| point.explicit_bounds = vec![1.0, 1.0, 4.0],
        Some(Reason::Malformed),
    );
    check(
        &|point| point.explicit_bounds[1] = f64::NAN,
        Some(Reason::Malformed),
    );
    check(
        &|point| point.explicit_bounds[1] = f64::INFINITY,
        Some(Reason::Malformed),
    );
    check(
        &|point| point.explicit_bounds = vec![f64::NEG_INFINITY, 1.0, f64::INFINITY],
        None,
    );
    check(&|point| point.bucket_counts = Vec::new(), None);
    check(&|point| point.sum = Some(f64::NAN), None);
    check(&|point| point.sum = None, None);
    check(
        &|point| (point.min, point.max) = (Some(f64::NAN), Some(-9.0)),
        None,
    );
    check(
        &|point| (point.min, point.max) = (Some(9.0), Some(9.0)),
        None,
    );
}

#[test]
fn exponential_histograms_in_both_temporalities() {
    let point = |second: u64, scale: i32, offset: i32, counts: &[u64], sum: f64| {
        ExponentialHistogramDataPoint {
            start_time_unix_nano: at(0) + 1,
            time_unix_nano: at(second),
            count: counts.iter().sum(),
            sum: Some(sum),
            scale,
            positive: Some(Buckets {
                offset,
                bucket_counts: counts.to_vec(),
            }),
            ..ExponentialHistogramDataPoint::default()
        }
    };
    let run = |name: &str, temporality: i32, points: Vec<ExponentialHistogramDataPoint>| {
        let bench = Bench::new();
        for (second, point) in (1..).zip(points) {
            let outcome = bench.take(second, name, "", exponential(temporality, point));
            assert_eq!(outcome.rejected(), 0, "{outcome:?}");
        }
        bench.flush().remove(name).expect("samples")
    };
    // At scale 0 bucket 0 is (1, 2] and bucket 1 is (2, 4].
    let points = || vec![point(1, 0, 0, &[2], 3.0), point(2, 0, 0, &[2, 5], 20.0)];
    let did = run("m.distribution", DELTA, points());
    assert_eq!((did.buckets(), did.sum), (&[0, 4, 5, 0][..], 23.0));
    let did = run("m.distribution", CUMULATIVE, points());
    assert_eq!((did.buckets(), did.sum), (&[0, 2, 5, 0][..], 20.0));
    // A stream whose scale falls from 1 to 0: (1, √2], (√2, 2] become (1, 2].
    let coarser = vec![point(1, 1, 0, &[2, 1], 4.0), point(2, 0, 0, &[3, 5], 20.0)];
    let did = run("m.distribution", CUMULATIVE, coarser);
    assert_eq!(did.buckets(), [0, 3, 5, 0]);
    // At the sketch's scale, and finer, nothing moves: bucket 0 of scale 6.
    for (scale, offset) in [(6, 0), (7, 1), (20, 16_000)] {
        let did = run("m.summary", DELTA, vec![point(1, scale, offset, &[3], 3.0)]);
        let found: Vec<_> = did.sketch().expect("a sketch").positive().collect();
        assert_eq!(found, [(0, 3)], "{scale}");
    }
    // Coarser ones lie in the middle: (1, 2] around √2.
    let did = run("m.summary", DELTA, vec![point(1, 0, 0, &[3], 4.0)]);
    let found: Vec<_> = did.sketch().expect("a sketch").positive().collect();
    assert_eq!(found, [(31, 3)]);
    let p50 = did.quantiles().expect("quantiles")[0];
    assert!((p50 / 2f64.sqrt() - 1.0).abs() < 0.011, "{p50}");
}

#[test]
fn exponential_histograms_that_contradict_themselves_are_refused() {
    let good = ExponentialHistogramDataPoint {
        time_unix_nano: at(1),
        count: 3,
        zero_count: 1,
        sum: Some(1.0),
        negative: Some(Buckets {
            offset: 1,
            bucket_counts: vec![2],
        }),
        ..ExponentialHistogramDataPoint::default()
    };
    let check = |change: &dyn Fn(&mut ExponentialHistogramDataPoint), expect: Option<Reason>| {
        let mut point = good.clone();
        change(&mut point);
        let (_, reasons) = run("m.summary", "", vec![exponential(DELTA, point.clone())]);
        assert_eq!(reasons, Vec::from_iter(expect), "{point:?}");
    };
    let run_of = |offset: i32, counts: &[u64]| {
        Some(Buckets {
            offset,
            bucket_counts: counts.to_vec(),
        })
    };
    check(&|_| {}, None);
    check(&|point| point.count = 4, Some(Reason::Malformed));
    check(
        &|point| point.zero_count = u64::MAX,
        Some(Reason::Malformed),
    );
    let zeros = |count: u64| {
        move |point: &mut ExponentialHistogramDataPoint| {
            (point.count, point.zero_count) = (count, count - 2);
        }
    };
    check(&zeros(1 << 53), None);
    check(&zeros((1 << 53) + 1), Some(Reason::CountTooLarge));
    check(&zeros(u64::MAX), Some(Reason::CountTooLarge));
    check(&|point| point.scale = 21, Some(Reason::Malformed));
    check(&|point| point.scale = -11, Some(Reason::Malformed));
    check(
        &|point| point.negative = run_of(1_024, &[2]),
        Some(Reason::Malformed),
    );
    check(
        &|point| point.negative = run_of(i32::MIN, &[2]),
        Some(Reason::Malformed),
    );
    check(
        &|point| point.negative = run_of(i32::MAX, &[2]),
        Some(Reason::Malformed),
    );
    check(
        &|point| point.negative = run_of(0, &[0; 4_097]),
        Some(Reason::Malformed),
    );
    check(&|point| point.negative = run_of(1_023, &[2]), None);
    check(&|point| point.negative = run_of(-1_074, &[2]), None);
    check(
        &|point| point.zero_threshold = -1.0,
        Some(Reason::Malformed),
    );
    check(&|point| point.zero_threshold = f64::NEG_INFINITY, None);
    check(&|point| point.zero_threshold = f64::NAN, None);
    check(&|point| point.sum = Some(f64::INFINITY), None);
    check(
        &|point| *point = ExponentialHistogramDataPoint::default(),
        None,
    );
}

#[test]
fn whatever_a_sketch_holds_comes_back() {
    let values = |exponents: std::ops::Range<i32>| {
        exponents.map(|exponent| f64::from(exponent).exp2() * 1.5)
    };
    let check = |values: Vec<f64>| {
        let mut sent = Sketch::new();
        values.iter().for_each(|value| sent.add(*value));
        let point = ExponentialHistogramDataPoint {
            time_unix_nano: at(1),
            count: sent.count(),
            sum: Some(values.iter().sum()),
            scale: Sketch::SCALE,
            zero_count: sent.zero(),
            positive: dense(sent.positive()),
            negative: dense(sent.negative()),
            ..ExponentialHistogramDataPoint::default()
        };
        let bench = Bench::new();
        let outcome = bench.take(1, "m.summary", "ms", exponential(DELTA, point));
        assert_eq!(outcome.rejected(), 0, "{outcome:?}");
        let did = &bench.flush()["m.summary"];
        let taken = did.sketch().expect("a sketch");
        assert!(taken.positive().eq(sent.positive()));
        assert!(taken.negative().eq(sent.negative()));
        assert_eq!((taken.count(), taken.zero()), (sent.count(), sent.zero()));
    };
    check(vec![1.0, 5e9]);
    check(vec![1e-9, 0.0, 1e9]);
    check(vec![-1e9, -1e-9, 5.0]);
    check(values(-30..30).collect());
    // More than it can hold: the lowest ones are folded before they are sent.
    check(values(-1_000..1_000).collect());
}

/// Buckets by ascending index, with the empty ones between.
fn dense(buckets: impl Iterator<Item = (i32, u64)>) -> Option<Buckets> {
    let buckets: Vec<_> = buckets.collect();
    let (offset, last) = (buckets.first()?.0, buckets.last()?.0);
    let mut bucket_counts = vec![0; (last - offset + 1) as usize];
    for (index, count) in buckets {
        bucket_counts[(index - offset) as usize] = count;
    }
    Some(Buckets {
        offset,
        bucket_counts,
    })
}
