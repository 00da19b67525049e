//! What this crate declares of itself, against what a test captured.

use std::collections::BTreeSet;

use telemetry::contract::{Contract, EventSpec};
use telemetry::testing::OwnedEvent;

/// Fails unless every event is declared with all it carries. Answers which declarations nothing
/// bears out: `event`, `event measurement` and `event metadata`, but of what was never emitted
/// the event alone.
pub fn unseen(list: &[EventSpec], events: &[OwnedEvent]) -> Vec<String> {
    let contract = Contract::new([list]).expect("a list of this crate");
    let mut declared = BTreeSet::new();
    for event in contract.events() {
        if !events.iter().any(|emitted| emitted.name == event.name) {
            declared.insert(event.name.clone());
            continue;
        }
        let measurements = event.measurements.iter().map(|found| &found.name);
        let keys = measurements.chain(event.metadata.iter().map(|found| &found.name));
        declared.extend(keys.map(|key| format!("{} {key}", event.name)));
    }
    for event in events {
        let measurements = event.measurements.keys().map(String::as_str);
        let metadata = event.metadata.keys().map(String::as_str);
        for key in measurements.clone().chain(metadata.clone()) {
            declared.remove(&format!("{} {key}", event.name));
        }
        let admitted = contract.admit(&event.name, measurements, metadata);
        assert_eq!(admitted, Ok(()), "{event:?}");
    }
    declared.into_iter().collect()
}
