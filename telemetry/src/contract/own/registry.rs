//! The registry itself.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the registry itself.
    pub TELEMETRY;

    /// A handler panicked.
    pub(crate) HANDLER_FAILURE = "telemetry.handler.failure" {
        measurements {
            /// Always 1.
            count: None,
        }
        metadata {
            /// The event that it was handling.
            event,
            /// The handler's id.
            handler,
            /// What the panic says.
            message,
        }
    }
}
