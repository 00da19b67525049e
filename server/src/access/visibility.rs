//! Which metrics a principal may see: the one place of this rule. A metric is visible when it
//! asks for no role, or for one that the principal has; `admin` sees everything.

use telemetry::{MetricId, MetricList};

use super::Principal;

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

    /// What is in both.
    pub fn intersection(&self, other: &MetricSet) -> MetricSet {
        let mut words: Vec<u64> = self
            .words
            .iter()
            .zip(&other.words)
            .map(|(mine, theirs)| mine & theirs)
            .collect();
        while words.last() == Some(&0) {
            words.pop();
        }
        MetricSet { words }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

impl FromIterator<MetricId> for MetricSet {
    fn from_iter<I: IntoIterator<Item = MetricId>>(ids: I) -> MetricSet {
        let mut set = MetricSet::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

impl Principal {
    /// The metrics of the list that this principal may see.
    pub fn visibility(&self, metrics: &MetricList) -> MetricSet {
        let admin = self.is_admin();
        let may_see = |required: &[String]| {
            admin || required.is_empty() || required.iter().any(|role| self.roles.contains(role))
        };
        metrics
            .iter()
            .filter(|(_, metric)| may_see(&metric.required_roles))
            .map(|(id, _)| id)
            .collect()
    }
}

fn place(id: MetricId) -> (usize, u64) {
    (usize::from(id.0) / 64, 1 << (id.0 % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telemetry::Metric;

    use super::*;
    use crate::access::PrincipalKind;

    fn set(ids: &[u16]) -> MetricSet {
        ids.iter().copied().map(MetricId).collect()
    }

    #[test]
    fn roles_decide() {
        let metrics = MetricList::new(vec![
            Metric::counter("a.all"),
            Metric::counter("a.admin").required_roles(["admin"]),
            Metric::counter("a.either").required_roles(["ops", "dev"]),
        ])
        .expect("a list");
        let check = |roles: &[&str], visible: &[u16]| {
            let principal = Principal {
                name: "x".into(),
                roles: roles.iter().map(|role| (*role).to_owned()).collect(),
                kind: PrincipalKind::Token {
                    id: 1,
                    scopes: [].into(),
                },
            };
            assert_eq!(principal.visibility(&metrics), set(visible), "{roles:?}");
        };
        check(&[], &[0]);
        check(&["viewer"], &[0]);
        check(&["admin"], &[0, 1, 2]);
        check(&["dev"], &[0, 2]);
        check(&["Admin"], &[0]);
        check(&["viewer", "ops"], &[0, 2]);
    }

    proptest! {
        #[test]
        fn a_set_is_what_was_put_in(a: Vec<u16>, b: Vec<u16>) {
            let (left, right) = (set(&a), set(&b));
            for id in a.iter().chain(&b).copied().chain([0, 63, 64, u16::MAX]) {
                let both = a.contains(&id) && b.contains(&id);
                prop_assert_eq!(left.contains(MetricId(id)), a.contains(&id));
                prop_assert_eq!(left.intersection(&right).contains(MetricId(id)), both);
            }
            prop_assert_eq!(left.intersection(&right), right.intersection(&left));
            prop_assert_eq!(left.intersection(&left), left.clone());
            prop_assert_eq!(left.is_empty(), a.is_empty());
        }
    }
}
