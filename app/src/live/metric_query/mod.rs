//! What a metric reference means in a store: which series, which unit, and single numbers of it.
//!
//! Percentiles over several series or steps are estimates here, and marked; see [`combine`].

use super::combine;
use super::series::Series;
use super::store::Store;
use protocol::FrameRow;
use protocol::{Field, Kind, MetricRef, Unit};

pub use protocol::natural_order as natural;

/// A number that was read, and whether it is more than an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// NaN when it is not known.
    pub number: f64,
    /// Whether it was put together from numbers that do not add up.
    pub is_estimate: bool,
}

impl Value {
    /// Not known.
    pub const NONE: Value = Value::exact(f64::NAN);

    /// A number as it was measured.
    pub const fn exact(number: f64) -> Value {
        Value {
            number,
            is_estimate: false,
        }
    }

    /// `≈` before what is an estimate.
    pub fn mark(self) -> &'static str {
        if self.is_estimate && self.number.is_finite() {
            "≈"
        } else {
            ""
        }
    }

    /// As a share of `whole`, in percent; of nothing there is none.
    pub fn percent_of(self, whole: Value) -> Value {
        if whole.number > 0.0 {
            Value {
                number: self.number / whole.number * 100.0,
                is_estimate: self.is_estimate || whole.is_estimate,
            }
        } else {
            Value::NONE
        }
    }
}

/// Over how much time a single number is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Samples of so many ms count.
    pub window_ms: i64,
    /// A newest value holds for so many ms, if none came since.
    pub hold_ms: i64,
}

impl Taken {
    /// Samples of so many seconds, and a newest value for as long.
    pub fn over(seconds: u32) -> Taken {
        let ms = i64::from(seconds) * 1000;
        Taken {
            window_ms: ms,
            hold_ms: ms,
        }
    }

    /// From when on the steps count that a store has until `end_ms`, exclusive, and until when,
    /// inclusive. A value that came `hold_ms` ago is among those that hold.
    fn bounds(self, store: &Store, field: Field, end_ms: i64) -> (i64, i64) {
        let step = store.resolution().step_ms;
        let window_ms = match field {
            Field::Last => self.hold_ms.saturating_add(1_000),
            _ => self.window_ms,
        };
        if let Some(open) = store.open_span(end_ms, window_ms) {
            return open;
        }
        let to = store.settled_ms().min(end_ms.div_euclid(step) * step);
        let steps = match field {
            Field::Last => self.hold_ms / step + 1,
            _ => (self.window_ms / step).max(1),
        };
        let from = to.saturating_sub(steps.saturating_mul(step));
        (from.max(store.oldest_ms().div_euclid(step) * step), to)
    }
}

/// One number over the time before `end_ms`: for stats, whose second-by-second value would
/// flicker. Not known when nothing was measured.
pub fn stat(store: &Store, reference: &MetricRef, taken: Taken, end_ms: i64) -> Value {
    let part = one(store, reference, taken, end_ms);
    match &reference.share_of {
        None => part,
        Some(of) => part.percent_of(one(store, of, taken, end_ms)),
    }
}

/// The spans of time after whose percentiles [`stat`] asks, so that who has the sketches can
/// [give](Store::give) them.
pub fn stat_span(store: &Store, reference: &MetricRef, taken: Taken, end_ms: i64) -> (i64, i64) {
    taken.bounds(store, reference.field, end_ms)
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

/// The number of a reference by itself, without its share.
fn one(store: &Store, reference: &MetricRef, taken: Taken, end_ms: i64) -> Value {
    let Some((kind, _)) = store.metric(&reference.metric) else {
        return Value::NONE;
    };
    let field = reference.field;
    let ids = ids(store, reference, None);
    let (from, to) = taken.bounds(store, field, end_ms);
    let covered_ms = covered_ms(store, from, to);
    match over(store, &ids, field, (from, to)) {
        Some(row) => Value {
            number: combine::read(&row, kind, field, covered_ms),
            is_estimate: row.is_estimate && field.is_percentile(),
        },
        None if combine::silence_is_zero(kind, field) && covered_ms > 0.0 => Value::exact(0.0),
        None => Value::NONE,
    }
}

/// One row of series over the steps after `from_ms` and up to `to_ms`, to read `field` of.
pub fn over(
    store: &Store,
    ids: &[u32],
    field: Field,
    (from_ms, to_ms): (i64, i64),
) -> Option<FrameRow> {
    if let ([id], true) = (ids, field.is_percentile())
        && let Some(row) = store.given(*id, from_ms, to_ms)
    {
        return Some(*row);
    }
    let steps = |id: &u32| store.between(*id, from_ms, to_ms).map(|step| step.row);
    let each = ids
        .iter()
        .filter_map(|id| combine::merge_windows(steps(id), field));
    let merged = combine::merge_series(each, field)?;
    // All rows at once are a better estimate than one of estimates.
    let rows: Vec<FrameRow> = match field.is_percentile() {
        true => ids.iter().flat_map(steps).collect(),
        false => Vec::new(),
    };
    Some(combine::with_percentiles(merged, &rows))
}

/// How many ms after `from_ms` and up to `to_ms` were measured, by whole steps; exactly where the
/// last one is not over.
pub fn covered_ms(store: &Store, from_ms: i64, to_ms: i64) -> f64 {
    if to_ms > store.settled_ms() {
        return store.covered_ms(from_ms, to_ms) as f64;
    }
    let step = store.resolution().step_ms;
    let ends = (1..=(to_ms - from_ms) / step).map(|i| from_ms + i * step);
    let covered = ends.filter(|t| store.is_covered(*t)).count();
    covered as f64 * step as f64
}

#[cfg(test)]
mod tests;
