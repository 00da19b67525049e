//! Measurements of this host and of this process.
//!
//! Invariant: what is emitted was read. What the system does not tell, or what takes two readings
//! and has had one, is left out; it is never zero instead.

mod delta;
mod disks;
mod proc;

use std::path::PathBuf;
use std::time::Instant;

use sysinfo::{
    DiskRefreshKind, Disks, MINIMUM_CPU_UPDATE_INTERVAL, Networks, Pid, ProcessRefreshKind,
    ProcessesToUpdate, System, get_current_pid,
};

use crate::contract::EventSpec;
use crate::contract::own::host as own;
use crate::{Registry, Value};
use delta::Deltas;
use disks::{Mount, select};

/// Reads this host and this process, and emits what it finds.
///
/// | event | measurements | metadata |
/// |---|---|---|
/// | `host.cpu` | `usage` (percent) | `core`, from `0` |
/// | `host.cpu.total` | `usage` (percent of all cores), `cores` | |
/// | `host.load` | `one`, `five`, `fifteen`, `run_queue` | |
/// | `host.memory` | `total`, `used`, `available`, `cached`, `swap_total`, `swap_used` (bytes) | |
/// | `host.disk` | `read_bytes`, `written_bytes` (since the last poll), `total`, `available` (bytes) | `disk`, the mount point |
/// | `host.network` | `received_bytes`, `sent_bytes`, `errors` (since the last poll) | `interface` |
/// | `process.self` | `cpu` (percent of one core), `resident_bytes`, `threads`, `open_files`, `uptime` (seconds) | |
///
/// What grew since the last poll, and CPU usage, come from the second poll on. CPU usage is
/// skipped when the last reading is younger than 200 ms, too short to tell.
pub struct HostPoller {
    system: Option<System>,
    disks: Option<Disks>,
    networks: Option<Networks>,
    pid: Option<Pid>,
    data_dir: PathBuf,
    cpu_read: Option<Instant>,
    process_read: Option<(Instant, u64)>,
    disk_io: Deltas<2>,
    network_io: Deltas<3>,
}

impl HostPoller {
    /// A poller; reads nothing yet. The file system that holds `data_dir` is reported even when
    /// it is no disk of its own, and the root's when there is no such folder.
    pub fn new(data_dir: Option<PathBuf>) -> HostPoller {
        let data_dir = data_dir.and_then(|dir| std::path::absolute(dir).ok());
        let data_dir = data_dir.unwrap_or_else(|| PathBuf::from("/"));
        HostPoller {
            system: System::new().ok(),
            disks: Disks::new().ok(),
            networks: Networks::new().ok(),
            pid: get_current_pid().ok(),
            // Mount points are listed without links in them.
            data_dir: data_dir.canonicalize().unwrap_or(data_dir),
            cpu_read: None,
            process_read: None,
            disk_io: Deltas::default(),
            network_io: Deltas::default(),
        }
    }

    /// Reads everything once and emits it. Blocks for a few milliseconds at most; meant to be
    /// called once a second, as a measurement of the poller (feature `poller`) does.
    pub fn poll(&mut self, registry: &Registry) {
        self.poll_cpu(registry);
        poll_load(registry);
        self.poll_memory(registry);
        self.poll_disks(registry);
        self.poll_networks(registry);
        self.poll_process(registry);
    }

    fn poll_cpu(&mut self, registry: &Registry) {
        let Some(system) = &mut self.system else {
            return;
        };
        let now = Instant::now();
        let since = self.cpu_read.map(|last| now.duration_since(last));
        if since.is_some_and(|since| since < MINIMUM_CPU_UPDATE_INTERVAL) {
            return;
        }
        self.cpu_read = Some(now);
        system.refresh_cpu_usage();
        if since.is_none() || system.cpus().is_empty() {
            return;
        }
        for (core, cpu) in system.cpus().iter().enumerate() {
            let usage = f64::from(cpu.usage());
            let core = core.to_string();
            emit(
                registry,
                own::HOST_CPU,
                &[("usage", Some(usage))],
                &[("core", core.as_str().into())],
            );
        }
        let total = f64::from(system.global_cpu_usage());
        let cores = system.cpus().len() as f64;
        emit(
            registry,
            own::HOST_CPU_TOTAL,
            &[("usage", Some(total)), ("cores", Some(cores))],
            &[],
        );
    }

    fn poll_memory(&mut self, registry: &Registry) {
        let Some(system) = &mut self.system else {
            return;
        };
        system.refresh_memory();
        let bytes = |number: u64| Some(number as f64);
        if system.total_memory() == 0 {
            return;
        }
        let readings = [
            ("total", bytes(system.total_memory())),
            ("used", bytes(system.used_memory())),
            ("available", bytes(system.available_memory())),
            ("cached", proc::cached_bytes()),
            ("swap_total", bytes(system.total_swap())),
            ("swap_used", bytes(system.used_swap())),
        ];
        emit(registry, own::HOST_MEMORY, &readings, &[]);
    }

    fn poll_disks(&mut self, registry: &Registry) {
        let Some(disks) = &mut self.disks else {
            return;
        };
        disks.refresh_specifics(
            true,
            DiskRefreshKind::nothing().with_storage().with_io_usage(),
        );
        let mounts: Vec<Mount> = disks
            .iter()
            .map(|disk| Mount {
                device: disk.name().to_string_lossy().into_owned(),
                point: disk.mount_point().to_owned(),
                total: disk.total_space(),
            })
            .collect();
        for i in select(&mounts, &self.data_dir) {
            let (disk, name) = (&disks[i], mounts[i].point.to_string_lossy());
            let usage = disk.usage();
            let now = [usage.total_read_bytes, usage.total_written_bytes];
            // A disk that was never read since the host started could not have been mounted:
            // the system does not say.
            let [read, written] = if now == [0, 0] {
                [None, None]
            } else {
                self.disk_io.take(&name, now)
            };
            let readings = [
                ("read_bytes", read),
                ("written_bytes", written),
                ("total", Some(disk.total_space() as f64)),
                ("available", Some(disk.available_space() as f64)),
            ];
            emit(
                registry,
                own::HOST_DISK,
                &readings,
                &[("disk", (&*name).into())],
            );
        }
        self.disk_io.end_poll();
    }

    fn poll_networks(&mut self, registry: &Registry) {
        let Some(networks) = &mut self.networks else {
            return;
        };
        networks.refresh(true);
        for (name, data) in networks.iter() {
            let name = name.to_string_lossy();
            let errors = data
                .total_errors_on_received()
                .saturating_add(data.total_errors_on_transmitted());
            let now = [data.total_received(), data.total_transmitted(), errors];
            let [received, sent, errors] = self.network_io.take(&name, now);
            let readings = [
                ("received_bytes", received),
                ("sent_bytes", sent),
                ("errors", errors),
            ];
            let metadata = [("interface", (&*name).into())];
            emit(registry, own::HOST_NETWORK, &readings, &metadata);
        }
        self.network_io.end_poll();
    }

    fn poll_process(&mut self, registry: &Registry) {
        let (Some(system), Some(pid)) = (&mut self.system, self.pid) else {
            return;
        };
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
        let Some(process) = system.process(pid) else {
            return;
        };
        let (now, cpu_ms) = (Instant::now(), process.accumulated_cpu_time());
        let cpu = self.process_read.and_then(|(then, cpu_ms_then)| {
            let grown_ms = cpu_ms.checked_sub(cpu_ms_then)? as f64;
            let elapsed_ms = now.duration_since(then).as_secs_f64() * 1e3;
            (elapsed_ms > 0.0).then(|| grown_ms / elapsed_ms * 100.0)
        });
        self.process_read = Some((now, cpu_ms));
        let readings = [
            ("cpu", cpu),
            ("resident_bytes", Some(process.memory() as f64)),
            ("threads", proc::threads()),
            (
                "open_files",
                proc::open_files().or_else(|| Some(process.open_files()? as f64)),
            ),
            ("uptime", Some(process.run_time() as f64)),
        ];
        emit(registry, own::PROCESS_SELF, &readings, &[]);
    }
}

fn poll_load(registry: &Registry) {
    let load = System::load_average().ok();
    let readings = [
        ("one", load.as_ref().map(|load| load.one)),
        ("five", load.as_ref().map(|load| load.five)),
        ("fifteen", load.as_ref().map(|load| load.fifteen)),
        ("run_queue", proc::run_queue()),
    ];
    emit(registry, own::HOST_LOAD, &readings, &[]);
}

/// Emits the readings that there are; nothing when there are none.
fn emit(
    registry: &Registry,
    event: EventSpec,
    readings: &[(&str, Option<f64>)],
    metadata: &[(&str, Value<'_>)],
) {
    let known: Vec<(&str, f64)> = readings
        .iter()
        .filter_map(|&(name, reading)| Some((name, reading?)))
        .collect();
    if !known.is_empty() {
        event.execute_on(registry, &known, metadata);
    }
}
