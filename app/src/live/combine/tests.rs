use proptest::prelude::*;

use super::*;

fn summary(count: f64, sum: f64, p: f64) -> FrameRow {
    FrameRow::read(Kind::Summary, &[count, sum, p, p, p, p, p])
}

/// A row of these samples, as the server writes it.
fn row_of(samples: &[f64]) -> FrameRow {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [p50, p95, p99] = QUANTILES.map(|q| quantile(&sorted, q));
    let numbers = [
        sorted.len() as f64,
        sorted.iter().sum(),
        sorted[0],
        sorted[sorted.len() - 1],
        p50,
        p95,
        p99,
    ];
    FrameRow::read(Kind::Summary, &numbers)
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    sorted[(q * (sorted.len() - 1) as f64).floor() as usize]
}

#[test]
fn across_series() {
    let none = merge_series(std::iter::empty(), Field::P99);
    assert!(none.is_none());
    let rows = [summary(1.0, 4.0, 4.0), summary(3.0, 6.0, 2.0)];
    let row = merge_series(rows.into_iter(), Field::Avg).expect("two rows");
    assert_eq!((row.count, row.sum), (4.0, 10.0));
    assert_eq!(read(&row, Kind::Summary, Field::Avg, 1000.0), 2.5);
    let levels = [10.0, 20.0, 60.0].map(|v| FrameRow::read(Kind::LastValue, &[v, v, v]));
    let row = merge_series(levels.into_iter(), Field::Last).expect("three rows");
    assert_eq!(row.last, 30.0);
}

#[test]
fn over_time() {
    let row = merge_time(summary(1.0, 4.0, 4.0), summary(3.0, 6.0, 2.0));
    assert_eq!((row.count, row.sum), (4.0, 10.0));
    let kept = merge_time(FrameRow::read(Kind::LastValue, &[5.0]), FrameRow::EMPTY);
    assert_eq!(kept.last, 5.0);
}

#[test]
fn averages_over_time_are_weighted_by_count() {
    // Nine times 0 in one second, 100 in the next.
    let zeros = FrameRow::read(Kind::LastValue, &[0.0, 0.0, 0.0, 9.0, 0.0]);
    let hundred = FrameRow::read(Kind::LastValue, &[100.0, 100.0, 100.0]);
    let row = merge_time(zeros, hundred);
    assert_eq!((row.last, row.count), (100.0, 10.0));
    assert_eq!(read(&row, Kind::LastValue, Field::Avg, 1000.0), 10.0);
    let row = merge_series([zeros, hundred].into_iter(), Field::Avg).expect("two");
    assert_eq!(read(&row, Kind::LastValue, Field::Avg, 1000.0), 10.0);
}

#[test]
fn a_percentile_over_time_is_of_all_samples_and_no_mean() {
    // Ten a second for ten seconds, and in one of them ten more that are slow.
    let quick = row_of(&[0.01; 10]);
    let mut samples = vec![0.01; 10];
    samples.extend([5.0; 10]);
    let slow = row_of(&samples);
    let rows = (0..10).map(|i| if i == 4 { slow } else { quick });
    let merged = merge_windows(rows.clone(), Field::P99).expect("rows");
    assert!(merged.is_estimate);
    let p99 = read(&merged, Kind::Summary, Field::P99, 10_000.0);
    assert!((4.5..=5.0).contains(&p99), "{p99}");
    let p50 = read(&merged, Kind::Summary, Field::P50, 10_000.0);
    assert!((p50 - 0.01).abs() < 1e-9, "{p50}");
    // Second by second, as the store merges them.
    let merged = rows.reduce(merge_time).expect("rows");
    let p99 = read(&merged, Kind::Summary, Field::P99, 10_000.0);
    assert!(merged.is_estimate && (4.0..=5.0).contains(&p99), "{p99}");
}

#[test]
fn what_is_of_one_row_is_no_estimate() {
    let row = row_of(&[1.0, 2.0, 3.0]);
    let check = |rows: &[FrameRow], want: bool| {
        let merged = merge_series(rows.iter().copied(), Field::P95).expect("rows");
        assert_eq!(merged.is_estimate, want, "{rows:?}");
        merged.quantiles
    };
    assert_eq!(check(&[row], false), row.quantiles);
    assert_eq!(check(&[row, FrameRow::EMPTY], false), row.quantiles);
    assert_eq!(check(&[FrameRow::EMPTY, row], false), row.quantiles);
    check(&[row, row], true);
    // An estimate stays one.
    let merged = merge_time(row, row);
    check(&[merged], true);
    // What is not asked for is not made.
    let rows = [row, row].into_iter();
    let merged = merge_series(rows, Field::Avg).expect("rows");
    assert!(merged.quantiles[0].is_nan() && !merged.is_estimate);
}

#[test]
fn numbers_of_a_row() {
    let counter = FrameRow::read(Kind::Counter, &[30.0]);
    let sum = FrameRow::read(Kind::Sum, &[2.0, 500.0]);
    for (row, kind, field, want) in [
        (counter, Kind::Counter, Field::Rate, 15.0),
        (sum, Kind::Sum, Field::Rate, 250.0),
        (summary(4.0, 10.0, 3.0), Kind::Summary, Field::Avg, 2.5),
        (summary(4.0, 10.0, 3.0), Kind::Summary, Field::P99, 3.0),
        (
            FrameRow::read(Kind::LastValue, &[7.0]),
            Kind::LastValue,
            Field::Avg,
            7.0,
        ),
    ] {
        assert_eq!(read(&row, kind, field, 2000.0), want, "{kind:?} {field:?}");
    }
    assert!(
        read(&FrameRow::EMPTY, Kind::Summary, Field::Avg, 1000.0).is_nan(),
        "no samples, no average"
    );
    assert!(read(&counter, Kind::Counter, Field::P99, 1000.0).is_nan());
}

proptest! {
    /// Estimates lie between the smallest and the largest sample, in order; of equal rows they are
    /// the rows' own.
    #[test]
    fn estimates_are_within_the_samples(
        rows in proptest::collection::vec(
            proptest::collection::vec(-1e6f64..1e6, 1..30),
            2..8,
        ),
    ) {
        let merged = merge_windows(rows.iter().map(|samples| row_of(samples)), Field::P50);
        let merged = merged.expect("rows");
        let [p50, p95, p99] = merged.quantiles;
        prop_assert!(merged.min <= p50 && p50 <= p95 && p95 <= p99 && p99 <= merged.max);
        let one = row_of(&rows[0]);
        let same = merge_windows([one; 5].into_iter(), Field::P50).expect("rows");
        for (same, own) in same.quantiles.iter().zip(one.quantiles) {
            prop_assert!((same - own).abs() <= 1e-6 * own.abs().max(1.0), "{} {}", same, own);
        }
    }

    /// However strange the numbers, there is an answer.
    #[test]
    fn estimates_never_panic(rows in proptest::collection::vec(any::<[f64; 7]>(), 0..6)) {
        let rows = rows.iter().map(|numbers| FrameRow::read(Kind::Summary, numbers));
        let _ = merge_windows(rows, Field::P99);
    }
}

#[test]
fn a_level_that_ended_is_no_value_and_no_part_of_others() {
    let level = |v: f64| FrameRow::read(Kind::LastValue, &[v, v, v]);
    let ended = level(f64::NAN);
    assert!(merge_time(level(5.0), ended).last.is_nan());
    assert!(merge_time(merge_time(level(5.0), ended), FrameRow::EMPTY).is_absent);
    assert_eq!(merge_time(ended, level(9.0)).last, 9.0);
    let over_time = merge_windows([level(5.0), ended].into_iter(), Field::Last);
    assert!(over_time.is_some_and(|row| row.last.is_nan() && row.is_absent));
    let of = |rows: &[FrameRow]| merge_series(rows.iter().copied(), Field::Last).expect("rows");
    assert_eq!(of(&[level(4.0), ended, level(8.0)]).last, 6.0);
    assert!(!of(&[level(4.0), ended]).is_absent);
    assert!(of(&[ended, ended]).is_absent);
}
