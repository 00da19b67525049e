//! Spans around futures.
#![cfg(feature = "span")]

use std::cell::RefCell;
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use telemetry::testing::{Capture, OwnedEvent, capture};
use telemetry::{MAX_VALUE_TEXT, Registry, Value};

const EVENTS: [&str; 3] = ["job.start", "job.stop", "job.exception"];

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// What came since the last call, without the `job.`.
fn endings(capture: &Capture<'_>) -> Vec<String> {
    let names = capture.try_iter().map(|event| event.name);
    names
        .map(|name| name.trim_start_matches("job.").to_owned())
        .collect()
}

/// The event of a span that ended in an exception.
fn exception(capture: &Capture<'_>) -> OwnedEvent {
    let events = capture.take();
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["job.start", "job.exception"]);
    assert_eq!(events[0].metadata["span_id"], events[1].metadata["span_id"]);
    let end = events[1].clone();
    assert!(end.measurements["duration"] >= 0.0);
    assert!(end.measurements["monotonic_time"] >= events[0].measurements["monotonic_time"]);
    end
}

/// Pending at its first poll.
async fn twice() -> i32 {
    let mut polled = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::replace(&mut polled, true) {
            Poll::Ready(42)
        } else {
            Poll::Pending
        }
    })
    .await
}

#[test]
fn from_the_first_poll_to_the_end() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let mut span = {
        let (key, text) = (String::from("route"), String::from("/orders"));
        let metadata = [
            (key.as_str(), text.as_str().into()),
            ("n", Value::Float(0.5)),
        ];
        pin!(registry.span_async(&String::from("job"), &metadata, twice()))
    };
    assert_eq!(endings(&capture), [""; 0], "nothing before the first poll");
    assert_eq!(poll(span.as_mut()), Poll::Pending);
    let start = capture.try_recv().expect("started");
    assert_eq!(
        (start.name.as_str(), start.metadata.len()),
        ("job.start", 3)
    );
    assert!(start.measurements["system_time"] > 1.5e9);
    assert_eq!(poll(span.as_mut()), Poll::Ready(42));
    let stop = capture.try_recv().expect("stopped");
    assert_eq!(stop.name, "job.stop");
    assert_eq!(stop.metadata, start.metadata);
    assert_eq!(stop.metadata["route"], "/orders");
    assert_eq!(stop.metadata["n"], "0.5");
    assert!(stop.measurements["duration"] >= 0.0);
}

#[test]
fn texts_are_kept_as_far_as_they_go() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let long = "x".repeat(2 * MAX_VALUE_TEXT);
    let mut span = pin!(registry.span_async("job", &[("text", (&long).into())], ready(())));
    assert!(poll(span.as_mut()).is_ready());
    let events = capture.take();
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event.metadata["text"], long[..MAX_VALUE_TEXT]);
    }
}

#[test]
fn one_that_is_dropped_is_cancelled() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let unpolled = registry.span_async("job", &[], pending::<()>());
    drop(unpolled);
    assert_eq!(endings(&capture), [""; 0]);
    {
        let mut span = pin!(registry.span_async("job", &[("a", 1.into())], pending::<()>()));
        assert!(poll(span.as_mut()).is_pending());
    }
    let end = exception(&capture);
    assert_eq!(end.metadata["kind"], "cancelled");
    assert_eq!(end.metadata["a"], "1");
    {
        let mut span = pin!(registry.span_async("job", &[], ready(())));
        assert!(poll(span.as_mut()).is_ready());
    }
    assert_eq!(endings(&capture), ["start", "stop"], "ended once");
}

#[test]
fn one_that_panics() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    {
        let mut span = pin!(registry.span_async("job", &[], async {
            twice().await;
            panic!("broken")
        }));
        assert!(poll(span.as_mut()).is_pending());
        let outcome = catch_unwind(AssertUnwindSafe(|| poll(span.as_mut())));
        let panic = outcome.expect_err("the panic goes on to the caller");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"broken"));
    }
    let end = exception(&capture);
    assert_eq!(end.metadata["kind"], "panic");
    assert_eq!(end.metadata["message"], "broken");
}

#[test]
fn one_that_fails() {
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    let mut span = pin!(registry.try_span_async("job", &[], ready(Err::<(), _>("full"))));
    assert_eq!(poll(span.as_mut()), Poll::Ready(Err("full")));
    let end = exception(&capture);
    assert_eq!(end.metadata["kind"], "error");
    assert_eq!(end.metadata["message"], "full");
    let mut span = pin!(registry.try_span_async("job", &[], ready(Ok::<_, String>(1))));
    assert_eq!(poll(span.as_mut()), Poll::Ready(Ok(1)));
    assert_eq!(endings(&capture), ["start", "stop"]);
}

#[test]
fn a_task_that_is_aborted_is_cancelled() {
    fn is_send(_: &impl Send) {}
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("starts");
    let registry = Arc::new(Registry::new());
    let capture = capture(&registry, &EVENTS).expect("free");
    runtime.block_on(async {
        let text = String::from("borrowed at the call alone");
        let span = registry.span_async("job", &[("text", text.as_str().into())], pending::<()>());
        is_send(&span);
        drop(text);
        let task = tokio::spawn(span);
        tokio::task::yield_now().await;
        task.abort();
        assert!(task.await.expect_err("aborted").is_cancelled());
    });
    let end = exception(&capture);
    assert_eq!(end.metadata["kind"], "cancelled");
    assert_eq!(end.metadata["text"], "borrowed at the call alone");
}

#[test]
fn a_silent_one_stays_silent_and_borrows_what_its_future_does() {
    let registry = Arc::new(Registry::new());
    let polled = RefCell::new(0);
    let late = {
        let work = async {
            *polled.borrow_mut() += twice().await;
        };
        let mut span = pin!(registry.span_async("job", &[], work));
        assert!(poll(span.as_mut()).is_pending());
        let late = capture(&registry, &EVENTS).expect("free");
        assert!(poll(span.as_mut()).is_ready());
        late
    };
    assert_eq!(*polled.borrow(), 42);
    assert_eq!(endings(&late), [""; 0]);
}

#[test]
fn the_free_functions_use_the_global_registry() {
    let capture = capture(telemetry::global(), &EVENTS).expect("free");
    let mut span = pin!(telemetry::span_async("job", &[], ready(1)));
    assert_eq!(poll(span.as_mut()), Poll::Ready(1));
    let mut span = pin!(telemetry::try_span_async(
        "job",
        &[],
        ready(Err::<(), _>("no"))
    ));
    assert_eq!(poll(span.as_mut()), Poll::Ready(Err("no")));
    assert_eq!(endings(&capture), ["start", "stop", "start", "exception"]);
}
