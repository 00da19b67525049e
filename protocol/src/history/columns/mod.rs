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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricColumns {
    /// The metric.
    pub metric: String,
    /// How its time is cut, where that differs from the answer: a metric of very many series is
    /// answered in longer steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_steps: Option<OwnSteps>,
    /// Every visible series.
    pub series: Vec<SeriesColumns>,
}

/// How the time of one metric is cut.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSteps {
    /// As in [`History::from`].
    pub from: i64,
    /// As in [`History::to`].
    pub to: i64,
    /// As in [`History::step_ms`].
    pub step_ms: i64,
}

impl OwnSteps {
    fn of(history: &History) -> OwnSteps {
        OwnSteps {
            from: history.from,
            to: history.to,
            step_ms: history.step_ms,
        }
    }
}

/// One series in columns.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Vec<Option<f64>>>"))]
    pub columns: Vec<Vec<f64>>,
}

/// A metric without an answer.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
            own_steps: None,
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
    /// Adds a metric.
    pub fn push(&mut self, history: &History) {
        let answer = OwnSteps {
            from: self.from,
            to: self.to,
            step_ms: self.step_ms,
        };
        let own = OwnSteps::of(history);
        self.metrics.push(MetricColumns {
            own_steps: (own != answer).then_some(own),
            ..MetricColumns::of(history)
        });
    }

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
        let answer = OwnSteps { from, to, step_ms };
        let history = |one: MetricColumns| {
            let OwnSteps { from, to, step_ms } = one.own_steps.unwrap_or(answer);
            let (metric, series) = (one.metric, one.series);
            let series = series
                .into_iter()
                .map(|one| HistorySeries {
                    steps: one.steps(from, step_ms),
                    info: SeriesInfo {
                        id: one.id,
                        metric: String::clone(&metric),
                        tags: one.tags,
                    },
                })
                .collect();
            History {
                metric,
                from,
                to,
                step_ms,
                series,
                covered: covered.clone(),
            }
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
mod tests;
