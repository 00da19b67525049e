//! Spans around futures.
//!
//! Invariant: a span that was polled and has not ended ends when its future is dropped, so no
//! start stays alone.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::context::SpanContext;
use super::entries::Entries;
use super::running::{Name, Outcome, Running};
use crate::failure::message_of;
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
    metadata: Copied,
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
        let span = Name::heard(registry, name).map(|name| {
            Box::new(Span {
                registry: registry.clone(),
                metadata: Copied::of(metadata),
                name: Some(name),
                running: None,
            })
        });
        SpanFuture {
            future,
            fault,
            span,
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
            let running = Running::start(name, &self.registry, &self.metadata.entries());
            self.running = Some(running);
        }
    }

    fn end(&mut self, outcome: &Outcome<'_>) {
        if let Some(running) = self.running.take() {
            let nothing_added = SpanContext::default();
            let metadata = self.metadata.entries();
            running.end(&self.registry, &metadata, &nothing_added, outcome);
        }
    }
}

/// Metadata that owns its texts, all of them in one.
struct Copied {
    text: String,
    entries: Vec<(Range<usize>, CopiedValue)>,
}

enum CopiedValue {
    Text(Range<usize>),
    Plain(Value<'static>),
}

impl Copied {
    fn of(metadata: &[(&str, Value<'_>)]) -> Copied {
        let mut text = String::new();
        let mut copy = |part: &str| {
            let begin = text.len();
            text.push_str(part);
            begin..text.len()
        };
        let entries = metadata.iter().map(|&(key, value)| {
            let value = match value {
                Value::Str(part) => CopiedValue::Text(copy(part)),
                Value::Int(number) => CopiedValue::Plain(Value::Int(number)),
                Value::Float(number) => CopiedValue::Plain(Value::Float(number)),
                Value::Bool(truth) => CopiedValue::Plain(Value::Bool(truth)),
            };
            (copy(key), value)
        });
        let entries = entries.collect();
        Copied { text, entries }
    }

    fn entries(&self) -> Entries<'_, Value<'_>> {
        let mut entries = Entries::new();
        for (key, value) in &self.entries {
            let value = match value {
                CopiedValue::Text(range) => Value::Str(&self.text[range.clone()]),
                CopiedValue::Plain(value) => *value,
            };
            entries.add(&self.text[key.clone()], value);
        }
        entries
    }
}
