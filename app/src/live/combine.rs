//! Arithmetic of rows: several series at one time, one series over time. Pure.
//!
//! A row holds numbers and no sketch, so some results here are approximations. Exact are counts,
//! sums, smallest and largest samples, averages over samples, newest values, and everything of a
//! single series in a single step. Approximate are:
//!
//! | what | here | error |
//! |---|---|---|
//! | a percentile across series | the largest of them | never too low; as far off as the series differ |
//! | a percentile over several steps | the mean, weighted by count | too low when a few steps are slow |
//!
//! The server's `query` core merges the sketches themselves: history of each series is exact in the
//! steps that were asked for, and so are pictures, over series as well. A page therefore asks for its
//! past in the steps that it shows, and merges over time only what the stream brings.

use protocol::FrameRow;
use protocol::{Field, Kind};

/// One row for several series in the same window. Counts and sums add up, newest values are
/// averaged (they are levels: the sum of the use of two cores means nothing), and of percentiles
/// the largest stands: too high misleads less than too low.
pub fn merge_series(rows: impl Iterator<Item = FrameRow>) -> Option<FrameRow> {
    let mut n = 0.0;
    let all = rows.reduce(|a, b| {
        n += 1.0;
        FrameRow {
            count: a.count + b.count,
            sum: add(a.sum, b.sum),
            min: a.min.min(b.min),
            max: a.max.max(b.max),
            last: add(a.last, b.last),
            quantiles: std::array::from_fn(|i| a.quantiles[i].max(b.quantiles[i])),
        }
    })?;
    Some(FrameRow {
        last: all.last / (n + 1.0),
        ..all
    })
}

/// One row for one series over consecutive windows, the later one second. Percentiles are means,
/// weighted by count.
pub fn merge_time(a: FrameRow, b: FrameRow) -> FrameRow {
    let total = a.count + b.count;
    FrameRow {
        count: total,
        sum: add(a.sum, b.sum),
        min: a.min.min(b.min),
        max: a.max.max(b.max),
        last: if b.last.is_nan() { a.last } else { b.last },
        quantiles: std::array::from_fn(|i| match (a.quantiles[i], b.quantiles[i]) {
            (x, y) if x.is_nan() => y,
            (x, y) if y.is_nan() => x,
            (x, y) => (x * a.count + y * b.count) / total,
        }),
    }
}

/// The number that a widget asks for, of a window of `window_ms`; NaN when the row has none.
pub fn read(row: &FrameRow, kind: Kind, field: Field, window_ms: f64) -> f64 {
    field.of(row, kind, window_ms)
}

/// Whether a covered window without a row means zero.
pub fn silence_is_zero(kind: Kind, field: Field) -> bool {
    field.is_zero_without_samples(kind)
}

/// Addition in which NaN means «not known» and not «spoils the sum».
fn add(a: f64, b: f64) -> f64 {
    match (a.is_nan(), b.is_nan()) {
        (true, _) => b,
        (_, true) => a,
        _ => a + b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(count: f64, sum: f64, p: f64) -> FrameRow {
        FrameRow::read(Kind::Summary, &[count, sum, 1.0, p, p, p, p])
    }

    #[test]
    fn across_series() {
        assert!(merge_series(std::iter::empty()).is_none());
        let row = merge_series([summary(1.0, 4.0, 4.0), summary(3.0, 6.0, 2.0)].into_iter())
            .expect("two rows");
        assert_eq!((row.count, row.sum, row.quantiles), (4.0, 10.0, [4.0; 3]));
        let levels = [10.0, 20.0, 60.0].map(|v| FrameRow::read(Kind::LastValue, &[v, v, v]));
        assert_eq!(
            merge_series(levels.into_iter()).expect("three rows").last,
            30.0
        );
    }

    #[test]
    fn over_time() {
        let row = merge_time(summary(1.0, 4.0, 4.0), summary(3.0, 6.0, 2.0));
        assert_eq!((row.count, row.sum, row.quantiles), (4.0, 10.0, [2.5; 3]));
        let kept = merge_time(FrameRow::read(Kind::LastValue, &[5.0]), FrameRow::EMPTY);
        assert_eq!(kept.last, 5.0);
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
}
