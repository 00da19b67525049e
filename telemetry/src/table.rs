//! The handlers by event, as one immutable value.
//!
//! Invariant: a table never changes; a change makes another. So it is read without a lock.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::Event;
use crate::filter::hash;

/// Handlers in the order they were attached, and the same by event.
#[derive(Default)]
pub(crate) struct Table {
    handlers: Vec<Arc<Handler>>,
    by_event: HashMap<String, Vec<Arc<Handler>>, BuildHasherDefault<NameHasher>>,
}

/// What was attached.
pub(crate) struct Handler {
    pub(crate) id: String,
    /// Sound names, each once.
    pub(crate) events: Vec<String>,
    pub(crate) run: Run,
}

type Run = Box<dyn Fn(&Event<'_>) + Send + Sync>;

impl Handler {
    pub(crate) fn new(
        id: String,
        events: &[&str],
        run: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> Handler {
        let mut names: Vec<String> = Vec::with_capacity(events.len());
        for &event in events {
            if !names.iter().any(|name| name == event) {
                names.push(event.to_owned());
            }
        }
        Handler {
            id,
            events: names,
            run: Box::new(run),
        }
    }
}

impl Table {
    #[inline]
    pub(crate) fn handlers_of(&self, event: &str) -> &[Arc<Handler>] {
        self.by_event.get(event).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn handlers(&self) -> &[Arc<Handler>] {
        &self.handlers
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &str> {
        self.by_event.keys().map(String::as_str)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<Handler>> {
        self.handlers.iter().find(|handler| handler.id == id)
    }

    pub(crate) fn with(&self, handler: Arc<Handler>) -> Table {
        Table::of(self.handlers.iter().cloned().chain([handler]).collect())
    }

    pub(crate) fn without(&self, gone: &Arc<Handler>) -> Table {
        let stays = |handler: &&Arc<Handler>| !Arc::ptr_eq(handler, gone);
        Table::of(self.handlers.iter().filter(stays).cloned().collect())
    }

    fn of(handlers: Vec<Arc<Handler>>) -> Table {
        let mut table = Table {
            handlers,
            by_event: HashMap::default(),
        };
        for handler in &table.handlers {
            for event in &handler.events {
                let at_event = table.by_event.entry(event.clone()).or_default();
                at_event.push(handler.clone());
            }
        }
        table
    }
}

#[derive(Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    #[inline]
    fn write(&mut self, name: &[u8]) {
        self.0 = hash(name);
    }

    #[inline]
    fn write_u8(&mut self, _end_of_str: u8) {
        // `str` ends its hash with a byte that keeps ("a", "b") apart from ("ab", ""): one
        // name alone needs no such mark.
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
