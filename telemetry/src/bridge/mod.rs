//! Bridges: programs that speak through `tracing` or `metrics` emit events without a change.
//!
//! Invariant: whatever names the other side has, the events' names are sound.

#[cfg(feature = "metrics")]
pub(crate) mod metrics;
mod name;
#[cfg(feature = "tracing")]
pub(crate) mod tracing;

use std::cell::Cell;

thread_local! {
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// This thread emits what came over a bridge. What handlers send over one meanwhile is left
/// where it is: it would come back to them.
pub(crate) struct Telling;

impl Telling {
    /// None when it is so already.
    pub(crate) fn begin() -> Option<Telling> {
        let is_inside = TELLING.replace(true);
        (!is_inside).then(|| Telling)
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        TELLING.set(false);
    }
}
