//! The poller, and the tokio runtime that it measures.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the poller, and of a tokio runtime that it measures.
    pub POLLER;

    /// A measurement failed or panicked.
    pub(crate) POLLER_FAILURE = "telemetry.poller.failure" {
        measurements {
            /// Always 1.
            count: None,
        }
        metadata {
            /// Its name.
            measurement,
            /// What the error or the panic says.
            message,
        }
    }

    /// Ticks passed without a measurement.
    pub(crate) POLLER_SKIPPED = "telemetry.poller.skipped" {
        measurements {
            /// How many.
            count: None,
        }
        metadata {
            /// Its name.
            measurement,
        }
    }

    /// A runtime.
    pub(crate) RUNTIME = "tokio.runtime" {
        measurements {
            /// Threads that run tasks.
            workers: None,
            /// Tasks that have not ended.
            alive_tasks: None,
            /// Tasks that wait for any worker.
            global_queue_depth: None,
            /// Blocking tasks that wait for a thread; only where tokio is built to tell.
            blocking_queue_depth: None,
        }
    }

    /// One worker of a runtime.
    pub(crate) WORKER = "tokio.worker" {
        measurements {
            /// Time that it ran tasks since the last poll.
            busy: Second,
            /// Times that it went to sleep since the last poll.
            parks: None,
            /// Part of the time since the last poll that it ran tasks.
            usage: Percent,
            /// Tasks that wait for this worker; only where tokio is built to tell.
            local_queue_depth: None,
        }
        metadata {
            /// Its number, from 0.
            worker,
        }
    }
}
