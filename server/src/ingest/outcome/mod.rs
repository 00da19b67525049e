//! What became of the points of a request: accepted, or rejected with a reason.
//!
//! Invariant: every rejected point is counted by reason and metric; only the examples that are
//! reported one by one are bounded in number.

mod reason;

use rustc_hash::FxHashMap;
use telemetry::MetricId;

pub use reason::{MAX_COUNT, Reason};

/// Examples that are reported one by one; all rejected points are counted.
const MAX_EXAMPLES: usize = 5;
/// Letters of a sent name that are reported.
const MAX_NAME: usize = 100;

/// Why one point is rejected, or all of a name.
#[derive(Debug)]
pub struct Rejected {
    /// The metric that does not accept it; `None` where no metric is the cause.
    pub metric: Option<MetricId>,
    /// Why.
    pub reason: Reason,
    /// What the reason alone does not say; empty if nothing.
    pub detail: String,
}

impl From<Reason> for Rejected {
    fn from(reason: Reason) -> Rejected {
        Rejected {
            metric: None,
            reason,
            detail: String::new(),
        }
    }
}

impl Rejected {
    /// Rejected by a metric.
    pub fn by(metric: MetricId, reason: impl Into<Reason>) -> Rejected {
        let reason: Reason = reason.into();
        Rejected {
            metric: Some(metric),
            ..reason.into()
        }
    }

    /// With more than the reason says.
    pub fn with_detail(self, detail: String) -> Rejected {
        Rejected { detail, ..self }
    }
}

/// Counts of accepted and rejected points.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Accepted points.
    pub accepted: u64,
    /// Rejected points, by metric of the list and reason.
    pub rejected: FxHashMap<(Option<MetricId>, Reason), u64>,
    /// Names that neither a metric nor an event of the list has, as the list would write them,
    /// and the number of points under each.
    pub unknown: Vec<(String, u64)>,
    examples: Vec<String>,
}

/// Whose points are counted.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The name that was sent.
    pub name: &'a str,
    /// The metric of the list that has it.
    pub metric: Option<MetricId>,
}

impl Outcome {
    /// One accepted point.
    pub fn accept(&mut self) {
        self.accepted += 1;
    }

    /// Counts rejected points.
    pub fn count(&mut self, metric: Option<MetricId>, reason: Reason, points: u64) {
        *self.rejected.entry((metric, reason)).or_default() += points;
    }

    /// Counts rejected points, from `index` on within their metric, and keeps an example.
    pub fn reject(
        &mut self,
        source: Source<'_>,
        index: usize,
        points: u64,
        reason: Reason,
        detail: &str,
    ) {
        if points == 0 {
            return;
        }
        let known = source.metric.is_some() && self.rejected.contains_key(&(source.metric, reason));
        self.count(source.metric, reason, points);
        // The same reason for the same metric is reported once, to leave room for others.
        if self.examples.len() < MAX_EXAMPLES && !known {
            let name: String = source.name.chars().take(MAX_NAME).collect();
            let detail = if detail.is_empty() {
                String::new()
            } else {
                format!(" ({detail})")
            };
            let message = reason.message();
            self.examples
                .push(format!("`{name}` point {index}: {message}{detail}"));
        }
    }

    /// How many points were rejected.
    pub fn rejected(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// One sentence for each of the first few kinds of rejection, and the number of the other
    /// rejected points.
    pub fn message(&self) -> String {
        let mut message = self.examples.join("; ");
        let more = self.rejected().saturating_sub(self.examples.len() as u64);
        if more > 0 {
            message.push_str(&format!("; and {more} more points"));
        }
        message
    }
}
