//! What was found of series, two bits each.

use rustc_hash::FxHashMap;
use telemetry::MetricId;
use telemetry::aggregate::SeriesId;

use crate::access::MetricSet;

/// Groups of series beyond as many as the table has series.
const MAX_GONE: usize = 1_000;

/// Answers by series, and of which metrics the series were asked about.
#[derive(Debug, Default)]
pub struct Known {
    /// By the number of the series without its last six bits, which are the bit.
    groups: FxHashMap<u32, Group>,
    begun: MetricSet,
}

#[derive(Clone, Copy, Debug, Default)]
struct Group {
    decided: u64,
    seen: u64,
}

impl Known {
    /// Forgets everything when series that are gone take more than those that are there.
    pub fn keep_below(&mut self, series: usize) {
        if self.groups.len() > series + MAX_GONE {
            *self = Known::default();
        }
    }

    /// Whether this is the first series of the metric that is asked about.
    pub fn begin(&mut self, metric: MetricId) -> bool {
        let first = !self.begun.contains(metric);
        if first {
            self.begun.insert(metric);
        }
        first
    }

    /// What was found of a series.
    pub fn get(&self, series: SeriesId) -> Option<bool> {
        let (group, bit) = place(series);
        let group = self.groups.get(&group)?;
        (group.decided & bit != 0).then_some(group.seen & bit != 0)
    }

    /// Keeps what was found of a series.
    pub fn insert(&mut self, series: SeriesId, sees: bool) {
        let (group, bit) = place(series);
        let group = self.groups.entry(group).or_default();
        group.decided |= bit;
        group.seen = if sees {
            group.seen | bit
        } else {
            group.seen & !bit
        };
    }
}

fn place(series: SeriesId) -> (u32, u64) {
    (series.0 / u64::BITS, 1 << (series.0 % u64::BITS))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_knows_what_a_map_would(answers in prop::collection::vec((0_u32..300, any::<bool>()), 0..200)) {
            let (mut known, mut map) = (Known::default(), HashMap::new());
            for (id, sees) in answers {
                known.insert(SeriesId(id), sees);
                map.insert(id, sees);
            }
            for id in 0..300 {
                prop_assert_eq!(known.get(SeriesId(id)), map.get(&id).copied());
            }
        }
    }

    #[test]
    fn series_that_are_gone_do_not_take_memory_for_ever() {
        let mut known = Known::default();
        for id in 0..1_000_000 {
            known.keep_below(10);
            known.insert(SeriesId(id), true);
            assert!(known.groups.len() <= 10 + MAX_GONE + 1);
        }
        assert_eq!(known.get(SeriesId(0)), None, "forgotten");
        assert_eq!(known.get(SeriesId(999_999)), Some(true));
    }
}
