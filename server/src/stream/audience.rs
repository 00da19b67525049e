//! Who sees the same: all clients of one audience share their bytes.
//!
//! Invariant: an audience shows a metric only when it may be seen, whatever was asked for.

use telemetry::{MetricId, MetricList};

use std::sync::Arc;

use super::event_log::LoggedEvent;
use crate::access::{MetricSet, Visible};

/// What may be seen and what was asked for, with a number to find it by.
#[derive(Debug)]
pub struct Audience {
    pub(super) id: u64,
    pub(super) visible: Arc<Visible>,
    pub(super) asked: Option<MetricSet>,
}

impl Audience {
    /// Equal for audiences that see the same.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The same number for those who may see the same, whatever they asked for and whenever they ask.
    pub fn fingerprint(&self) -> u64 {
        self.visible.fingerprint()
    }

    /// Whether rows of the metric belong into its bytes: all, or those of series that it sees.
    pub fn shows(&self, metric: MetricId) -> bool {
        self.visible.contains(metric)
            && self
                .asked
                .as_ref()
                .is_none_or(|asked| asked.contains(metric))
    }

    /// Whether it gets the record of an event, whatever was asked for.
    pub fn may_see(&self, record: &LoggedEvent) -> bool {
        record.is_visible(&self.visible)
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
