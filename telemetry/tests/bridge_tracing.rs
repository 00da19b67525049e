//! The layer for `tracing`, under its real macros.
#![cfg(feature = "tracing")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Instant;

use telemetry::contract::Contract;
use telemetry::testing::{OwnedEvent, capture};
use telemetry::{MAX_VALUE_TEXT, Registry, TracingLayer};
use tracing::field::{Empty, debug};
use tracing::subscriber::with_default;
use tracing::{Instrument, Level, instrument};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// What `work` tells of the events that begin with `bridge_tracing.{name}`: this file is the target.
fn told(name: &str, work: impl FnOnce()) -> Vec<OwnedEvent> {
    let registry = Arc::new(Registry::new());
    let events =
        ["", ".start", ".stop", ".exception"].map(|end| format!("bridge_tracing.{name}{end}"));
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    let capture = capture(&registry, &events).expect("a sound name");
    let layer = TracingLayer::new(registry.clone()).with_filter(LevelFilter::DEBUG);
    with_default(tracing_subscriber::registry().with(layer), work);
    capture.take()
}

fn names(events: &[OwnedEvent]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

/// The start and the end of a span that ends as `end`.
fn span(name: &str, end: &str, work: impl FnOnce()) -> (OwnedEvent, OwnedEvent) {
    let mut events = told(name, work);
    let expected = [
        format!("bridge_tracing.{name}.start"),
        format!("bridge_tracing.{name}.{end}"),
    ];
    assert_eq!(names(&events), expected);
    let ended = events.remove(1);
    let started = events.remove(0);
    assert_eq!(started.metadata["span_id"], ended.metadata["span_id"]);
    assert!(
        started.measurements["system_time"] > 1.5e9,
        "seconds since the epoch"
    );
    let of = |key: &str| ended.measurements[key];
    assert!(of("busy") >= 0.0 && of("idle") >= 0.0);
    // They are taken by one clock; only the numbers are rounded.
    let rounding = f64::EPSILON * of("duration").max(1.0);
    assert!(
        (of("busy") + of("idle") - of("duration")).abs() <= rounding,
        "parts of the whole: {ended:?}"
    );
    (started, ended)
}

#[instrument(fields(rows = tracing::field::Empty, r#type = "b"))]
fn find(key: &str, limit: u64) -> usize {
    tracing::Span::current().record("rows", 3);
    key.len()
}

#[test]
fn an_instrumented_function() {
    let (started, ended) = span("find", "stop", || assert_eq!(find("abc", 7), 3));
    for event in [&started, &ended] {
        let of = |key: &str| event.metadata[key].as_str();
        let told = (
            of("key"),
            of("limit"),
            of("type"),
            of("level"),
            of("target"),
        );
        assert_eq!(
            told,
            ("abc", "7", "b", "INFO", "bridge_tracing"),
            "{}",
            event.name
        );
    }
    assert_eq!(started.metadata.get("rows"), None);
    assert_eq!(ended.metadata["rows"], "3");
    assert_eq!(
        (ended.measurements["rows"], ended.measurements["limit"]),
        (3.0, 7.0)
    );
}

#[instrument(err)]
fn refuse(all: bool) -> Result<(), String> {
    tracing::error!(error = "not this one", "a message is only a message");
    if all { Err("full".to_owned()) } else { Ok(()) }
}

#[instrument(err(Debug, level = Level::WARN))]
async fn refuse_later() -> Result<(), String> {
    tokio::task::yield_now().await;
    Err("later".to_owned())
}

#[instrument]
fn fall(number: i32) {
    assert!(number > 0, "not above zero");
}

#[test]
fn exceptions() {
    let (_, ended) = span("refuse", "exception", || assert!(refuse(true).is_err()));
    assert_eq!(
        (&*ended.metadata["kind"], &*ended.metadata["message"]),
        ("error", "full")
    );
    span("refuse", "stop", || assert!(refuse(false).is_ok()));

    let (_, ended) = span("refuse_later", "exception", || {
        assert!(run(refuse_later()).is_err());
    });
    assert_eq!(ended.metadata["message"], r#""later""#);

    let (_, ended) = span("fall", "exception", || {
        catch_unwind(|| fall(0)).expect_err("goes on to the caller");
    });
    assert_eq!(
        (&*ended.metadata["kind"], &*ended.metadata["number"]),
        ("panic", "0")
    );
}

/// Spawns what outlives it, in its span.
#[instrument]
async fn spawner(done: tokio::sync::oneshot::Receiver<()>) -> [tokio::task::JoinHandle<()>; 1] {
    let outlives = async {
        assert!(done.await.is_ok(), "is let go");
    };
    [tokio::spawn(outlives.in_current_span())]
}

#[test]
fn a_span_ends_when_its_function_ends() {
    // As it is called in the main future and in a task, with what it spawned before or after it.
    for in_task in [false, true] {
        let mut within = 0.0;
        let (_, ended) = span("spawner", "stop", || {
            run(async {
                let begun = Instant::now();
                let (let_go, done) = tokio::sync::oneshot::channel();
                let [spawned] = if in_task {
                    let task = tokio::spawn(spawner(done));
                    task.await.expect("ends well")
                } else {
                    spawner(done).await
                };
                within = begun.elapsed().as_secs_f64();
                // The spawned task is in the span meanwhile.
                std::thread::sleep(std::time::Duration::from_millis(60));
                let_go.send(()).expect("waits");
                spawned.await.expect("ends well");
            });
        });
        let duration = ended.measurements["duration"];
        assert!(
            duration <= within,
            "{duration} of {within}, in a task: {in_task}"
        );
    }
}

#[test]
fn a_span_whose_creator_closes_it_lasts_until_then() {
    let (_, ended) = span("shared", "stop", || {
        let span = tracing::info_span!("shared");
        std::thread::scope(|scope| {
            scope.spawn(|| span.in_scope(|| ()));
        });
        let left = Instant::now();
        std::thread::sleep(std::time::Duration::from_millis(5));
        assert!(left.elapsed().as_millis() >= 5);
    });
    assert!(ended.measurements["duration"] >= 0.005, "{ended:?}");
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

#[test]
fn a_span_inside_of_a_panic_is_not_at_fault() {
    struct Cleaner;
    impl Drop for Cleaner {
        fn drop(&mut self) {
            tracing::info_span!("clean up").in_scope(|| {});
        }
    }
    span("clean_up", "stop", || {
        let outcome = catch_unwind(|| {
            let _cleaner = Cleaner;
            panic!("on the way out");
        });
        outcome.expect_err("panics");
    });
}

/// Seconds in which the clock went on.
fn pass() -> f64 {
    let begin = Instant::now();
    while begin.elapsed().is_zero() {
        std::hint::spin_loop();
    }
    begin.elapsed().as_secs_f64()
}

#[test]
fn a_future_is_idle_while_it_waits() {
    let (mut busy, mut idle) = (0.0, 0.0);
    let (_, ended) = span("wait", "stop", || {
        let future = async {
            busy += pass();
            tokio::task::yield_now().await;
            busy += pass();
        };
        let mut future = pin!(future.instrument(tracing::info_span!("wait")));
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        idle += pass();
        assert!(future.as_mut().poll(&mut context).is_ready());
    });
    assert!(ended.measurements["idle"] >= idle);
    assert!(ended.measurements["busy"] >= busy);
}

#[test]
fn events() {
    let events = told("event", || {
        tracing::warn!(
            size = 512_u64,
            big = u128::MAX,
            ratio = f64::NAN,
            new = true,
            "a miss"
        );
        tracing::info!(key = ?Some("a"), count = -2_i64);
        tracing::trace!("is filtered");
        tracing::info!(target: "telemetry", "is telemetry's own");
        tracing::info!(target: "elsewhere", "has another name");
    });
    assert_eq!(names(&events), ["bridge_tracing.event"; 2]);
    let numbers = &events[0].measurements;
    assert_eq!(
        (numbers["count"], numbers["size"], numbers["big"]),
        (1.0, 512.0, u128::MAX as f64)
    );
    assert!(numbers["ratio"].is_nan());
    let of = |key: &str| events[0].metadata[key].as_str();
    assert_eq!(
        (of("message"), of("new"), of("size")),
        ("a miss", "true", "512")
    );
    assert_eq!(of("big"), u128::MAX.to_string(), "all digits");
    assert_eq!((of("level"), of("target")), ("WARN", "bridge_tracing"));
    assert_eq!(events[1].metadata["key"], r#"Some("a")"#);
    assert_eq!(
        events[1].measurements["count"], -2.0,
        "a field of that name"
    );

    let events = told(
        "cache.miss",
        || tracing::event!(name: "cache.miss", Level::INFO, size = 1),
    );
    assert_eq!(names(&events), ["bridge_tracing.cache.miss"]);
}

#[test]
fn texts_and_fields_are_bounded() {
    let events = told("event", || {
        let long = "x".repeat(2 * MAX_VALUE_TEXT);
        tracing::info!(
            a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10,
            k = 11, l = 12, m = 13, n = 14, text = long, shown = %long, left = "out"
        );
    });
    assert_eq!(events[0].metadata["text"].len(), MAX_VALUE_TEXT);
    assert_eq!(events[0].metadata["shown"].len(), MAX_VALUE_TEXT);
    assert_eq!(events[0].metadata.get("left"), None);
    assert_eq!(events[0].measurements["left_out"], 1.0);
}

#[test]
fn handlers_may_use_tracing_themselves() {
    let registry = Arc::new(Registry::new());
    let counted = capture(
        &registry,
        &["bridge_tracing.event", "bridge_tracing.inner.start"],
    )
    .expect("free");
    registry
        .attach_many(
            "loud",
            &["bridge_tracing.event", "bridge_tracing.outer.stop"],
            |event| {
                tracing::info_span!("inner").in_scope(|| tracing::error!("handled {}", event.name));
            },
        )
        .expect("free");
    let layer = TracingLayer::new(registry.clone());
    with_default(tracing_subscriber::registry().with(layer), || {
        tracing::info_span!("outer").in_scope(|| tracing::info!("once"));
    });
    assert_eq!(names(&counted.take()), ["bridge_tracing.event"]);
    assert_eq!(registry.failures(), 0);
}

/// Does something whenever it is printed.
struct Acts<F>(F);

impl<F: Fn()> std::fmt::Debug for Acts<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0)();
        f.write_str("printed")
    }
}

#[test]
fn what_prints_itself_may_use_its_span() {
    let (_, ended) = span("own", "exception", || {
        let span = tracing::info_span!("own", outer = Empty, inner = Empty, level = Empty);
        let acts = Acts(|| {
            span.record("inner", 1);
            span.in_scope(|| ());
        });
        span.record("outer", debug(&acts));
        span.in_scope(|| tracing::error!(error = ?acts));
        span.record("level", "mine");
    });
    assert_eq!(ended.measurements["inner"], 1.0);
    let of = |key: &str| ended.metadata[key].as_str();
    assert_eq!((of("outer"), of("message")), ("printed", "printed"));
    assert_eq!(of("level"), "mine");
}

#[test]
fn what_panics_as_it_prints_leaves_the_span_whole() {
    let (_, ended) = span("whole", "stop", || {
        let span = tracing::info_span!("whole", field = Empty);
        let acts = Acts(|| panic!("unspeakable"));
        let fails = |work: &dyn Fn()| {
            catch_unwind(AssertUnwindSafe(work)).expect_err("goes on to the caller");
        };
        fails(&|| {
            span.record("field", debug(&acts));
        });
        // An error that nobody can read ends the event, and is none of the span.
        let _inside = span.enter();
        fails(&|| tracing::error!(error = ?acts));
        span.record("field", 3);
    });
    assert_eq!(ended.measurements["field"], 3.0);
}

#[test]
fn no_contract_is_asked() {
    let registry = Arc::new(Registry::new());
    let nothing = Contract::new([]).expect("holds");
    registry.declare(&nothing).expect("the first");
    let layer = TracingLayer::new(registry.clone());
    with_default(tracing_subscriber::registry().with(layer), || {
        let work = || tracing::info_span!("work").in_scope(|| tracing::info!("done"));
        work();
        let heard = capture(
            &registry,
            &["bridge_tracing.work.stop", "bridge_tracing.event"],
        );
        work();
        assert_eq!(heard.expect("free").take().len(), 2);
    });
    assert_eq!(registry.undeclared(), []);
}

#[test]
fn fields_are_not_looked_at_while_nobody_listens() {
    struct Untold;
    impl std::fmt::Debug for Untold {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            unreachable!("nobody listens")
        }
    }
    let events = told("other", || {
        let span = tracing::info_span!("unheard", field = ?Untold);
        span.in_scope(|| tracing::info!(field = ?Untold));
        span.record("field", tracing::field::debug(Untold));
    });
    assert_eq!(events, []);
}
