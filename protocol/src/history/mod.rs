//! The answer of `GET /api/history`: one metric over time, step by step.

mod columns;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SeriesInfo;
use super::row::read_numbers;

pub use columns::{HistoryColumns, MetricColumns, OwnSteps, RejectedMetric, SeriesColumns};

/// Lengths of a step in ms, all of them whole seconds; a day is the next.
pub const STEPS_MS: [i64; 17] = {
    const S: i64 = 1_000;
    const MIN: i64 = 60 * S;
    const H: i64 = 60 * MIN;
    [
        S,
        2 * S,
        5 * S,
        10 * S,
        15 * S,
        30 * S,
        MIN,
        2 * MIN,
        5 * MIN,
        10 * MIN,
        15 * MIN,
        30 * MIN,
        H,
        2 * H,
        3 * H,
        6 * H,
        12 * H,
    ]
};

/// Every visible series of one metric over `from..to`.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The metric.
    pub metric: String,
    /// Start in ms since the epoch, a multiple of the step. Exclusive: a step is named by its end.
    pub from: i64,
    /// End in ms since the epoch, a multiple of the step. Inclusive.
    pub to: i64,
    /// Length of a step in ms.
    pub step_ms: i64,
    /// The series.
    pub series: Vec<HistorySeries>,
    /// Spans in which the server ran, `[from, to]` in ms: outside them nothing was measured, and
    /// inside them a counter without a step counted nothing.
    pub covered: Vec<[i64; 2]>,
}

/// One series over time.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct HistorySeries {
    /// The series.
    #[serde(flatten)]
    pub info: SeriesInfo,
    /// Steps with data, in order of time.
    pub steps: Vec<HistoryStep>,
}

/// As it is read: serde would collect a flattened part first, with code for every type of value.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
struct Flat {
    id: u32,
    metric: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    steps: Vec<HistoryStep>,
}

impl From<Flat> for HistorySeries {
    fn from(flat: Flat) -> Self {
        let Flat {
            id,
            metric,
            tags,
            steps,
        } = flat;
        HistorySeries {
            info: SeriesInfo { id, metric, tags },
            steps,
        }
    }
}

/// End of the step in ms since the epoch, then the numbers of a [row](super::row) without the id.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryStep(
    pub i64,
    #[serde(deserialize_with = "read_numbers")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Option<f64>>"))]
    pub Vec<f64>,
);
