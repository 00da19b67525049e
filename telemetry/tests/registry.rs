//! Attaching, executing and detaching.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use telemetry::{AttachError, Event, NameError, NotFound, Registry};

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
fn a_handler_may_detach_others_that_are_still_to_run() {
    let registry = Arc::new(Registry::new());
    let (log, handler) = log();
    let inner = registry.clone();
    registry
        .attach("first", "a", move |_| {
            // Once: the second time there is none.
            let found = inner.detach("second");
            assert!(matches!(found, Ok(()) | Err(NotFound(_))));
        })
        .expect("free");
    registry
        .attach("second", "a", handler("second"))
        .expect("free");
    registry.execute("a", &[], &[]);
    registry.execute("a", &[], &[]);
    // An event goes to those that were there when it was emitted.
    assert_eq!(*log.lock().expect("no panic while held"), ["second a"]);
    assert_eq!(registry.list_handlers("").len(), 1);
}

#[test]
fn listeners_stay_who_they_were() {
    let registry = Registry::new();
    let (log, handler) = log();
    registry.attach("one", "a", handler("one")).expect("free");
    let listeners = registry.listeners("a").expect("attached");
    registry.detach("one").expect("attached");
    registry.attach("two", "a", handler("two")).expect("free");
    listeners.execute(&[], &[]);
    assert_eq!(*log.lock().expect("no panic while held"), ["one a"]);
    assert!(registry.listeners("b").is_none());
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
