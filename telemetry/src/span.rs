//! Spans: how long something took, and whether it ended well.
//!
//! Invariant: every start is followed by exactly one stop or exception, also when the work
//! panics; and the work's outcome reaches the caller unchanged.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::registry::message_of;
use crate::{Registry, Value, global};

impl Registry {
    /// Runs `work` between two events: `{name}.start` {system_time, in seconds since the epoch}
    /// and `{name}.stop` {duration, in seconds}. When it panics, `{name}.exception` {duration}
    /// with metadata `kind` = `panic` and `message` comes instead of the stop, and the panic
    /// goes on to the caller. `metadata` goes along with every one of them.
    pub fn span<R>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce() -> R,
    ) -> R {
        let span = Span::start(self, name, metadata);
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(result) => {
                span.stop();
                result
            }
            Err(panic) => {
                span.exception("panic", &message_of(&*panic));
                resume_unwind(panic)
            }
        }
    }

    /// A [span](Registry::span) around work that can fail: an error ends it in
    /// `{name}.exception` as well, with `kind` = `error` and the error's text as `message`.
    pub fn try_span<T, E: Display>(
        &self,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let span = Span::start(self, name, metadata);
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(Ok(value)) => {
                span.stop();
                Ok(value)
            }
            Ok(Err(error)) => {
                span.exception("error", &error.to_string());
                Err(error)
            }
            Err(panic) => {
                span.exception("panic", &message_of(&*panic));
                resume_unwind(panic)
            }
        }
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

struct Span<'a> {
    registry: &'a Registry,
    name: &'a str,
    metadata: &'a [(&'a str, Value<'a>)],
    started: Instant,
}

impl<'a> Span<'a> {
    fn start(
        registry: &'a Registry,
        name: &'a str,
        metadata: &'a [(&'a str, Value<'a>)],
    ) -> Span<'a> {
        // A clock before the epoch is a broken one: the start then carries no time.
        let system_time = SystemTime::now().duration_since(UNIX_EPOCH);
        let at = system_time.map(|since| [("system_time", since.as_secs_f64())]);
        let measurements: &[(&str, f64)] = at.as_ref().map_or(&[], |at| at);
        registry.execute(&format!("{name}.start"), measurements, metadata);
        Span {
            registry,
            name,
            metadata,
            started: Instant::now(),
        }
    }

    fn stop(self) {
        let duration = self.started.elapsed().as_secs_f64();
        self.registry.execute(
            &format!("{}.stop", self.name),
            &[("duration", duration)],
            self.metadata,
        );
    }

    fn exception(self, kind: &str, message: &str) {
        let duration = self.started.elapsed().as_secs_f64();
        // First, so that they win over metadata of the same name.
        let mut metadata = vec![("kind", kind.into()), ("message", message.into())];
        metadata.extend_from_slice(self.metadata);
        self.registry.execute(
            &format!("{}.exception", self.name),
            &[("duration", duration)],
            &metadata,
        );
    }
}
