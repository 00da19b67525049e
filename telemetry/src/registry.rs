//! Handlers: who is called when an event is emitted.
//!
//! Invariant: nothing is locked while a handler runs. The table is replaced as a whole, and an
//! event goes to the handlers that the table held when it was emitted; so a handler may emit,
//! attach and detach, itself included.

mod attach;
mod set;

use std::slice::from_ref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;

use crate::Value;
use crate::contract::{AlreadyDeclared, Contract, Watch};
use crate::failure::{OnPanic, tell};
use crate::filter::Filter;
use crate::listeners::Listeners;
use crate::table::{Handler, Table};
pub(crate) use attach::Attached;
pub use attach::{AttachError, NotFound};
pub use set::{HandlerSet, NewHandler};

/// Where events are emitted and handlers attached. Most programs need only
/// [`global`](crate::global); tests, and several servers in one process, make their own.
#[derive(Default)]
pub struct Registry {
    filter: Filter,
    /// The names of spans whose events are attached to, so that a silent one asks but once.
    #[cfg(feature = "span")]
    spans: Filter,
    table: ArcSwap<Table>,
    /// Held to replace the table, never to read it.
    writing: Mutex<()>,
    failures: AtomicU64,
    /// What is declared, and what came beside it.
    watch: OnceLock<Watch>,
}

/// One handler at one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandlerInfo {
    /// The handler's id.
    pub id: String,
    /// The event's name.
    pub event: String,
    /// How many times the handler panicked, at any of its events. Only one that is
    /// [kept](OnPanic::Keep) lives to show another number than 0.
    pub failures: u64,
}

impl Registry {
    /// A registry with no handlers.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Emits an event: every handler attached to exactly this name runs in the caller's thread,
    /// in the order they were attached. Without a handler this takes a few nanoseconds. A name
    /// that is not one reaches nobody.
    ///
    /// A handler that panics is isolated: the others still run, and the caller goes on. The
    /// failure is counted, logged and emitted as [`HANDLER_FAILURE`](crate::HANDLER_FAILURE),
    /// and the handler detached unless it was attached to [stay](OnPanic::Keep). Where panics
    /// abort, as in WASM, they abort here as well.
    #[inline]
    pub fn execute(
        &self,
        name: &str,
        measurements: &[(&str, f64)],
        metadata: &[(&str, Value<'_>)],
    ) {
        if let Some(listeners) = self.listeners(name) {
            listeners.execute(measurements, metadata);
        }
    }

    /// Who listens to an event of that name at this moment; none when nobody does. For callers
    /// whose measurements cost something to take; [`event!`](crate::event!) is made of it.
    #[inline]
    pub fn listeners<'a>(&'a self, name: &'a str) -> Option<Listeners<'a>> {
        self.see(name);
        self.find(name)
    }

    /// As [`listeners`](Registry::listeners), for events that no contract can speak of, since
    /// their names come over a bridge.
    #[inline]
    pub(crate) fn find<'a>(&'a self, name: &'a str) -> Option<Listeners<'a>> {
        if self.filter.may_hold(name) {
            Listeners::find(self, self.table.load(), name)
        } else {
            None
        }
    }

    /// Whether a handler is attached to exactly this name.
    #[inline]
    pub fn has_handlers(&self, name: &str) -> bool {
        self.find(name).is_some()
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
                failures: handler.failures.load(Ordering::Relaxed),
            })
            .collect()
    }

    /// How many times handlers panicked. One that is detached for it counts once, even when it
    /// panicked in several threads at the same time.
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// False when nobody listens to any event of a span of that name, and no contract watches.
    #[cfg(feature = "span")]
    #[inline]
    pub(crate) fn may_hear_span(&self, name: &str) -> bool {
        self.spans.may_hold(name) || self.watch.get().is_some()
    }

    /// Says which events there are to be; from then on, what is executed under any other name
    /// is counted in [`Registry::undeclared`], whether somebody listens or not. What comes over a
    /// bridge is not, for others named it.
    ///
    /// A registry without a contract pays for this with one load that is never contended. One
    /// with a contract looks every name up in it, which takes a few nanoseconds more.
    pub fn declare(&self, contract: &Contract) -> Result<(), AlreadyDeclared> {
        let watch = Watch::new(contract);
        self.watch.set(watch).map_err(|_| AlreadyDeclared)
    }

    /// Counts an event that is about to be emitted when no contract declares it.
    #[inline]
    pub(crate) fn see(&self, name: &str) {
        if let Some(watch) = self.watch.get() {
            watch.see(name);
        }
    }

    /// How often events were executed that the declared contract does not name, by name:
    /// [`MAX_UNDECLARED`](crate::contract::MAX_UNDECLARED) of them, and the rest under
    /// [`OTHER`](crate::contract::OTHER). Nothing, while no contract is declared.
    pub fn undeclared(&self) -> Vec<(String, u64)> {
        let watch = self.watch.get();
        watch.map_or_else(Vec::new, |watch| watch.undeclared.list())
    }

    /// Detaches the handler where it asked for that. When it panics in several threads at once,
    /// or inside of itself, the first tells.
    #[cold]
    pub(crate) fn fail(&self, handler: &Arc<Handler>, event: &str, message: &str) {
        let is_told = handler.on_panic == OnPanic::Detach && !self.take_off(from_ref(handler));
        if is_told {
            return;
        }
        handler.failures.fetch_add(1, Ordering::Relaxed);
        self.failures.fetch_add(1, Ordering::Relaxed);
        tell(self, event, &handler.id, message);
    }
}
