//! Parameters of `GET /api/history`, of one metric, and of `GET /api/history/columns`, of several.

use std::ops::RangeInclusive;

use super::{ParameterError, QueryTime, QueryWriter, unknown, within};
use crate::paths;

const TAG_PREFIX: &str = "tag.";

/// Which metric over which time, how finely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryParams {
    /// Name in the metric list.
    pub metric: String,
    /// Start; without it five minutes before now.
    pub from: QueryTime,
    /// End; without it now.
    pub to: Option<QueryTime>,
    /// Most steps of one series, in [`HistoryParams::POINTS`]; 600 without it.
    pub points: i64,
    /// Only series with these tag values: name and value, `tag.NAME=VALUE` in the query.
    pub tags: Vec<(String, String)>,
}

impl HistoryParams {
    /// Bounds of `points`.
    pub const POINTS: RangeInclusive<i64> = 1..=5_000;
    const DEFAULT_FROM: QueryTime = QueryTime::before_now(300_000);
    const DEFAULT_POINTS: i64 = 600;

    /// The last five minutes of a metric in at most 600 steps.
    pub fn new(metric: &str) -> HistoryParams {
        HistoryParams {
            metric: metric.to_owned(),
            from: Self::DEFAULT_FROM,
            to: None,
            points: Self::DEFAULT_POINTS,
            tags: Vec::new(),
        }
    }

    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<HistoryParams, ParameterError> {
        let mut read = HistoryParams::new("");
        let mut has_metric = false;
        for (key, value) in pairs {
            match key.as_str() {
                "metric" => {
                    read.metric.clone_from(value);
                    has_metric = true;
                }
                "from" => read.from = QueryTime::read(key, value)?,
                "to" => read.to = Some(QueryTime::read(key, value)?),
                "points" => read.points = within(key, value, &Self::POINTS, "")?,
                _ => match key.strip_prefix(TAG_PREFIX) {
                    Some(tag) => read.tags.push((tag.to_owned(), value.clone())),
                    None => return unknown(key, "metric, from, to, points and tag.NAME"),
                },
            }
        }
        if !has_metric {
            let message = "missing: the name of a metric";
            return Err(ParameterError::new("metric", message));
        }
        Ok(read)
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::HISTORY);
        query.push("metric", &self.metric);
        query.push("from", self.from);
        query.push_some("to", self.to);
        query.push("points", self.points);
        for (name, value) in &self.tags {
            query.push(&Self::tag_parameter(name), value);
        }
        query.finish()
    }

    /// The name of the parameter that selects a value of this tag.
    pub fn tag_parameter(tag: &str) -> String {
        format!("{TAG_PREFIX}{tag}")
    }
}

/// Which metrics over which time, how finely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnsParams {
    /// Names in the metric list.
    pub metrics: Vec<String>,
    /// As in [`HistoryParams::from`].
    pub from: QueryTime,
    /// As in [`HistoryParams::to`].
    pub to: Option<QueryTime>,
    /// As in [`HistoryParams::points`].
    pub points: i64,
}

impl ColumnsParams {
    const METRICS: &str = "metrics";

    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<ColumnsParams, ParameterError> {
        let of_one = HistoryParams::new("");
        let mut read = ColumnsParams {
            metrics: Vec::new(),
            from: of_one.from,
            to: of_one.to,
            points: of_one.points,
        };
        for (key, value) in pairs {
            match key.as_str() {
                Self::METRICS => read.metrics = value.split(',').map(str::to_owned).collect(),
                "from" => read.from = QueryTime::read(key, value)?,
                "to" => read.to = Some(QueryTime::read(key, value)?),
                "points" => read.points = within(key, value, &HistoryParams::POINTS, "")?,
                _ => return unknown(key, "metrics, from, to and points"),
            }
        }
        if read.metrics.is_empty() {
            let message = "missing: names of metrics, parted by commas";
            return Err(ParameterError::new(Self::METRICS, message));
        }
        Ok(read)
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::HISTORY_COLUMNS);
        query.push(Self::METRICS, self.metrics.join(","));
        query.push("from", self.from);
        query.push_some("to", self.to);
        query.push("points", self.points);
        query.finish()
    }

    /// The same about one of the metrics.
    pub fn of(&self, metric: &str) -> HistoryParams {
        HistoryParams {
            from: self.from,
            to: self.to,
            points: self.points,
            ..HistoryParams::new(metric)
        }
    }
}
