//! The metrics that every Pulseboard has: of its own requests, queries and pipeline, and of
//! the machine it runs on.
//!
//! Invariant: each is fed by an event that the server itself emits, or that anybody may send
//! (`log.message`). What tells about the insides of the server is for admins.

mod catalog;
mod machine;

use telemetry::{ListError, Metric, MetricList, Unit};

pub use catalog::{CatalogError, MetricCatalog};

const ADMIN: [&str; 1] = ["admin"];

/// Upper bounds in seconds: from what a cache answers to what a person gives up on.
const LATENCY_BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// The built-in metrics.
pub fn builtin() -> Vec<Metric> {
    [requests(), machine::all(), server(), pipeline()].concat()
}

/// The built-in metrics and what the configuration adds to them.
pub fn list(configured: &[Metric]) -> Result<MetricList, ListError> {
    MetricList::new([builtin(), configured.to_vec()].concat())
}

fn requests() -> Vec<Metric> {
    let metrics = [
        Metric::count_events("http.request.stop")
            .named("http.requests")
            .tags(["method", "route", "status", "class"])
            .description("Requests answered"),
        Metric::summary("http.request.stop.duration")
            .named("http.request.duration")
            .unit(Unit::Second)
            .description("Time until the head of the response"),
        Metric::distribution("http.request.stop.duration", LATENCY_BUCKETS)
            .named("http.request.duration_by_route")
            .tags(["route"])
            .unit(Unit::Second)
            .description("Time until the head of the response, by route"),
        Metric::sum("http.request.stop.response_bytes")
            .named("http.response.bytes")
            .unit(Unit::Byte)
            .description("Bytes of response bodies"),
    ];
    metrics.map(|metric| metric.category("HTTP")).to_vec()
}

fn server() -> Vec<Metric> {
    vec![
        Metric::summary("db.query.stop.duration")
            .named("db.query.duration")
            .unit(Unit::Second)
            .category("Database")
            .description("Time of a query")
            .required_roles(ADMIN),
        Metric::count_events("db.query.stop")
            .named("db.queries")
            .tags(["query", "result"])
            .category("Database")
            .description("Queries")
            .required_roles(ADMIN),
        Metric::count_events("log.message")
            .named("log.message")
            .tags(["level", "source"])
            // A message that does not say them is listed as well, so it counts.
            .tag_values(|event, tag| event.meta(tag).is_none().then(|| "".into()))
            .category("Log")
            .description("Messages that programs sent"),
        Metric::sum("pulseboard.undeclared.count")
            .named("pulseboard.undeclared")
            .tags(["event"])
            .category("Pulseboard")
            .description("Events that no contract and no metric knows"),
        Metric::count_events("auth.sign_in.stop")
            .named("auth.sign_ins")
            .tags(["result"])
            .category("Access")
            .description("Attempts to sign in")
            .required_roles(ADMIN),
        Metric::count_events("telemetry.handler.failure")
            .named("telemetry.handler.failure")
            .tags(["event", "handler"])
            .category("Pulseboard")
            .description("Handlers that failed and were detached")
            .required_roles(ADMIN),
        Metric::sum("telemetry.poller.failure.count")
            .named("telemetry.poller.failures")
            .tags(["measurement"])
            .category("Pulseboard")
            .description("Periodic measurements that failed")
            .required_roles(ADMIN),
        Metric::sum("telemetry.poller.skipped.count")
            .named("telemetry.poller.skipped")
            .tags(["measurement"])
            .category("Pulseboard")
            .description("Periodic measurements that were left out, since the last still ran")
            .required_roles(ADMIN),
    ]
}

/// Fed by what the flush loop reports of itself once a second.
fn pipeline() -> Vec<Metric> {
    let own = |metric: Metric, name: &str, description: &str| {
        metric
            .named(name)
            .category("Pulseboard")
            .description(description)
            .required_roles(ADMIN)
    };
    vec![
        own(
            Metric::sum("pulseboard.pump.samples"),
            "pulseboard.samples",
            "Samples recorded",
        ),
        own(
            Metric::sum("pulseboard.refused.count"),
            "pulseboard.refused",
            "Samples refused, or folded into an overflow series",
        )
        .tags(["reason", "metric"]),
        own(
            Metric::last_value("pulseboard.pump.series"),
            "pulseboard.series",
            "Series known",
        ),
        own(
            Metric::last_value("pulseboard.health.state"),
            "pulseboard.health",
            "How the parts of the pipeline do: 0 as they should, 1 slow, 2 failing",
        )
        .tags(["part"]),
        own(
            Metric::last_value("pulseboard.pump.streams"),
            "pulseboard.streams",
            "Open streams",
        ),
        own(
            Metric::sum("pulseboard.frames.count"),
            "pulseboard.frames",
            "Chunks sent to streams",
        )
        .tags(["mode"]),
        own(
            Metric::last_value("pulseboard.ring.bytes"),
            "pulseboard.ring.bytes",
            "Memory of the flushes that streams read from",
        )
        .unit(Unit::Byte),
        own(
            Metric::last_value("pulseboard.ring.flushes"),
            "pulseboard.ring.flushes",
            "Flushes that a stream can resume from",
        ),
        own(
            Metric::sum("pulseboard.ring.shortened"),
            "pulseboard.ring.shortened",
            "Flushes that left the ring early, since it was at its limit of bytes",
        ),
        own(
            Metric::sum("pulseboard.sink.failure.count"),
            "pulseboard.sink.failures",
            "Flushes at which an output of the pipeline failed",
        )
        .tags(["sink"]),
        own(
            Metric::count_events("pulseboard.clock"),
            "pulseboard.clock.steps",
            "Times at which the clock was set, or stood still",
        )
        .tags(["step"]),
        own(
            Metric::last_value("pulseboard.history.memory"),
            "pulseboard.history.memory",
            "Memory of the seconds that are kept for queries",
        )
        .unit(Unit::Byte),
        own(
            Metric::sum("pulseboard.history.rows"),
            "pulseboard.history.rows",
            "Rows that reached the database",
        ),
        own(
            Metric::sum("pulseboard.history.dropped"),
            "pulseboard.history.dropped",
            "Rows that did not",
        ),
        own(
            Metric::count_events("pulseboard.history.retry"),
            "pulseboard.history.retries",
            "Seconds that were written again, since the first attempt failed",
        ),
        own(
            Metric::sum("pulseboard.events.accepted"),
            "pulseboard.events.accepted",
            "Events taken from programs",
        ),
        own(
            Metric::sum("pulseboard.events.rejected"),
            "pulseboard.events.rejected",
            "Events refused to programs",
        ),
        own(
            Metric::sum("pulseboard.otlp.accepted"),
            "pulseboard.otlp.accepted",
            "OTLP points taken from programs",
        ),
        own(
            Metric::sum("pulseboard.otlp.refused.points"),
            "pulseboard.otlp.rejected",
            "OTLP points refused to programs",
        )
        .tags(["reason", "metric"]),
        own(
            Metric::last_value("pulseboard.otlp.streams"),
            "pulseboard.otlp.streams",
            "Cumulative OTLP streams that are remembered",
        ),
        own(
            Metric::sum("pulseboard.otlp.evicted"),
            "pulseboard.otlp.evicted",
            "Cumulative OTLP streams that were silent and are forgotten",
        ),
        own(
            Metric::last_value("pulseboard.pump.flush_duration"),
            "pulseboard.flush.duration",
            "Longest flush of the last second",
        )
        .unit(Unit::Second),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_makes_sense() {
        let list = list(&[]).expect("the built-in list");
        assert!(list.find("http.requests").is_some() && list.knows_event("host.memory"));
        assert!(list.iter().all(|(_, m)| !m.description.is_empty()));
    }
}
