//! One metric over time.
//!
//! Invariant: an answer is bounded in series, steps and stored rows before anything is read.

use std::sync::Arc;

use protocol::history::{HistorySeries, HistoryStep};
use protocol::{FrameRow, HistoryParams, MetricRef, ParameterError, SeriesInfo};
use telemetry::aggregate::{Series, Shape};
use telemetry::{Kind, Metric, MetricId, MetricList};

use super::History;
use super::minutes::MINUTE_MS;
use super::read::Reader;
use super::step::Steps;
use crate::access::Visible;
use crate::query::{SeriesMerge, Windows, groups, row};
use crate::storage::StorageError;
use crate::stream::push_numbers;

/// Most steps of an answer, over all its series.
pub(super) const MAX_CELLS: i64 = 200_000;
/// Most stored seconds or minutes that one query may read, however coarse.
const MAX_ROWS: i64 = 5_000_000;
/// As many stored rows as are read in about a second: with more, a query is answered in longer steps.
pub(super) const ROWS_OF_A_SECOND: i64 = 200_000;

/// A question that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    metric: MetricId,
    /// The last ms that may be in the answer.
    to: i64,
    steps: Steps,
    /// Tag values by place of the tag.
    tags: Vec<(usize, Vec<String>)>,
    /// What whoever asks may see: nothing is computed of other series.
    visible: Arc<Visible>,
}

/// What a query found.
pub struct Answer {
    /// Step by step.
    pub history: protocol::History,
    /// Over longer times, merged from the same aggregates.
    pub rows: Vec<SpanRow>,
}

/// What a series did over a time.
pub struct SpanRow {
    /// As the history numbers it.
    pub series: u32,
    /// Start in ms since the epoch, exclusive.
    pub from_ms: i64,
    /// End in ms since the epoch, inclusive.
    pub to_ms: i64,
    /// All of it.
    pub row: FrameRow,
}

/// What an answer takes, over all its series.
pub(super) struct Cost {
    /// Most steps in it.
    pub cells: i64,
    /// Stored rows that are read for it.
    pub rows: i64,
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
    /// As many queries wait as may.
    #[error("{0} queries of history wait already, as many as `pipeline.history_queue` allows")]
    Busy(usize),
    /// The query ended before there was an answer.
    #[error("the query ended early")]
    Ended,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Query {
    /// The query that the parameters of `GET /api/history` ask for.
    pub fn new(
        params: &HistoryParams,
        metrics: &MetricList,
        visible: &Arc<Visible>,
        now_ms: i64,
    ) -> Result<Query, QueryError> {
        let visible_metric = metrics
            .find(&params.metric)
            .filter(|metric| visible.contains(*metric));
        let metric = visible_metric.ok_or_else(|| QueryError::NoMetric(params.metric.clone()))?;
        let (steps, to) = Query::span(params, now_ms)?;
        let names = &metrics.get(metric).tags;
        let mut tags: Vec<(usize, Vec<String>)> = Vec::new();
        for (tag, value) in &params.tags {
            let Some(place) = names.iter().position(|name| name == tag) else {
                let message = format!("the metric's tags are: {}", names.join(", "));
                return wrong(&HistoryParams::tag_parameter(tag), &message);
            };
            // Several values of one tag: any of them.
            match tags.iter_mut().find(|(known, _)| *known == place) {
                Some((_, values)) => values.push(value.clone()),
                None => tags.push((place, vec![value.clone()])),
            }
        }
        Ok(Query {
            metric,
            to,
            steps,
            tags,
            visible: visible.clone(),
        })
    }

    /// How the time of the parameters is cut, and the last ms that may be in an answer.
    pub(super) fn span(params: &HistoryParams, now_ms: i64) -> Result<(Steps, i64), QueryError> {
        let from = params.from.absolute(now_ms);
        let to = params
            .to
            .map_or(now_ms, |to| to.absolute(now_ms).min(now_ms));
        if from >= to {
            return wrong("from", "it must be before `to`, and not in the future");
        }
        match Steps::cut(from, to, params.points) {
            Some(steps) => Ok((steps, to)),
            None => wrong(
                "points",
                "too few for this range, in steps of a day at most",
            ),
        }
    }

    /// As fine as about a second of reading allows, for so many series. Where `spans` are asked for
    /// too, steps stay as they are: numbers over a span are exact.
    fn affordable(&self, series: usize, spans: &[(i64, i64)]) -> Result<Query, QueryError> {
        let series = i64::try_from(series).unwrap_or(i64::MAX);
        let holds = |steps: &Steps| {
            series.saturating_mul(steps.count()) <= MAX_CELLS
                && series.saturating_mul(steps.rows()) <= ROWS_OF_A_SECOND
        };
        let mut query = self.clone();
        if spans.is_empty() && !holds(&query.steps) {
            let cells = |steps: &Steps| {
                steps.row_ms() == MINUTE_MS && series.saturating_mul(steps.count()) <= MAX_CELLS
            };
            let coarser = query.steps.coarser(holds);
            // No steps hold: minutes are the fewest rows that there are.
            let coarser = coarser.or_else(|| query.steps.coarser(cells));
            query.steps = coarser.unwrap_or(query.steps);
        }
        check_size(series, &query.steps)?;
        Ok(query)
    }

    fn wants(&self, series: &Series) -> bool {
        let has = |(place, values): &(usize, Vec<String>)| {
            let tag = series.tags.get(*place);
            tag.is_some_and(|tag| values.iter().any(|value| **tag == **value))
        };
        self.visible.sees(series) && self.tags.iter().all(has)
    }
}

impl History {
    /// Answers a query: every series with data, step by step.
    pub async fn answer(&self, query: &Query) -> Result<protocol::History, QueryError> {
        Ok(self.answer_over(query, &[]).await?.history)
    }

    /// As [`History::answer`], and for each of `spans` what each series did over all of it.
    pub async fn answer_over(
        &self,
        query: &Query,
        spans: &[(i64, i64)],
    ) -> Result<Answer, QueryError> {
        let metrics = self.metrics.defined();
        let metric = metrics.get(query.metric);
        let series = self.series_of(query);
        let query = &query.affordable(series.len(), spans)?;
        let reader = self.reader(query).await?;
        let mut answers = Vec::with_capacity(series.len());
        let mut rows = Vec::new();
        for one in series {
            let windows = reader.windows(one.id).await?;
            if windows.is_empty() {
                continue;
            }
            rows.extend(span_rows(one.id.0, metric.kind, &windows, spans));
            answers.push(HistorySeries {
                info: info(&one, metric),
                steps: steps_of(metric.kind, &windows),
            });
        }
        self.answered(query, &reader, (answers, rows)).await
    }

    /// What the answer takes.
    pub(super) fn cost(&self, query: &Query) -> Result<Cost, QueryError> {
        let series = self.series_of(query).len();
        let steps = query.affordable(series, &[])?.steps;
        let series = i64::try_from(series).unwrap_or(i64::MAX);
        Ok(Cost {
            cells: series.saturating_mul(steps.count()),
            rows: series.saturating_mul(steps.rows()),
        })
    }

    fn series_of(&self, query: &Query) -> Vec<Arc<Series>> {
        let series = self.table.of_metric(query.metric);
        series.into_iter().filter(|one| query.wants(one)).collect()
    }

    /// As [`History::answer_over`], with the series merged into one for each group of the reference,
    /// whose only tag is the one that the reference splits by. Numbers of series count from 0.
    pub async fn answer_merged(
        &self,
        query: &Query,
        reference: &MetricRef,
        spans: &[(i64, i64)],
    ) -> Result<Answer, QueryError> {
        let metrics = self.metrics.defined();
        let metric = metrics.get(query.metric);
        let mut series = self.table.of_metric(query.metric);
        series.retain(|one| query.visible.sees(one));
        let place = |tag: &str| metric.tags.iter().position(|name| name == tag);
        let groups = groups(reference, series, |one: &Arc<Series>, tag| {
            one.tags.get(place(tag)?).map(|value| &**value)
        });
        let read: usize = groups.iter().map(|group| group.of.len()).sum();
        let query = &query.affordable(read, spans)?;
        let reader = self.reader(query).await?;
        let mut answers = Vec::with_capacity(groups.len());
        let mut rows = Vec::new();
        for (id, group) in (0..).zip(groups) {
            let mut merge = SeriesMerge::default();
            for one in &group.of {
                merge.add(reader.windows(one.id).await?);
            }
            let windows = merge.finish();
            rows.extend(span_rows(id, metric.kind, &windows, spans));
            let tags = reference.by.clone().zip(group.by);
            answers.push(HistorySeries {
                info: SeriesInfo {
                    id,
                    metric: metric.name.clone(),
                    tags: tags.into_iter().collect(),
                },
                steps: steps_of(metric.kind, &windows),
            });
        }
        self.answered(query, &reader, (answers, rows)).await
    }

    async fn reader(&self, query: &Query) -> Result<Reader<'_>, StorageError> {
        let shape = Shape::of(self.metrics.defined().get(query.metric));
        Reader::new(self, shape, query.steps, query.to).await
    }

    async fn answered(
        &self,
        query: &Query,
        reader: &Reader<'_>,
        (series, rows): (Vec<HistorySeries>, Vec<SpanRow>),
    ) -> Result<Answer, QueryError> {
        let steps = &query.steps;
        let history = protocol::History {
            metric: self.metrics.defined().get(query.metric).name.clone(),
            from: steps.from,
            to: steps.to,
            step_ms: steps.step,
            series,
            covered: self.covered(steps, reader.newest_ms()).await?,
        };
        Ok(Answer { history, rows })
    }
}

fn info(series: &Series, metric: &Metric) -> SeriesInfo {
    let values = series.tags.iter().map(|value| value.to_string());
    SeriesInfo {
        id: series.id.0,
        metric: metric.name.clone(),
        tags: metric.tags.iter().cloned().zip(values).collect(),
    }
}

/// What a series did over each of `spans`; nothing where it did nothing.
fn span_rows(series: u32, kind: Kind, windows: &Windows, spans: &[(i64, i64)]) -> Vec<SpanRow> {
    let rows = spans.iter().filter_map(|&(from_ms, to_ms)| {
        let merged = windows.merged(from_ms, to_ms)?;
        Some(SpanRow {
            series,
            from_ms,
            to_ms,
            row: row(kind, &merged),
        })
    });
    rows.collect()
}

fn steps_of(kind: Kind, windows: &Windows) -> Vec<HistoryStep> {
    let steps = windows.iter().map(|(end_ms, aggregate)| {
        let mut numbers = Vec::new();
        push_numbers(kind, aggregate, |number| numbers.push(number));
        HistoryStep(end_ms, numbers)
    });
    steps.collect()
}

fn check_size(series: i64, steps: &Steps) -> Result<(), QueryError> {
    let rows = steps.rows();
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
        let visible: Arc<Visible> = Arc::new([MetricId(0)].into_iter().collect());
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
}
