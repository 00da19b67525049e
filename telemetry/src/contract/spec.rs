//! What a declaration is made of. All of it can stand in a constant.
//!
//! Invariant: no allocation, so that a declaration costs nothing in a program that only emits.

use std::fmt;

use crate::{Registry, Unit, Value, global};

/// One event that a program emits.
///
/// [`event!`](crate::event!) takes it for a name, and [`EventSpec::execute`] emits it; for
/// whatever else wants a name there is `name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSpec {
    /// Dotted name, such as `http.request.stop`.
    pub name: &'static str,
    /// What happened, in a sentence.
    pub doc: &'static str,
    /// Numbers that it may carry.
    pub measurements: &'static [MeasurementSpec],
    /// Metadata keys that it may carry.
    pub metadata: &'static [MetadataSpec],
}

/// One number that an event may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasurementSpec {
    /// Its key.
    pub name: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// What it means, in a sentence.
    pub doc: &'static str,
}

/// One metadata key that an event may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetadataSpec {
    /// The key.
    pub name: &'static str,
    /// What its values mean, in a sentence.
    pub doc: &'static str,
}

/// A span: the three events that [`Registry::span`] emits under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanSpec {
    /// What [`Registry::span`] takes.
    pub name: &'static str,
    /// `{name}.start`.
    pub start: EventSpec,
    /// `{name}.stop`.
    pub stop: EventSpec,
    /// `{name}.exception`.
    pub exception: EventSpec,
}

/// Requests: the two events that the tower layer `RequestTelemetry` emits under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestSpec {
    /// What `RequestTelemetry::named` takes.
    pub name: &'static str,
    /// `{name}.stop`: a request was answered, and its body has ended or was given up.
    pub stop: EventSpec,
    /// `{name}.exception`: a request got no response.
    pub exception: EventSpec,
}

impl EventSpec {
    /// Emits the event on the [`global`] registry.
    #[inline]
    pub fn execute(&self, measurements: &[(&str, f64)], metadata: &[(&str, Value<'_>)]) {
        self.execute_on(global(), measurements, metadata);
    }

    /// Emits the event on this registry.
    #[inline]
    pub fn execute_on(
        &self,
        registry: &Registry,
        measurements: &[(&str, f64)],
        metadata: &[(&str, Value<'_>)],
    ) {
        registry.execute(self.name, measurements, metadata);
    }
}

impl AsRef<str> for EventSpec {
    fn as_ref(&self) -> &str {
        self.name
    }
}

impl fmt::Display for EventSpec {
    /// The name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl SpanSpec {
    /// Start, stop and exception.
    pub const fn events(&self) -> [EventSpec; 3] {
        [self.start, self.stop, self.exception]
    }
}

impl AsRef<str> for RequestSpec {
    fn as_ref(&self) -> &str {
        self.name
    }
}

impl RequestSpec {
    const METHOD: MetadataSpec = MetadataSpec {
        name: "method",
        doc: "`GET` and the like; unknown ones are `OTHER`.",
    };
    const ROUTE: MetadataSpec = MetadataSpec {
        name: "route",
        doc: "The template of the route, or `unmatched`.",
    };

    /// What stop measures.
    pub const STOP_MEASUREMENTS: &[MeasurementSpec] = &[
        MeasurementSpec {
            name: "duration",
            unit: Unit::Second,
            doc: "Until the head of the response.",
        },
        MeasurementSpec {
            name: "response_bytes",
            unit: Unit::Byte,
            doc: "Of the response's body.",
        },
    ];
    /// What stop says.
    pub const STOP_METADATA: &[MetadataSpec] = &[
        RequestSpec::METHOD,
        RequestSpec::ROUTE,
        MetadataSpec {
            name: "status",
            doc: "The number.",
        },
        MetadataSpec {
            name: "class",
            doc: "`2xx` and the like.",
        },
    ];
    /// What exception measures.
    pub const EXCEPTION_MEASUREMENTS: &[MeasurementSpec] = &[MeasurementSpec {
        name: "duration",
        unit: Unit::Second,
        doc: "Until it was given up.",
    }];
    /// What exception says.
    pub const EXCEPTION_METADATA: &[MetadataSpec] = &[
        RequestSpec::METHOD,
        RequestSpec::ROUTE,
        MetadataSpec {
            name: "kind",
            doc: "`cancelled`, `panic` or `error`.",
        },
    ];

    /// Stop and exception.
    pub const fn events(&self) -> [EventSpec; 2] {
        [self.stop, self.exception]
    }
}

impl MeasurementSpec {
    /// When a span started.
    pub const SYSTEM_TIME: MeasurementSpec = MeasurementSpec {
        name: "system_time",
        unit: Unit::Second,
        doc: "Seconds since the epoch.",
    };
    /// When a span's event was emitted, by a clock that never goes back.
    pub const MONOTONIC_TIME: MeasurementSpec = MeasurementSpec {
        name: "monotonic_time",
        unit: Unit::Second,
        doc: "Seconds since a moment that is the same for the whole process.",
    };
    /// How long a span took.
    pub const DURATION: MeasurementSpec = MeasurementSpec {
        name: "duration",
        unit: Unit::Second,
        doc: "Seconds since the start.",
    };
}

impl MetadataSpec {
    /// Which span.
    pub const SPAN_ID: MetadataSpec = MetadataSpec {
        name: "span_id",
        doc: "The same in all events of one span, and in no other span of the process.",
    };
    /// How a span failed.
    pub const KIND: MetadataSpec = MetadataSpec {
        name: "kind",
        doc: "`panic`, `error` or `cancelled`.",
    };
    /// Why a span failed.
    pub const MESSAGE: MetadataSpec = MetadataSpec {
        name: "message",
        doc: "What the panic or the error says.",
    };
}

/// Whether each name in a list is another one. A macro, since a constant cannot ask a trait for
/// the names of three types.
macro_rules! each_once {
    ($list:expr) => {{
        let (list, mut once, mut i) = ($list, true, 0);
        while i < list.len() {
            let mut j = 0;
            while j < i {
                once &= !same(list[i].name, list[j].name);
                j += 1;
            }
            i += 1;
        }
        once
    }};
}

/// Whether every name stands there once; at compile time.
pub const fn unique(events: &[EventSpec]) -> bool {
    each_once!(events)
}

/// Whether no event has a measurement twice, or a metadata key; at compile time.
pub const fn unique_keys(events: &[EventSpec]) -> bool {
    let (mut once, mut i) = (true, 0);
    while i < events.len() {
        once &= each_once!(events[i].measurements) && each_once!(events[i].metadata);
        i += 1;
    }
    once
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// How many events there are in all groups.
pub const fn count(groups: &[&[EventSpec]]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < groups.len() {
        sum += groups[i].len();
        i += 1;
    }
    sum
}

/// All groups as one list of `N` = [`count`] events.
pub const fn flat<const N: usize>(groups: &[&[EventSpec]]) -> [EventSpec; N] {
    const NONE: EventSpec = EventSpec {
        name: "",
        doc: "",
        measurements: &[],
        metadata: &[],
    };
    let mut events = [NONE; N];
    let (mut at, mut i) = (0, 0);
    while i < groups.len() {
        let mut j = 0;
        while j < groups[i].len() {
            events[at] = groups[i][j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    events
}
