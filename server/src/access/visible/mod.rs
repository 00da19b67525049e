//! What a class of principals sees: of each metric the whole, the series that fulfil conditions, or
//! nothing.
//!
//! Invariant: whether a series is seen depends on its metric and its tag values alone, which never
//! change; so what was found once holds for as long as this value does. The series of a metric are
//! decided together when one of them is first asked about, and one that comes later by itself.

mod known;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::role_document::fits;
use rustc_hash::FxHasher;
use telemetry::MetricId;
use telemetry::aggregate::{OVERFLOW, Series, SeriesId, SeriesTable};

use super::open_dashboards::Bound;
use super::{Mentions, MetricSet};
use known::Known;

/// Conditions that all hold: the place of a tag among the tags of the metric, and its pattern.
pub type Clause = Vec<(usize, String)>;

/// What somebody sees.
#[derive(Debug, Default)]
pub struct Visible {
    /// Metrics of which at least a part is seen.
    metrics: MetricSet,
    whole: MetricSet,
    /// Of each metric that is seen in part: a series is seen when one of the clauses holds.
    partly: BTreeMap<MetricId, Vec<Clause>>,
    /// Of some of these: a series is seen only when one of these clauses holds as well.
    bound: Bound,
    known: Mutex<Known>,
    /// Whether annotations are hidden, whatever they are about.
    no_annotations: bool,
    /// Whether records of events are hidden, whatever they feed.
    no_events: bool,
}

/// Decides series by their number.
pub struct Sieve<'a> {
    visible: &'a Visible,
    table: &'a SeriesTable,
    known: Option<MutexGuard<'a, Known>>,
}

impl Visible {
    /// The metrics of `whole`, and of others the series that one of the clauses holds for.
    pub fn new(whole: MetricSet, partly: BTreeMap<MetricId, Vec<Clause>>) -> Visible {
        let mut partly = partly;
        partly.retain(|id, clauses| {
            clauses.sort_unstable();
            clauses.dedup();
            !clauses.is_empty() && !whole.contains(*id)
        });
        let part: MetricSet = partly.keys().copied().collect();
        Visible {
            metrics: whole.union(&part),
            whole,
            partly,
            ..Visible::default()
        }
    }

    /// What of it is within the bound.
    pub fn within(self, bound: Bound) -> Visible {
        let Visible {
            whole, mut partly, ..
        } = self;
        let of_whole = bound.iter().filter(|(id, _)| whole.contains(**id));
        let (unbound, bound_whole): (Vec<_>, Vec<_>) =
            of_whole.partition(|(_, clauses)| clauses.is_empty());
        partly.retain(|id, _| bound.contains_key(id));
        let of_partly = partly
            .keys()
            .filter_map(|id| Some((*id, bound.get(id)?.clone())));
        let of_partly: Bound = of_partly
            .filter(|(_, clauses)| !clauses.is_empty())
            .collect();
        for (id, clauses) in bound_whole {
            partly.insert(*id, clauses.clone());
        }
        let whole = unbound.into_iter().map(|(id, _)| *id).collect();
        Visible {
            bound: of_partly,
            no_annotations: self.no_annotations,
            no_events: self.no_events,
            ..Visible::new(whole, partly)
        }
    }

    /// The same without annotations, which are free text: nobody can say what stands in them.
    pub fn without_annotations(self) -> Visible {
        Visible {
            no_annotations: true,
            ..self
        }
    }

    /// The same without records of events.
    pub fn without_events(self) -> Visible {
        Visible {
            no_events: true,
            ..self
        }
    }

    /// Whether records of events are seen, as far as what they feed is.
    pub fn sees_events(&self) -> bool {
        !self.no_events
    }

    /// Whether an annotation is seen: when something is seen of each metric and category that it names.
    pub fn sees_annotation(&self, mentions: &Mentions) -> bool {
        let sees = |metrics: &[MetricId]| metrics.iter().any(|id| self.contains(*id));
        !self.no_annotations && mentions.all().all(sees)
    }

    /// Whether something of the metric is seen.
    pub fn contains(&self, metric: MetricId) -> bool {
        self.metrics.contains(metric)
    }

    /// The metrics of which something is seen.
    pub fn metrics(&self) -> &MetricSet {
        &self.metrics
    }

    /// Whether all of the metric is seen, whatever series come.
    pub fn contains_whole(&self, metric: MetricId) -> bool {
        self.whole.contains(metric)
    }

    /// Whether nothing is seen.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }

    /// Whether a series is seen.
    pub fn sees(&self, series: &Series) -> bool {
        self.sees_tags(series.metric, &series.tags)
    }

    /// Whether a series with these values, in the order of the metric's tags, is seen. What holds
    /// series of all values together is seen with the whole metric alone.
    pub fn sees_tags(&self, metric: MetricId, tags: &[impl AsRef<str>]) -> bool {
        if self.whole.contains(metric) {
            return true;
        }
        let overflow = tags.iter().all(|tag| tag.as_ref() == OVERFLOW);
        let holds = |clause: &Clause| {
            let mut all = clause.iter();
            all.all(|(place, pattern)| {
                let value = tags.get(*place);
                value.is_some_and(|value| fits(pattern, value.as_ref()))
            })
        };
        let any = |clauses: &Vec<Clause>| clauses.iter().any(holds);
        let is_given = || self.partly.get(&metric).is_some_and(any);
        !overflow && is_given() && self.bound.get(&metric).is_none_or(any)
    }

    /// Decides series of this table by their number; waits for who does the same.
    pub fn sieve<'a>(&'a self, table: &'a SeriesTable) -> Sieve<'a> {
        let known = (!self.partly.is_empty()).then(|| {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.keep_below(table.len());
            known
        });
        Sieve {
            visible: self,
            table,
            known,
        }
    }

    /// The same number for values that show the same, also of another run of the program.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        (&self.whole, &self.partly, &self.bound).hash(&mut hasher);
        (self.no_annotations, self.no_events).hash(&mut hasher);
        hasher.finish()
    }

    /// Whether whatever the other shows is seen.
    pub fn contains_all(&self, other: &Visible) -> bool {
        let includes = |(id, clauses): (&MetricId, &Vec<Clause>)| {
            let own = self.partly.get(id);
            let bound = self.bound.get(id);
            self.whole.contains(*id)
                || own.is_some_and(|own| clauses.iter().all(|clause| own.contains(clause)))
                    && (bound.is_none() || bound == other.bound.get(id))
        };
        (other.no_annotations || !self.no_annotations)
            && (other.no_events || !self.no_events)
            && self.whole.contains_all(&other.whole)
            && other.partly.iter().all(includes)
    }
}

impl Sieve<'_> {
    /// Whether the row of a series is seen. One that the table does not have any more is seen with
    /// the whole metric alone.
    pub fn sees(&mut self, metric: MetricId, series: SeriesId) -> bool {
        if self.visible.whole.contains(metric) {
            return true;
        }
        let Some(known) = &mut self.known else {
            return false;
        };
        if !self.visible.metrics.contains(metric) {
            return false;
        }
        if let Some(sees) = known.get(series) {
            return sees;
        }
        if known.begin(metric) {
            let visible = self.visible;
            self.table.each_of_metric(metric, |series| {
                known.insert(series.id, visible.sees(series));
            });
            if let Some(sees) = known.get(series) {
                return sees;
            }
        }
        let Some(found) = self.table.get(series) else {
            return false;
        };
        let sees = self.visible.sees(&found);
        known.insert(series, sees);
        sees
    }
}

impl PartialEq for Visible {
    fn eq(&self, other: &Visible) -> bool {
        self.whole == other.whole
            && self.partly == other.partly
            && self.bound == other.bound
            && self.no_annotations == other.no_annotations
            && self.no_events == other.no_events
    }
}

impl FromIterator<MetricId> for Visible {
    /// Whole metrics.
    fn from_iter<I: IntoIterator<Item = MetricId>>(ids: I) -> Visible {
        Visible::new(ids.into_iter().collect(), BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const METRIC: MetricId = MetricId(1);

    fn partly(clauses: &[Clause]) -> Visible {
        let whole = [MetricId(0)].into_iter().collect();
        Visible::new(whole, BTreeMap::from([(METRIC, clauses.to_vec())]))
    }

    #[test]
    fn series_are_seen_by_their_tags() {
        let seen = partly(&[vec![(0, "shop".into()), (1, "eu-*".into())]]);
        assert!(seen.contains(METRIC) && !seen.contains_whole(METRIC));
        for (tags, want) in [
            (["shop", "eu-1"], true),
            (["shop", "us-1"], false),
            (["vault", "eu-1"], false),
        ] {
            assert_eq!(seen.sees_tags(METRIC, &tags), want, "{tags:?}");
            assert!(seen.sees_tags(MetricId(0), &tags));
            assert!(!seen.sees_tags(MetricId(2), &tags));
        }
        assert!(!seen.sees_tags(METRIC, &["shop"]));
        let any = partly(&[vec![(0, "*".into())]]);
        assert!(!any.sees_tags(METRIC, &[OVERFLOW, OVERFLOW]));
        assert!(!seen.contains_all(&any) && any.contains_all(&any));
        let again = partly(&[vec![(1, "eu-*".into()), (0, "shop".into())]]);
        let same = partly(&[vec![(0, "shop".into()), (1, "eu-*".into())]]);
        assert_eq!(seen.fingerprint(), same.fingerprint());
        let others = [any.fingerprint(), again.fingerprint()];
        assert!(!others.contains(&seen.fingerprint()));
        assert_ne!(seen.fingerprint(), same.without_events().fingerprint());
    }

    #[test]
    fn a_series_that_comes_later_is_decided_when_it_is_asked_about() {
        let table = SeriesTable::new(9, 9);
        let seen = partly(&[vec![(0, "shop".into())]]);
        let sees = |id: u32| seen.sieve(&table).sees(METRIC, SeriesId(id));
        assert!(!sees(5) && !sees(6));
        assert!(table.restore(SeriesId(5), METRIC, &["shop"], None));
        assert!(table.restore(SeriesId(6), METRIC, &["vault"], None));
        assert!(sees(5) && !sees(6));
    }

    proptest! {
        #[test]
        fn another_clause_never_shows_less(
            clauses in proptest::collection::vec(
                proptest::collection::vec((0_usize..3, "[ab*]{0,3}"), 1..3), 1..5),
            tags in proptest::collection::vec("[ab]{0,3}", 0..4),
        ) {
            for count in 1..clauses.len() {
                let (fewer, more) = (partly(&clauses[..count]), partly(&clauses[..=count]));
                prop_assert!(!fewer.sees_tags(METRIC, &tags) || more.sees_tags(METRIC, &tags));
                prop_assert!(more.contains_all(&fewer));
            }
            // A metric without a grant is seen by no clause of another one.
            prop_assert!(!partly(&clauses).sees_tags(MetricId(2), &tags));
        }
    }
}
