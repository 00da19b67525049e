//! What is known of a span or an event before it happens: its name.
//!
//! Invariant: a name is made once for each place in the program. More than [`MAX_CALLSITES`]
//! places are possible only where a program makes them as it runs; their names are made anew.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tracing::Metadata;
use tracing::callsite::Identifier;

use crate::bridge::name::event_name;

/// Most places whose names are kept.
const MAX_CALLSITES: usize = 4096;

/// One place in the program.
pub(super) struct Callsite {
    pub(super) name: String,
    /// Telemetry's own words stay out: they may be about this layer's handlers.
    pub(super) is_own: bool,
    /// An event as `#[instrument(err)]` emits it: an `error`, and no message.
    pub(super) is_fault: bool,
}

/// The places that were met.
#[derive(Default)]
pub(super) struct Callsites(ArcSwap<HashMap<Identifier, Arc<Callsite>>>);

impl Callsites {
    pub(super) fn with<R>(
        &self,
        metadata: &'static Metadata<'static>,
        look: impl FnOnce(&Callsite) -> R,
    ) -> R {
        let met = self.0.load();
        if let Some(callsite) = met.get(&metadata.callsite()) {
            return look(callsite);
        }
        let callsite = Arc::new(Callsite::of(metadata));
        if met.len() < MAX_CALLSITES {
            self.0.rcu(|met| {
                let mut more = HashMap::clone(met);
                more.insert(metadata.callsite(), callsite.clone());
                more
            });
        }
        look(&callsite)
    }
}

impl Callsite {
    fn of(metadata: &Metadata<'_>) -> Callsite {
        let (target, name) = (metadata.target(), metadata.name());
        // Without a name of its own, an event is called by its line in the source.
        let is_unnamed = metadata.is_event() && name.starts_with("event ");
        let name = if is_unnamed { "event" } else { name };
        let has = |field| metadata.fields().field(field).is_some();
        Callsite {
            name: event_name(&format!("{target}::{name}")),
            is_own: target == "telemetry" || target.starts_with("telemetry::"),
            is_fault: metadata.is_event() && has("error") && !has("message"),
        }
    }
}
