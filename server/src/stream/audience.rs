//! Who sees the same: all clients of one audience share their bytes.
//!
//! Invariant: an audience shows a metric only when it may be seen, whatever was asked for.

use telemetry::{MetricId, MetricList};

use crate::access::MetricSet;

/// What may be seen and what was asked for, with a number to find it by.
#[derive(Debug)]
pub struct Audience {
    pub(super) id: u64,
    pub(super) visible: MetricSet,
    pub(super) asked: Option<MetricSet>,
}

impl Audience {
    /// Equal for audiences that see the same.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Whether rows of the metric belong into its bytes.
    pub fn shows(&self, metric: MetricId) -> bool {
        self.visible.contains(metric)
            && self
                .asked
                .as_ref()
                .is_none_or(|asked| asked.contains(metric))
    }

    /// Whether it gets records of an event that feeds these metrics: a record may show anything that
    /// one of them shows, so all of them must be visible, asked for or not.
    pub fn may_see_all(&self, metrics: &[MetricId]) -> bool {
        metrics.iter().all(|metric| self.visible.contains(*metric))
    }

    /// Whether whatever the other may see, this one may see, too.
    pub fn shows_all_of(&self, other: &Audience) -> bool {
        self.visible.contains_all(&other.visible)
    }

    /// The metrics that it shows, in the order of the list.
    pub fn shown<'a>(&'a self, metrics: &'a MetricList) -> impl Iterator<Item = MetricId> + 'a {
        metrics
            .iter()
            .map(|(id, _)| id)
            .filter(|id| self.shows(*id))
    }
}
