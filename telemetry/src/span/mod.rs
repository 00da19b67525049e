//! Spans: how long something took, and whether it ended well.
//!
//! Invariant: every start is followed by exactly one stop or exception, also when the work
//! panics or is given up; and the work's outcome reaches the caller unchanged.

mod context;
mod entries;
mod future;
mod running;

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Instant;

use crate::failure::message_of;
use crate::{Registry, Value, global};
pub use context::{MAX_SPAN_ENTRIES, SpanContext};
pub use future::SpanFuture;
pub(crate) use running::{Name, Outcome, Running, span_of};

/// A span is work between two events:
///
/// | event | measurements, in seconds | metadata |
/// |---|---|---|
/// | `{name}.start` | `system_time` since the epoch, `monotonic_time` | `span_id` |
/// | `{name}.stop` | `duration`, `monotonic_time` | `span_id` |
/// | `{name}.exception` | `duration`, `monotonic_time` | `span_id`, `kind`, `message` |
///
/// and the caller's metadata with each of them, but for names that the table has. `span_id` is
/// unique in this process. `monotonic_time` counts from an unspecified moment of this process,
/// and never goes back. `kind` is `panic`, `error` or `cancelled`. A system clock that stands
/// before the epoch is a broken one: the start then has no `system_time`.
///
/// Whether anybody listens is looked up when the span begins: where nobody listens to any of the
/// three, the span costs some nanoseconds, reads no clock and stays silent to its end. So does one
/// whose name is none that [`check_event_name`](crate::check_event_name) takes, for nobody can be
/// attached to it.
impl Registry {
    /// Runs `work` in a span. When it panics, the span ends in an exception of kind `panic`, and
    /// the panic goes on to the caller.
    pub fn span<R>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce() -> R,
    ) -> R {
        self.span_with(name, metadata, |_| work())
    }

    /// A [span](Registry::span) around work that can fail: an error ends it in an exception as
    /// well, of kind `error` and with the error's text as `message`.
    pub fn try_span<T, E: Display>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.try_span_with(name, metadata, |_| work())
    }

    /// A [span](Registry::span) whose work adds measurements and metadata to the event that ends
    /// it.
    ///
    /// ```
    /// # let registry = telemetry::Registry::new();
    /// let rows = registry.span_with("db.query", &[("query", "orders".into())], |span| {
    ///     let rows = vec!["a", "b"];
    ///     span.measure("rows", rows.len());
    ///     rows
    /// });
    /// ```
    pub fn span_with<R>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce(&mut SpanContext) -> R,
    ) -> R {
        conduct(self, name, metadata, work, |_| None)
    }

    /// A [`try_span`](Registry::try_span) whose work adds to the event that ends it.
    pub fn try_span_with<T, E: Display>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce(&mut SpanContext) -> Result<T, E>,
    ) -> Result<T, E> {
        conduct(self, name, metadata, work, fault)
    }

    /// A span around a future, from its first poll to its end. One that is dropped in between
    /// ends in an exception of kind `cancelled`; one that was never polled emits nothing.
    ///
    /// Whether anybody listens is looked up at this call; when somebody does, name and metadata
    /// are copied, so that the future borrows nothing but what `future` does. Of a text the first
    /// [`MAX_VALUE_TEXT`](crate::MAX_VALUE_TEXT) bytes are.
    pub fn span_async<F: Future>(
        self: &Arc<Self>,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        future: F,
    ) -> SpanFuture<F> {
        SpanFuture::new(self, name, metadata, future, |_| None)
    }

    /// A [`span_async`](Registry::span_async) around a future that can fail, as
    /// [`try_span`](Registry::try_span) is.
    pub fn try_span_async<F, T, E>(
        self: &Arc<Self>,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        future: F,
    ) -> SpanFuture<F>
    where
        F: Future<Output = Result<T, E>>,
        E: Display,
    {
        SpanFuture::new(self, name, metadata, future, fault)
    }
}

/// [`Registry::span`] on the [`global`] registry.
pub fn span<R>(name: &str, metadata: &[(&str, Value<'_>)], work: impl FnOnce() -> R) -> R {
    global().span(name, metadata, work)
}

/// [`Registry::try_span`] on the [`global`] registry.
pub fn try_span<T, E: Display>(
    name: &str,
    metadata: &[(&str, Value<'_>)],
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    global().try_span(name, metadata, work)
}

/// [`Registry::span_with`] on the [`global`] registry.
pub fn span_with<R>(
    name: &str,
    metadata: &[(&str, Value<'_>)],
    work: impl FnOnce(&mut SpanContext) -> R,
) -> R {
    global().span_with(name, metadata, work)
}

/// [`Registry::try_span_with`] on the [`global`] registry.
pub fn try_span_with<T, E: Display>(
    name: &str,
    metadata: &[(&str, Value<'_>)],
    work: impl FnOnce(&mut SpanContext) -> Result<T, E>,
) -> Result<T, E> {
    global().try_span_with(name, metadata, work)
}

/// [`Registry::span_async`] on the [`global`] registry.
pub fn span_async<F: Future>(
    name: &str,
    metadata: &[(&str, Value<'_>)],
    future: F,
) -> SpanFuture<F> {
    global().span_async(name, metadata, future)
}

/// [`Registry::try_span_async`] on the [`global`] registry.
pub fn try_span_async<F, T, E>(
    name: &str,
    metadata: &[(&str, Value<'_>)],
    future: F,
) -> SpanFuture<F>
where
    F: Future<Output = Result<T, E>>,
    E: Display,
{
    global().try_span_async(name, metadata, future)
}

/// What is wrong with a result, as text.
pub(crate) fn fault<T, E: Display>(result: &Result<T, E>) -> Option<String> {
    result.as_ref().err().map(ToString::to_string)
}

fn conduct<R>(
    registry: &Registry,
    name: &str,
    metadata: &[(&str, Value<'_>)],
    work: impl FnOnce(&mut SpanContext) -> R,
    fault: impl FnOnce(&R) -> Option<String>,
) -> R {
    let Some(name) = Name::heard(registry, name) else {
        return work(&mut SpanContext::default());
    };
    let running = Running::start(name, registry, metadata);
    let mut context = SpanContext::heard(running.id());
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let result = work(&mut context);
        (fault(&result), result)
    }));
    match outcome {
        Ok((message, result)) => {
            let outcome = Outcome::of(message.as_deref());
            running.end(Instant::now(), registry, metadata, &context, &outcome);
            result
        }
        Err(panic) => {
            let message = message_of(&*panic);
            let outcome = Outcome::panic(&message);
            running.end(Instant::now(), registry, metadata, &context, &outcome);
            resume_unwind(panic)
        }
    }
}
