//! The handlers by event, as one immutable value.
//!
//! Invariant: a table never changes; a change makes another. So it is read without a lock.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::filter::hash;
use crate::{Event, OnPanic};

/// Handlers in the order they were attached, and the same by event.
#[derive(Default)]
pub(crate) struct Table {
    handlers: Vec<Arc<Handler>>,
    places: HashMap<String, Place, BuildHasherDefault<NameHasher>>,
    /// By place; none is empty.
    lists: Vec<Vec<Arc<Handler>>>,
}

/// Where a table keeps the handlers of an event. Means nothing in another table.
#[derive(Clone, Copy)]
pub(crate) struct Place(usize);

/// What was attached.
pub(crate) struct Handler {
    pub(crate) id: String,
    /// Each once; sound names, once it is attached.
    pub(crate) events: Vec<String>,
    pub(crate) on_panic: OnPanic,
    pub(crate) failures: AtomicU64,
    pub(crate) run: Run,
}

/// What a handler does.
pub(crate) type Run = Box<dyn Fn(&Event<'_>) + Send + Sync>;

impl Handler {
    pub(crate) fn new(id: String, events: &[&str], on_panic: OnPanic, run: Run) -> Handler {
        let mut names: Vec<String> = Vec::with_capacity(events.len());
        for &event in events {
            if !names.iter().any(|name| name == event) {
                names.push(event.to_owned());
            }
        }
        Handler {
            id,
            events: names,
            on_panic,
            failures: AtomicU64::new(0),
            run,
        }
    }
}

impl Table {
    #[inline]
    pub(crate) fn place_of(&self, event: &str) -> Option<Place> {
        self.places.get(event).copied()
    }

    #[inline]
    pub(crate) fn at(&self, place: Place) -> &[Arc<Handler>] {
        self.lists.get(place.0).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn handlers(&self) -> &[Arc<Handler>] {
        &self.handlers
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<Handler>> {
        self.handlers.iter().find(|handler| handler.id == id)
    }

    pub(crate) fn with(&self, more: &[Arc<Handler>]) -> Table {
        Table::of([&self.handlers, more].concat())
    }

    pub(crate) fn without(&self, gone: &[Arc<Handler>]) -> Table {
        let gone: HashSet<*const Handler> = gone.iter().map(Arc::as_ptr).collect();
        let stays = |handler: &&Arc<Handler>| !gone.contains(&Arc::as_ptr(handler));
        Table::of(self.handlers.iter().filter(stays).cloned().collect())
    }

    fn of(handlers: Vec<Arc<Handler>>) -> Table {
        let mut table = Table::default();
        for handler in &handlers {
            for event in &handler.events {
                let next = Place(table.lists.len());
                let place = *table.places.entry(event.clone()).or_insert(next);
                if place.0 == next.0 {
                    table.lists.push(Vec::new());
                }
                table.lists[place.0].push(handler.clone());
            }
        }
        table.handlers = handlers;
        table
    }
}

/// Hashes one name and nothing else.
#[derive(Default)]
pub(crate) struct NameHasher(u64);

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
