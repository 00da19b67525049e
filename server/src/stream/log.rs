//! Recent events, as people read them.
//!
//! Invariant: a flush carries a bounded number of entries, the rest is counted, and a line
//! holds no control characters and nothing that no metric names.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use protocol::{LogLevel, LogRecord, paths};
use telemetry::{AttachError, Event, HANDLER_FAILURE, MetricId, MetricList, Registry, Value};

use crate::ingest::is_reserved;

/// Longest message or source in characters.
const MAX_CHARS: usize = 200;

/// An entry, and the metrics that its event feeds: whoever may see all of those hears of it.
#[derive(Clone, Debug)]
pub struct Noted {
    /// What is shown.
    pub entry: LogRecord,
    /// Metrics of the event.
    pub fed: Arc<[MetricId]>,
}

/// Gathers entries between two flushes.
pub struct LogBook {
    pending: Mutex<(Vec<Noted>, u64)>,
    per_flush: usize,
    clock: Arc<AtomicI64>,
}

impl LogBook {
    /// An empty book; `clock` holds the time in ms that entries get.
    pub fn new(per_flush: usize, clock: Arc<AtomicI64>) -> LogBook {
        LogBook {
            pending: Mutex::default(),
            per_flush,
            clock,
        }
    }

    /// Listens to what is worth listing: requests, sign-ins, failed handlers, events that nobody
    /// knows, and every event of the list that programs may send.
    pub fn attach(
        self: &Arc<LogBook>,
        registry: &Registry,
        metrics: &Arc<MetricList>,
    ) -> Result<(), AttachError> {
        for event in metrics.events() {
            let describe: Describe = match event {
                "http.request.stop" => request,
                "auth.sign_in.stop" => sign_in,
                HANDLER_FAILURE => failure,
                "log.message" => message,
                "pulseboard.undeclared" => undeclared,
                own if is_reserved(own) => continue,
                _ => generic,
            };
            let (book, list) = (self.clone(), metrics.clone());
            let fed: Arc<[MetricId]> = metrics.by_event(event).into();
            registry.attach(format!("pulseboard.log/{event}"), event, move |event| {
                book.note(event, &fed, describe, &list);
            })?;
        }
        Ok(())
    }

    /// What came since the last call, and how many entries found no room.
    pub fn take(&self) -> (Vec<Noted>, u64) {
        std::mem::take(&mut *self.pending())
    }

    fn note(
        &self,
        event: &Event<'_>,
        fed: &Arc<[MetricId]>,
        describe: Describe,
        list: &MetricList,
    ) {
        // Looked at before the text is made: a flood costs a lock and a number.
        if self.full() {
            return;
        }
        let Some(line) = describe(event, fed, list) else {
            return;
        };
        let entry = LogRecord {
            t: self.clock.load(Ordering::Relaxed),
            level: line.level,
            event: event.name.to_owned(),
            message: clean(&line.message),
            source: clean(&line.source),
        };
        let mut pending = self.pending();
        if pending.0.len() < self.per_flush {
            pending.0.push(Noted {
                entry,
                fed: fed.clone(),
            });
        } else {
            pending.1 += 1;
        }
    }

    fn full(&self) -> bool {
        let mut pending = self.pending();
        let full = pending.0.len() >= self.per_flush;
        pending.1 += u64::from(full);
        full
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, (Vec<Noted>, u64)> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Line {
    level: LogLevel,
    message: String,
    source: String,
}

type Describe = fn(&Event<'_>, &[MetricId], &MetricList) -> Option<Line>;

/// What went well and happens all the time would push everything else off the list: assets,
/// health checks, and what the page itself reads. Events that were posted are listed themselves.
fn request(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let route = text(event, "route");
    let Some(Value::Int(status)) = event.meta("status") else {
        return None;
    };
    let method = text(event, "method");
    let read = method == "GET" && paths::is_below(&route, paths::API);
    let quiet = read
        || route == paths::EVENTS
        || paths::is_below(&route, paths::PACKAGE)
        || paths::is_below(&route, paths::HEALTH)
        || route == "unmatched"
        || route.contains('.');
    if quiet && status < 400 {
        return None;
    }
    let ms = event.measurement("duration").unwrap_or(0.0) * 1000.0;
    let digits = if ms < 10.0 { 1 } else { 0 };
    let message = format!("{method} {route} → {status} in {ms:.digits$} ms");
    let level = match status {
        500.. => LogLevel::Error,
        400.. => LogLevel::Warn,
        _ => LogLevel::Info,
    };
    Some(Line {
        level,
        message,
        source: route,
    })
}

fn sign_in(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let result = text(event, "result");
    let level = if result == "success" {
        LogLevel::Info
    } else {
        LogLevel::Warn
    };
    Some(Line {
        level,
        message: format!("sign-in: {result}"),
        source: "access".to_owned(),
    })
}

fn failure(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let (handler, on) = (text(event, "handler"), text(event, "event"));
    let message = format!("handler `{handler}` failed on `{on}` and was detached");
    Some(Line {
        level: LogLevel::Error,
        message,
        source: handler,
    })
}

fn undeclared(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let (name, count) = (text(event, "event"), event.measurement("count")?);
    Some(Line {
        level: LogLevel::Warn,
        message: format!("{count} of `{name}` refused: no contract and no metric knows it"),
        source: "ingest".to_owned(),
    })
}

fn message(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let level = match text(event, "level").to_ascii_lowercase().as_str() {
        "error" | "bad" | "fatal" | "critical" => LogLevel::Error,
        "warn" | "warning" => LogLevel::Warn,
        _ => LogLevel::Info,
    };
    Some(Line {
        level,
        message: text(event, "message"),
        source: text(event, "source"),
    })
}

/// What metrics name, each once; anything else an event carries is nobody's to see.
fn generic(event: &Event<'_>, fed: &[MetricId], list: &MetricList) -> Option<Line> {
    let said = text(event, "message");
    let message = if said.is_empty() {
        let mut line = event.name.to_owned();
        let metrics = || fed.iter().map(|metric| list.get(*metric));
        for (key, value) in event.measurements {
            if metrics().any(|metric| metric.measurement == *key) {
                // Writing to a string cannot fail, here and below.
                let _ = write!(line, " {key}={value}");
            }
        }
        for (key, value) in event.metadata {
            if metrics().any(|metric| metric.tags.iter().any(|tag| tag == key)) {
                let _ = write!(line, " {key}={value}");
            }
        }
        line
    } else {
        said
    };
    Some(Line {
        level: LogLevel::Info,
        message,
        source: String::new(),
    })
}

fn text(event: &Event<'_>, key: &str) -> String {
    event
        .meta(key)
        .map(|value| value.to_string())
        .unwrap_or_default()
}

fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use telemetry::Metric;

    use super::*;

    #[test]
    fn events_become_lines() {
        let shop = [Metric::sum("shop.order.price").tags(["item"])];
        let metrics = Arc::new(crate::metrics::list(&shop).expect("a list"));
        let check = |event: Event<'_>, expect: Option<(LogLevel, &str, &str)>| {
            let registry = Registry::new();
            let book = Arc::new(LogBook::new(1, Arc::new(AtomicI64::new(7))));
            book.attach(&registry, &metrics).expect("attaches");
            registry.execute(event.name, event.measurements, event.metadata);
            let (noted, over) = book.take();
            let seen = noted.first().map(|n| {
                (
                    n.entry.level,
                    n.entry.message.as_str(),
                    n.entry.source.as_str(),
                )
            });
            assert_eq!((seen, over), (expect, 0));
            assert!(
                noted
                    .iter()
                    .all(|noted| !noted.fed.is_empty() && noted.entry.t == 7)
            );
        };
        let by = |method: &'static str, status: i64, route: &'static str| {
            [
                ("method", Value::Str(method)),
                ("route", Value::Str(route)),
                ("status", Value::Int(status)),
            ]
        };
        let request = |status, route| by("GET", status, route);
        let check_request = |metadata: [(&str, Value<'_>); 3], expect| {
            let measurements = &[("duration", 0.003)];
            check(
                Event {
                    name: "http.request.stop",
                    measurements,
                    metadata: &metadata,
                },
                expect,
            );
        };
        use LogLevel::{Error, Info, Warn};
        check_request(
            request(200, "/d/{id}"),
            Some((Info, "GET /d/{id} → 200 in 3.0 ms", "/d/{id}")),
        );
        check_request(
            by("PUT", 200, "/api/preferences"),
            Some((
                Info,
                "PUT /api/preferences → 200 in 3.0 ms",
                "/api/preferences",
            )),
        );
        check_request(
            by("POST", 401, "/api/events"),
            Some((Warn, "POST /api/events → 401 in 3.0 ms", "/api/events")),
        );
        check_request(
            request(404, "/api/history"),
            Some((Warn, "GET /api/history → 404 in 3.0 ms", "/api/history")),
        );
        check_request(
            request(404, "/pkg/x"),
            Some((Warn, "GET /pkg/x → 404 in 3.0 ms", "/pkg/x")),
        );
        check_request(
            request(503, "/health/ready"),
            Some((Error, "GET /health/ready → 503 in 3.0 ms", "/health/ready")),
        );
        check_request(request(200, "/health"), None);
        check_request(request(200, "/api/stream"), None);
        check_request(request(200, "/api/dashboards/{id}"), None);
        check_request(by("POST", 202, "/api/events"), None);
        check_request(request(200, "unmatched"), None);
        check(
            Event {
                name: "log.message",
                measurements: &[],
                metadata: &[
                    ("level", "WARN".into()),
                    ("message", "a\u{0}b\nc".into()),
                    ("source", "cron".into()),
                ],
            },
            Some((Warn, "abc", "cron")),
        );
        check(
            Event {
                name: "shop.order",
                measurements: &[("price", 2.5), ("secret", 1.0)],
                metadata: &[("item", "tea".into()), ("password", "x".into())],
            },
            Some((Info, "shop.order price=2.5 item=tea", "")),
        );
        check(
            Event {
                name: "pulseboard.undeclared",
                measurements: &[("count", 2.0)],
                metadata: &[("event", "shop.oder".into())],
            },
            Some((
                Warn,
                "2 of `shop.oder` refused: no contract and no metric knows it",
                "ingest",
            )),
        );
        check(
            Event {
                name: "host.memory",
                measurements: &[("used", 1.0)],
                metadata: &[],
            },
            None,
        );
        let long = "é".repeat(300);
        let cut = "é".repeat(200);
        check(
            Event {
                name: "shop.order",
                measurements: &[],
                metadata: &[("message", long.as_str().into())],
            },
            Some((Info, &cut, "")),
        );
    }

    #[test]
    fn a_flush_carries_so_many_and_counts_the_rest() {
        let metrics = Arc::new(crate::metrics::list(&[]).expect("a list"));
        let registry = Registry::new();
        let book = Arc::new(LogBook::new(2, Arc::default()));
        book.attach(&registry, &metrics).expect("attaches");
        for _ in 0..5 {
            registry.execute("log.message", &[], &[("message", "x".into())]);
        }
        let (noted, over) = book.take();
        assert_eq!((noted.len(), over), (2, 3));
        assert_eq!((book.take().0.len(), book.take().1), (0, 0));
    }
}
