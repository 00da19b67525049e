//! Rows by tag values: one for each value of a tag, or for each combination of tag values, with a
//! number for each reference. Invariant: what is not known is NaN and stands last, however sorted.

mod seen;
#[cfg(test)]
mod tests;

pub use seen::Seen;

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::bidi::isolated;
use crate::live::metric_query::{self, Value};
use crate::live::{Store, combine};
use crate::widgets::distribution;
use protocol::{Field, Kind, MetricRef};

/// Most rows that are computed; the largest are looked for among these.
const MOST_ROWS: usize = 1_000;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The tag values that make it, in the order of the tags.
    pub name: String,
    /// A number for each reference, not known when there is none.
    pub values: Vec<Value>,
}

/// How rows are in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By this reference; without it by name.
    pub column: Option<usize>,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// What a click on a column makes of this: numbers begin with the largest, names with `a`, and
    /// a second click turns it around.
    pub fn clicked(self, column: Option<usize>) -> Sort {
        let descending = if self.column == column {
            !self.descending
        } else {
            column.is_some()
        };
        Sort { column, descending }
    }

    /// Puts rows in order. Of equals the names decide, numbers in them as numbers.
    pub fn apply(self, rows: &mut [Row]) {
        let value = |row: &Row| {
            let column = self.column?;
            let value = row.values.get(column)?.number;
            (!value.is_nan()).then_some(value)
        };
        charts::order::sort(rows, |a, b| {
            let by_name = || metric_query::natural(&a.name, &b.name);
            let turned = |order: Ordering| {
                if self.descending {
                    order.reverse()
                } else {
                    order
                }
            };
            match (self.column, value(a), value(b)) {
                (None, ..) => turned(by_name()),
                (_, Some(x), Some(y)) => turned(x.total_cmp(&y)).then_with(by_name),
                (_, Some(_), None) => Ordering::Less,
                (_, None, Some(_)) => Ordering::Greater,
                (_, None, None) => by_name(),
            }
        });
    }
}

/// The tags whose values make a row: what the first reference is by, or all of its metric's.
pub fn tags(store: &Store, references: &[MetricRef]) -> Vec<String> {
    let Some(first) = references.first() else {
        return Vec::new();
    };
    match &first.by {
        Some(tag) => vec![tag.clone()],
        None => store
            .definition(&first.metric)
            .map_or_else(Vec::new, |metric| metric.tags.to_vec()),
    }
}

/// The rows over the time from `from_ms` to `to_ms`, in no order; those of which nothing is known
/// are left out. A row exists for what the first reference means; the others add to it. A newest
/// value holds for `hold_ms`.
pub fn rows(
    store: &Store,
    references: &[MetricRef],
    (from_ms, to_ms): (i64, i64),
    hold_ms: i64,
) -> Vec<Row> {
    let tags = tags(store, references);
    let span = Span::new(store, (from_ms, to_ms), hold_ms);
    let columns: Vec<_> = references.iter().map(|r| by_key(store, r, &tags)).collect();
    let zeros: Vec<bool> = references
        .iter()
        .map(|r| is_zero_without_series(store, r, &tags) && span.covered_ms > 0.0)
        .collect();
    let wholes: Vec<_> = references
        .iter()
        .map(|r| r.share_of.as_deref().map(|of| Whole::new(&span, of, &tags)))
        .collect();
    let Some(first) = columns.first() else {
        return Vec::new();
    };
    let mut keys: Vec<&Key> = first.keys().collect();
    charts::order::sort(&mut keys, Ord::cmp);
    keys.truncate(MOST_ROWS);
    let row = |key: &Key| {
        let cell = |(i, reference): (usize, &MetricRef)| {
            let ids = columns[i].get(key).map_or(&[][..], Vec::as_slice);
            let value = match ids {
                [] if zeros[i] => Value::exact(0.0),
                _ => span.value(reference, ids),
            };
            match &wholes[i] {
                None => value,
                Some(whole) => value.percent_of(whole.of(&span, key)),
            }
        };
        let values: Vec<Value> = references.iter().enumerate().map(cell).collect();
        let known = values.iter().any(|value| value.number.is_finite());
        known.then(|| Row {
            name: if key.is_empty() {
                "all".to_owned()
            } else {
                let values = key.iter().map(|value| isolated(value));
                values.collect::<Vec<_>>().join(" · ")
            },
            values,
        })
    };
    keys.into_iter().filter_map(row).collect()
}

/// Tag values, in the order of the tags.
type Key = Vec<String>;

/// The series of a reference by what row they are in.
fn by_key(store: &Store, reference: &MetricRef, tags: &[String]) -> HashMap<Key, Vec<u32>> {
    let mut found: HashMap<Key, Vec<u32>> = HashMap::new();
    for series in metric_query::matching(store, reference) {
        let key: Option<Key> = tags
            .iter()
            .map(|tag| series.info.tags.get(tag).cloned())
            .collect();
        if let Some(key) = key {
            found.entry(key).or_default().push(series.info.id);
        }
    }
    found
}

/// Whether a row that a reference has no series for is one in which nothing was counted. Where its
/// metric has not all of the row's tags, nobody knows.
fn is_zero_without_series(store: &Store, reference: &MetricRef, tags: &[String]) -> bool {
    store.definition(&reference.metric).is_some_and(|metric| {
        let has_all = tags.iter().all(|tag| metric.tags.contains(tag));
        has_all && combine::silence_is_zero(metric.kind, reference.field)
    })
}

/// What a share is a share of: all of it, or with `by` what belongs to the same row.
struct Whole<'a> {
    reference: &'a MetricRef,
    all: Value,
    by_key: Option<HashMap<Key, Vec<u32>>>,
}

impl<'a> Whole<'a> {
    fn new(span: &Span<'_>, reference: &'a MetricRef, tags: &[String]) -> Self {
        let by_key = reference
            .by
            .as_ref()
            .map(|_| by_key(span.store, reference, tags));
        Whole {
            reference,
            all: span.value(reference, &metric_query::ids(span.store, reference, None)),
            by_key,
        }
    }

    fn of(&self, span: &Span<'_>, key: &Key) -> Value {
        match &self.by_key {
            None => self.all,
            Some(by_key) => {
                let ids = by_key.get(key).map_or(&[][..], Vec::as_slice);
                span.value(self.reference, ids)
            }
        }
    }
}

/// The span of time over whose percentiles [`rows`] asks, so that who has the sketches can
/// [give](Store::give) them.
pub fn span(store: &Store, from_ms: i64, to_ms: i64) -> (i64, i64) {
    let span = Span::new(store, (from_ms, to_ms), 0);
    (span.from_ms, span.to_ms)
}

/// A part of a store's time.
struct Span<'a> {
    store: &'a Store,
    from_ms: i64,
    to_ms: i64,
    hold_ms: i64,
    covered_ms: f64,
}

impl<'a> Span<'a> {
    fn new(store: &'a Store, (from_ms, to_ms): (i64, i64), hold_ms: i64) -> Self {
        let step = store.resolution().step_ms;
        let open = store.open_span(to_ms, to_ms.saturating_sub(from_ms));
        let (from_ms, to_ms) = open.unwrap_or_else(|| {
            let from_ms = from_ms.max(store.oldest_ms()).div_euclid(step) * step;
            let to_ms = to_ms.div_euclid(step) * step;
            (from_ms, store.settled_ms().min(to_ms))
        });
        Span {
            store,
            from_ms,
            to_ms,
            hold_ms,
            covered_ms: metric_query::covered_ms(store, from_ms, to_ms),
        }
    }

    /// The number that a reference asks for, of these series.
    fn value(&self, reference: &MetricRef, ids: &[u32]) -> Value {
        let Some((kind, _)) = self.store.metric(&reference.metric) else {
            return Value::NONE;
        };
        let field = reference.field;
        let quantile = match field {
            Field::P50 => Some(0.50),
            Field::P95 => Some(0.95),
            Field::P99 => Some(0.99),
            _ => None,
        };
        if let (Kind::Distribution, Some(q)) = (kind, quantile) {
            let found =
                distribution::of(self.store, &reference.metric, ids, self.from_ms, self.to_ms);
            return found.map_or(Value::NONE, |found| Value {
                number: found.quantile(q),
                is_estimate: true,
            });
        }
        let from_ms = if kind == Kind::LastValue && field == Field::Last {
            // A value that came so long ago is among those that hold.
            let step = self.store.resolution().step_ms;
            let open = self
                .store
                .open_span(self.to_ms, self.hold_ms.saturating_add(1_000));
            open.map_or_else(
                || self.to_ms.saturating_sub(self.hold_ms).saturating_sub(step),
                |(from_ms, _)| from_ms,
            )
        } else {
            self.from_ms
        };
        match metric_query::over(self.store, ids, field, (from_ms, self.to_ms)) {
            Some(row) => Value {
                number: combine::read(&row, kind, field, self.covered_ms),
                is_estimate: row.is_estimate && field.is_percentile(),
            },
            None if ids.is_empty() || self.covered_ms == 0.0 => Value::NONE,
            None if combine::silence_is_zero(kind, field) => Value::exact(0.0),
            None => Value::NONE,
        }
    }
}
