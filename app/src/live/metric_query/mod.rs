//! What a metric reference means in a store: which series, which unit, and single numbers of it.
//!
//! Percentiles over several series or steps are approximations here; see [`combine`].

use super::combine;
use super::series::Series;
use super::store::Store;
use protocol::FrameRow;
use protocol::{Field, Kind, MetricRef, Unit};

pub use protocol::natural_order as natural;

/// How long a newest value stands for now, in ms, when a widget asks for the newest.
pub const NOW_MS: i64 = 3_000;

/// One number over the last `seconds` before `end_ms`: for stats, whose second-by-second value
/// would flicker. NaN when there is none.
pub fn stat(store: &Store, reference: &MetricRef, seconds: u32, end_ms: i64) -> f64 {
    let Some((kind, _)) = store.metric(&reference.metric) else {
        return f64::NAN;
    };
    let window_ms = if reference.field == Field::Last {
        NOW_MS
    } else {
        i64::from(seconds) * 1000
    };
    let (part, covered) = over(store, reference, window_ms, end_ms);
    let silent = || {
        if combine::silence_is_zero(kind, reference.field) && covered > 0.0 {
            0.0
        } else {
            f64::NAN
        }
    };
    let value = |row: Option<FrameRow>| {
        row.map_or_else(silent, |row| {
            combine::read(&row, kind, reference.field, covered)
        })
    };
    match &reference.share_of {
        None => value(part),
        Some(of) => {
            let of_kind = store.metric(&of.metric).map_or(kind, |(kind, _)| kind);
            let whole = over(store, of, window_ms, end_ms)
                .0
                .map_or(0.0, |row| combine::read(&row, of_kind, of.field, covered));
            if whole > 0.0 {
                value(part) / whole * 100.0
            } else {
                f64::NAN
            }
        }
    }
}

/// The unit of what a reference shows, and whether it is by second.
pub fn unit(store: &Store, reference: &MetricRef) -> (Unit, bool) {
    let (kind, unit) = store
        .metric(&reference.metric)
        .unwrap_or((Kind::LastValue, Unit::None));
    match reference.field {
        _ if reference.share_of.is_some() => (Unit::Percent, false),
        Field::Count => (Unit::None, false),
        Field::Rate if kind != Kind::Sum => (Unit::None, true),
        Field::Rate => (unit, true),
        _ => (unit, false),
    }
}

/// The series that a reference means: of its metric, with its tags.
pub fn matching<'a>(
    store: &'a Store,
    reference: &'a MetricRef,
) -> impl Iterator<Item = &'a Series> {
    store
        .series_of(&reference.metric)
        .filter(|series| reference.matches(|tag| series.info.tags.get(tag).map(String::as_str)))
}

/// The series that a reference means, those alone whose `tag` is `value` when that is given.
pub fn ids(store: &Store, reference: &MetricRef, with: Option<(&str, &str)>) -> Vec<u32> {
    matching(store, reference)
        .filter(|series| {
            with.is_none_or(|(tag, value)| series.info.tags.get(tag).is_some_and(|v| v == value))
        })
        .map(|series| series.info.id)
        .collect()
}

/// What stands in a legend for a reference that is one line.
pub fn label(reference: &MetricRef) -> String {
    let field = match reference.field {
        Field::P50 => "p50",
        Field::P95 => "p95",
        Field::P99 => "p99",
        Field::Min => "min",
        Field::Max => "max",
        Field::Avg => "avg",
        _ => reference.metric.rsplit('.').next().unwrap_or_default(),
    };
    reference.label.clone().unwrap_or_else(|| field.to_string())
}

/// One row of all that a reference means over a time, and how many ms of that were measured.
fn over(
    store: &Store,
    reference: &MetricRef,
    window_ms: i64,
    end_ms: i64,
) -> (Option<FrameRow>, f64) {
    let ids = ids(store, reference, None);
    let step = store.resolution().step_ms;
    let newest = store.settled_ms().min(end_ms.div_euclid(step) * step);
    let steps = (window_ms / step).max(1);
    let times = || (0..steps).rev().map(move |i| newest - i * step);
    let covered = times().filter(|t| store.is_covered(*t)).count() as i64 * step;
    let rows = times().filter_map(|t| {
        combine::merge_series(
            ids.iter()
                .filter_map(|id| Some(store.series(*id)?.at(t)?.row)),
        )
    });
    (rows.reduce(combine::merge_time), covered as f64)
}

#[cfg(test)]
mod tests;
