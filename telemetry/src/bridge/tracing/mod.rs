//! A layer for `tracing-subscriber`.
//!
//! Invariant: a span whose start was told ends in exactly one stop or exception, and no lock on
//! the span is held while handlers run or fields print themselves: both may use `tracing`, and
//! both may panic.

mod callsite;
mod fields;
mod open;
mod place;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::bridge::Telling;
use crate::span::Name;
use crate::{Registry, SpanContext, Value};
use callsite::Callsites;
use fields::{ErrorText, Fields};
use open::Open;
use place::Place;

/// Makes events of what a program tells `tracing`, so that `#[tracing::instrument]` is measured.
///
/// | in `tracing` | event | measurements |
/// |---|---|---|
/// | a span begins | `{target}.{name}.start` | `system_time`, `monotonic_time` |
/// | and closes | `{target}.{name}.stop` | `duration`, and of it `busy` (entered) and `idle` (not), `monotonic_time` |
/// | or failed | `{target}.{name}.exception` | the same |
/// | an event | `{target}.event`, or `{target}.{name}` where it has a name of its own | `count`, always 1 |
///
/// All times are in seconds, as those of [`Registry::span`]. In names `::` becomes a dot, upper
/// case lower case, and what no name has `_`: `#[instrument] fn find` in `shop::orders` is
/// `shop.orders.find`. Metadata are the fields, `level` and `target`, and of spans `span_id`;
/// where a field has one of these names, it replaces `level` and `target`, and not the others.
/// Fields that are numbers are measurements too, but not of the start. Texts are cut at
/// [`MAX_VALUE_TEXT`](crate::MAX_VALUE_TEXT) bytes. There is room for
/// [`MAX_SPAN_ENTRIES`](crate::MAX_SPAN_ENTRIES) measurements and as many metadata; an
/// event's `count` and a span's `busy` and `idle` are among the former. Fields that come when
/// there is no room are left out, which the measurement `left_out` counts: twice a number that
/// finds room in neither.
///
/// A span has failed when an event in it has a field `error` and no message, which is what
/// `#[instrument(err)]` emits (`kind` = `error`, the field as `message`), or when it was left by
/// a panic (`kind` = `panic`). A logged error alone does not make it fail. A future that is
/// dropped before its end looks to `tracing` as one that ended, so it stops.
///
/// A span ends when its function ends: what the function spawned with `in_current_span` keeps the
/// span open in `tracing`, but adds nothing to `duration` and `busy` once the task (of tokio, or
/// the thread) that entered first has left for the last time. `tracing` does not announce that
/// moment, so the end is emitted when the last of what was spawned lets go.
///
/// While no handler is attached to a span's events when it begins, none of it is told or kept.
/// The target `telemetry` is left out, and so is whatever a handler itself tells `tracing` while
/// it handles an event that came from there or from `metrics`, so that none goes in circles. No
/// contract is asked about these events, for their names come from elsewhere. Which levels and
/// targets come here is up to `with_filter`. One layer a subscriber.
///
/// ```
/// use telemetry::TracingLayer;
/// use tracing_subscriber::{Layer, filter::LevelFilter, layer::SubscriberExt};
///
/// let layer = TracingLayer::new(telemetry::global().clone());
/// let subscriber = tracing_subscriber::registry().with(layer.with_filter(LevelFilter::INFO));
/// # drop(subscriber);
/// ```
pub struct TracingLayer {
    registry: Arc<Registry>,
    callsites: Callsites,
    /// Spans that somebody hears; without any, entering and leaving spans costs nothing.
    open: AtomicUsize,
}

impl TracingLayer {
    /// A layer that emits on this registry.
    pub fn new(registry: Arc<Registry>) -> TracingLayer {
        TracingLayer {
            registry,
            callsites: Callsites::default(),
            open: AtomicUsize::new(0),
        }
    }

    fn hears_spans(&self) -> bool {
        // A span is seen here by whoever holds it, which comes after its beginning.
        self.open.load(Ordering::Relaxed) > 0
    }

    fn change<S>(&self, id: &Id, context: &Context<'_, S>, change: impl FnOnce(&mut Open))
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if self.hears_spans()
            && let Some(span) = context.span(id)
            && let Some(open) = span.extensions_mut().get_mut()
        {
            change(open);
        }
    }
}

impl<S> Layer<S> for TracingLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(_telling) = Telling::begin() else {
            return;
        };
        let metadata = attributes.metadata();
        let name = self.callsites.with(metadata, |callsite| {
            let name = Some(&callsite.name).filter(|_| !callsite.is_own);
            name.and_then(|name| Name::bridged(&self.registry, name))
        });
        if let (Some(name), Some(span)) = (name, context.span(id)) {
            let mut fields = Open::fields();
            attributes.record(&mut Fields(&mut fields));
            let open = Open::start(name, fields, &self.registry, &of(metadata));
            span.extensions_mut().replace(open);
            self.open.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if !self.hears_spans() || !context.span(id).is_some_and(|span| is_open(&span)) {
            return;
        }
        // A handler may record on a span that began elsewhere.
        let _telling = Telling::begin();
        let mut fields = SpanContext::unnumbered();
        values.record(&mut Fields(&mut fields));
        self.change(id, &context, |open| open.add(fields));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.change(id, &context, |open| {
            open.enter(Instant::now(), Place::here())
        });
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.change(id, &context, |open| {
            open.exit(Instant::now(), Place::here())
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        if !self.hears_spans() {
            return;
        }
        let Some(span) = context.span(&id) else {
            return;
        };
        let open = span.extensions_mut().remove::<Open>();
        if let Some(open) = open {
            self.open.fetch_sub(1, Ordering::Relaxed);
            // A handler may close a span that began elsewhere, whose end is told all the same.
            let _telling = Telling::begin();
            let metadata = of(span.metadata());
            open.end(Instant::now(), Place::here(), &self.registry, &metadata);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(_telling) = Telling::begin() else {
            return;
        };
        let metadata = event.metadata();
        self.callsites.with(metadata, |callsite| {
            if callsite.is_own {
                return;
            }
            if callsite.is_fault
                && self.hears_spans()
                && let Some(span) = context.event_span(event)
                && is_open(&span)
            {
                let mut error = ErrorText::default();
                event.record(&mut error);
                self.change(&span.id(), &context, |open| open.failed(error.0));
            }
            if let Some(listeners) = self.registry.find(&callsite.name) {
                let mut fields = SpanContext::unnumbered();
                fields.measure("count", 1);
                event.record(&mut Fields(&mut fields));
                let (measurements, mut values) = fields.entries();
                values.extend(&of(metadata));
                listeners.execute(&measurements, &values);
            }
        });
    }
}

/// Whether somebody hears the span.
fn is_open<'a>(span: &SpanRef<'a, impl LookupSpan<'a>>) -> bool {
    span.extensions().get::<Open>().is_some()
}

/// What `tracing` itself says of a span or an event.
fn of(metadata: &'static Metadata<'static>) -> [(&'static str, Value<'static>); 2] {
    [
        ("level", metadata.level().as_str().into()),
        ("target", metadata.target().into()),
    ]
}
