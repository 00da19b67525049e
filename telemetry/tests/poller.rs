//! A poller on a real runtime.
#![cfg(feature = "poller")]

mod declared;

use std::collections::BTreeMap;
use std::future::pending;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use telemetry::contract::POLLER;
use telemetry::testing::{OwnedEvent, capture};
use telemetry::{Poller, PollerHandle, Registry};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Polls this runtime every few ms.
fn watch() -> (PollerHandle, UnboundedReceiver<OwnedEvent>) {
    let registry = Arc::new(Registry::new());
    let (sender, events) = unbounded_channel();
    registry
        .attach_many("test", &["tokio.runtime", "tokio.worker"], move |event| {
            let _ = sender.send(event.into());
        })
        .expect("free");
    let poller = Poller::new()
        .every(Duration::from_millis(5))
        .runtime(&Handle::current());
    (poller.start(registry), events)
}

async fn next(events: &mut UnboundedReceiver<OwnedEvent>, name: &str) -> OwnedEvent {
    loop {
        let event = events.recv().await.expect("the poller runs");
        if event.name == name {
            return event;
        }
    }
}

fn work(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        black_box(0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_runtime_does() {
    let (poller, mut events) = watch();
    let first = events.recv().await.expect("the poller runs");
    assert_eq!(first.name, "tokio.runtime");
    assert_eq!(first.measurements["workers"], 2.0);
    let second = next(&mut events, "tokio.runtime").await;
    assert!(second.measurements.contains_key("global_queue_depth"));

    let idle: Vec<_> = (0..10).map(|_| tokio::spawn(pending::<()>())).collect();
    while next(&mut events, "tokio.runtime").await.measurements["alive_tasks"] < 10.0 {}
    idle.iter().for_each(|task| task.abort());
    while next(&mut events, "tokio.runtime").await.measurements["alive_tasks"] >= 10.0 {}

    // After a poll, so that all of it lies between polls that are told.
    let busy = Duration::from_millis(50);
    next(&mut events, "tokio.worker").await;
    tokio::spawn(async move { work(busy) })
        .await
        .expect("no panic");
    let (mut seen, mut parks, mut workers) = (0.0, 0.0, BTreeMap::new());
    while seen < busy.as_secs_f64() || parks == 0.0 || workers.len() < 2 {
        let event = next(&mut events, "tokio.worker").await;
        assert!(event.measurements.values().all(|n| n.is_finite()));
        seen += event.measurements["busy"];
        parks += event.measurements["parks"];
        let usage = event.measurements["usage"];
        assert_eq!(usage > 0.0, event.measurements["busy"] > 0.0, "{event:?}");
        workers.insert(event.metadata["worker"].clone(), usage);
    }
    assert!(workers.keys().eq(["0", "1"]), "{workers:?}");
    assert_eq!(poller.failures(), [("tokio", 0)]);
    poller.stop().await;
}

#[tokio::test]
async fn what_is_told_is_what_is_declared() {
    let registry = Arc::new(Registry::new());
    let names: Vec<&str> = POLLER.iter().map(|event| event.name).collect();
    let capture = capture(&registry, &names).expect("free");
    let poller = Poller::new()
        .every(Duration::from_millis(5))
        .runtime(&Handle::current())
        .measure("fails", |_| Err("no reading".into()))
        .measure_async("never ends", |_| pending())
        .start(registry.clone());
    let hidden: &[&str] = if cfg!(tokio_unstable) {
        &[]
    } else {
        &[
            "tokio.runtime blocking_queue_depth",
            "tokio.worker local_queue_depth",
        ]
    };
    let all_are_told = async {
        let mut told = Vec::new();
        while declared::unseen(POLLER, &told) != hidden {
            tokio::time::sleep(Duration::from_millis(5)).await;
            told.extend(capture.try_iter());
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(30), all_are_told);
    assert!(told.await.is_ok(), "something is declared and never told");
    poller.stop().await;
}

#[tokio::test]
async fn a_runtime_of_one_thread() {
    let (poller, mut events) = watch();
    let runtime = next(&mut events, "tokio.runtime").await;
    assert_eq!(runtime.measurements["workers"], 1.0);
    assert!(runtime.measurements["alive_tasks"] >= 1.0, "the poller's");
    let worker = next(&mut events, "tokio.worker").await;
    assert_eq!(worker.metadata["worker"], "0");
    poller.stop().await;
}

#[cfg(all(feature = "host", target_os = "linux"))]
#[tokio::test]
async fn the_host_is_a_measurement_like_any_other() {
    let registry = Arc::new(Registry::new());
    let (sender, mut events) = unbounded_channel();
    registry
        .attach("test", "host.cpu.total", move |event| {
            let _ = sender.send(OwnedEvent::from(event));
        })
        .expect("free");
    let poller = Poller::new()
        .every(Duration::from_millis(250))
        .host(telemetry::HostPoller::new(None))
        .start(registry);
    let total = next(&mut events, "host.cpu.total").await;
    assert!(total.measurements["cores"] >= 1.0);
    assert_eq!(poller.failures(), [("host", 0)]);
}
