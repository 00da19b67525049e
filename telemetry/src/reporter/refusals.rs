//! Counts of what metrics did not take, by reason.
//!
//! Invariant: as many counters as metrics times reasons, whatever comes in.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::grow::GrowList;
use crate::{MAX_METRICS, MetricId, MetricList, Refusal};

/// A counter for each metric of a list and each reason. Shared by reference between threads.
///
/// ```
/// use telemetry::reporter::Refusals;
/// use telemetry::{Metric, MetricId, MetricList, Refusal};
///
/// let list = MetricList::new(vec![Metric::sum("a.b")])?;
/// let refusals = Refusals::new(&list);
/// refusals.count(MetricId(0), Refusal::MissingTag, 1);
/// assert_eq!(refusals.get(MetricId(0), Refusal::MissingTag), 1);
/// assert_eq!(refusals.take(), [(MetricId(0), Refusal::MissingTag, 1)]);
/// assert_eq!(refusals.take(), []);
/// # Ok::<(), telemetry::ListError>(())
/// ```
#[derive(Debug)]
pub struct Refusals(GrowList<Reasons>);

type Reasons = [AtomicU64; Refusal::ALL.len()];

impl Refusals {
    /// All at zero.
    pub fn new(metrics: &MetricList) -> Refusals {
        let refusals = Refusals(GrowList::new(MAX_METRICS));
        refusals.extend(metrics);
        refusals
    }

    /// Makes room for the metrics of a list that [extends](MetricList::extended) the former one.
    /// Calls must not overlap.
    pub fn extend(&self, metrics: &MetricList) {
        for _ in self.0.len()..metrics.len() {
            // A list is never longer than the limit.
            if self.0.push(Reasons::default()).is_err() {
                break;
            }
        }
    }

    /// Counts samples that the metric did not take: 1, or what a [`Sampler`](crate::Sampler)
    /// says that one stands for. A metric of another list is passed over.
    #[cold]
    pub fn count(&self, metric: MetricId, reason: Refusal, samples: u64) {
        if let Some(reasons) = self.0.get(usize::from(metric.0)) {
            reasons[reason as usize].fetch_add(samples, Ordering::Relaxed);
        }
    }

    /// How many were counted since the last [`Refusals::take`].
    pub fn get(&self, metric: MetricId, reason: Refusal) -> u64 {
        let reasons = self.0.get(usize::from(metric.0));
        reasons.map_or(0, |reasons| {
            reasons[reason as usize].load(Ordering::Relaxed)
        })
    }

    /// What was counted since the last call, without zeros, by metric and then by reason; the
    /// counters begin anew. No count is lost or taken twice when it grows meanwhile.
    pub fn take(&self) -> Vec<(MetricId, Refusal, u64)> {
        let mut taken = Vec::new();
        for (reasons, metric) in self.0.iter().zip(0..) {
            for (count, reason) in reasons.iter().zip(Refusal::ALL) {
                // Most are zero, and a load leaves their cache line shared.
                if count.load(Ordering::Relaxed) > 0 {
                    let count = count.swap(0, Ordering::Relaxed);
                    taken.push((MetricId(metric), reason, count));
                }
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metric;

    fn refusals() -> Refusals {
        let metrics = vec![Metric::sum("a.b"), Metric::sum("a.c")];
        Refusals::new(&MetricList::new(metrics).expect("a list"))
    }

    #[test]
    fn by_metric_and_reason() {
        let refusals = refusals();
        let (first, second) = (MetricId(0), MetricId(1));
        for reason in Refusal::ALL {
            refusals.count(second, reason, 1);
        }
        refusals.count(second, Refusal::TagTooLong, 9);
        refusals.count(first, Refusal::NotANumber, 1);
        refusals.count(MetricId(2), Refusal::NotANumber, 1);
        assert_eq!(refusals.get(first, Refusal::NotANumber), 1);
        assert_eq!(refusals.get(first, Refusal::TagTooLong), 0);
        assert_eq!(refusals.get(MetricId(2), Refusal::NotANumber), 0);
        let expect = [
            (first, Refusal::NotANumber, 1),
            (second, Refusal::SeriesLimit, 1),
            (second, Refusal::NotANumber, 1),
            (second, Refusal::MissingMeasurement, 1),
            (second, Refusal::MissingTag, 1),
            (second, Refusal::TagTooLong, 10),
        ];
        assert_eq!(refusals.take(), expect);
        assert_eq!(refusals.take(), []);
        assert_eq!(refusals.get(first, Refusal::NotANumber), 0);
    }

    #[test]
    fn taken_while_others_count_nothing_is_lost() {
        let refusals = refusals();
        let counted = 20_000;
        let taken = std::thread::scope(|scope| {
            let threads = [0, 1].map(|_| {
                scope.spawn(|| {
                    for _ in 0..counted {
                        refusals.count(MetricId(0), Refusal::MissingTag, 1);
                    }
                })
            });
            let mut taken = 0;
            let mut sum = || taken += refusals.take().iter().map(|(.., n)| n).sum::<u64>();
            while !threads.iter().all(|thread| thread.is_finished()) {
                sum();
            }
            for thread in threads {
                thread.join().expect("counting does not fail");
            }
            sum();
            taken
        });
        assert_eq!(taken, 2 * counted);
    }
}
