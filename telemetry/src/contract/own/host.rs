//! The host poller.
//!
//! Invariant: what is declared is what is emitted.

crate::events! {
    /// Events of the host poller.
    pub HOST;

    /// One core.
    pub(crate) HOST_CPU = "host.cpu" {
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
    pub(crate) HOST_CPU_TOTAL = "host.cpu.total" {
        measurements {
            /// Busy part of the time since the last poll.
            usage: Percent,
            /// How many there are.
            cores: None,
        }
    }

    /// Load averages, as the system reckons them.
    pub(crate) HOST_LOAD = "host.load" {
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
    pub(crate) HOST_MEMORY = "host.memory" {
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
    pub(crate) HOST_DISK = "host.disk" {
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
    pub(crate) HOST_NETWORK = "host.network" {
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
    pub(crate) PROCESS_SELF = "process.self" {
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
