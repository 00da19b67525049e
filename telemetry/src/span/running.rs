//! A span that somebody listens to.
//!
//! Invariant: names are made in place and entries on the stack, so that a span of the usual size
//! allocates nothing by itself.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use arrayvec::ArrayString;

use super::context::SpanContext;
use super::entries::Entries;
use crate::{Listeners, MAX_NAME, Registry, Value};

const ENDINGS: [&str; 3] = [".start", ".stop", ".exception"];

/// The name of the span that an event may belong to.
pub(crate) fn span_of(event: &str) -> Option<&str> {
    ENDINGS.iter().find_map(|ending| event.strip_suffix(ending))
}

/// Where `monotonic_time` counts from.
static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A number that no other span of this process has.
pub(crate) fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(crate) struct Running {
    name: Name,
    id: u64,
    started: Instant,
}

/// How a span ended.
pub(crate) enum Outcome<'a> {
    Stop,
    Exception {
        kind: &'static str,
        message: &'a str,
    },
}

impl<'a> Outcome<'a> {
    pub(crate) fn panic(message: &'a str) -> Outcome<'a> {
        let kind = "panic";
        Outcome::Exception { kind, message }
    }

    /// Of work that ended, with what is wrong with its result.
    pub(crate) fn of(fault: Option<&'a str>) -> Outcome<'a> {
        let kind = "error";
        fault.map_or(Outcome::Stop, |message| Outcome::Exception {
            kind,
            message,
        })
    }

    pub(crate) const CANCELLED: Outcome<'static> = Outcome::Exception {
        kind: "cancelled",
        message: "dropped before it ended",
    };
}

impl Running {
    /// Emits the start.
    pub(crate) fn start(
        mut name: Name,
        registry: &Registry,
        metadata: &[(&str, Value<'_>)],
    ) -> Running {
        let id = next_id();
        let origin = *ORIGIN;
        let started = Instant::now();
        if let Some(listeners) = name.listeners(".start", registry) {
            let mut measurements = Entries::new();
            if let Ok(since) = SystemTime::now().duration_since(UNIX_EPOCH) {
                measurements.add("system_time", since.as_secs_f64());
            }
            let monotonic_time = started.saturating_duration_since(origin);
            measurements.add("monotonic_time", monotonic_time.as_secs_f64());
            let mut all = Entries::new();
            all.add("span_id", id.into());
            all.extend(metadata);
            listeners.execute(&measurements, &all);
        }
        Running { name, id, started }
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// When it began.
    #[cfg(feature = "tracing")]
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Emits the stop or exception of a span that ended `now`.
    pub(crate) fn end(
        mut self,
        now: Instant,
        registry: &Registry,
        metadata: &[(&str, Value<'_>)],
        context: &SpanContext,
        outcome: &Outcome<'_>,
    ) {
        let ending = match outcome {
            Outcome::Stop => ".stop",
            Outcome::Exception { .. } => ".exception",
        };
        let Some(listeners) = self.name.listeners(ending, registry) else {
            return;
        };
        let since = |then| now.saturating_duration_since(then).as_secs_f64();
        let mut measurements = Entries::new();
        measurements.add("duration", since(self.started));
        measurements.add("monotonic_time", since(*ORIGIN));
        let mut all = Entries::new();
        all.add("span_id", self.id.into());
        if let Outcome::Exception { kind, message } = *outcome {
            all.add("kind", kind.into());
            all.add("message", message.into());
        }
        context.add_to(&mut measurements, &mut all);
        all.extend(metadata);
        listeners.execute(&measurements, &all);
    }
}

/// The name of a span, with room for the endings.
pub(crate) struct Name {
    text: ArrayString<{ MAX_NAME + ".exception".len() }>,
    stem: usize,
    /// It came over a bridge, and no contract is asked about it.
    is_bridged: bool,
}

impl Name {
    /// The name when somebody listens to any event of such a span, and none otherwise.
    #[inline]
    pub(crate) fn heard(registry: &Registry, name: &str) -> Option<Name> {
        if registry.may_hear_span(name) {
            Name::find(registry, name)
        } else {
            None
        }
    }

    /// As [`heard`](Name::heard), for a span that came over a bridge.
    #[cfg(feature = "tracing")]
    pub(crate) fn bridged(registry: &Registry, name: &str) -> Option<Name> {
        if !registry.may_hear_span(name) {
            return None;
        }
        let mut stem = Name::new(name)?;
        stem.is_bridged = true;
        stem.is_heard(registry).then_some(stem)
    }

    #[inline(never)]
    fn find(registry: &Registry, name: &str) -> Option<Name> {
        let mut stem = Name::new(name)?;
        let is_heard = stem.is_heard(registry);
        if !is_heard {
            // A span that nobody declared is seen all the same, by its start alone.
            registry.see(stem.with(".start"));
        }
        is_heard.then_some(stem)
    }

    fn is_heard(&mut self, registry: &Registry) -> bool {
        ENDINGS
            .iter()
            .any(|ending| registry.has_handlers(self.with(ending)))
    }

    fn listeners<'a>(&'a mut self, ending: &str, registry: &'a Registry) -> Option<Listeners<'a>> {
        if self.is_bridged {
            registry.find(self.with(ending))
        } else {
            registry.listeners(self.with(ending))
        }
    }

    fn new(stem: &str) -> Option<Name> {
        if stem.len() > MAX_NAME {
            return None;
        }
        let mut text = ArrayString::new();
        text.push_str(stem);
        let stem = stem.len();
        Some(Name {
            text,
            stem,
            is_bridged: false,
        })
    }

    fn with(&mut self, ending: &str) -> &str {
        self.text.truncate(self.stem);
        // Never panics: every ending fits behind the longest stem.
        self.text.push_str(ending);
        &self.text
    }
}
