//! The answer of `GET /api/history/columns`: several metrics over the same time in few bytes, as the
//! first visit of a page loads them. Invariant: what is written reads back as the [`History`] of each
//! metric; fractions have [`DIGITS`] digits, whole numbers all of theirs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::{History, HistorySeries, HistoryStep};
use crate::row::{EXACT, read_rows};
use crate::{ApiError, SeriesInfo};

/// Significant digits of a fraction: finer than a pixel of any screen.
const DIGITS: i32 = 9;

/// Several metrics over `from..to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryColumns {
    /// As in [`History::from`].
    pub from: i64,
    /// As in [`History::to`].
    pub to: i64,
    /// As in [`History::step_ms`].
    pub step_ms: i64,
    /// As in [`History::covered`].
    pub covered: Vec<[i64; 2]>,
    /// Metrics that were found, in the order of the request.
    pub metrics: Vec<MetricColumns>,
    /// Metrics that have no answer, and why.
    pub rejected: Vec<RejectedMetric>,
    /// Metrics for which the answer has no room: they can be asked for again. Fewer than were asked
    /// for.
    pub rest: Vec<String>,
}

/// One metric in columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricColumns {
    /// The metric.
    pub metric: String,
    /// Every visible series.
    pub series: Vec<SeriesColumns>,
}

/// One series in columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesColumns {
    /// As in [`SeriesInfo::id`].
    pub id: u32,
    /// As in [`SeriesInfo::tags`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// How many steps have no data, then how many have some, and so on, from the start on.
    pub runs: Vec<i64>,
    /// For each number of a [row](crate::row) without the id its values over the steps with data.
    /// A column like the first is empty.
    #[serde(serialize_with = "write_columns", deserialize_with = "read_rows")]
    pub columns: Vec<Vec<f64>>,
}

/// A metric without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedMetric {
    /// The metric.
    pub metric: String,
    /// Why.
    pub error: ApiError,
}

impl MetricColumns {
    /// The series of a history in columns.
    pub fn of(history: &History) -> MetricColumns {
        let series = history.series.iter();
        MetricColumns {
            metric: history.metric.clone(),
            series: series
                .map(|one| SeriesColumns {
                    id: one.info.id,
                    tags: one.info.tags.clone(),
                    runs: runs(history, &one.steps),
                    columns: columns(&one.steps),
                })
                .collect(),
        }
    }
}

impl HistoryColumns {
    /// The history of each metric that was found.
    pub fn into_histories(self) -> Vec<History> {
        let HistoryColumns {
            from,
            to,
            step_ms,
            covered,
            metrics,
            ..
        } = self;
        let history = |MetricColumns { metric, series }| History {
            series: series
                .into_iter()
                .map(|one| HistorySeries {
                    steps: one.steps(from, step_ms),
                    info: SeriesInfo {
                        id: one.id,
                        metric: String::clone(&metric),
                        tags: one.tags,
                    },
                })
                .collect(),
            metric,
            from,
            to,
            step_ms,
            covered: covered.clone(),
        };
        metrics.into_iter().map(history).collect()
    }
}

impl SeriesColumns {
    /// Steps of `step_ms` after `from`, as many as the first column has values.
    fn steps(&self, from: i64, step_ms: i64) -> Vec<HistoryStep> {
        let count = self.columns.first().map_or(0, Vec::len);
        let mut steps = Vec::with_capacity(count);
        let mut t = from;
        for run in self.runs.chunks(2) {
            let (skipped, held) = (run[0], run.get(1).copied().unwrap_or(0));
            t = t.saturating_add(skipped.saturating_mul(step_ms));
            for _ in 0..held {
                if steps.len() == count {
                    return steps;
                }
                t = t.saturating_add(step_ms);
                steps.push(HistoryStep(t, self.numbers(steps.len())));
            }
        }
        steps
    }

    fn numbers(&self, at: usize) -> Vec<f64> {
        let first = self.columns.first();
        let columns = self.columns.iter();
        let columns = columns.map(|column| {
            if column.is_empty() {
                first
            } else {
                Some(column)
            }
        });
        columns
            .map(|column| column.and_then(|c| c.get(at)).copied().unwrap_or(f64::NAN))
            .collect()
    }
}

fn runs(history: &History, steps: &[HistoryStep]) -> Vec<i64> {
    let mut runs: Vec<i64> = Vec::new();
    let mut last = history.from;
    for HistoryStep(t, _) in steps {
        let skipped = (t - last) / history.step_ms.max(1) - 1;
        match runs.last_mut().filter(|_| skipped == 0) {
            Some(held) => *held += 1,
            None => runs.extend([skipped, 1]),
        }
        last = *t;
    }
    runs
}

fn columns(steps: &[HistoryStep]) -> Vec<Vec<f64>> {
    let count = steps.iter().map(|step| step.1.len()).max().unwrap_or(0);
    let column = |i: usize| -> Vec<f64> {
        let numbers = steps.iter().map(|step| step.1.get(i).copied());
        numbers.map(|n| rounded(n.unwrap_or(f64::NAN))).collect()
    };
    let mut columns: Vec<Vec<f64>> = (0..count).map(column).collect();
    if let Some((first, others)) = columns.split_first_mut() {
        for other in others {
            if first
                .iter()
                .map(|n| n.to_bits())
                .eq(other.iter().map(|n| n.to_bits()))
            {
                other.clear();
            }
        }
    }
    columns
}

/// A fraction with [`DIGITS`] digits. A power of ten is exact up to 10²², so that the quotient is the
/// number nearest to those digits, which is what is written of them.
fn rounded(number: f64) -> f64 {
    if number.fract() == 0.0 || !number.is_finite() {
        return number;
    }
    let places = DIGITS - 1 - number.abs().log10().floor() as i32;
    match places {
        0..=22 => {
            let scale = 10_f64.powi(places);
            (number * scale).round() / scale
        }
        // Fractions above have fewer digits than this after the point, those below next to none.
        _ => number,
    }
}

/// Whole numbers go without a point, and what JSON cannot hold is `null`.
fn write_columns<S: Serializer>(columns: &[Vec<f64>], to: S) -> Result<S::Ok, S::Error> {
    struct Number(f64);
    impl Serialize for Number {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                n if n.fract() == 0.0 && n.abs() < EXACT => to.serialize_i64(n as i64),
                n => to.serialize_f64(n),
            }
        }
    }
    to.collect_seq(
        columns
            .iter()
            .map(|c| c.iter().map(|n| Number(*n)).collect::<Vec<_>>()),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FROM: i64 = 1_700_000_000_000;

    fn history(step_ms: i64, series: Vec<Vec<(i64, Vec<f64>)>>) -> History {
        let series = (7..).zip(series).map(|(id, steps)| HistorySeries {
            info: SeriesInfo {
                id,
                metric: "m".into(),
                tags: BTreeMap::from([("of".to_owned(), id.to_string())]),
            },
            steps: steps
                .into_iter()
                .map(|(k, numbers)| HistoryStep(FROM + k * step_ms, numbers))
                .collect(),
        });
        History {
            metric: "m".into(),
            from: FROM,
            to: FROM + 1_000 * step_ms,
            step_ms,
            series: series.collect(),
            covered: vec![[FROM, FROM + 5]],
        }
    }

    fn whole(history: &History) -> HistoryColumns {
        HistoryColumns {
            from: history.from,
            to: history.to,
            step_ms: history.step_ms,
            covered: history.covered.clone(),
            metrics: vec![MetricColumns::of(history)],
            rejected: Vec::new(),
            rest: Vec::new(),
        }
    }

    fn through_json(history: &History) -> History {
        let text = serde_json::to_string(&whole(history)).expect("JSON");
        let read: HistoryColumns = serde_json::from_str(&text).expect(&text);
        read.into_histories().remove(0)
    }

    #[test]
    fn columns_that_are_alike_and_steps_that_follow_are_written_once() {
        let steps = [1, 2, 3, 7, 9, 10];
        let row = |k: i64| vec![k as f64 / 4.0, k as f64 / 4.0, 5.0];
        let of = history(1_000, vec![steps.map(|k| (k, row(k))).into()]);
        let text = serde_json::to_string(&MetricColumns::of(&of)).expect("JSON");
        assert_eq!(
            text,
            r#"{"metric":"m","series":[{"id":7,"tags":{"of":"7"},"runs":[0,3,3,1,1,2],"#.to_owned()
                + r#""columns":[[0.25,0.5,0.75,1.75,2.25,2.5],[],[5,5,5,5,5,5]]}]}"#
        );
        assert_eq!(through_json(&of), of);
    }

    #[test]
    fn fractions_have_nine_digits() {
        for (number, want) in [
            (0.32957796849122617, 0.329577968),
            (-0.0076538882007530055, -0.0076538882),
            (1234567.891234567, 1234567.89),
            (1.0 / 3.0 * 1e-12, 3.33333333e-13),
            (2.0 / 3.0 * 1e-30, 2.0 / 3.0 * 1e-30),
            (123456789012.5, 123456789012.5),
            (16_793_600_000.0, 16_793_600_000.0),
            (f64::INFINITY, f64::INFINITY),
            (0.0, 0.0),
        ] {
            assert_eq!(rounded(number), want, "{number}");
        }
        assert!(rounded(f64::NAN).is_nan());
    }

    #[test]
    fn runs_longer_than_the_columns_make_no_steps() {
        let series = SeriesColumns {
            id: 1,
            tags: BTreeMap::new(),
            runs: vec![i64::MAX, i64::MAX, 5],
            columns: vec![vec![1.0, 2.0], vec![3.0]],
        };
        let steps = series.steps(0, 1_000);
        assert_eq!(steps.len(), 2);
        assert!(steps[1].1[1].is_nan());
        let none = SeriesColumns {
            columns: Vec::new(),
            ..series
        };
        assert!(none.steps(0, 1_000).is_empty());
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(
            step_ms in prop_oneof![Just(1_000), Just(60_000)],
            width in 1..6_usize,
            series in proptest::collection::vec(
                proptest::collection::vec((1..5_i64, proptest::collection::vec(
                    prop_oneof![
                        4 => -1e6..1e6_f64,
                        2 => (-1_000..1_000_i64).prop_map(|n| n as f64),
                        1 => Just(f64::NAN),
                    ],
                    6,
                )), 0..40),
                0..3,
            ),
        ) {
            let at = |steps: Vec<(i64, Vec<f64>)>| {
                let mut k = 0;
                let steps = steps.into_iter().map(|(on, mut numbers)| {
                    k += on;
                    numbers.truncate(width);
                    (k, numbers)
                });
                steps.collect::<Vec<_>>()
            };
            let of = history(step_ms, series.into_iter().map(at).collect());
            let read = through_json(&of);
            prop_assert_eq!(read.series.len(), of.series.len());
            for (read, of) in read.series.iter().zip(&of.series) {
                prop_assert_eq!(&read.info, &of.info);
                prop_assert_eq!(read.steps.len(), of.steps.len());
                for (read, of) in read.steps.iter().zip(&of.steps) {
                    prop_assert_eq!((read.0, read.1.len()), (of.0, of.1.len()));
                    for (a, b) in read.1.iter().zip(&of.1) {
                        prop_assert!(a.is_nan() == b.is_nan());
                        prop_assert!(a.is_nan() || (a - b).abs() <= b.abs() * 5e-9, "{} {}", a, b);
                    }
                }
            }
        }
    }
}
