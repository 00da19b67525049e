//! The one registry of a process, and its verbs as free functions.
//!
//! Invariant: nothing here does more than the [`Registry`] of the same verb.

use std::sync::{Arc, LazyLock};

use crate::{AttachError, Event, HandlerInfo, NotFound, OnPanic, Registry, Value};

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

/// [`Registry::has_handlers`] on the [`global`] registry.
#[inline]
pub fn has_handlers(name: &str) -> bool {
    GLOBAL.has_handlers(name)
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

/// [`Registry::attach_with`] on the [`global`] registry.
pub fn attach_with<C: Send + Sync + 'static>(
    id: impl Into<String>,
    events: &[&str],
    config: C,
    on_panic: OnPanic,
    handler: impl Fn(&Event<'_>, &C) + Send + Sync + 'static,
) -> Result<(), AttachError> {
    GLOBAL.attach_with(id, events, config, on_panic, handler)
}

/// [`Registry::detach`] on the [`global`] registry.
pub fn detach(id: &str) -> Result<(), NotFound> {
    GLOBAL.detach(id)
}

/// [`Registry::list_handlers`] on the [`global`] registry.
pub fn list_handlers(prefix: &str) -> Vec<HandlerInfo> {
    GLOBAL.list_handlers(prefix)
}
