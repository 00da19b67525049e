//! Sets of metrics.
//!
//! Invariant: equal sets are equal as values, whatever was put in and taken out of them.

use telemetry::MetricId;

/// A set of metrics of one list, as bits: cheap to compare, so that all streams that may see
/// the same share their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetricSet {
    /// No zero words at the end, so that equal sets are equal.
    words: Vec<u64>,
}

impl MetricSet {
    /// Whether the metric is in the set.
    pub fn contains(&self, id: MetricId) -> bool {
        let (word, bit) = place(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Adds a metric.
    pub fn insert(&mut self, id: MetricId) {
        let (word, bit) = place(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    /// Takes a metric out.
    pub fn remove(&mut self, id: MetricId) {
        let (word, bit) = place(id);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
        self.trim();
    }

    /// What is in either.
    pub fn union(&self, other: &MetricSet) -> MetricSet {
        let len = self.words.len().max(other.words.len());
        let word = |set: &MetricSet, at: usize| set.words.get(at).copied().unwrap_or(0);
        let words = (0..len).map(|at| word(self, at) | word(other, at));
        MetricSet {
            words: words.collect(),
        }
    }

    /// Whether all of the other are in it.
    pub fn contains_all(&self, other: &MetricSet) -> bool {
        self.intersection(other) == *other
    }

    /// What is in both.
    pub fn intersection(&self, other: &MetricSet) -> MetricSet {
        let words = self.words.iter().zip(&other.words);
        let mut both = MetricSet {
            words: words.map(|(mine, theirs)| mine & theirs).collect(),
        };
        both.trim();
        both
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<MetricId> for MetricSet {
    fn from_iter<I: IntoIterator<Item = MetricId>>(ids: I) -> MetricSet {
        let mut set = MetricSet::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

fn place(id: MetricId) -> (usize, u64) {
    (usize::from(id.0) / 64, 1 << (id.0 % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(ids: &[u16]) -> MetricSet {
        ids.iter().copied().map(MetricId).collect()
    }

    proptest! {
        #[test]
        fn a_set_is_what_was_put_in(a: Vec<u16>, b: Vec<u16>) {
            let (left, right) = (set(&a), set(&b));
            for id in a.iter().chain(&b).copied().chain([0, 63, 64, u16::MAX]) {
                let both = a.contains(&id) && b.contains(&id);
                prop_assert_eq!(left.contains(MetricId(id)), a.contains(&id));
                prop_assert_eq!(left.intersection(&right).contains(MetricId(id)), both);
                let either = a.contains(&id) || b.contains(&id);
                prop_assert_eq!(left.union(&right).contains(MetricId(id)), either);
            }
            prop_assert_eq!(left.intersection(&right), right.intersection(&left));
            prop_assert_eq!(left.intersection(&left), left.clone());
            prop_assert_eq!(left.is_empty(), a.is_empty());
            prop_assert!(left.union(&right).contains_all(&left));
            prop_assert_eq!(left.contains_all(&right), b.iter().all(|id| a.contains(id)));
            let mut without = left.union(&right);
            b.iter().for_each(|id| without.remove(MetricId(*id)));
            let only_left: Vec<u16> = a.iter().copied().filter(|id| !b.contains(id)).collect();
            prop_assert_eq!(without, set(&only_left));
        }
    }
}
