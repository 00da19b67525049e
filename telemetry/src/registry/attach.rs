//! Attaching and detaching.
//!
//! Invariant: what is attached at once is attached wholly or not at all, and at one moment.

use std::collections::HashSet;
use std::slice::from_ref;
use std::sync::{Arc, PoisonError, Weak};

use super::Registry;
use crate::name::check_event_name;
#[cfg(feature = "span")]
use crate::span::span_of;
use crate::table::{Handler, Run, Table};
use crate::{Event, NameError, OnPanic};

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

/// Handlers that were attached at once. An id can pass on to another handler; this means these
/// very ones.
pub(crate) struct Attached(Vec<Weak<Handler>>);

impl Registry {
    /// Has `handler` called for each `event`. The id is unique in the registry and serves to
    /// [detach](Registry::detach) it. What the handler needs beside the event, its configuration,
    /// the closure captures; for a plain function there is [`attach_with`](Registry::attach_with).
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
        self.add(id.into(), events, OnPanic::Detach, Box::new(handler))
    }

    /// As [`attach_many`](Registry::attach_many), with a configuration that every call gets, and
    /// with a say in what becomes of the handler when it panics.
    ///
    /// ```
    /// use telemetry::{Event, OnPanic, Registry};
    ///
    /// struct Limit { seconds: f64 }
    ///
    /// fn tell_slow(event: &Event<'_>, limit: &Limit) {
    ///     if event.measurement("duration").is_some_and(|duration| duration > limit.seconds) {
    ///         eprintln!("{} was slow", event.name);
    ///     }
    /// }
    ///
    /// let registry = Registry::new();
    /// let limit = Limit { seconds: 0.5 };
    /// registry.attach_with("slow", &["db.query.stop"], limit, OnPanic::Keep, tell_slow)?;
    /// # Ok::<(), telemetry::AttachError>(())
    /// ```
    pub fn attach_with<C: Send + Sync + 'static>(
        &self,
        id: impl Into<String>,
        events: &[&str],
        config: C,
        on_panic: OnPanic,
        handler: impl Fn(&Event<'_>, &C) + Send + Sync + 'static,
    ) -> Result<(), AttachError> {
        let run = move |event: &Event<'_>| handler(event, &config);
        self.add(id.into(), events, on_panic, Box::new(run))
    }

    /// Takes a handler off all of its events. Where it is running at this moment, it ends its
    /// run.
    pub fn detach(&self, id: &str) -> Result<(), NotFound> {
        self.replace(|table| match table.find(id) {
            Some(handler) => Ok(table.without(from_ref(handler))),
            None => Err(NotFound(id.to_owned())),
        })
    }

    /// Takes these off, as far as they are still attached.
    pub(crate) fn detach_these(&self, attached: &Attached) {
        let handlers: Vec<_> = attached.0.iter().filter_map(Weak::upgrade).collect();
        self.take_off(&handlers);
    }

    /// Attaches all of them, or none on an error.
    pub(crate) fn attach_all(&self, handlers: Vec<Handler>) -> Result<Attached, AttachError> {
        self.exchange(&Attached(Vec::new()), handlers)
    }

    /// Attaches all of these in place of those, or none on an error. An event runs the former
    /// handlers or the new ones, never both and never neither.
    pub(crate) fn exchange(
        &self,
        former: &Attached,
        handlers: Vec<Handler>,
    ) -> Result<Attached, AttachError> {
        handlers.iter().try_for_each(check)?;
        let handlers: Vec<_> = handlers.into_iter().map(Arc::new).collect();
        let former: Vec<_> = former.0.iter().filter_map(Weak::upgrade).collect();
        self.replace(|table| {
            let table = table.without(&former);
            let attached = table.handlers().iter();
            let mut taken: HashSet<&str> = attached.map(|handler| handler.id.as_str()).collect();
            match handlers.iter().find(|handler| !taken.insert(&handler.id)) {
                None => Ok(table.with(&handlers)),
                Some(handler) => Err(AttachError::AlreadyExists(handler.id.clone())),
            }
        })?;
        Ok(Attached(handlers.iter().map(Arc::downgrade).collect()))
    }

    /// Whether any of these very handlers was attached, and not another of the same id.
    pub(super) fn take_off(&self, handlers: &[Arc<Handler>]) -> bool {
        let replaced: Result<(), ()> = self.replace(|table| {
            let left = table.without(handlers);
            let is_less = left.handlers().len() < table.handlers().len();
            is_less.then_some(left).ok_or(())
        });
        replaced.is_ok()
    }

    fn add(
        &self,
        id: String,
        events: &[&str],
        on_panic: OnPanic,
        run: Run,
    ) -> Result<(), AttachError> {
        self.attach_all(vec![Handler::new(id, events, on_panic, run)])?;
        Ok(())
    }

    fn replace<E>(&self, change: impl FnOnce(&Table) -> Result<Table, E>) -> Result<(), E> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.table.load_full();
        let new = Arc::new(change(&old)?);
        self.filter.add(new.events());
        #[cfg(feature = "span")]
        self.spans.add(new.events().filter_map(span_of));
        self.table.store(new.clone());
        self.filter.keep(new.events());
        #[cfg(feature = "span")]
        self.spans.keep(new.events().filter_map(span_of));
        // Dropping the old table may drop a handler, and with it anything that it captured.
        drop(writing);
        Ok(())
    }
}

fn check(handler: &Handler) -> Result<(), AttachError> {
    if handler.events.is_empty() {
        return Err(AttachError::NoEvents);
    }
    handler.events.iter().try_for_each(|name| {
        check_event_name(name).map_err(|reason| AttachError::BadName {
            name: name.clone(),
            reason,
        })
    })
}
