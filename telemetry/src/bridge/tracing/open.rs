//! A span that began and has not closed.
//!
//! Invariant: `busy` and `idle` add up to `duration`, and time in which several threads are in the
//! span counts once. What was spawned within the span does not make it longer. It reads no clock but
//! for its beginning.

use std::thread::panicking;
use std::time::{Duration, Instant};

use super::place::Place;
use crate::span::{Name, Outcome, Running};
use crate::{Registry, SpanContext, Value};

pub(super) struct Open {
    running: Running,
    fields: SpanContext,
    /// How many have entered and not left.
    inside: usize,
    /// When it began, somebody entered first, or left last.
    since: Instant,
    busy: Duration,
    idle: Duration,
    /// Who began it.
    creator: Place,
    /// Who entered it first, and how it stood when they left last.
    owner: Option<(Place, Option<Lap>)>,
    /// A panic was on its way before anybody entered; it is not this span's.
    was_panicking: bool,
    fault: Option<Fault>,
}

/// How a span stood when somebody left it.
#[derive(Clone, Copy)]
struct Lap {
    at: Instant,
    busy: Duration,
    idle: Duration,
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
            since: running.started(),
            running,
            fields,
            inside: 0,
            busy: Duration::ZERO,
            idle: Duration::ZERO,
            creator: Place::here(),
            owner: None,
            was_panicking: false,
            fault: None,
        }
    }

    /// More fields were recorded.
    pub(super) fn add(&mut self, fields: SpanContext) {
        self.fields.add(fields);
    }

    pub(super) fn enter(&mut self, now: Instant, place: Place) {
        self.owner.get_or_insert((place, None));
        if self.inside == 0 {
            let idle = self.lap(now);
            self.idle += idle;
            self.was_panicking = panicking();
        }
        self.inside += 1;
    }

    pub(super) fn exit(&mut self, now: Instant, place: Place) {
        self.inside = self.inside.saturating_sub(1);
        let busy = self.lap(now);
        self.busy += busy;
        let lap = Lap {
            at: self.since,
            busy: self.busy,
            idle: self.idle,
        };
        if let Some((owner, left)) = &mut self.owner
            && *owner == place
        {
            *left = Some(lap);
        }
        if panicking() && !self.was_panicking {
            self.fault = Some(Fault::Panic);
        }
    }

    /// An error was told inside of the span.
    pub(super) fn failed(&mut self, message: String) {
        self.fault = Some(Fault::Error(message));
    }

    /// Ends at `now`; when that comes from what was spawned within the span, then when its owner left.
    pub(super) fn end(
        mut self,
        now: Instant,
        place: Place,
        registry: &Registry,
        metadata: &[(&'static str, Value<'static>)],
    ) {
        let left = match self.owner {
            Some((owner, left)) if place != owner && place != self.creator => left,
            _ => None,
        };
        let Lap { at, busy, idle } = left.unwrap_or_else(|| Lap {
            at: now,
            idle: self.lap(now) + self.idle,
            busy: self.busy,
        });
        self.fields.measure("busy", busy);
        self.fields.measure("idle", idle);
        let outcome = match &self.fault {
            None => Outcome::Stop,
            Some(Fault::Error(message)) => Outcome::of(Some(message)),
            Some(Fault::Panic) => Outcome::panic("left by a panic"),
        };
        self.running
            .end(at, registry, metadata, &self.fields, &outcome);
    }

    /// The time since the last change. Threads may bring theirs in the wrong order; then none
    /// passed, and the next lap begins where the last one ended.
    fn lap(&mut self, now: Instant) -> Duration {
        let lap = now.saturating_duration_since(self.since);
        self.since += lap;
        lap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::capture;

    /// Entered (`true`) and left at these ms after the beginning, and closed.
    fn check(steps: &[(u64, bool)], closed: u64, busy: u64, idle: u64) {
        let registry = Registry::new();
        let stops = capture(&registry, &["job.stop"]).expect("free");
        let name = Name::bridged(&registry, "job").expect("is heard");
        let mut open = Open::start(name, Open::fields(), &registry, &[]);
        let begin = open.since;
        let at = |ms| begin + Duration::from_millis(ms);
        for &(ms, is_entered) in steps {
            if is_entered {
                open.enter(at(ms), Place::here());
            } else {
                open.exit(at(ms), Place::here());
            }
        }
        open.end(at(closed), Place::here(), &registry, &[]);
        let stop = stops.try_recv().expect("has ended");
        let told = ["busy", "idle", "duration"].map(|key| stop.measurements[key]);
        let expect = [busy, idle, closed].map(|ms| Duration::from_millis(ms).as_secs_f64());
        assert_eq!(told, expect, "{steps:?}");
    }

    #[test]
    fn busy_and_idle_are_the_whole() {
        const IN: bool = true;
        const OUT: bool = false;
        check(&[], 0, 0, 0);
        check(&[], 10, 0, 10);
        check(&[(0, IN), (10, OUT)], 10, 10, 0);
        check(&[(2, IN), (5, OUT)], 10, 3, 7);
        check(&[(1, IN), (2, OUT), (4, IN), (8, OUT)], 9, 5, 4);
        // Two threads, or one that enters twice.
        check(&[(1, IN), (2, IN), (3, OUT), (6, OUT)], 7, 5, 2);
        check(
            &[(1, IN), (1, IN), (4, OUT), (4, IN), (6, OUT), (7, OUT)],
            7,
            6,
            1,
        );
        // Two threads that read the clock in one order and come in the other.
        check(&[(2, IN), (4, IN), (3, OUT), (6, OUT)], 6, 4, 2);
        check(&[(5, IN), (3, OUT), (6, IN), (8, OUT)], 10, 2, 8);
    }
}
