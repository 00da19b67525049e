//! Handlers that panic: what becomes of them, and how it is told.
//!
//! Invariant: telling of a failure never leads to telling of another one on the same thread, so
//! a handler that fails at failures cannot go round in circles.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::contract::own;
use crate::{Registry, Value};

/// Emitted when a handler panicked: measurement `count`, always 1; metadata `event`, `handler`
/// and `message`. Handlers that panic while it is emitted, or at it, are counted and logged as
/// well, but not emitted.
pub const HANDLER_FAILURE: &str = own::registry::HANDLER_FAILURE.name;

/// What becomes of a handler that panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnPanic {
    /// It is detached from all of its events, so that it fails once.
    #[default]
    Detach,
    /// It stays; every failure is counted and told.
    Keep,
}

/// Logs and emits that `handler` panicked at `event`, as far as this thread is not at it already.
pub(crate) fn tell(registry: &Registry, event: &str, handler: &str, message: &str) {
    // Each within its own stage: a log that feeds events back could fail again, and would log
    // again; and an event that fails again would be emitted again.
    within(Stage::Logging, || {
        // Subscribers are written by others too; one that panics is not told of, for the way to
        // tell it is the one that failed.
        let _ = catch_panic(|| log(event, handler, message));
    });
    if event == HANDLER_FAILURE {
        return;
    }
    within(Stage::Emitting, || {
        let metadata: &[(&str, Value<'_>)] = &[
            ("event", event.into()),
            ("handler", handler.into()),
            ("message", message.into()),
        ];
        registry.execute(HANDLER_FAILURE, &[("count", 1.0)], metadata);
    });
}

#[cfg(feature = "log")]
fn log(event: &str, handler: &str, message: &str) {
    tracing::error!(target: "telemetry", event, handler, error = message, "a handler panicked");
}

#[cfg(not(feature = "log"))]
fn log(_event: &str, _handler: &str, _message: &str) {}

/// What this thread is telling; a later stage is never left for an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Nothing,
    Emitting,
    Logging,
}

thread_local! {
    static STAGE: Cell<Stage> = const { Cell::new(Stage::Nothing) };
}

/// Runs `tell` when this thread is at an earlier stage, and comes back from it even by a panic.
fn within(stage: Stage, tell: impl FnOnce()) {
    struct Back(Stage);
    impl Drop for Back {
        fn drop(&mut self) {
            STAGE.set(self.0);
        }
    }
    let before = STAGE.get();
    if before < stage {
        let _back = Back(before);
        STAGE.set(stage);
        tell();
    }
}

/// Runs `work` and returns its result, or the text of its panic. No panic leaves this function, not
/// even one from dropping the payload.
#[inline]
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(panic_text)
}

/// Apart from the work, so that calling a handler stays small.
#[cold]
fn panic_text(panic: Box<dyn Any + Send>) -> String {
    let message = message_of(&*panic);
    if let Err(worse) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // Whose drop may panic again, and so on.
        std::mem::forget(worse);
    }
    message
}

/// The text of a panic; panics may carry anything, but nearly always carry text.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "panicked without a message".to_owned()
    }
}
