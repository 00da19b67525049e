//! What a widget draws and prints: its metric references, evaluated against the store.
//!
//! Each line copies a second once, when it is complete; only the last point, of the second that
//! is not over yet, is rewritten. So an update costs what is new, not what is shown.

use charts::Point;

use super::combine;
use super::store::Store;
use crate::wire::frame::Row;
use crate::wire::{Field, Kind, MetricRef, Unit};

/// Most lines that one widget shows; more are counted in [`Lines::left_out`].
pub const MOST_LINES: usize = 24;

/// One line of a widget.
#[derive(Clone, Debug)]
pub struct Line {
    /// Legend text.
    pub label: String,
    /// Points in order of time; the last one may be provisional.
    pub points: Vec<Point>,
    metric: usize,
    ids: Vec<u32>,
    whole: Vec<u32>,
    settled: usize,
}

/// The lines of a widget, kept up to date.
#[derive(Clone, Debug)]
pub struct Lines {
    refs: Vec<MetricRef>,
    lines: Vec<Line>,
    generation: u64,
    settled_ms: i64,
    newest_ms: i64,
    left_out: usize,
}

impl Lines {
    /// For these references; empty until [`Lines::update`].
    pub fn new(refs: &[MetricRef]) -> Self {
        Lines {
            refs: refs.to_vec(),
            lines: Vec::new(),
            generation: u64::MAX,
            settled_ms: 0,
            newest_ms: 0,
            left_out: 0,
        }
    }

    /// Takes what is new from the store.
    pub fn update(&mut self, store: &Store) {
        if self.generation != store.generation() {
            self.generation = store.generation();
            self.resolve(store);
            self.settled_ms = store.settled_ms() - store.capacity() as i64 * 1000;
        }
        let refs = &self.refs;
        for line in &mut self.lines {
            line.extend(&refs[line.metric], store, self.settled_ms);
        }
        self.settled_ms = store.settled_ms();
        self.newest_ms = store.newest_ms();
    }

    /// Changes whenever points that were there already changed: a picture of them must be drawn
    /// anew.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The lines, in the order of their references and then of their labels.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Lines beyond [`MOST_LINES`] that are not shown.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// End of the newest second whose points will not change any more.
    pub fn settled_ms(&self) -> i64 {
        self.settled_ms
    }

    /// End of the newest frame that was taken.
    pub fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    /// The time up to which a picture of these lines is final.
    pub fn final_ms(&self, connect_ms: f64) -> f64 {
        let ends = self.lines.iter().map(|line| {
            line.points[..line.settled]
                .last()
                .map_or(f64::NEG_INFINITY, |p| p.t)
        });
        charts::settled_ms(ends, self.settled_ms as f64, connect_ms)
    }

    /// Smallest and largest value of the points after `from_ms`; none without points.
    pub fn extent(&self, from_ms: f64) -> Option<(f64, f64)> {
        let values = self.lines.iter().flat_map(|line| {
            let first = line.points.partition_point(|p| p.t < from_ms);
            line.points[first..].iter().map(|p| p.v)
        });
        values
            .filter(|v| v.is_finite())
            .fold(None, |range, v| match range {
                None => Some((v, v)),
                Some((low, high)) => Some((low.min(v), high.max(v))),
            })
    }

    fn resolve(&mut self, store: &Store) {
        self.lines.clear();
        for (index, reference) in self.refs.iter().enumerate() {
            let whole = reference
                .share_of
                .as_ref()
                .map(|r| ids(store, r, None))
                .unwrap_or_default();
            let make = |label: String, ids: Vec<u32>| Line {
                label,
                points: Vec::new(),
                metric: index,
                ids,
                whole: whole.clone(),
                settled: 0,
            };
            match &reference.by {
                None => self
                    .lines
                    .push(make(label(reference), ids(store, reference, None))),
                Some(tag) => {
                    let mut values: Vec<&str> = matching(store, reference)
                        .filter_map(|series| series.info.tags.get(tag).map(String::as_str))
                        .collect();
                    values.sort_unstable_by(|a, b| natural(a, b));
                    values.dedup();
                    for value in values {
                        self.lines.push(make(
                            value.to_string(),
                            ids(store, reference, Some((tag, value))),
                        ));
                    }
                }
            }
        }
        self.left_out = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.truncate(MOST_LINES);
    }
}

impl Line {
    /// The newest settled value; NaN when the newest second has none.
    pub fn value(&self, settled_ms: i64) -> f64 {
        let settled = &self.points[..self.settled];
        settled
            .last()
            .filter(|p| p.t as i64 + 2500 > settled_ms)
            .map_or(f64::NAN, |p| p.v)
    }

    fn extend(&mut self, reference: &MetricRef, store: &Store, after_ms: i64) {
        let Some((kind, _)) = store.metric(&reference.metric) else {
            return;
        };
        self.points.truncate(self.settled);
        let mut t = after_ms + 1000;
        while t <= store.settled_ms() {
            let v = self.at(reference, kind, store, t);
            if !v.is_nan() {
                self.points.push(Point { t: t as f64, v });
            }
            t += 1000;
        }
        self.forget(store);
        self.settled = self.points.len();
        let since = (store.newest_ms() - store.settled_ms()) as f64;
        // A rate over less than a third of a second says more about the clock than the load.
        let rate = matches!(reference.field, Field::Rate | Field::Count | Field::Sum)
            || reference.share_of.is_some();
        if since > 0.0 && (!rate || since >= 300.0) {
            let row = combine::across(self.ids.iter().filter_map(|id| store.series(*id)?.tip()));
            let v = row.map_or(f64::NAN, |row| {
                combine::read(&row, kind, reference.field, since)
            });
            if !v.is_nan() && reference.share_of.is_none() {
                self.points.push(Point {
                    t: store.newest_ms() as f64,
                    v,
                });
            }
        }
    }

    fn at(&self, reference: &MetricRef, kind: Kind, store: &Store, t: i64) -> f64 {
        let row =
            |ids: &[u32]| combine::across(ids.iter().filter_map(|id| store.series(*id)?.second(t)));
        if let Some(of) = &reference.share_of {
            let part = row(&self.ids).unwrap_or(Row::EMPTY);
            let of_kind = store.metric(&of.metric).map_or(kind, |(kind, _)| kind);
            let whole = row(&self.whole).unwrap_or(Row::EMPTY);
            let whole = combine::read(&whole, of_kind, of.field, 1000.0);
            return if whole > 0.0 {
                combine::read(&part, kind, reference.field, 1000.0) / whole * 100.0
            } else {
                f64::NAN
            };
        }
        match row(&self.ids) {
            Some(row) => combine::read(&row, kind, reference.field, 1000.0),
            None if combine::silence_is_zero(kind, reference.field) && store.is_covered(t) => 0.0,
            None => f64::NAN,
        }
    }

    /// Drops what is older than the store, in large steps so that it costs nothing on average.
    fn forget(&mut self, store: &Store) {
        let oldest = (store.settled_ms() - store.capacity() as i64 * 1000) as f64;
        let old = self.points.partition_point(|p| p.t < oldest);
        if old > store.capacity() / 4 {
            self.points.drain(..old);
        }
    }
}

/// One number over the last `seconds`: for stats, whose second-by-second value would flicker.
/// NaN when there is none.
pub fn stat(store: &Store, reference: &MetricRef, seconds: u32) -> f64 {
    let Some((kind, _)) = store.metric(&reference.metric) else {
        return f64::NAN;
    };
    let seconds = if reference.field == Field::Last {
        3
    } else {
        seconds
    };
    let (part, covered) = over(store, reference, seconds);
    let silent = || {
        if combine::silence_is_zero(kind, reference.field) && covered > 0.0 {
            0.0
        } else {
            f64::NAN
        }
    };
    let value = |row: Option<Row>| {
        row.map_or_else(silent, |row| {
            combine::read(&row, kind, reference.field, covered)
        })
    };
    match &reference.share_of {
        None => value(part),
        Some(of) => {
            let of_kind = store.metric(&of.metric).map_or(kind, |(kind, _)| kind);
            let whole = over(store, of, seconds)
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
    let unit = store
        .metric(&reference.metric)
        .map_or(Unit::None, |(_, unit)| unit);
    match reference.field {
        _ if reference.share_of.is_some() => (Unit::Percent, false),
        Field::Count => (Unit::None, false),
        Field::Rate => (
            if counts(store, reference) {
                Unit::None
            } else {
                unit
            },
            true,
        ),
        _ => (unit, false),
    }
}

fn counts(store: &Store, reference: &MetricRef) -> bool {
    store
        .metric(&reference.metric)
        .is_some_and(|(kind, _)| kind != Kind::Sum)
}

fn over(store: &Store, reference: &MetricRef, seconds: u32) -> (Option<Row>, f64) {
    let ids = ids(store, reference, None);
    let newest = store.settled_ms();
    let times = || {
        (0..i64::from(seconds))
            .rev()
            .map(move |i| newest - i * 1000)
    };
    let covered = times().filter(|t| store.is_covered(*t)).count() as f64 * 1000.0;
    let rows = times()
        .filter_map(|t| combine::across(ids.iter().filter_map(|id| store.series(*id)?.second(t))));
    (rows.reduce(combine::then), covered)
}

fn ids(store: &Store, reference: &MetricRef, with: Option<(&str, &str)>) -> Vec<u32> {
    let has = |tags: &std::collections::BTreeMap<String, String>| {
        with.is_none_or(|(tag, value)| tags.get(tag).is_some_and(|v| v == value))
    };
    matching(store, reference)
        .filter(|series| has(&series.info.tags))
        .map(|series| series.info.id)
        .collect()
}

fn matching<'a>(
    store: &'a Store,
    reference: &'a MetricRef,
) -> impl Iterator<Item = &'a super::store::Series> {
    store.series_of(&reference.metric).filter(|series| {
        reference.tags.iter().all(|(tag, want)| {
            series
                .info
                .tags
                .get(tag)
                .is_some_and(|value| match want.strip_suffix('*') {
                    Some(prefix) => value.starts_with(prefix),
                    None => value == want,
                })
        })
    })
}

fn label(reference: &MetricRef) -> String {
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

/// `2` before `10`: numbers as numbers, the rest as text.
fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
