//! The handlers of one event, at one moment.
//!
//! Invariant: there is at least one, and they stay the same until the event is emitted, whatever
//! is attached or detached meanwhile.

use std::sync::Arc;

use arc_swap::Guard;

use crate::failure::catch_panic;
use crate::table::{Place, Table};
use crate::{Event, Registry, Value};

/// Who listens to an event; see [`Registry::listeners`].
#[must_use = "an event is emitted by `execute`"]
pub struct Listeners<'a> {
    registry: &'a Registry,
    name: &'a str,
    table: Guard<Arc<Table>>,
    place: Place,
}

impl<'a> Listeners<'a> {
    #[inline]
    pub(crate) fn find(
        registry: &'a Registry,
        table: Guard<Arc<Table>>,
        name: &'a str,
    ) -> Option<Listeners<'a>> {
        let place = table.place_of(name)?;
        Some(Listeners {
            registry,
            name,
            table,
            place,
        })
    }

    /// Emits the event to them, as [`Registry::execute`] does.
    pub fn execute(self, measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)]) {
        let event = Event {
            name: self.name,
            measurements,
            metadata,
        };
        for handler in self.table.at(self.place) {
            // What a handler that panicked left half-done stays its own.
            if let Err(message) = catch_panic(|| (handler.run)(&event)) {
                self.registry.fail(handler, event.name, &message);
            }
        }
    }
}
