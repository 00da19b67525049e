//! From series and windows to the numbers that a reference asks for.
//!
//! Invariant: missing is not zero. A window without samples is 0 only where the server ran and the
//! number counts something; everywhere else it has no value.

use std::collections::BTreeMap;

use protocol::{FrameRow, Kind, MetricRef};
use telemetry::aggregate::Aggregate;

use super::{Group, Windows, groups, merge_series};
use crate::stream::push_numbers;

/// What some metrics measured over a range of time.
#[derive(Clone, Default)]
pub struct Data {
    /// Start in ms since the epoch, exclusive.
    pub from_ms: i64,
    /// End in ms since the epoch, inclusive.
    pub to_ms: i64,
    /// Length of a window in ms; the ends of windows are multiples of it.
    pub step_ms: i64,
    /// Spans in which the server ran, `[from, to]` in ms.
    pub covered: Vec<[i64; 2]>,
    /// By name.
    pub metrics: BTreeMap<String, MetricData>,
}

/// The series of one metric.
#[derive(Clone)]
pub struct MetricData {
    /// How its values are aggregated.
    pub kind: Kind,
    /// Its series.
    pub series: Vec<SeriesData>,
}

/// One series over time.
#[derive(Clone, Default)]
pub struct SeriesData {
    /// Tag values, by tag name.
    pub tags: BTreeMap<String, String>,
    /// What it measured.
    pub windows: Windows,
}

/// The numbers of an aggregate with names. What the kind does not carry is NaN.
pub fn row(kind: Kind, aggregate: &Aggregate) -> FrameRow {
    let mut numbers = Vec::new();
    push_numbers(kind, aggregate, |number| numbers.push(number));
    FrameRow::read(kind, &numbers)
}

/// One value for each group, over all windows of the data: NaN where there is none.
pub fn values(reference: &MetricRef, data: &Data) -> Vec<Group<f64>> {
    let Some(metric) = data.metrics.get(&reference.metric) else {
        return Vec::new();
    };
    let covered_ms = data
        .ends()
        .filter(|end_ms| data.is_covered(*end_ms))
        .count() as f64
        * data.step_ms as f64;
    let over_time = |series: &[&SeriesData]| {
        let each = series
            .iter()
            .filter_map(|one| one.windows.merged(data.from_ms, data.to_ms));
        merge_series(&each.collect::<Vec<_>>())
    };
    let value = |reference: &MetricRef, kind, merged: Option<&Aggregate>| {
        number(reference, kind, merged, covered_ms, covered_ms > 0.0)
    };
    let share = data.share_of(reference, |of, kind, series| {
        value(of, kind, over_time(series).as_ref())
    });
    let groups = groups(reference, &metric.series, |one, tag| one.tag(tag));
    let evaluated = groups.into_iter().map(|group| {
        group.map(|series| {
            let part = value(reference, metric.kind, over_time(&series).as_ref());
            share.map_or(part, |whole| percent(part, whole))
        })
    });
    evaluated.collect()
}

/// One line for each group: the ends of windows, and the value of each. Windows without a value
/// are left out.
pub fn lines(reference: &MetricRef, data: &Data) -> Vec<Group<Vec<(i64, f64)>>> {
    let Some(metric) = data.metrics.get(&reference.metric) else {
        return Vec::new();
    };
    let value = |reference: &MetricRef, kind, series: &[&SeriesData], end_ms: i64| {
        let merged = merge_series(series.iter().filter_map(|one| one.windows.at(end_ms)));
        let is_covered = data.is_covered(end_ms);
        number(
            reference,
            kind,
            merged.as_ref(),
            data.step_ms as f64,
            is_covered,
        )
    };
    let groups = groups(reference, &metric.series, |one, tag| one.tag(tag));
    let evaluated = groups.into_iter().map(|group| {
        group.map(|series| {
            let points = data.ends().filter_map(|end_ms| {
                let part = value(reference, metric.kind, &series, end_ms);
                let share = data.share_of(reference, |of, kind, series| {
                    value(of, kind, series, end_ms)
                });
                let shown = share.map_or(part, |whole| percent(part, whole));
                (!shown.is_nan()).then_some((end_ms, shown))
            });
            points.collect()
        })
    });
    evaluated.collect()
}

impl Data {
    /// The ends of all windows, with samples or not.
    fn ends(&self) -> impl Iterator<Item = i64> + use<> {
        let (step, to_ms) = (self.step_ms.max(1), self.to_ms);
        let first = self.from_ms.div_euclid(step).saturating_add(1);
        let count = (to_ms.div_euclid(step).saturating_add(1)).saturating_sub(first);
        (0..count.max(0)).map(move |at| (first + at) * step)
    }

    /// Whether the server ran in some part of the window that ends at `end_ms`.
    fn is_covered(&self, end_ms: i64) -> bool {
        self.covered
            .iter()
            .any(|[from, to]| *from < end_ms && end_ms.saturating_sub(self.step_ms) < *to)
    }

    /// What a reference is a share of; `None` if it is no share, NaN if the whole has no value.
    fn share_of(
        &self,
        reference: &MetricRef,
        value: impl Fn(&MetricRef, Kind, &[&SeriesData]) -> f64,
    ) -> Option<f64> {
        let of = reference.share_of.as_deref()?;
        let Some(metric) = self.metrics.get(&of.metric) else {
            return Some(f64::NAN);
        };
        let matching = metric.series.iter();
        let matching = matching.filter(|one| of.matches(|tag| one.tag(tag)));
        Some(value(of, metric.kind, &matching.collect::<Vec<_>>()))
    }
}

impl SeriesData {
    fn tag(&self, name: &str) -> Option<&str> {
        self.tags.get(name).map(String::as_str)
    }
}

fn number(
    reference: &MetricRef,
    kind: Kind,
    merged: Option<&Aggregate>,
    window_ms: f64,
    is_covered: bool,
) -> f64 {
    match merged {
        Some(merged) => reference.field.of(&row(kind, merged), kind, window_ms),
        None if is_covered && reference.field.is_zero_without_samples(kind) => 0.0,
        None => f64::NAN,
    }
}

/// Of nothing there is no share.
fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        part / whole * 100.0
    } else {
        f64::NAN
    }
}
