//! Handlers: who is called when an event is emitted.
//!
//! Invariant: nothing is locked while a handler runs. The table is replaced as a whole, and an
//! event goes to the handlers that the table held when it was emitted; so a handler may emit,
//! attach and detach, itself included.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::event::check_event_name;
use crate::filter::Filter;
use crate::table::{Handler, Table};
use crate::{Event, NameError, Value};

/// Emitted when a handler panicked and was detached: measurement `count`, always 1; metadata
/// `event`, `handler` and `message`.
pub const HANDLER_FAILURE: &str = "telemetry.handler.failure";

/// Where events are emitted and handlers attached. Most programs need only [`global`]; tests,
/// and several servers in one process, make their own.
#[derive(Default)]
pub struct Registry {
    filter: Filter,
    table: ArcSwap<Table>,
    /// Held to replace the table, never to read it.
    writing: Mutex<()>,
    failures: AtomicU64,
}

/// Why a handler was not attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// A handler of that id is attached.
    #[error("a handler `{0}` is attached already")]
    AlreadyExists(String),
    /// An event of that name cannot exist.
    #[error("bad event name `{name}`: {reason}")]
    BadName {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        reason: NameError,
    },
    /// A handler of no event would never run.
    #[error("no event to attach the handler to")]
    NoEvents,
}

/// No handler of that id is attached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no handler `{0}` is attached")]
pub struct NotFound(pub String);

/// One handler at one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerInfo {
    /// The handler's id.
    pub id: String,
    /// The event's name.
    pub event: String,
}

impl Registry {
    /// A registry with no handlers.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Emits an event: every handler attached to exactly this name runs in the caller's thread,
    /// in the order they were attached. Without a handler this takes a few nanoseconds.
    ///
    /// A handler that panics is detached for good, the others still run, and
    /// [`HANDLER_FAILURE`] says so; where panics abort, as in WASM, they abort here as well.
    #[inline]
    pub fn execute(
        &self,
        name: &str,
        measurements: &[(&str, f64)],
        metadata: &[(&str, Value<'_>)],
    ) {
        if self.filter.may_hold(name) {
            self.run(&Event {
                name,
                measurements,
                metadata,
            });
        }
    }

    /// Has `handler` called for each `event`. The id is unique in the registry and serves to
    /// [detach](Registry::detach) it.
    pub fn attach(
        &self,
        id: impl Into<String>,
        event: &str,
        handler: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> Result<(), AttachError> {
        self.attach_many(id, &[event], handler)
    }

    /// Has `handler` called for each of several events; all of them, or none on an error.
    pub fn attach_many(
        &self,
        id: impl Into<String>,
        events: &[&str],
        handler: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> Result<(), AttachError> {
        if events.is_empty() {
            return Err(AttachError::NoEvents);
        }
        for &name in events {
            check_event_name(name).map_err(|reason| AttachError::BadName {
                name: name.to_owned(),
                reason,
            })?;
        }
        let handler = Arc::new(Handler::new(id.into(), events, handler));
        self.replace(|table| {
            if table.find(&handler.id).is_some() {
                return Err(AttachError::AlreadyExists(handler.id.clone()));
            }
            Ok(table.with(handler.clone()))
        })
    }

    /// Takes a handler off all of its events. Where it is running at this moment, it ends its
    /// run.
    pub fn detach(&self, id: &str) -> Result<(), NotFound> {
        self.replace(|table| match table.find(id) {
            Some(handler) => Ok(table.without(handler)),
            None => Err(NotFound(id.to_owned())),
        })
    }

    /// What is attached to events that begin with the dotted `prefix`, in order of attachment:
    /// `http` finds `http` and `http.request`, but not `https`. An empty prefix finds all.
    pub fn list_handlers(&self, prefix: &str) -> Vec<HandlerInfo> {
        let within = |event: &str| {
            prefix.is_empty()
                || event
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let table = self.table.load();
        let pairs = table
            .handlers()
            .iter()
            .flat_map(|handler| handler.events.iter().map(move |event| (handler, event)));
        pairs
            .filter(|(_, event)| within(event))
            .map(|(handler, event)| HandlerInfo {
                id: handler.id.clone(),
                event: event.clone(),
            })
            .collect()
    }

    /// How many handlers were detached because they panicked.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    #[inline(never)]
    fn run(&self, event: &Event<'_>) {
        let table = self.table.load();
        for handler in table.handlers_of(event.name) {
            // A handler that panicked is never run again, so what it left half-done stays its own.
            let outcome = catch_unwind(AssertUnwindSafe(|| (handler.run)(event)));
            if let Err(panic) = outcome {
                self.fail(handler, event.name, &message_of(&*panic));
            }
        }
    }

    /// Detaches this very handler, not a later one of the same id. When it panics in several
    /// threads at once, or inside of itself, the first tells.
    #[cold]
    fn fail(&self, handler: &Arc<Handler>, event: &str, message: &str) {
        let detached: Result<(), ()> = self.replace(|table| match table.find(&handler.id) {
            Some(found) if Arc::ptr_eq(found, handler) => Ok(table.without(found)),
            _ => Err(()),
        });
        if detached.is_err() {
            return;
        }
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.execute(
            HANDLER_FAILURE,
            &[("count", 1.0)],
            &[
                ("event", event.into()),
                ("handler", handler.id.as_str().into()),
                ("message", message.into()),
            ],
        );
    }

    fn replace<E>(&self, change: impl FnOnce(&Table) -> Result<Table, E>) -> Result<(), E> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.table.load_full();
        let new = Arc::new(change(&old)?);
        self.filter.add(new.events());
        self.table.store(new.clone());
        self.filter.keep(new.events());
        // Dropping the old table may drop a handler, and with it anything that it captured.
        drop(writing);
        Ok(())
    }
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

static GLOBAL: LazyLock<Arc<Registry>> = LazyLock::new(Arc::default);

/// The registry of this process.
#[inline]
pub fn global() -> &'static Arc<Registry> {
    &GLOBAL
}

/// [`Registry::execute`] on the [`global`] registry.
#[inline]
pub fn execute(name: &str, measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)]) {
    GLOBAL.execute(name, measurements, metadata);
}

/// [`Registry::attach`] on the [`global`] registry.
pub fn attach(
    id: impl Into<String>,
    event: &str,
    handler: impl Fn(&Event<'_>) + Send + Sync + 'static,
) -> Result<(), AttachError> {
    GLOBAL.attach(id, event, handler)
}

/// [`Registry::attach_many`] on the [`global`] registry.
pub fn attach_many(
    id: impl Into<String>,
    events: &[&str],
    handler: impl Fn(&Event<'_>) + Send + Sync + 'static,
) -> Result<(), AttachError> {
    GLOBAL.attach_many(id, events, handler)
}

/// [`Registry::detach`] on the [`global`] registry.
pub fn detach(id: &str) -> Result<(), NotFound> {
    GLOBAL.detach(id)
}

/// [`Registry::list_handlers`] on the [`global`] registry.
pub fn list_handlers(prefix: &str) -> Vec<HandlerInfo> {
    GLOBAL.list_handlers(prefix)
}
