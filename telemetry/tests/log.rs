//! Failures in the log.
#![cfg(feature = "log")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use telemetry::testing::capture;
use telemetry::{HANDLER_FAILURE, OnPanic, Registry};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Keeps what is logged, and does something at each line.
struct Log<F> {
    lines: Arc<Mutex<Vec<String>>>,
    at_line: F,
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

impl<F: Fn() + 'static> Subscriber for Log<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "telemetry" && *metadata.level() == Level::ERROR
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        self.lines
            .lock()
            .expect("no panic while held")
            .push(fields.0);
        (self.at_line)();
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What is logged while `work` runs.
fn logged(at_line: impl Fn() + Send + Sync + 'static, work: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Log {
        lines: lines.clone(),
        at_line,
    };
    tracing::subscriber::with_default(log, work);
    std::mem::take(&mut *lines.lock().expect("no panic while held"))
}

fn keep_failing(registry: &Registry, id: &str, event: &str) {
    registry
        .attach_with(id, &[event], "broken", OnPanic::Keep, |_, text| {
            panic!("{text}")
        })
        .expect("free");
}

const BAD: &str = r#"ERROR message=a handler panicked event="a" handler="bad" error="broken""#;
const WORSE: &str = r#"ERROR message=a handler panicked event="telemetry.handler.failure" handler="worse" error="broken""#;

#[test]
fn every_failure_is_logged_and_so_is_one_at_failures() {
    let registry = Registry::new();
    keep_failing(&registry, "bad", "a");
    let twice = || {
        registry.execute("a", &[], &[]);
        registry.execute("a", &[], &[]);
    };
    assert_eq!(logged(|| (), twice), [BAD, BAD]);
    keep_failing(&registry, "worse", HANDLER_FAILURE);
    assert_eq!(logged(|| (), twice), [BAD, WORSE, BAD, WORSE]);
}

#[test]
fn a_log_that_panics_keeps_nothing_from_being_told() {
    let registry = Registry::new();
    keep_failing(&registry, "bad", "a");
    let after = capture(&registry, &["a", HANDLER_FAILURE]).expect("free");
    let twice = || {
        registry.execute("a", &[], &[]);
        registry.execute("a", &[], &[]);
    };
    assert_eq!(logged(|| panic!("disk full"), twice), [BAD, BAD]);
    let names: Vec<String> = after.try_iter().map(|event| event.name).collect();
    assert_eq!(names, [HANDLER_FAILURE, "a", HANDLER_FAILURE, "a"]);
    assert_eq!(registry.failures(), 2);
}

#[test]
fn a_log_that_feeds_events_back_does_not_go_round() {
    let registry = Arc::new(Registry::new());
    keep_failing(&registry, "bad", "a");
    let inner = registry.clone();
    let lines = logged(
        move || inner.execute("a", &[], &[]),
        || registry.execute("a", &[], &[]),
    );
    assert_eq!(lines, [BAD]);
    assert_eq!(registry.failures(), 2, "counted all the same");
}
