//! Readings of the machine that runs the tests.
#![cfg(all(feature = "host", target_os = "linux"))]

mod declared;

use std::thread::sleep;
use std::time::Duration;

use telemetry::contract::HOST;
use telemetry::testing::{OwnedEvent, capture};
use telemetry::{HostPoller, Registry};

const EVENTS: [&str; 7] = [
    "host.cpu",
    "host.cpu.total",
    "host.load",
    "host.memory",
    "host.disk",
    "host.network",
    "process.self",
];

/// What two polls emitted, far enough apart for CPU usage.
fn two_polls() -> [Vec<OwnedEvent>; 2] {
    let registry = Registry::new();
    let capture = capture(&registry, &EVENTS).expect("free");
    let mut poller = HostPoller::new(None);
    poller.poll(&registry);
    let first = capture.take();
    sleep(Duration::from_millis(250));
    poller.poll(&registry);
    [first, capture.take()]
}

fn of<'a>(events: &'a [OwnedEvent], name: &str) -> Vec<&'a OwnedEvent> {
    events.iter().filter(|event| event.name == name).collect()
}

#[test]
fn real_readings() {
    let [first, second] = two_polls();
    for event in first.iter().chain(&second) {
        let sound = |number: &f64| number.is_finite() && *number >= 0.0;
        assert!(event.measurements.values().all(sound), "{event:?}");
        assert!(!event.measurements.is_empty(), "{event:?}");
    }

    assert!(
        of(&first, "host.cpu").is_empty(),
        "one reading tells no usage"
    );
    assert!(of(&first, "host.cpu.total").is_empty());
    let cores = of(&second, "host.cpu");
    let total = of(&second, "host.cpu.total")[0];
    assert_eq!(total.measurements["cores"], cores.len() as f64);
    for (i, core) in cores.iter().enumerate() {
        assert_eq!(core.metadata["core"], i.to_string());
        assert!(core.measurements["usage"] <= 100.0);
    }

    let memory = &of(&first, "host.memory")[0].measurements;
    assert!(memory["total"] > 0.0 && memory["used"] > 0.0);
    for part in ["used", "available", "cached"] {
        assert!(memory[part] < memory["total"], "{part}");
    }
    assert!(memory["swap_used"] <= memory["swap_total"]);

    let load = &of(&first, "host.load")[0].measurements;
    assert!(load["run_queue"] >= 1.0, "the asking thread runs");
    assert!(
        ["one", "five", "fifteen"]
            .iter()
            .all(|key| load.contains_key(*key))
    );

    let process = &of(&second, "process.self")[0].measurements;
    assert!(process["resident_bytes"] > 100_000.0);
    assert!(process["resident_bytes"] < memory["total"]);
    assert!(process["threads"] >= 1.0 && process["open_files"] >= 1.0);
    assert!(process.contains_key("cpu") && process.contains_key("uptime"));
    assert!(
        !of(&first, "process.self")[0]
            .measurements
            .contains_key("cpu")
    );
}

#[test]
fn what_is_told_is_what_is_declared() {
    for key in declared::unseen(HOST, &two_polls().concat()) {
        // Of these a machine may have none.
        let device = key.starts_with("host.disk") || key.starts_with("host.network");
        assert!(device, "{key}");
    }
}

#[test]
fn devices_are_told_once_and_growth_from_the_second_poll_on() {
    let [first, second] = two_polls();
    for (name, key) in [("host.disk", "disk"), ("host.network", "interface")] {
        for poll in [&first, &second] {
            let mut devices: Vec<_> = of(poll, name).iter().map(|e| &e.metadata[key]).collect();
            let count = devices.len();
            devices.sort();
            devices.dedup();
            assert_eq!(devices.len(), count, "{name}");
        }
    }
    let disks = of(&first, "host.disk");
    assert!(!disks.is_empty(), "the root is on some file system");
    for disk in disks {
        assert!(disk.measurements["available"] <= disk.measurements["total"]);
        assert!(!disk.measurements.contains_key("read_bytes"), "{disk:?}");
    }
    assert!(of(&first, "host.network").is_empty(), "growth is not known");
    for interface in of(&second, "host.network") {
        assert_eq!(interface.measurements.len(), 3, "{interface:?}");
    }
}

#[test]
fn polls_too_close_tell_no_cpu_usage() {
    let registry = Registry::new();
    let capture = capture(&registry, &["host.cpu", "host.cpu.total"]).expect("free");
    let mut poller = HostPoller::new(Some("/no/such/folder".into()));
    poller.poll(&registry);
    poller.poll(&registry);
    assert_eq!(capture.take(), []);
}
