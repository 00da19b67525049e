//! A span that began and has not closed.
//!
//! Invariant: `busy` and `idle` add up to the time between beginning and closing, and time in
//! which several threads are in the span counts once.

use std::thread::panicking;
use std::time::{Duration, Instant};

use crate::span::{Name, Outcome, Running};
use crate::{Registry, SpanContext, Value};

pub(super) struct Open {
    running: Running,
    fields: SpanContext,
    /// How many have entered and not left.
    inside: usize,
    /// When somebody entered first, or left last.
    since: Instant,
    busy: Duration,
    idle: Duration,
    /// A panic was on its way before anybody entered; it is not this span's.
    was_panicking: bool,
    fault: Option<Fault>,
}

enum Fault {
    Error(String),
    Panic,
}

impl Open {
    /// What a span tells, with room held for its own measurements.
    pub(super) fn fields() -> SpanContext {
        let mut fields = SpanContext::unnumbered();
        fields.measure("busy", 0);
        fields.measure("idle", 0);
        fields
    }

    pub(super) fn start(
        name: Name,
        fields: SpanContext,
        registry: &Registry,
        metadata: &[(&'static str, Value<'static>)],
    ) -> Open {
        let running = {
            let (_, mut values) = fields.entries();
            values.extend(metadata);
            Running::start(name, registry, &values)
        };
        Open {
            running,
            fields,
            inside: 0,
            since: Instant::now(),
            busy: Duration::ZERO,
            idle: Duration::ZERO,
            was_panicking: false,
            fault: None,
        }
    }

    pub(super) fn fields_mut(&mut self) -> &mut SpanContext {
        &mut self.fields
    }

    pub(super) fn enter(&mut self) {
        if self.inside == 0 {
            let idle = self.lap();
            self.idle += idle;
            self.was_panicking = panicking();
        }
        self.inside += 1;
    }

    pub(super) fn exit(&mut self) {
        self.inside = self.inside.saturating_sub(1);
        if self.inside == 0 {
            let busy = self.lap();
            self.busy += busy;
        }
        if panicking() && !self.was_panicking {
            self.fault = Some(Fault::Panic);
        }
    }

    /// An error was told inside of the span.
    pub(super) fn failed(&mut self, message: String) {
        self.fault = Some(Fault::Error(message));
    }

    pub(super) fn end(mut self, registry: &Registry, metadata: &[(&'static str, Value<'static>)]) {
        let idle = self.lap() + self.idle;
        self.fields.measure("busy", self.busy);
        self.fields.measure("idle", idle);
        let outcome = match &self.fault {
            None => Outcome::Stop,
            Some(Fault::Error(message)) => Outcome::of(Some(message)),
            Some(Fault::Panic) => Outcome::panic("left by a panic"),
        };
        self.running.end(registry, metadata, &self.fields, &outcome);
    }

    /// The time since the last change.
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        let lap = now.saturating_duration_since(self.since);
        self.since = now;
        lap
    }
}
