//! Several handlers that belong together.
//!
//! Invariant: a set is attached, exchanged and detached as a whole, at one moment.

use std::sync::Arc;

use super::attach::Attached;
use super::{AttachError, Registry};
use crate::table::Handler;
use crate::{Event, OnPanic};

/// A handler that is not attached yet.
pub struct NewHandler(Handler);

impl NewHandler {
    /// To be called for each of the events.
    pub fn new(
        id: impl Into<String>,
        events: &[&str],
        on_panic: OnPanic,
        handler: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> NewHandler {
        NewHandler(Handler::new(id.into(), events, on_panic, Box::new(handler)))
    }
}

/// Handlers that are attached together. They are detached when this is dropped; where one is
/// running then, it ends its run.
#[must_use = "handlers are detached when this is dropped"]
pub struct HandlerSet {
    registry: Arc<Registry>,
    attached: Attached,
}

impl HandlerSet {
    /// Attaches all of them, or none on an error.
    pub fn attach(
        registry: &Arc<Registry>,
        handlers: Vec<NewHandler>,
    ) -> Result<HandlerSet, AttachError> {
        let handlers = handlers.into_iter().map(|new| new.0).collect();
        Ok(HandlerSet {
            registry: registry.clone(),
            attached: registry.attach_all(handlers)?,
        })
    }

    /// Attaches these in place of those of the set, which stay on an error. Each event runs the
    /// former or the new ones: none is missed and none is handled twice.
    pub fn exchange(&mut self, handlers: Vec<NewHandler>) -> Result<(), AttachError> {
        let handlers = handlers.into_iter().map(|new| new.0).collect();
        self.attached = self.registry.exchange(&self.attached, handlers)?;
        Ok(())
    }
}

impl Drop for HandlerSet {
    fn drop(&mut self) {
        self.registry.detach_these(&self.attached);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn counting(id: &str, event: &str, count: &Arc<AtomicU64>) -> NewHandler {
        let count = count.clone();
        NewHandler::new(id, &[event], OnPanic::Keep, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        })
    }

    #[test]
    fn no_event_is_missed_or_handled_twice_while_sets_are_exchanged() {
        let registry = Arc::new(Registry::new());
        let count = Arc::new(AtomicU64::new(0));
        let mut set = HandlerSet::attach(&registry, vec![counting("a", "e", &count)]);
        let set = set.as_mut().expect("attaches");
        const EVENTS: u64 = 20_000;
        std::thread::scope(|scope| {
            let emitter = scope.spawn(|| {
                for _ in 0..EVENTS {
                    registry.execute("e", &[], &[]);
                }
            });
            while !emitter.is_finished() {
                let both = vec![counting("a", "e", &count), counting("b", "f", &count)];
                set.exchange(both).expect("attaches");
            }
        });
        assert_eq!(count.load(Ordering::Relaxed), EVENTS);
        registry.execute("f", &[], &[]);
        assert_eq!(count.load(Ordering::Relaxed), EVENTS + 1);
    }

    #[test]
    fn a_set_that_cannot_be_attached_leaves_the_former_one() {
        let registry = Arc::new(Registry::new());
        let count = Arc::new(AtomicU64::new(0));
        registry.attach("other", "e", |_| ()).expect("attaches");
        let set = HandlerSet::attach(&registry, vec![counting("a", "e", &count)]);
        let mut set = set.expect("attaches");
        let error = set.exchange(vec![counting("other", "e", &count)]);
        assert_eq!(error, Err(AttachError::AlreadyExists("other".into())));
        registry.execute("e", &[], &[]);
        assert_eq!(count.load(Ordering::Relaxed), 1);
        drop(set);
        assert_eq!(registry.list_handlers("").len(), 1);
    }
}
