//! What the server measures of its host, its process and its runtime.
//!
//! Invariant: each is fed by the server's own poller, once a second.

use telemetry::{Metric, Unit};

use super::ADMIN;

/// Of the host, of this process and of its runtime.
pub(super) fn all() -> Vec<Metric> {
    [host(), process(), runtime()]
        .concat()
        .into_iter()
        .map(where_told)
        .collect()
}

/// Leaves out events without the metric's measurement, which are no fault here: what grew since the
/// last poll is told from the second poll on, and some systems do not tell everything.
fn where_told(metric: Metric) -> Metric {
    let measurement = metric.measurement.clone();
    metric.keep_if(move |event| event.measurement(&measurement).is_some())
}

/// Of the host.
fn host() -> Vec<Metric> {
    let last = |path: &str, name: &str, unit, category: &str, description: &str| {
        Metric::last_value(path)
            .named(name)
            .unit(unit)
            .category(category)
            .description(description)
    };
    let bytes = |path: &str, name: &str, category: &str, description: &str| {
        last(path, name, Unit::Byte, category, description)
    };
    let sum = |path: &str, name: &str, tag: &str, category: &str, description: &str| {
        Metric::sum(path)
            .named(name)
            .tags([tag])
            .unit(Unit::Byte)
            .category(category)
            .description(description)
    };
    vec![
        last(
            "host.cpu.usage",
            "host.cpu.usage",
            Unit::Percent,
            "CPU",
            "Use of one core",
        )
        .tags(["core"]),
        last(
            "host.cpu.total.usage",
            "host.cpu.total",
            Unit::Percent,
            "CPU",
            "Use of all cores",
        ),
        last(
            "host.cpu.total.cores",
            "host.cores",
            Unit::None,
            "CPU",
            "Cores",
        ),
        last(
            "host.load.one",
            "host.load.one",
            Unit::None,
            "CPU",
            "Load over a minute",
        ),
        last(
            "host.load.five",
            "host.load.five",
            Unit::None,
            "CPU",
            "Load over five minutes",
        ),
        last(
            "host.load.fifteen",
            "host.load.fifteen",
            Unit::None,
            "CPU",
            "Load over 15 minutes",
        ),
        last(
            "host.load.run_queue",
            "host.run_queue",
            Unit::None,
            "CPU",
            "Tasks ready to run",
        ),
        bytes(
            "host.memory.total",
            "host.memory.total",
            "Memory",
            "Memory in all",
        ),
        bytes(
            "host.memory.used",
            "host.memory.used",
            "Memory",
            "Memory in use",
        ),
        bytes(
            "host.memory.available",
            "host.memory.available",
            "Memory",
            "Memory to be had",
        ),
        bytes(
            "host.memory.cached",
            "host.memory.cached",
            "Memory",
            "Memory that caches hold",
        ),
        bytes(
            "host.memory.swap_total",
            "host.swap.total",
            "Memory",
            "Swap in all",
        ),
        bytes(
            "host.memory.swap_used",
            "host.swap.used",
            "Memory",
            "Swap in use",
        ),
        sum(
            "host.disk.read_bytes",
            "host.disk.read_bytes",
            "disk",
            "Disk",
            "Bytes read",
        ),
        sum(
            "host.disk.written_bytes",
            "host.disk.written_bytes",
            "disk",
            "Disk",
            "Bytes written",
        ),
        bytes(
            "host.disk.total",
            "host.disk.total",
            "Disk",
            "Size of the disk",
        )
        .tags(["disk"]),
        bytes(
            "host.disk.available",
            "host.disk.available",
            "Disk",
            "Free space",
        )
        .tags(["disk"]),
        sum(
            "host.network.received_bytes",
            "host.network.received_bytes",
            "interface",
            "Network",
            "Bytes received",
        ),
        sum(
            "host.network.sent_bytes",
            "host.network.sent_bytes",
            "interface",
            "Network",
            "Bytes sent",
        ),
    ]
}

/// Of this process.
fn process() -> Vec<Metric> {
    let last = |measurement: &str, name: &str, unit, description: &str| {
        Metric::last_value(&format!("process.self.{measurement}"))
            .named(name)
            .unit(unit)
            .category("Process")
            .description(description)
    };
    vec![
        last(
            "cpu",
            "process.cpu",
            Unit::Percent,
            "Use of one core by this server",
        ),
        last(
            "resident_bytes",
            "process.memory",
            Unit::Byte,
            "Memory that this server holds",
        ),
        last(
            "threads",
            "process.threads",
            Unit::None,
            "Threads of this server",
        ),
        last(
            "open_files",
            "process.open_files",
            Unit::None,
            "Files and sockets it has open",
        ),
        last(
            "uptime",
            "process.uptime",
            Unit::Second,
            "Time since it started",
        ),
    ]
}

/// Of the runtime that all tasks of the server run on.
fn runtime() -> Vec<Metric> {
    let last = |path: &str, name: &str, description: &str| {
        Metric::last_value(path)
            .named(name)
            .category("Runtime")
            .description(description)
            .required_roles(ADMIN)
    };
    vec![
        last(
            "tokio.runtime.alive_tasks",
            "tokio.tasks.alive",
            "Tasks of this server",
        ),
        last(
            "tokio.runtime.global_queue_depth",
            "tokio.queue.depth",
            "Tasks that are ready, and that no worker has taken yet",
        ),
        last(
            "tokio.worker.usage",
            "tokio.worker.busy",
            "Part of its time that a worker runs tasks",
        )
        .tags(["worker"])
        .unit(Unit::Percent),
        Metric::sum("tokio.worker.parks")
            .named("tokio.worker.parks")
            .tags(["worker"])
            .category("Runtime")
            .description("Times that a worker had nothing to do and went to sleep")
            .required_roles(ADMIN),
    ]
}
