//! Where programs' events come in: parsed at the edge into events that cannot be wrong.

mod json;
pub(crate) mod otlp;
mod undeclared;

pub use json::{Batch, BatchError, parse};
pub use undeclared::Undeclared;

/// Events under these names are the server's own word; nobody else may say them.
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

/// Whether only the server itself emits events of this name.
pub fn is_reserved(event: &str) -> bool {
    RESERVED.iter().any(|prefix| event.starts_with(prefix))
}
