//! Spans around plain work.
#![cfg(feature = "span")]

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use telemetry::testing::{OwnedEvent, capture};
use telemetry::{MAX_NAME, MAX_SPAN_ENTRIES, Registry, Value};

const EVENTS: [&str; 3] = ["job.start", "job.stop", "job.exception"];
const ID: &[(&str, Value<'static>)] = &[("id", Value::Int(7))];

/// Runs `work` in a fresh registry; the event that ended its one span, which is `{name}.{ending}`.
fn ended(ending: &str, work: impl FnOnce(&Registry)) -> OwnedEvent {
    let registry = Registry::new();
    let capture = capture(&registry, &EVENTS).expect("free");
    work(&registry);
    let events = capture.take();
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["job.start", &format!("job.{ending}")]);
    let [start, end] = <[OwnedEvent; 2]>::try_from(events).expect("two names");
    for event in [&start, &end] {
        assert_eq!(event.metadata["id"], "7", "goes along with {}", event.name);
    }
    assert_eq!(start.metadata["span_id"], end.metadata["span_id"]);
    assert!(!start.metadata.contains_key("kind"));
    let at = |event: &OwnedEvent, key: &str| {
        let number = event.measurements[key];
        assert!(number.is_finite() && number >= 0.0, "{key}: {event:?}");
        number
    };
    assert!(at(&start, "system_time") > 1.5e9, "seconds since the epoch");
    assert_eq!(start.measurements.len(), 2);
    let between = at(&end, "monotonic_time") - at(&start, "monotonic_time");
    assert!((between - at(&end, "duration")).abs() < 1e-6, "{end:?}");
    end
}

fn keys<T>(entries: &std::collections::BTreeMap<String, T>) -> Vec<&str> {
    entries.keys().map(String::as_str).collect()
}

#[test]
fn work_that_ends_well() {
    let end = ended("stop", |registry| {
        assert_eq!(registry.span("job", ID, || 42), 42);
    });
    assert_eq!(keys(&end.measurements), ["duration", "monotonic_time"]);
    assert_eq!(keys(&end.metadata), ["id", "span_id"]);
    ended("stop", |registry| {
        let result: Result<i32, String> = registry.try_span("job", ID, || Ok(1));
        assert_eq!(result, Ok(1));
    });
}

#[test]
fn work_that_panics() {
    let check = |work: &dyn Fn(&Registry)| {
        let end = ended("exception", |registry| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(registry)));
            let panic = outcome.expect_err("the panic goes on to the caller");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"broken"));
        });
        assert_eq!(end.metadata["kind"], "panic");
        assert_eq!(end.metadata["message"], "broken");
        assert_eq!(keys(&end.measurements), ["duration", "monotonic_time"]);
    };
    check(&|registry| registry.span("job", ID, || panic!("broken")));
    check(&|registry| {
        let result: Result<(), String> = registry.try_span("job", ID, || panic!("broken"));
        drop(result);
    });
}

#[test]
fn work_that_fails() {
    let end = ended("exception", |registry| {
        let result: Result<(), _> = registry.try_span("job", ID, || Err("full"));
        assert_eq!(result, Err("full"));
    });
    assert_eq!(end.metadata["kind"], "error");
    assert_eq!(end.metadata["message"], "full");
    assert_eq!(keys(&end.metadata), ["id", "kind", "message", "span_id"]);
}

#[test]
fn an_error_whose_text_panics_ends_the_span_too() {
    struct Mute;
    impl std::fmt::Display for Mute {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no words")
        }
    }
    let end = ended("exception", |registry| {
        let work = || registry.try_span("job", ID, || Err::<(), _>(Mute)).is_err();
        catch_unwind(AssertUnwindSafe(work)).expect_err("goes on");
    });
    assert_eq!(end.metadata["message"], "no words");
}

#[test]
fn what_the_work_adds_goes_out_with_the_end() {
    let end = ended("stop", |registry| {
        registry.span_with("job", ID, |span| {
            assert!(span.is_heard());
            span.measure("rows", 3);
            span.measure("rows", 4);
            span.measure("duration", 1e9);
            span.meta("cache", String::from("hit").as_str());
            span.meta("cache", true);
            span.meta("span_id", -1);
        });
    });
    assert_eq!(end.measurements["rows"], 4.0);
    assert!(end.measurements["duration"] < 1e9);
    assert_eq!(end.metadata["cache"], "true");
    assert_ne!(end.metadata["span_id"], "-1");
    let end = ended("exception", |registry| {
        let result = registry.try_span_with("job", &[("id", 7.into()), ("a", 1.into())], |span| {
            span.meta("a", 0.5);
            span.meta("kind", "worse");
            Err::<(), _>("full")
        });
        assert_eq!(result, Err("full"));
    });
    assert_eq!(end.metadata["a"], "0.5", "the work knows better");
    assert_eq!(end.metadata["kind"], "error");
}

#[test]
fn what_the_work_adds_is_bounded() {
    const NAMES: [&str; 18] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
    ];
    let end = ended("stop", |registry| {
        registry.span_with("job", ID, |span| {
            for (i, name) in NAMES.into_iter().enumerate() {
                span.measure(name, i);
                span.meta(name, i);
            }
            span.measure("a", 7);
        });
    });
    assert_eq!(end.measurements["left_out"], 4.0);
    assert_eq!(end.measurements["a"], 7.0);
    assert_eq!(end.measurements.len(), MAX_SPAN_ENTRIES + 3);
    assert_eq!(end.metadata.len(), MAX_SPAN_ENTRIES + 2);
}

#[test]
fn nobody_hears_a_silent_span() {
    let registry = Registry::new();
    let started = capture(&registry, &["job.start"]).expect("free");
    let too_long = "x".repeat(MAX_NAME + 1);
    for name in ["jobs", "job.start", "", "Job", "größe", too_long.as_str()] {
        registry.span_with(name, ID, |span| {
            assert!(!span.is_heard(), "{name}");
            span.meta("a", "b");
        });
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            registry.span(name, ID, || panic!("broken"));
        }));
        assert!(outcome.is_err());
    }
    assert_eq!(started.take(), []);
    // The longest that a handler can hear of.
    let longest = "x".repeat(MAX_NAME - ".stop".len());
    let stop = format!("{longest}.stop");
    let stopped = capture(&registry, &[&stop]).expect("a sound name");
    registry.span(&longest, &[], || ());
    assert_eq!(stopped.take().len(), 1);
    registry.span("job", &[], || ());
    assert_eq!(started.take().len(), 1, "one event of three is enough");
}

#[test]
fn a_span_keeps_to_what_it_found_at_its_beginning() {
    let registry = Registry::new();
    let late = registry.span("job", &[], || capture(&registry, &EVENTS).expect("free"));
    assert_eq!(late.take(), [], "no stop without a start");
    registry.span("job", &[], || drop(late));
    assert_eq!(registry.list_handlers(""), []);
}

#[test]
fn ids_are_never_repeated() {
    let registry = Registry::new();
    let capture = capture(&registry, &["job.start", "job.stop"]).expect("free");
    let ids: HashSet<u64> = thread::scope(|threads| {
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let registry = &registry;
                threads.spawn(move || {
                    let name = if n % 2 == 0 { "job" } else { "silent" };
                    let mut ids = Vec::new();
                    for _ in 0..100 {
                        registry.span_with(name, &[], |outer| {
                            let parent = [("parent_span_id", outer.id().into())];
                            ids.push(outer.id());
                            ids.push(registry.span_with(name, &parent, |inner| inner.id()));
                            assert_eq!(ids[ids.len() - 2], outer.id(), "stays the same");
                        });
                    }
                    ids
                })
            })
            .collect();
        let ids = threads
            .into_iter()
            .map(|thread| thread.join().expect("ends well"));
        ids.flatten().collect()
    });
    assert_eq!(ids.len(), 800);
    let heard: HashSet<String> = capture
        .try_iter()
        .map(|mut event| event.metadata.remove("span_id").expect("always there"))
        .collect();
    assert_eq!(heard.len(), 400);
    assert!(
        heard
            .iter()
            .all(|id| ids.contains(&id.parse().expect("a number")))
    );
}

#[test]
fn the_free_functions_use_the_global_registry() {
    let capture = capture(telemetry::global(), &EVENTS).expect("free");
    assert_eq!(telemetry::span("job", &[], || 1), 1);
    assert_eq!(
        telemetry::try_span("job", &[], || Err::<(), _>("no")),
        Err("no")
    );
    telemetry::span_with("job", &[], |span| span.measure("n", 1));
    let result = telemetry::try_span_with("job", &[], |_| Ok::<_, String>(2));
    assert_eq!(result, Ok(2));
    let names: Vec<String> = capture.try_iter().map(|event| event.name).collect();
    assert_eq!(
        names,
        [
            "job.start",
            "job.stop",
            "job.start",
            "job.exception",
            "job.start",
            "job.stop",
            "job.start",
            "job.stop"
        ]
    );
}
