//! One metric over time.
//!
//! Invariant: a second is read from memory, from the database, or as part of a minute, never
//! twice, and nothing after the asked end is in the answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::history::{HistorySeries, HistoryStep};
use protocol::{HistoryParams, ParameterError, SeriesInfo};
use telemetry::aggregate::{Aggregate, Packed, Series, Shape};
use telemetry::{MetricId, MetricList};

use super::minutes::{self, MINUTE_MS};
use super::step::Steps;
use super::{History, PackedSecond};
use crate::access::MetricSet;
use crate::storage::StorageError;
use crate::stream::push_numbers;

/// Most steps of an answer, over all its series.
const MAX_CELLS: i64 = 200_000;
/// Most stored seconds or minutes that one query may read.
const MAX_ROWS: i64 = 5_000_000;
/// A pause between two runs that is no gap, in ms.
const NO_GAP_MS: i64 = 2_000;

/// A question that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    metric: MetricId,
    /// The last ms that may be in the answer.
    to: i64,
    steps: Steps,
    /// Tag values by place of the tag.
    tags: Vec<(usize, String)>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A parameter is wrong.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// No such metric, or not for this principal: nobody can tell which.
    #[error("there is no metric `{0}`")]
    NoMetric(String),
    /// More than one answer holds.
    #[error("{0}")]
    TooMuch(String),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Query {
    /// The query that the parameters of `GET /api/history` ask for.
    pub fn new(
        params: &HistoryParams,
        metrics: &MetricList,
        visible: &MetricSet,
        now_ms: i64,
    ) -> Result<Query, QueryError> {
        let visible_metric = metrics
            .find(&params.metric)
            .filter(|metric| visible.contains(*metric));
        let metric = visible_metric.ok_or_else(|| QueryError::NoMetric(params.metric.clone()))?;
        let from = params.from.absolute(now_ms);
        let to = params
            .to
            .map_or(now_ms, |to| to.absolute(now_ms).min(now_ms));
        if from >= to {
            return wrong("from", "it must be before `to`, and not in the future");
        }
        let Some(steps) = Steps::cut(from, to, params.points) else {
            return wrong(
                "points",
                "too few for this range, in steps of a day at most",
            );
        };
        let names = &metrics.get(metric).tags;
        let mut tags = Vec::new();
        for (tag, value) in &params.tags {
            let Some(place) = names.iter().position(|name| name == tag) else {
                let message = format!("the metric's tags are: {}", names.join(", "));
                return wrong(&HistoryParams::tag_parameter(tag), &message);
            };
            tags.push((place, value.clone()));
        }
        Ok(Query {
            metric,
            to,
            steps,
            tags,
        })
    }

    fn wants(&self, series: &Series) -> bool {
        self.tags
            .iter()
            .all(|(place, value)| series.tags.get(*place).is_some_and(|tag| **tag == **value))
    }
}

impl History {
    /// Answers a query.
    pub async fn answer(&self, query: &Query) -> Result<protocol::History, QueryError> {
        let metric = self.metrics.get(query.metric);
        let steps = query.steps;
        let series = self.table.of_metric(query.metric);
        let series: Vec<Arc<Series>> = series.into_iter().filter(|one| query.wants(one)).collect();
        check_size(series.len() as i64, &steps)?;

        // Taken before the database is read: what is in it by then is written or not, and is
        // not asked of the database in either case.
        let memory = self.memory.snapshot();
        let seam = memory.first().map_or(i64::MAX, |second| second.t);
        let to = query.to.min(seam - 1);
        let minutes_to = self.minutes_to(&steps, to).await?;
        let shape = Shape::of(metric);
        let mut answers = Vec::with_capacity(series.len());
        for one in series {
            let mut cells = Cells {
                steps,
                shape: &shape,
                cells: BTreeMap::new(),
            };
            let mut points = Vec::new();
            if steps.from < minutes_to {
                points = self
                    .storage
                    .minutes(one.id.0, steps.from, minutes_to)
                    .await?;
            }
            let after = steps.from.max(minutes_to);
            if after < to {
                points.extend(self.storage.points(one.id.0, after, to).await?);
            }
            for point in points {
                let t = point.t;
                cells.add(t, &point.packed());
            }
            let after = |second: &&Arc<PackedSecond>| second.t > steps.from && second.t <= query.to;
            for second in memory.iter().filter(after) {
                if let Some(row) = second.row(one.id) {
                    cells.add(second.t, &row.packed);
                }
            }
            if !cells.cells.is_empty() {
                let values = one.tags.iter().map(|value| value.to_string());
                let tags = metric.tags.iter().cloned().zip(values).collect();
                let info = SeriesInfo {
                    id: one.id.0,
                    metric: metric.name.clone(),
                    tags,
                };
                answers.push(HistorySeries {
                    info,
                    steps: cells.finish(metric.kind),
                });
            }
        }
        let newest = memory.last().map(|second| second.t);
        Ok(protocol::History {
            metric: metric.name.clone(),
            from: steps.from,
            to: steps.to,
            step_ms: steps.step,
            series: answers,
            covered: self.covered(&steps, newest).await?,
        })
    }

    /// Up to where minutes are read, and seconds from there to `to`; only steps of whole
    /// minutes can be made of minutes.
    async fn minutes_to(&self, steps: &Steps, to: i64) -> Result<i64, StorageError> {
        if steps.row_ms() != MINUTE_MS || steps.from >= to {
            return Ok(i64::MIN);
        }
        Ok(minutes::floor(to.min(self.storage.minutes_whole().await?)))
    }

    async fn covered(
        &self,
        steps: &Steps,
        newest: Option<i64>,
    ) -> Result<Vec<[i64; 2]>, StorageError> {
        let mut runs = self.storage.runs(steps.from, steps.to).await?;
        // What this run measured since it wrote last.
        runs.push((self.started_ms, newest.unwrap_or(self.started_ms)));
        Ok(merge_runs(runs, steps.from, steps.to))
    }
}

fn merge_runs(mut runs: Vec<(i64, i64)>, from: i64, to: i64) -> Vec<[i64; 2]> {
    runs.sort_unstable();
    let mut covered: Vec<[i64; 2]> = Vec::new();
    for (start, end) in runs {
        let (start, end) = (start.max(from), end.min(to));
        if start >= end {
            continue;
        }
        match covered.last_mut() {
            Some(last) if start <= last[1].saturating_add(NO_GAP_MS) => last[1] = last[1].max(end),
            _ => covered.push([start, end]),
        }
    }
    covered
}

/// Steps of one series, in the making.
struct Cells<'a> {
    steps: Steps,
    shape: &'a Shape,
    cells: BTreeMap<i64, Aggregate>,
}

impl Cells<'_> {
    /// A point of another shape is from before the metric was defined anew: left out.
    fn add(&mut self, t: i64, packed: &Packed) {
        let Some(aggregate) = packed.unpack(self.shape, t) else {
            return;
        };
        match self.cells.entry(self.steps.end_of(t)) {
            std::collections::btree_map::Entry::Occupied(mut cell) => {
                cell.get_mut().merge(&aggregate)
            }
            std::collections::btree_map::Entry::Vacant(cell) => {
                cell.insert(aggregate);
            }
        }
    }

    fn finish(self, kind: telemetry::Kind) -> Vec<HistoryStep> {
        let cells = self.cells.into_iter();
        let steps = cells.map(|(t, aggregate)| {
            let mut numbers = Vec::new();
            push_numbers(kind, &aggregate, |number| numbers.push(number));
            HistoryStep(t, numbers)
        });
        steps.collect()
    }
}

fn check_size(series: i64, steps: &Steps) -> Result<(), QueryError> {
    let rows = steps.count().saturating_mul(steps.step / steps.row_ms());
    if series.saturating_mul(steps.count()) > MAX_CELLS {
        return Err(QueryError::TooMuch(format!(
            "{series} series of {} points are more than {MAX_CELLS} in all; \
             ask for fewer `points` or narrow the series by `tag.NAME`",
            steps.count()
        )));
    }
    if series.saturating_mul(rows) > MAX_ROWS {
        return Err(QueryError::TooMuch(format!(
            "{series} series of {rows} stored rows are too much to read at once; \
             ask for a shorter range or narrow the series by `tag.NAME`"
        )));
    }
    Ok(())
}

fn wrong<T>(parameter: &str, message: &str) -> Result<T, QueryError> {
    Err(ParameterError::new(parameter, message).into())
}

#[cfg(test)]
mod tests {
    use telemetry::Metric;

    use super::*;

    #[test]
    fn parameters() {
        let list = MetricList::new(vec![
            Metric::sum("a.b.v").tags(["t"]),
            Metric::sum("a.b.v").named("hidden"),
        ])
        .expect("a list");
        let visible: MetricSet = [MetricId(0)].into_iter().collect();
        let now = 1_000_000_000;
        // The query, then the start of the error, or `from to step` when it is right.
        let check = |query: &str, expect: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let pairs: Vec<_> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            let params = HistoryParams::parse(&pairs).map_err(QueryError::from);
            let text = match params.and_then(|params| Query::new(&params, &list, &visible, now)) {
                Ok(query) => format!(
                    "{} {} {}",
                    query.steps.from, query.steps.to, query.steps.step
                ),
                Err(error) => error.to_string(),
            };
            assert!(text.starts_with(expect), "{query}: {text}");
        };
        check("metric=a.b.v", "999700000 1000000000 1000");
        check("metric=a.b.v&from=0&to=600000&points=60", "0 600000 10000");
        check(
            "metric=a.b.v&from=-60000&to=-30000&tag.t=x",
            "999940000 999970000 1000",
        );
        check("metric=a.b.v&to=9999999999999", "999700000 1000000000");
        check("", "metric: missing");
        check("metric=hidden", "there is no metric `hidden`");
        check("metric=none", "there is no metric `none`");
        check("metric=a.b.v&from=x", "from: `x`");
        check("metric=a.b.v&to=1e9", "to: `1e9`");
        check("metric=a.b.v&points=0", "points");
        check("metric=a.b.v&points=5001", "points");
        check("metric=a.b.v&points=NaN", "points: `NaN`");
        check("metric=a.b.v&from=5000&to=5000", "from");
        check("metric=a.b.v&from=-9223372036854775808", "points: too few");
        check("metric=a.b.v&tag.u=x", "tag.u: the metric's tags are: t");
        check("metric=a.b.v&step=5", "step: unknown");
    }

    #[test]
    fn runs_with_hardly_a_pause_are_one() {
        let check = |runs: &[(i64, i64)], expect: &[[i64; 2]]| {
            assert_eq!(merge_runs(runs.to_vec(), 0, 100_000), expect);
        };
        check(&[], &[]);
        check(&[(-5_000, 200_000)], &[[0, 100_000]]);
        check(&[(10_000, 20_000), (22_000, 30_000)], &[[10_000, 30_000]]);
        check(
            &[(10_000, 20_000), (22_001, 30_000)],
            &[[10_000, 20_000], [22_001, 30_000]],
        );
        check(&[(10_000, 20_000), (12_000, 15_000)], &[[10_000, 20_000]]);
        check(&[(10_000, 10_000)], &[]);
    }
}
