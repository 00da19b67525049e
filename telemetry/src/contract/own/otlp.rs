//! The OTLP reporter.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the OTLP reporter. They are named in every build, so that a receiver knows them
    /// without being able to send.
    pub OTLP;

    /// A request to the receiver ended.
    OTLP_EXPORT = "telemetry.otlp.export" {
        measurements {
            /// Points in it.
            points: None,
            /// Until the answer, or until it was given up.
            duration: Second,
        }
        metadata {
            /// What became of it.
            outcome,
        }
    }

    /// Samples did not get as far as the queue.
    OTLP_REFUSED = "telemetry.otlp.refused" {
        measurements {
            /// How many.
            samples: None,
        }
        metadata {
            /// Of which metric.
            metric,
            /// Which limit or rule.
            reason,
        }
    }

    /// Points were given up.
    OTLP_DROPPED = "telemetry.otlp.dropped" {
        measurements {
            /// How many.
            points: None,
        }
        metadata {
            /// Why.
            reason,
        }
    }
}
