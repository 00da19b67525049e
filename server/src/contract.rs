//! The server's own events, what programs may say beside their own, and contracts that programs
//! bring along as files.
//!
//! Invariant: what is declared here as the server's own is what it emits. A test runs a server,
//! captures whatever it emits under its own names, and holds it to this.

mod file;

pub use file::{ContractFileError, ReadError, parse, read};

use telemetry::Registry;
use telemetry::contract::{Contract, HOST, HTTP, OTLP, POLLER, TELEMETRY};

/// Everything that the server itself emits or `telemetry` does in any program; `log.message`,
/// which anybody may send; and [`OTLP_POINT`], which nobody emits.
pub fn builtin() -> Contract {
    Contract::new([TELEMETRY, HTTP, HOST, POLLER, OTLP, SERVER, PROGRAMS])
        .expect("a test holds the lists")
}

/// Counts what was rejected, or dropped, for a reason that is about no metric.
pub(crate) fn count_rejected(registry: &Registry, reason: &str, count: u64) {
    REFUSED.execute_on(
        registry,
        &[("count", count as f64)],
        &[("reason", reason.into()), ("metric", "".into())],
    );
}

telemetry::events! {
    /// Events of the server.
    pub SERVER;

    /// Somebody tried to sign in.
    pub(crate) SIGN_IN = "auth.sign_in.stop" {
        measurements {
            /// Of checking the password.
            duration: Second,
        }
        metadata {
            /// `success`, or why not.
            result,
        }
    }

    /// A query of the database ended.
    pub(crate) QUERY = "db.query.stop" {
        measurements {
            /// Of the query, waiting for the database included.
            duration: Second,
        }
        metadata {
            /// Its name in the code.
            query,
            /// `ok` or `error`.
            result,
        }
    }

    /// A request with events of programs was answered.
    pub(crate) EVENTS = "pulseboard.events" {
        measurements {
            /// Events taken.
            accepted: None,
            /// Events refused.
            rejected: None,
        }
    }

    /// A request with OTLP metrics was answered.
    pub(crate) OTLP_IN = "pulseboard.otlp" {
        measurements {
            /// Points taken.
            accepted: None,
            /// Cumulative streams that are remembered.
            streams: None,
            /// Cumulative streams that were silent and are forgotten.
            evicted: None,
        }
    }

    /// OTLP points were refused.
    pub(crate) OTLP_REFUSED = "pulseboard.otlp.refused" {
        measurements {
            /// How many of one request.
            points: None,
        }
        metadata {
            /// Which limit or rule.
            reason,
            /// Of which metric; empty where it is not about one.
            metric,
        }
    }

    /// Events or points of OTLP came that no contract and no metric knows.
    pub(crate) UNDECLARED = "pulseboard.undeclared" {
        measurements {
            /// How many of one request.
            count: None,
        }
        metadata {
            /// Their name; `(other)` after the first hundred.
            event,
        }
    }

    /// Once a second: what became of samples.
    pub(crate) PUMP = "pulseboard.pump" {
        measurements {
            /// Recorded since the last time.
            samples: None,
            /// Known in all.
            series: None,
            /// Open at this moment.
            streams: None,
            /// The longest since the last time.
            flush_duration: Second,
        }
    }

    /// Samples, log entries or streams were refused.
    pub(crate) REFUSED = "pulseboard.refused" {
        measurements {
            /// How many.
            count: None,
        }
        metadata {
            /// Which limit or rule.
            reason,
            /// Of which metric; empty where it is not about one.
            metric,
        }
    }

    /// Once a second: chunks that were sent to streams.
    pub(crate) FRAMES = "pulseboard.frames" {
        measurements {
            /// How many.
            count: None,
        }
        metadata {
            /// How they were made.
            mode,
        }
    }

    /// Once a second: the ring of flushes that streams read from.
    pub(crate) RING = "pulseboard.ring" {
        measurements {
            /// Its memory: an estimate.
            bytes: Byte,
            /// Flushes that a stream can resume from.
            flushes: None,
            /// Flushes that left it since the last time for the sake of `ring_bytes`.
            shortened: None,
        }
    }

    /// An output of the flush loop panicked at a flush.
    pub(crate) SINK_FAILURE = "pulseboard.sink.failure" {
        measurements {
            /// Always 1.
            count: None,
        }
        metadata {
            /// Which output.
            sink,
            /// The text of the panic.
            message,
        }
    }

    /// Once a second: what became of history.
    pub(crate) HISTORY = "pulseboard.history" {
        measurements {
            /// Rows that reached the database.
            rows: None,
            /// Rows that did not.
            dropped: None,
            /// Memory of the seconds that are kept for queries: an estimate.
            memory: Byte,
        }
    }

    /// Once a second: how a part of the pipeline does.
    pub(crate) HEALTH = "pulseboard.health" {
        measurements {
            /// 0 as it should be, 1 slow, 2 failing.
            state: None,
        }
        metadata {
            /// `clock`, `database`, `flush` or `history`.
            part,
        }
    }

    /// The clock was set, or stood still.
    pub(crate) CLOCK_STEP = "pulseboard.clock" {
        measurements {
            /// By how much, or how long.
            duration: Second,
        }
        metadata {
            /// `set_back`, `set_forward` or `stood_still`.
            step,
        }
    }

    /// A second of history was written again, since an attempt failed.
    pub(crate) RETRY = "pulseboard.history.retry" {
        measurements {
            /// Always 1.
            count: None,
        }
    }
}

telemetry::events! {
    /// What comes from programs and has one meaning for all of them.
    pub PROGRAMS;

    /// Something that a program wants listed.
    pub(crate) LOG = "log.message" {
        metadata {
            /// `info`, `warn` or `error`.
            level,
            /// What is listed.
            message,
            /// Who says it.
            source,
        }
    }

    /// What programs send over OTLP under the metric's name. It stands for the event of a metric
    /// that nothing else feeds; such a metric may have any tags and any unit.
    pub(crate) OTLP_POINT = "otlp" {
        measurements {
            /// What the points say.
            value: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reserved_event_of_the_list_is_the_servers() {
        let contract = builtin();
        assert!(contract.find("telemetry.handler.failure").is_some());
        for event in contract.events() {
            let own = crate::ingest::is_reserved(&event.name) || event.name == "log.message";
            assert!(own && !event.doc.is_empty(), "{}", event.name);
        }
    }
}
