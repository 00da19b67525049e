//! Handlers that panic.

mod declared;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use telemetry::contract::TELEMETRY;
use telemetry::testing::capture;
use telemetry::{HANDLER_FAILURE, HandlerInfo, NotFound, OnPanic, Registry};

#[test]
fn a_panicking_handler_is_detached_and_told() {
    let registry = Registry::new();
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = |id: &'static str| {
        let log = log.clone();
        registry.attach(id, "a", move |_| {
            log.lock().expect("no panic while held").push(id);
        })
    };
    writer("before").expect("free");
    registry
        .attach_many("bad", &["a", "b"], |event| panic!("no {}", event.name))
        .expect("free");
    writer("after").expect("free");
    registry.execute("a", &[], &[]);
    registry.execute("a", &[], &[]);
    registry.execute("b", &[], &[]);
    let ran = log.lock().expect("no panic while held").clone();
    assert_eq!(ran, ["before", "after", "before", "after"]);
    assert_eq!(registry.failures(), 1);
    let told = failures.take();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].measurements["count"], 1.0);
    let metadata: Vec<_> = told[0].metadata.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(
        metadata,
        [("event", "a"), ("handler", "bad"), ("message", "no a")]
    );
    assert_eq!(registry.detach("bad"), Err(NotFound("bad".into())));
}

/// Panics when it is dropped, with another of its kind.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::panic_any(Bomb);
    }
}

#[test]
fn what_a_panic_carries_may_panic_too() {
    let registry = Registry::new();
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    registry
        .attach("bad", "a", |_| std::panic::panic_any(Bomb))
        .expect("free");
    let after = capture(&registry, &["a"]).expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!((after.take().len(), registry.failures()), (1, 1));
    assert_eq!(failures.take().len(), 1);
}

#[test]
fn what_is_told_is_what_is_declared() {
    let registry = Registry::new();
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    registry
        .attach("bad", "a", |_| panic!("once"))
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(declared::unseen(TELEMETRY, &failures.take()), [""; 0]);
}

#[test]
fn a_failure_handler_that_panics_does_not_go_round() {
    let registry = Registry::new();
    for id in ["first", "second"] {
        registry
            .attach(id, HANDLER_FAILURE, |_| panic!("failed at failing"))
            .expect("free");
    }
    registry
        .attach("bad", "a", |_| std::panic::panic_any(7))
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(registry.failures(), 3);
    assert_eq!(registry.list_handlers(""), []);
}

#[test]
fn a_handler_that_panics_inside_of_itself_fails_once() {
    let registry = Arc::new(Registry::new());
    let inner = registry.clone();
    let depth = AtomicUsize::new(0);
    registry
        .attach("nested", "a", move |_| {
            if depth.fetch_add(1, Ordering::Relaxed) < 3 {
                inner.execute("a", &[], &[]);
            }
            panic!("at every depth");
        })
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(registry.failures(), 1);
}

#[test]
fn a_handler_of_the_same_id_outlives_a_failure_of_the_old_one() {
    let registry = Arc::new(Registry::new());
    let inner = registry.clone();
    registry
        .attach("id", "a", move |_| {
            inner.detach("id").expect("attached, as it runs");
            inner.attach("id", "a", |_| {}).expect("free again");
            panic!("after its successor came");
        })
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(registry.list_handlers("").len(), 1);
    assert_eq!(registry.failures(), 0);
}

#[test]
fn a_handler_that_panics_in_many_threads_fails_once() {
    const THREADS: usize = 4;
    let registry = Arc::new(Registry::new());
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    let inside = Arc::new(Barrier::new(THREADS));
    let all = inside.clone();
    registry
        .attach("bad", "a", move |_| {
            all.wait();
            panic!("together");
        })
        .expect("free");
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| registry.execute("a", &[], &[]));
        }
    });
    assert_eq!((registry.failures(), failures.take().len()), (1, 1));
}

#[test]
fn a_handler_that_is_kept_fails_again_and_again() {
    let registry = Registry::new();
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    let limit = 1.0;
    registry
        .attach_with("bad", &["a", "b"], limit, OnPanic::Keep, |event, limit| {
            let size = event.measurement("size").expect("measured");
            assert!(size <= *limit, "{size} above {limit}");
        })
        .expect("free");
    for size in [2.0, 1.0, 3.0] {
        registry.execute("a", &[("size", size)], &[]);
    }
    registry.execute("b", &[], &[]);
    let info = |event: &str| HandlerInfo {
        id: "bad".into(),
        event: event.into(),
        failures: 3,
    };
    assert_eq!(registry.list_handlers("a"), [info("a")]);
    assert_eq!(registry.list_handlers("b"), [info("b")]);
    assert_eq!(registry.failures(), 3);
    let messages: Vec<String> = failures
        .try_iter()
        .map(|mut event| event.metadata.remove("message").expect("always there"))
        .collect();
    assert_eq!(messages, ["2 above 1", "3 above 1", "measured"]);
}

#[test]
fn a_kept_handler_that_fails_at_failures_does_not_go_round() {
    let registry = Registry::new();
    let told = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    registry
        .attach_with("worse", &[HANDLER_FAILURE], (), OnPanic::Keep, |_, ()| {
            panic!("failed at failing")
        })
        .expect("free");
    registry
        .attach("bad", "a", |_| panic!("once"))
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!((registry.failures(), told.take().len()), (2, 1));
    // Anybody may emit one; its handlers are no safer for that.
    registry.execute(HANDLER_FAILURE, &[("count", 1.0)], &[]);
    assert_eq!((registry.failures(), told.take().len()), (3, 1));
    assert_eq!(registry.list_handlers("")[1].failures, 2);
}

#[test]
fn a_failure_that_leads_back_to_its_event_ends() {
    let registry = Arc::new(Registry::new());
    let inner = registry.clone();
    registry
        .attach("again", HANDLER_FAILURE, move |_| {
            inner.execute("a", &[], &[]);
        })
        .expect("free");
    registry
        .attach_with("bad", &["a"], (), OnPanic::Keep, |_, ()| panic!("always"))
        .expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(registry.failures(), 2);
    registry.execute("a", &[], &[]);
    assert_eq!(registry.failures(), 4);
}
