//! What became of the points of a request.

use rustc_hash::FxHashMap;
use telemetry::MetricId;
use telemetry::otlp_message::{ExportMetricsPartialSuccess, ExportMetricsServiceResponse};

use super::reason::Reason;

/// Refusals that are told one by one; all are counted.
const MAX_TOLD: usize = 5;
/// Letters of a name that are told.
const MAX_NAME: usize = 100;

/// Counts of taken and refused points.
#[derive(Debug, Default)]
pub struct Tally {
    /// Points that were taken.
    pub accepted: u64,
    /// Points that were not, by metric of the list and reason.
    pub rejected: FxHashMap<(Option<MetricId>, Reason), u64>,
    /// Names that neither a metric nor an event of the list has, as the list would write them,
    /// and how many points came under each.
    pub unknown: Vec<(String, u64)>,
    told: Vec<String>,
    told_of: u64,
}

/// Whose points are counted.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The name that was sent.
    pub name: &'a str,
    /// The metric of the list that has it.
    pub metric: Option<MetricId>,
}

impl Tally {
    /// One point that was taken.
    pub fn accept(&mut self) {
        self.accepted += 1;
    }

    /// Some points that were not, from `index` on within their metric. `detail` says more than
    /// the reason can.
    pub fn reject(
        &mut self,
        subject: Subject<'_>,
        index: usize,
        points: u64,
        reason: Reason,
        detail: &str,
    ) {
        if points == 0 {
            return;
        }
        let key = (subject.metric, reason);
        let known = self.rejected.contains_key(&key) && subject.metric.is_some();
        *self.rejected.entry(key).or_default() += points;
        // What a metric was told once need not push out what others have to be told.
        if self.told.len() < MAX_TOLD && !known {
            let name: String = subject.name.chars().take(MAX_NAME).collect();
            let detail = if detail.is_empty() {
                String::new()
            } else {
                format!(" ({detail})")
            };
            let message = reason.message();
            self.told
                .push(format!("`{name}` point {index}: {message}{detail}"));
            self.told_of += 1;
        }
    }

    /// How many points were refused.
    pub fn rejected(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// As the sender is told.
    pub fn response(&self) -> ExportMetricsServiceResponse {
        let rejected = self.rejected();
        let partial_success = (rejected > 0).then(|| {
            let mut error_message = self.told.join("; ");
            let more = rejected.saturating_sub(self.told_of);
            if more > 0 {
                error_message.push_str(&format!("; and {more} more points"));
            }
            ExportMetricsPartialSuccess {
                rejected_data_points: i64::try_from(rejected).unwrap_or(i64::MAX),
                error_message,
            }
        });
        ExportMetricsServiceResponse { partial_success }
    }
}
