//! The macro `event!`.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use telemetry::testing::{OwnedEvent, capture};
use telemetry::{Registry, event};

/// What one emission was captured as.
fn emitted(emit: impl FnOnce(&Registry)) -> OwnedEvent {
    let registry = Registry::new();
    let capture = capture(&registry, &["a.b"]).expect("free");
    emit(&registry);
    let mut events = capture.take();
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[test]
fn every_form_of_an_entry() {
    let (duration, bytes, method) = (Duration::from_millis(250), 512_u64, "GET");
    let path = String::from("/orders");
    let check = |event: OwnedEvent, measurements: &[(&str, f64)], metadata: &[(&str, &str)]| {
        let numbers = event.measurements.iter().map(|(key, &n)| (key.as_str(), n));
        assert_eq!(numbers.collect::<Vec<_>>(), measurements);
        let texts = event.metadata.iter().map(|(key, text)| (&**key, &**text));
        assert_eq!(texts.collect::<Vec<_>>(), metadata);
    };
    check(
        emitted(|to| event!(in to; "a.b", { bytes, duration }, { method, status: 200 })),
        &[("bytes", 512.0), ("duration", 0.25)],
        &[("method", "GET"), ("status", "200")],
    );
    check(
        emitted(|to| event!(in to; "a.b", { count: 1, "size.max": -1.5, }, { "user.id": 7_u8, })),
        &[("count", 1.0), ("size.max", -1.5)],
        &[("user.id", "7")],
    );
    check(
        emitted(|to| event!(in to; "a.b", {}, { path: &path, type: true })),
        &[],
        &[("path", "/orders"), ("type", "true")],
    );
    check(
        emitted(|to| event!(in to; "a.b", { n: 1 },)),
        &[("n", 1.0)],
        &[],
    );
    check(
        emitted(|to| {
            event!(in to; ["a", "b"].join(".").as_str(), { n: f64::NAN.max(2.0) },
                { text: format!("{}!", "made").as_str() });
        }),
        &[("n", 2.0)],
        &[("text", "made!")],
    );
}

#[test]
fn values_are_evaluated_only_when_somebody_listens() {
    let registry = Arc::new(Registry::new());
    let evaluated = Cell::new(0);
    let count = || {
        evaluated.set(evaluated.get() + 1);
        1.0
    };
    let name = "a.b";
    event!(in registry; "a.b", { n: count() }, { m: count() });
    event!(in &registry; name, { n: count() });
    assert_eq!(evaluated.get(), 0);
    // The filter in front of the table holds a thousand places: as many names fill most of them,
    // and a place that is shared must not count.
    let names: Vec<String> = (0..3000).map(|i| format!("other.n{i}")).collect();
    let others: Vec<&str> = names.iter().map(String::as_str).collect();
    registry
        .attach_many("others", &others, |_| {})
        .expect("free");
    event!(in registry; "a.b", { n: count() }, { m: count() });
    assert_eq!(evaluated.get(), 0);
    assert!(!registry.has_handlers("a.b"));
    registry.attach("one", "a.b", |_| {}).expect("free");
    registry.attach("two", "a.b", |_| {}).expect("free");
    assert!(registry.has_handlers("a.b"));
    event!(in registry; name, { n: count() }, { m: count() });
    assert_eq!(evaluated.get(), 2);
}

#[test]
fn whatever_is_a_text_is_a_name() {
    telemetry::events! {
        LIST;
        DECLARED = "a.b" { measurements { n: None } }
        SPAN = span "a" {}
    }
    let (owned, boxed): (String, Arc<str>) = ("a.b".into(), "a.b".into());
    let check = |emit: &dyn Fn(&Registry)| {
        assert_eq!(emitted(emit).measurements["n"], 1.0);
    };
    check(&|to| event!(in to; DECLARED, { n: 1 }));
    check(&|to| event!(in to; LIST[0], { n: 1 }));
    check(&|to| event!(in to; DECLARED.name, { n: 1 }));
    check(&|to| event!(in to; owned, { n: 1 }));
    check(&|to| event!(in to; &owned, { n: 1 }));
    check(&|to| event!(in to; boxed, { n: 1 }));
    let registry = Registry::new();
    let stops = capture(&registry, &["a.stop"]).expect("free");
    event!(in registry; SPAN.stop, { duration: 1 });
    assert_eq!(stops.take().len(), 1);
}

#[test]
fn the_short_form_uses_the_global_registry() {
    let capture = capture(telemetry::global(), &["event.short"]).expect("free");
    event!("event.short", { n: 3 });
    assert!(telemetry::has_handlers("event.short"));
    assert_eq!(capture.take()[0].measurements["n"], 3.0);
}

#[test]
fn names_of_its_own_do_not_hide_the_callers() {
    let (registry, name, listeners) = (Registry::new(), "a.b", 2);
    let capture = capture(&registry, &["a.b"]).expect("free");
    event!(in registry; name, { listeners }, { name, handlers: registry.list_handlers("a").len() });
    let event = capture.take().remove(0);
    assert_eq!(event.measurements["listeners"], 2.0);
    assert_eq!(event.metadata["name"], "a.b");
    assert_eq!(event.metadata["handlers"], "1");
}
