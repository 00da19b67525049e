//! Spans around futures.
//!
//! Invariant: a span that was polled and has not ended ends when its future is dropped, so no
//! start stays alone.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;

use super::context::SpanContext;
use super::entries::Entries;
use super::running::{Name, Outcome, Running};
use crate::failure::message_of;
use crate::kept::Kept;
use crate::{Registry, Value};

pin_project! {
    /// A future in a span; see [`Registry::span_async`]. It is `Send` when the future in it is.
    #[must_use = "futures do nothing unless polled"]
    pub struct SpanFuture<F: Future> {
        #[pin]
        future: F,
        fault: fn(&F::Output) -> Option<String>,
        // Boxed, so that a span that nobody listens to hardly adds to the future's size.
        span: Option<Box<Span>>,
    }

    impl<F: Future> PinnedDrop for SpanFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(span) = this.project().span {
                span.end(&Outcome::CANCELLED);
            }
        }
    }
}

/// A span that somebody listens to.
struct Span {
    registry: Arc<Registry>,
    metadata: Box<[(Box<str>, Kept)]>,
    /// Until the first poll.
    name: Option<Name>,
    /// From the first poll to the end.
    running: Option<Running>,
}

impl<F: Future> SpanFuture<F> {
    pub(super) fn new(
        registry: &Arc<Registry>,
        name: &str,
        metadata: &[(&str, Value<'_>)],
        future: F,
        fault: fn(&F::Output) -> Option<String>,
    ) -> SpanFuture<F> {
        let mut wrapped = SpanFuture::silent(future, fault);
        wrapped.span = Name::heard(registry, name).map(|name| {
            let metadata = metadata.iter();
            Box::new(Span {
                registry: registry.clone(),
                metadata: metadata
                    .map(|&(key, value)| (key.into(), Kept::of(value)))
                    .collect(),
                name: Some(name),
                running: None,
            })
        });
        wrapped
    }

    /// Of a span that nobody listens to.
    pub(crate) fn silent(future: F, fault: fn(&F::Output) -> Option<String>) -> SpanFuture<F> {
        SpanFuture {
            future,
            fault,
            span: None,
        }
    }
}

impl<F: Future> Future for SpanFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(span) = this.span else {
            return this.future.poll(context);
        };
        span.start();
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let poll = this.future.poll(context);
            poll.map(|output| ((this.fault)(&output), output))
        }));
        match polled {
            Ok(polled) => {
                let (message, output) = ready!(polled);
                span.end(&Outcome::of(message.as_deref()));
                Poll::Ready(output)
            }
            Err(panic) => {
                span.end(&Outcome::panic(&message_of(&*panic)));
                resume_unwind(panic)
            }
        }
    }
}

impl Span {
    fn start(&mut self) {
        if let Some(name) = self.name.take() {
            let metadata = entries(&self.metadata);
            self.running = Some(Running::start(name, &self.registry, &metadata));
        }
    }

    fn end(&mut self, outcome: &Outcome<'_>) {
        if let Some(running) = self.running.take() {
            let nothing_added = SpanContext::default();
            let metadata = entries(&self.metadata);
            let now = Instant::now();
            running.end(now, &self.registry, &metadata, &nothing_added, outcome);
        }
    }
}

fn entries(metadata: &[(Box<str>, Kept)]) -> Entries<'_, Value<'_>> {
    let mut entries = Entries::new();
    for (key, value) in metadata {
        entries.add(key, value.value());
    }
    entries
}
