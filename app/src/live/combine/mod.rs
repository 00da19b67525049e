//! Arithmetic of rows: several series at one time, one series over time. Pure.
//!
//! A row holds numbers and no sketch. Exact are counts, sums, smallest and largest samples, averages
//! over samples (sum by count, never a mean of means), newest values, and everything of a single row.
//! An estimate is a percentile of several rows: [`percentiles`] takes each row for samples that lie
//! evenly between its smallest, its percentiles and its largest, and adds the rows up. It says so
//! ([`FrameRow::is_estimate`]), and people see it as `≈`.
//!
//! The server's `query` core merges the sketches themselves: history of each series is exact in the
//! steps that were asked for, and so are pictures, over series as well. A page therefore asks for its
//! past in the steps that it shows, and merges over time only what the stream brings.

use charts::order;
use protocol::FrameRow;
use protocol::{Field, Kind};

/// The percentiles of a row, as shares.
const QUANTILES: [f64; 3] = [0.50, 0.95, 0.99];

/// One row for several series in the same window, to read `field` of. Counts and sums add up, newest
/// values are averaged: they are levels, and the sum of the use of two cores means nothing. A series
/// without a newest value is no part of the level.
pub fn merge_series(mut rows: impl Iterator<Item = FrameRow>, field: Field) -> Option<FrameRow> {
    let level = |a: &FrameRow, b: &FrameRow| (add(a.last, b.last), a.is_absent && b.is_absent);
    let (merged, levels) = merged(&mut rows, field, level)?;
    Some(FrameRow {
        last: merged.last / levels,
        ..merged
    })
}

/// One row for one series over windows in order, to read `field` of.
pub fn merge_windows(mut rows: impl Iterator<Item = FrameRow>, field: Field) -> Option<FrameRow> {
    merged(&mut rows, field, newer).map(|merged| merged.0)
}

/// One row for one series over consecutive windows, the later one second.
pub fn merge_time(a: FrameRow, b: FrameRow) -> FrameRow {
    let (last, is_absent) = newer(&a, &b);
    FrameRow {
        last,
        is_absent,
        ..with_percentiles(numbers(&a, &b), &[a, b])
    }
}

/// `merged`, with the percentiles of all samples of `rows`; an estimate if several rows have some.
pub fn with_percentiles(merged: FrameRow, rows: &[FrameRow]) -> FrameRow {
    let known = rows.iter().filter(|row| has_percentiles(row));
    let known: Vec<&FrameRow> = known.collect();
    match known[..] {
        [] => merged,
        [only] => FrameRow {
            quantiles: only.quantiles,
            is_estimate: only.is_estimate,
            ..merged
        },
        _ => FrameRow {
            quantiles: percentiles(&known),
            is_estimate: true,
            ..merged
        },
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

/// All rows as one, and how many had a newest value, which `level` merges. Percentiles cost more than
/// all the rest, so they are merged for a field that is one. Not generic, so that the page has it once.
fn merged(
    rows: &mut dyn Iterator<Item = FrameRow>,
    field: Field,
    level: fn(&FrameRow, &FrameRow) -> (f64, bool),
) -> Option<(FrameRow, f64)> {
    let mut all = Vec::new();
    let mut levels = 0.0;
    let rows = rows.inspect(|row| {
        levels += f64::from(u8::from(!row.last.is_nan()));
        if field.is_percentile() {
            all.push(*row);
        }
    });
    let merged = rows.reduce(|a, b| {
        let (last, is_absent) = level(&a, &b);
        FrameRow {
            last,
            is_absent,
            ..numbers(&a, &b)
        }
    })?;
    Some((with_percentiles(merged, &all), levels))
}

/// What adds up of two rows; neither newest value nor percentiles.
fn numbers(a: &FrameRow, b: &FrameRow) -> FrameRow {
    FrameRow {
        count: a.count + b.count,
        sum: add(a.sum, b.sum),
        min: a.min.min(b.min),
        max: a.max.max(b.max),
        ..FrameRow::EMPTY
    }
}

/// The newest value of two windows, and whether the newest is that there is none.
fn newer(a: &FrameRow, b: &FrameRow) -> (f64, bool) {
    let newer = if b.is_absent || !b.last.is_nan() {
        b
    } else {
        a
    };
    (newer.last, newer.is_absent)
}

fn has_percentiles(row: &FrameRow) -> bool {
    row.count > 0.0 && row.quantiles.iter().all(|value| value.is_finite())
}

/// The percentiles of the samples of all rows, as far as the rows say where their samples lie.
fn percentiles(rows: &[&FrameRow]) -> [f64; 3] {
    let mut values: Vec<f64> = rows
        .iter()
        .flat_map(|row| knots(row))
        .map(|k| k.1)
        .collect();
    order::sort(&mut values, f64::total_cmp);
    let total: f64 = rows.iter().map(|row| row.count).sum();
    let share = |value: f64| {
        let below = rows.iter().map(|row| row.count * share_up_to(row, value));
        below.sum::<f64>() / total
    };
    QUANTILES.map(|wanted| {
        let at = values.partition_point(|value| share(*value) < wanted);
        let Some(&high) = values.get(at).or(values.last()) else {
            return f64::NAN;
        };
        let Some(&low) = at.checked_sub(1).and_then(|at| values.get(at)) else {
            return high;
        };
        // Between two values that some row knows the share grows evenly; at the upper it may jump.
        let middle = low + (high - low) / 2.0;
        let (begin, end) = (share(low), 2.0 * share(middle) - share(low));
        if end <= wanted || end <= begin {
            return high;
        }
        low + (high - low) * ((wanted - begin) / (end - begin)).clamp(0.0, 1.0)
    })
}

/// Which share of a row's samples is not above which value, in order.
fn knots(row: &FrameRow) -> [(f64, f64); 5] {
    let [p50, p95, p99] = row.quantiles;
    let low = if row.min <= p50 { row.min } else { p50 };
    let high = if row.max >= p99 { row.max } else { p99 };
    let [a, b, c] = QUANTILES;
    [(0.0, low), (a, p50), (b, p95), (c, p99), (1.0, high)]
}

/// The share of a row's samples that are not above `value`.
fn share_up_to(row: &FrameRow, value: f64) -> f64 {
    let mut before = (0.0, f64::NEG_INFINITY);
    for (share, at) in knots(row) {
        if value < at {
            let within = (value - before.1) / (at - before.1);
            return if within.is_finite() {
                before.0 + (share - before.0) * within
            } else {
                0.0
            };
        }
        before = (share, at);
    }
    1.0
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
mod tests;
