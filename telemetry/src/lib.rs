//! Telemetry: programs emit events, handlers take them, metrics say what to measure in them.
//!
//! ```
//! use std::time::Duration;
//! use telemetry::event;
//!
//! // Who listens: a handler runs in the thread that emits, so it is quick or hands on.
//! telemetry::attach("print", "cache.miss", |event| {
//!     println!("{} {:?} {:?}", event.name, event.measurement("size"), event.meta("key"));
//! })?;
//!
//! // What happens: names with numbers, and what they are about.
//! event!("cache.miss", { size: 512, waited: Duration::from_millis(3) }, { key: "user:7" });
//!
//! // What takes time: an event where it starts, and one where it stops or fails.
//! let answer = telemetry::span("cache.fill", &[("key", "user:7".into())], || 42);
//! assert_eq!(answer, 42);
//! # Ok::<(), telemetry::AttachError>(())
//! ```
//!
//! | to | in a program | with a registry of its own |
//! |---|---|---|
//! | emit | [`event!`], [`execute`] | `event!(in registry; …)`, [`Registry::execute`] |
//! | listen | [`attach`], [`attach_many`], [`attach_with`], [`detach`] | [`Registry::attach`] … |
//! | time work | `span`, `try_span`, `span_with` | `Registry::span` … |
//! | time a future | `span_async`, `try_span_async` | `Registry::span_async` … |
//! | test | [`testing::capture`] of [`global`] | [`testing::capture`] |
//!
//! Where nobody listens, an event costs a few nanoseconds and evaluates nothing. A handler that
//! panics harms neither the emitter nor the other handlers; see [`OnPanic`].
//!
//! Start reading at [`Registry`], then [`Event`] and [`Metric`]. The core has no async, no I/O
//! and no clock, and compiles to WASM; what needs them is a feature:
//!
//! | feature | what |
//! |---|---|
//! | `span` (default) | spans, which read the clock |
//! | `log` (default) | handlers that panic are told to `tracing`, target `telemetry` |
//! | `report` | [the metric list](MetricList), and [reporters](reporter) that take its numbers out of events |
//! | `aggregate` | what the list's series did in a window |
//! | `console` | a reporter that prints, to see what a program emits |
//! | `host` | `HostPoller`, which measures this machine and process |
//! | `poller` | `Poller`: periodic measurements of your own, of the host and of a tokio runtime |
//! | `http` | `RequestTelemetry`, a tower layer for axum |
//! | `macros` | `#[measured]`, a span around a function's body |
//! | `tracing` | `TracingLayer`, which makes events of spans and events of `tracing` |
//! | `metrics` | `MetricsRecorder`, which makes events of what the `metrics` facade records |
//! | `toml` | `metrics_from_toml`, metrics out of the file that the server reads |
//! | `otlp` | `otlp::OtlpReporter`, which pushes metrics to Pulseboard or another receiver of OTLP |
//! | `otlp-tls` | the same over TLS |
//! | `otlp-messages` | `otlp_message`, what OTLP is made of, for a receiver of your own |

#[cfg(feature = "aggregate")]
pub mod aggregate;
#[cfg(any(feature = "metrics", feature = "tracing"))]
mod bridge;
pub mod contract;
mod emit;
mod event;
mod extract;
mod failure;
mod filter;
mod global;
#[cfg(feature = "report")]
mod grow;
#[cfg(feature = "host")]
mod host;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "span")]
mod kept;
#[cfg(feature = "report")]
mod list;
mod listeners;
#[cfg(feature = "macros")]
pub mod measured;
mod measurement;
mod metric;
#[cfg(feature = "toml")]
mod metrics_file;
mod name;
#[cfg(feature = "otlp")]
pub mod otlp;
#[cfg(feature = "otlp-messages")]
pub mod otlp_message;
#[cfg(feature = "poller")]
mod poller;
mod refusal;
mod registry;
#[cfg(feature = "report")]
pub mod reporter;
mod sampler;
#[cfg(feature = "span")]
mod span;
mod table;
pub mod testing;
mod unit;

#[cfg(feature = "metrics")]
pub use bridge::metrics::MetricsRecorder;
#[cfg(feature = "tracing")]
pub use bridge::tracing::TracingLayer;
pub use event::{Event, Value};
pub use extract::Extractor;
pub use failure::{HANDLER_FAILURE, OnPanic, catch_panic};
pub use global::{
    attach, attach_many, attach_with, detach, execute, global, has_handlers, list_handlers,
};
#[cfg(feature = "host")]
pub use host::HostPoller;
#[cfg(feature = "http")]
pub use http::{MeteredBody, RequestTelemetry, RequestTelemetryService, ResponseFuture};
#[cfg(feature = "span")]
pub use kept::MAX_VALUE_TEXT;
#[cfg(feature = "report")]
pub use list::{Extended, ListError, MAX_METRICS, MetricId, MetricList};
pub use listeners::Listeners;
pub use measurement::IntoMeasurement;
pub use metric::{
    Buckets, Functions, Kind, MAX_BUCKETS, MAX_OPTIONS, MAX_PATTERNS, MAX_ROLES, MAX_TAGS,
    MAX_TEXT, Match, Metric, MetricError, OptionValue,
};
#[cfg(feature = "toml")]
pub use metrics_file::{MetricsFileError, metrics_from_toml};
pub use name::{MAX_NAME, NameError, check_event_name, is_event_name};
#[cfg(feature = "poller")]
pub use poller::{POLLER_FAILURE, POLLER_SKIPPED, PollResult, Poller, PollerHandle};
pub use refusal::Refusal;
pub use registry::{AttachError, HandlerInfo, HandlerSet, NewHandler, NotFound, Registry};
pub use sampler::Sampler;
#[cfg(feature = "span")]
pub use span::{
    MAX_SPAN_ENTRIES, SpanContext, SpanFuture, span, span_async, span_with, try_span,
    try_span_async, try_span_with,
};
#[cfg(feature = "macros")]
pub use telemetry_macros::measured;
pub use unit::{Dimension, Unit};
