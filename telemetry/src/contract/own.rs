//! What this crate itself emits, declared.
//!
//! Invariant: equal to what is emitted. Tests beside the emitters, and the server's over all of
//! them, hold it to that.

crate::events! {
    /// Events of the registry itself.
    pub TELEMETRY;

    /// A handler panicked.
    pub HANDLER_FAILURE = "telemetry.handler.failure" {
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

#[cfg(feature = "http")]
crate::events! {
    /// Events of the tower layer.
    pub HTTP;

    /// Requests of a layer that was given no other name.
    HTTP_REQUEST = request "http.request" {}
}

#[cfg(feature = "host")]
crate::events! {
    /// Events of the host poller.
    pub HOST;

    /// One core.
    pub HOST_CPU = "host.cpu" {
        measurements {
            /// Busy part of the time since the last poll.
            usage: Percent,
        }
        metadata {
            /// Its number, from 0.
            core,
        }
    }

    /// All cores.
    pub HOST_CPU_TOTAL = "host.cpu.total" {
        measurements {
            /// Busy part of the time since the last poll.
            usage: Percent,
            /// How many there are.
            cores: None,
        }
    }

    /// Load averages, as the system reckons them.
    pub HOST_LOAD = "host.load" {
        measurements {
            /// Over a minute.
            one: None,
            /// Over five minutes.
            five: None,
            /// Over 15 minutes.
            fifteen: None,
            /// Threads that run or could run at this moment.
            run_queue: None,
        }
    }

    /// Memory of the host.
    pub HOST_MEMORY = "host.memory" {
        measurements {
            /// In all.
            total: Byte,
            /// In use.
            used: Byte,
            /// To be had without swapping.
            available: Byte,
            /// Held by caches that give it up when needed.
            cached: Byte,
            /// Swap in all.
            swap_total: Byte,
            /// Swap in use.
            swap_used: Byte,
        }
    }

    /// One disk.
    pub HOST_DISK = "host.disk" {
        measurements {
            /// Since the last poll.
            read_bytes: Byte,
            /// Since the last poll.
            written_bytes: Byte,
            /// Its size.
            total: Byte,
            /// Free space.
            available: Byte,
        }
        metadata {
            /// The mount point.
            disk,
        }
    }

    /// One network interface.
    pub HOST_NETWORK = "host.network" {
        measurements {
            /// Since the last poll.
            received_bytes: Byte,
            /// Since the last poll.
            sent_bytes: Byte,
            /// Faulty packets, both ways, since the last poll.
            errors: None,
        }
        metadata {
            /// Its name.
            interface,
        }
    }

    /// This process.
    pub PROCESS_SELF = "process.self" {
        measurements {
            /// Of one core, since the last poll.
            cpu: Percent,
            /// Memory that it holds.
            resident_bytes: Byte,
            /// Threads that it has.
            threads: None,
            /// Files and sockets that it has open.
            open_files: None,
            /// Since it started.
            uptime: Second,
        }
    }
}

#[cfg(feature = "poller")]
crate::events! {
    /// Events of the poller, and of a tokio runtime that it measures.
    pub POLLER;

    /// A measurement failed or panicked.
    POLLER_FAILURE = "telemetry.poller.failure" {
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
    POLLER_SKIPPED = "telemetry.poller.skipped" {
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
    RUNTIME = "tokio.runtime" {
        measurements {
            /// Threads that run tasks.
            workers: None,
            /// Tasks that have not ended.
            alive_tasks: None,
            /// Tasks that wait for any worker.
            global_queue_depth: None,
        }
    }

    /// One worker of a runtime.
    WORKER = "tokio.worker" {
        measurements {
            /// Time that it ran tasks since the last poll.
            busy: Second,
            /// Times that it went to sleep since the last poll.
            parks: None,
            /// Part of the time since the last poll that it ran tasks.
            usage: Percent,
        }
        metadata {
            /// Its number, from 0.
            worker,
        }
    }
}
