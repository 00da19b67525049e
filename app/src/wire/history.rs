//! What `GET /api/history` answers: one metric over time, step by step.

use serde::{Deserialize, Serialize};

use super::SeriesInfo;

/// Every visible series of one metric over `from..to`.
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistorySeries {
    /// Which.
    #[serde(flatten)]
    pub info: SeriesInfo,
    /// Steps with data, in order of time.
    pub steps: Vec<HistoryStep>,
}

/// End of the step in ms since the epoch, then the row's numbers by kind as in
/// [`frame`](super::frame) without the id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryStep(pub i64, pub Vec<f64>);
