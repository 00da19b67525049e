//! Events, and points of OTLP, that come although no contract and no metric knows them: somebody's program and
//! somebody's configuration have drifted apart, or a name is misspelt.
//!
//! Invariant: whatever comes in, the metric `pulseboard.undeclared` gets at most as many series
//! as [`NameCounts`] keeps names apart, and one for all others.

use std::collections::{BTreeMap, BTreeSet};

use telemetry::Registry;
use telemetry::contract::{Contract, NameCounts};

use crate::contract::UNDECLARED;

/// Counts them by name, as long as the server runs.
#[derive(Debug, Default)]
pub struct Undeclared {
    declared: BTreeSet<String>,
    counts: NameCounts,
}

impl Undeclared {
    /// What these contracts declare is not counted, although no metric may know it.
    pub fn new(contracts: &[Contract]) -> Undeclared {
        let events = contracts.iter().flat_map(Contract::events);
        Undeclared {
            declared: events.map(|event| event.name.clone()).collect(),
            counts: NameCounts::default(),
        }
    }

    /// Counts events and points that no metric knows, by how many came under each name, and
    /// emits `pulseboard.undeclared` once for each name.
    pub fn count<'n>(
        &self,
        unknown: impl IntoIterator<Item = (&'n str, u64)>,
        registry: &Registry,
    ) {
        let mut came: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, times) in unknown {
            if times > 0 && !self.declared.contains(name) {
                *came.entry(self.counts.count(name, times)).or_default() += times;
            }
        }
        for (name, count) in came {
            let measurements = [("count", count as f64)];
            UNDECLARED.execute_on(registry, &measurements, &[("event", name.into())]);
        }
    }
}

#[cfg(test)]
mod tests {
    use telemetry::contract::{MAX_UNDECLARED, OTHER};
    use telemetry::testing;

    use super::*;

    #[test]
    fn names_are_counted_once_a_request_and_bounded() {
        let json = r#"{"events":[{"name":"shop.known"}]}"#;
        let contract: Contract = serde_json::from_str(json).expect("a contract");
        let undeclared = Undeclared::new(&[contract]);
        let registry = Registry::new();
        let capture = testing::capture(&registry, &[UNDECLARED.name]).expect("a name");
        let check = |names: &[&str], expect: &[(&str, f64)]| {
            undeclared.count(names.iter().map(|name| (*name, 1)), &registry);
            let taken = capture.take();
            let found: Vec<_> = taken
                .iter()
                .map(|event| (&*event.metadata["event"], event.measurements["count"]))
                .collect();
            assert_eq!(found, expect);
        };
        check(&[], &[]);
        check(&["shop.known"], &[]);
        check(&["b", "a", "b", "shop.known"], &[("a", 1.0), ("b", 2.0)]);
        check(&["no name", ""], &[(OTHER, 2.0)]);
        let many: Vec<String> = (0..MAX_UNDECLARED).map(|i| format!("e{i}")).collect();
        undeclared.count(many.iter().map(|name| (&**name, 1)), &registry);
        capture.take();
        check(&["one.more", "a"], &[(OTHER, 1.0), ("a", 1.0)]);
        undeclared.count([("a", 3), ("b", 0), ("one.more", 2), ("a", 4)], &registry);
        check(&[], &[(OTHER, 2.0), ("a", 7.0)]);
    }
}
