//! Attaching, executing and detaching.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use telemetry::testing::{self, capture};
use telemetry::{AttachError, Event, HANDLER_FAILURE, NameError, NotFound, Registry};

type Boxed = Box<dyn Fn(&Event<'_>) + Send + Sync>;

/// What handlers saw, and how to make a handler that writes there.
fn log() -> (Arc<Mutex<Vec<String>>>, impl Fn(&'static str) -> Boxed) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = log.clone();
    let handler = move |name: &'static str| -> Boxed {
        let log = writer.clone();
        Box::new(move |event| {
            let line = format!("{name} {}", event.name);
            log.lock().expect("no panic while held").push(line);
        })
    };
    (log, handler)
}

#[test]
fn events_go_to_exactly_their_handlers_in_order() {
    let registry = Registry::new();
    let (log, handler) = log();
    registry.attach("one", "a.b", handler("one")).expect("free");
    registry
        .attach_many("two", &["a.b", "a", "a.b"], handler("two"))
        .expect("free");
    registry
        .attach("three", "a", handler("three"))
        .expect("free");
    let check = |event: &str, lines: &[&str]| {
        registry.execute(event, &[], &[]);
        let found = std::mem::take(&mut *log.lock().expect("no panic while held"));
        assert_eq!(found, lines, "{event}");
    };
    check("a.b", &["one a.b", "two a.b"]);
    check("a", &["two a", "three a"]);
    check("a.b.c", &[]);
    check("b", &[]);
    check("", &[]);
    check("Not a name", &[]);
    assert_eq!(registry.detach("two"), Ok(()));
    check("a.b", &["one a.b"]);
    check("a", &["three a"]);
}

#[test]
fn what_is_not_attached() {
    let registry = Registry::new();
    registry.attach("id", "a", |_| {}).expect("free");
    assert_eq!(
        registry.attach("id", "b", |_| {}),
        Err(AttachError::AlreadyExists("id".into()))
    );
    let bad_name = |name: &str, reason| {
        let name = name.to_owned();
        Err(AttachError::BadName { name, reason })
    };
    assert_eq!(
        registry.attach_many("x", &["b", "C"], |_| {}),
        bad_name("C", NameError::BadCharacter('C'))
    );
    assert_eq!(
        registry.attach("x", "", |_| {}),
        bad_name("", NameError::Empty)
    );
    assert_eq!(
        registry.attach_many("x", &[], |_| {}),
        Err(AttachError::NoEvents)
    );
    assert_eq!(registry.list_handlers("").len(), 1);
    assert_eq!(registry.detach("x"), Err(NotFound("x".into())));
    assert_eq!(registry.detach("id"), Ok(()));
    assert_eq!(registry.detach("id"), Err(NotFound("id".into())));
    assert_eq!(registry.attach("id", "b", |_| {}), Ok(()));
}

#[test]
fn handlers_are_listed_by_dotted_prefix() {
    let registry = Registry::new();
    registry
        .attach_many("x", &["http", "http.stop", "https.stop"], |_| {})
        .expect("free");
    registry.attach("y", "http.stop", |_| {}).expect("free");
    let check = |prefix: &str, expected: &[(&str, &str)]| {
        let listed = registry.list_handlers(prefix);
        let found: Vec<_> = listed
            .iter()
            .map(|info| (info.id.as_str(), info.event.as_str()))
            .collect();
        assert_eq!(found, expected, "{prefix}");
    };
    check(
        "http",
        &[("x", "http"), ("x", "http.stop"), ("y", "http.stop")],
    );
    check("http.stop", &[("x", "http.stop"), ("y", "http.stop")]);
    check("https", &[("x", "https.stop")]);
    check("htt", &[]);
    check("http.", &[]);
    assert_eq!(registry.list_handlers("").len(), 4);
}

#[test]
fn a_panicking_handler_is_detached_and_told() {
    let registry = Registry::new();
    let failures = capture(&registry, &[HANDLER_FAILURE]).expect("free");
    let (log, handler) = log();
    registry
        .attach("before", "a", handler("before"))
        .expect("free");
    registry
        .attach_many("bad", &["a", "b"], |event| panic!("no {}", event.name))
        .expect("free");
    registry
        .attach("after", "a", handler("after"))
        .expect("free");
    registry.execute("a", &[], &[]);
    registry.execute("a", &[], &[]);
    registry.execute("b", &[], &[]);
    let lines = log.lock().expect("no panic while held").clone();
    assert_eq!(lines, ["before a", "after a", "before a", "after a"]);
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
fn handlers_may_execute_attach_and_detach() {
    let registry = Arc::new(Registry::new());
    let (log, handler) = log();
    let inner = registry.clone();
    let late = Mutex::new(Some(handler("late")));
    registry
        .attach("outer", "a", move |_| {
            let late = late.lock().expect("no panic while held").take();
            inner
                .attach("late", "a", late.expect("runs once"))
                .expect("free");
            inner.execute("b", &[], &[]);
            inner.detach("outer").expect("attached, as it runs");
            inner.execute("a", &[], &[]);
        })
        .expect("free");
    registry.attach("b", "b", handler("b")).expect("free");
    registry.execute("a", &[], &[]);
    assert_eq!(*log.lock().expect("no panic while held"), ["b b", "late a"]);
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
fn a_detached_handler_is_dropped_outside_of_the_lock() {
    struct Last(Arc<Registry>);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.attach("heir", "a", |_| {}).expect("free");
        }
    }
    let registry = Arc::new(Registry::new());
    let last = Last(registry.clone());
    registry
        .attach("id", "a", move |_| {
            let _held = &last;
        })
        .expect("free");
    registry.detach("id").expect("attached");
    assert_eq!(registry.list_handlers("")[0].id, "heir");
}

#[test]
fn threads_attach_execute_and_detach_at_once() {
    const THREADS: usize = 4;
    const ROUNDS: usize = 200;
    let registry = Arc::new(Registry::new());
    let seen = Arc::new(AtomicUsize::new(0));
    let start = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|n| {
            let (registry, seen, start) = (registry.clone(), seen.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                for _ in 0..ROUNDS {
                    let seen = seen.clone();
                    let own = format!("own.t{n}");
                    let count = move |_: &Event<'_>| {
                        seen.fetch_add(1, Ordering::Relaxed);
                    };
                    registry.attach(own.as_str(), &own, count).expect("free");
                    registry.execute(&own, &[], &[]);
                    registry.detach(&own).expect("attached");
                    registry.execute(&own, &[], &[]);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("ends well");
    }
    assert_eq!(seen.load(Ordering::Relaxed), THREADS * ROUNDS);
    assert_eq!(registry.list_handlers(""), []);
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
fn the_free_functions_share_one_registry() {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = seen.clone();
    let count = move |_: &Event<'_>| {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    telemetry::attach_many("free", &["free.one", "free.two"], count).expect("free");
    telemetry::execute("free.one", &[], &[]);
    telemetry::global().execute("free.two", &[], &[]);
    assert_eq!(telemetry::list_handlers("free").len(), 2);
    telemetry::detach("free").expect("attached");
    telemetry::execute("free.one", &[], &[]);
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    telemetry::attach("free", "free.one", |_| {}).expect("free");
    telemetry::detach("free").expect("attached");
}

#[test]
fn a_capture_is_bounded_and_ends_when_dropped() {
    let registry = Registry::new();
    let capture = capture(&registry, &["a"]).expect("free");
    for _ in 0..testing::MAX_CAPTURED + 3 {
        registry.execute("a", &[], &[]);
    }
    assert_eq!(capture.dropped(), 3);
    assert_eq!(capture.take().len(), testing::MAX_CAPTURED);
    assert_eq!(capture.take(), []);
    drop(capture);
    assert_eq!(registry.list_handlers(""), []);
}
