//! Contracts of programs: against each other, against the server's own events, and against the
//! metrics that consume them.
//!
//! Invariant: each event is looked at once, where it is declared first. Events that the server
//! emits itself need no consumer, in whatever contract they stand; the start of a span needs none
//! beside that of its end, which tells of the same span. `otlp` stands in no program's contract.

use std::collections::BTreeMap;

use telemetry::contract::DeclaredEvent;

use super::{Code, Finding, Path, Source, Subject};
use crate::contract::OTLP_POINT;
use crate::ingest::is_reserved;

pub(super) fn check(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<&str, &DeclaredEvent> = BTreeMap::new();
    for (source, contract) in &subject.contracts {
        for (i, event) in contract.events().iter().enumerate() {
            let path = Path::default().key("events").at(i).key("name");
            let mut find = |code, message| findings.push(source.finding(&path, code, message));
            let name = &*event.name;
            if let Some(first) = seen.get(name) {
                if !alike(first, event) {
                    let message = format!(
                        "`{name}` is declared before, with other measurements, units or metadata; \
                         one event has one declaration"
                    );
                    find(Code::EventRedeclared, message);
                }
                continue;
            }
            seen.insert(name, event);
            if name != OTLP_POINT.name && subject.built_in.find(name).is_some() {
                continue;
            }
            if is_reserved(name) {
                let message = format!(
                    "`{name}` is kept for the server itself, which would refuse it; choose another \
                     name"
                );
                find(Code::EventReserved, message);
            } else if !consumed(subject, name) {
                let message = format!(
                    "no metric consumes `{name}`, so the server would refuse it; add one under \
                     [[metrics]], or emit it no more"
                );
                find(Code::EventUnused, message);
            }
        }
    }
    findings
}

/// The declaration of an event, wherever it stands.
pub(super) fn declared<'s>(subject: &'s Subject, event: &str) -> Option<&'s DeclaredEvent> {
    let mut contracts = subject.contracts.iter();
    subject
        .built_in
        .find(event)
        .or_else(|| contracts.find_map(|(_, contract): &(Source, _)| contract.find(event)))
}

/// Whether a metric takes the event, or the end of the span that it starts.
fn consumed(subject: &Subject, name: &str) -> bool {
    let span = name.strip_suffix(".start");
    metrics(subject)
        .any(|event| event == name || span.is_some() && event.strip_suffix(".stop") == span)
}

/// The events that metrics consume.
fn metrics(subject: &Subject) -> impl Iterator<Item = &str> {
    let configured = subject.configured.iter().flat_map(|(_, metrics)| metrics);
    let metrics = subject.built_in_metrics.iter().chain(configured);
    metrics.map(|metric| &*metric.event)
}

/// Whether two declarations say the same to a metric, whatever their words and order.
fn alike(one: &DeclaredEvent, other: &DeclaredEvent) -> bool {
    let measured = |event: &DeclaredEvent| -> BTreeMap<String, _> {
        let measurements = event.measurements.iter();
        measurements.map(|m| (m.name.clone(), m.unit)).collect()
    };
    one.metadata.len() == other.metadata.len()
        && one.metadata.iter().all(|key| other.has_key(&key.name))
        && measured(one) == measured(other)
}
