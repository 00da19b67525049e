//! What programs send: events and points of several protocols, checked at the edge.
//!
//! Invariant: a protocol only parses. Which metrics a point feeds, how running totals become
//! growth, what a request adds and what of it is rejected stands once, beside the protocols.

mod batch;
mod cumulative;
mod histogram;
mod json;
pub mod memory;
pub(crate) mod otlp;
pub(crate) mod outcome;
mod sample;
mod target;
mod undeclared;
mod unit;

pub use json::{Batch, BatchError, execute, receive};
pub use undeclared::Undeclared;

use crate::contract::OTLP_POINT;

/// Events under these names are the server's own; no program may emit them.
const RESERVED: [&str; 8] = [
    "http.",
    "host.",
    "process.",
    "tokio.",
    "db.",
    "auth.",
    "telemetry.",
    "pulseboard.",
];

/// Whether programs cannot emit events of this name: only the server itself does, or nobody,
/// since the name stands for what comes over OTLP.
pub fn is_reserved(event: &str) -> bool {
    event == OTLP_POINT.name || RESERVED.iter().any(|prefix| event.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_programs_cannot_have() {
        let check = |event: &str, expect: bool| assert_eq!(is_reserved(event), expect, "{event}");
        check("otlp", true);
        check("otlp.sent", false);
        check("tokio.runtime", true);
        check("tokio", false);
        check("log.message", false);
        check("", false);
        // The document that other programs are written by lists them all.
        let document = include_str!("../../../docs/CONTRACT.md");
        let mut lines = document.lines();
        let line = lines.find(|line| line.starts_with("| `event_reserved` |"));
        let line = line.expect("a line");
        for name in RESERVED.iter().chain([&OTLP_POINT.name]) {
            assert!(line.contains(&format!("`{name}`")), "{name}");
        }
    }
}
