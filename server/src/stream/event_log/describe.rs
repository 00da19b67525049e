//! Events as lines of text.
//!
//! Invariant: a line shows nothing that no metric names.

use std::fmt::Write as _;

use protocol::{Action, LogLevel, paths};
use telemetry::{Event, HANDLER_FAILURE, MetricId, MetricList, Value};

use super::level::level;

use crate::contract::{SINK_FAILURE, UNDECLARED};
use crate::http::ROUTES;
use crate::ingest::is_reserved;

/// A log record in the making.
pub(super) struct Line {
    pub(super) level: LogLevel,
    pub(super) message: String,
    pub(super) source: String,
    /// Whether anybody can cause it without an account.
    pub(super) anonymous: bool,
}

/// Makes a line of an event that feeds these metrics; None for what is not worth listing.
pub(super) type Describe = fn(&Event<'_>, &[MetricId], &MetricList) -> Option<Line>;

/// How events of that name are listed: requests, sign-ins, failures, undeclared events, and every
/// event of the list that programs may send. None for the server's other events.
pub(super) fn describe(event: &str) -> Option<Describe> {
    Some(match event {
        "http.request.stop" => request,
        "auth.sign_in.stop" => sign_in,
        HANDLER_FAILURE => handler_failure,
        "log.message" => message,
        name if name == UNDECLARED.name => undeclared,
        name if name == SINK_FAILURE.name => sink_failure,
        own if is_reserved(own) => return None,
        _ => generic,
    })
}

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
        anonymous: is_anonymous(&route, status),
        source: route,
    })
}

/// Whether requests that prove no account can end like this: those of public routes and pages, and
/// those that the guard does not let pass.
fn is_anonymous(route: &str, status: i64) -> bool {
    let public_page = || {
        let mut pages = app::PAGES.iter();
        pages.any(|page| page.path == route && page.action == Action::Public)
    };
    let public = || {
        let mut routes = ROUTES.iter();
        routes.any(|one| one.path == route && one.action == Action::Public)
    };
    matches!(status, 303 | 401 | 403) || route == "unmatched" || public() || public_page()
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
        anonymous: result != "success",
        source: "access".to_owned(),
    })
}

fn handler_failure(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let (handler, on) = (text(event, "handler"), text(event, "event"));
    let message = format!("handler `{handler}` failed on `{on}` and was detached");
    Some(Line {
        level: LogLevel::Error,
        message,
        source: handler,
        anonymous: false,
    })
}

fn sink_failure(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let (sink, panic) = (text(event, "sink"), text(event, "message"));
    Some(Line {
        level: LogLevel::Error,
        message: format!("output `{sink}` of the flush loop failed: {panic}"),
        source: sink,
        anonymous: false,
    })
}

fn undeclared(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    let (name, count) = (text(event, "event"), event.measurement("count")?);
    Some(Line {
        level: LogLevel::Warn,
        message: format!("{count} of `{name}` refused: no contract and no metric knows it"),
        source: "ingest".to_owned(),
        anonymous: false,
    })
}

fn message(event: &Event<'_>, _: &[MetricId], _: &MetricList) -> Option<Line> {
    Some(Line {
        level: level(event),
        message: text(event, "message"),
        source: text(event, "source"),
        anonymous: false,
    })
}

/// What metrics name, each once; anything else is seen only by who opens the event.
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
        level: level(event),
        message,
        source: String::new(),
        anonymous: false,
    })
}

fn text(event: &Event<'_>, key: &str) -> String {
    event
        .meta(key)
        .map(|value| value.to_string())
        .unwrap_or_default()
}
