//! The capture of events, as a list and as a channel.

use std::thread;
use std::time::Duration;

use telemetry::testing::{MAX_CAPTURED, capture};
use telemetry::{NotFound, Registry};

#[test]
fn a_capture_is_bounded_and_ends_when_dropped() {
    let registry = Registry::new();
    let capture = capture(&registry, &["a"]).expect("free");
    for n in 0..MAX_CAPTURED + 3 {
        registry.execute("a", &[("n", n as f64)], &[]);
    }
    assert_eq!(capture.dropped(), 3);
    assert_eq!(capture.try_recv().expect("kept").measurements["n"], 0.0);
    registry.execute("a", &[("n", -1.0)], &[]);
    let events = capture.take();
    assert_eq!(events.len(), MAX_CAPTURED);
    assert_eq!(events[MAX_CAPTURED - 1].measurements["n"], -1.0);
    assert_eq!((capture.take(), capture.dropped()), (vec![], 3));
    drop(capture);
    assert_eq!(registry.list_handlers(""), []);
}

#[test]
fn events_are_received_in_order_and_once() {
    let registry = Registry::new();
    let capture = capture(&registry, &["a", "b"]).expect("free");
    assert_eq!(capture.try_recv(), None);
    assert_eq!(capture.recv_timeout(Duration::ZERO), None);
    for name in ["a", "b", "c", "a", "b"] {
        registry.execute(name, &[], &[]);
    }
    let name = |event: Option<telemetry::testing::OwnedEvent>| event.expect("kept").name;
    assert_eq!(name(capture.try_recv()), "a");
    assert_eq!(name(capture.recv_timeout(Duration::MAX)), "b");
    let rest: Vec<String> = capture.try_iter().map(|event| event.name).collect();
    assert_eq!(rest, ["a", "b"]);
    assert_eq!(capture.try_recv(), None);
}

#[test]
fn an_event_of_another_thread_is_waited_for() {
    const EVENTS: usize = 100;
    let registry = Registry::new();
    let capture = capture(&registry, &["a"]).expect("free");
    thread::scope(|threads| {
        threads.spawn(|| {
            for n in 0..EVENTS {
                registry.execute("a", &[("n", n as f64)], &[]);
            }
        });
        for n in 0..EVENTS {
            let event = capture.recv_timeout(Duration::from_secs(60));
            assert_eq!(event.expect("comes").measurements["n"], n as f64);
        }
    });
}

#[test]
fn two_captures_see_the_same_and_one_may_be_detached_by_others() {
    let registry = Registry::new();
    let (one, two) = (
        capture(&registry, &["a"]).expect("free"),
        capture(&registry, &["a"]).expect("free"),
    );
    registry.execute("a", &[], &[]);
    assert_eq!(one.take(), two.take());
    let id = registry.list_handlers("")[0].id.clone();
    assert_eq!(registry.detach(&id), Ok(()));
    registry.execute("a", &[], &[]);
    assert_eq!((one.take().len(), two.take().len()), (0, 1));
    registry
        .attach(id.as_str(), "a", |_| ())
        .expect("free again");
    drop(one);
    assert_eq!(registry.detach(&id), Ok(()), "another of that id stays");
    assert_eq!(registry.detach(&id), Err(NotFound(id)));
}
