//! The severity of an event, as loggers write it.
//!
//! Sources: RFC 5424 (syslog), table 2; pino, "Levels"; OpenTelemetry logs data model,
//! "Severity fields" and "Mapping of SeverityNumber".
//!
//! Invariant: what names a failure in any of them is never listed as information.

use protocol::LogLevel;
use telemetry::{Event, Value};

/// Metadata that bears a severity, the first that is there, and what its numbers mean.
const KEYS: [(&str, Numbers); 4] = [
    ("level", Numbers::Logger),
    ("severity", Numbers::Logger),
    ("severity_text", Numbers::Logger),
    ("severity_number", Numbers::OpenTelemetry),
];

#[derive(Clone, Copy)]
enum Numbers {
    /// Up to 7 of syslog, where 0 is worst; from 30 on of pino, bunyan and their like, where 60 is
    /// worst. Between them both pino's `trace` and `debug` and OpenTelemetry's are found: tens are
    /// pino's.
    Logger,
    /// 1 to 24, of which 24 is worst.
    OpenTelemetry,
}

/// How severe an event is; information where it does not say.
pub(super) fn level(event: &Event<'_>) -> LogLevel {
    let found = KEYS.iter().find_map(|(key, numbers)| {
        let value = event.meta(key)?;
        Some(match value {
            Value::Str(text) => of_text(text.trim(), *numbers),
            Value::Int(number) => of_number(number, *numbers),
            Value::UInt(_) | Value::Bool(_) => LogLevel::Info,
            // A JSON number such as 40.0. The cast ends at the ends of the range.
            Value::Float(number) => of_number(number as i64, *numbers),
        })
    });
    found.unwrap_or_default()
}

fn of_text(text: &str, numbers: Numbers) -> LogLevel {
    if let Ok(number) = text.parse() {
        return of_number(number, numbers);
    }
    // OpenTelemetry has four of each, `ERROR` to `ERROR4`.
    let word = text.trim_end_matches(['2', '3', '4']).to_ascii_lowercase();
    match word.as_str() {
        "emerg" | "emergency" | "panic" | "alert" | "crit" | "critical" | "fatal" | "err"
        | "error" | "severe" | "bad" => LogLevel::Error,
        "warn" | "warning" => LogLevel::Warn,
        // `notice`, `informational`, `info`, `debug`, `trace` and words that nobody agreed on.
        _ => LogLevel::Info,
    }
}

fn of_number(number: i64, numbers: Numbers) -> LogLevel {
    match (numbers, number) {
        (Numbers::Logger, 0..=3 | 50..) => LogLevel::Error,
        (Numbers::Logger, 4 | 40..=49) => LogLevel::Warn,
        (Numbers::Logger, 10 | 20) => LogLevel::Info,
        (_, 17..=24) => LogLevel::Error,
        (_, 13..=16) => LogLevel::Warn,
        _ => LogLevel::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &'static str, value: Value<'_>, expect: LogLevel) {
        let event = Event {
            name: "log.message",
            measurements: &[],
            metadata: &[(key, value)],
        };
        assert_eq!(level(&event), expect, "{key} {value:?}");
    }

    #[test]
    fn levels_by_the_names_of_loggers() {
        use LogLevel::{Error, Info, Warn};
        for (word, expect) in [
            ("emerg", Error),
            ("alert", Error),
            ("crit", Error),
            ("err", Error),
            ("error", Error),
            ("ERROR3", Error),
            ("FATAL4", Error),
            ("Severe", Error),
            ("bad", Error),
            ("panic", Error),
            (" warning ", Warn),
            ("WARN2", Warn),
            ("notice", Info),
            ("informational", Info),
            ("debug", Info),
            ("TRACE", Info),
            ("silent", Info),
            ("", Info),
            ("234", Error),
        ] {
            check("level", word.into(), expect);
            check("severity", word.into(), expect);
            check("severity_text", word.into(), expect);
        }
        check("priority", "error".into(), Info);
    }

    #[test]
    fn levels_by_the_numbers_of_loggers() {
        use LogLevel::{Error, Info, Warn};
        let syslog = [Error, Error, Error, Error, Warn, Info, Info, Info];
        for (number, expect) in (0i64..).zip(syslog) {
            check("level", number.into(), expect);
            check("level", number.to_string().as_str().into(), expect);
            check("severity", (number as f64).into(), expect);
        }
        for (number, expect) in [
            (10, Info),
            (20, Info),
            (30, Info),
            (35, Info),
            (40, Warn),
            (50, Error),
            (60, Error),
            // Of no logger's but OpenTelemetry's.
            (9, Info),
            (13, Warn),
            (17, Error),
            (-1, Info),
        ] {
            check("level", Value::Int(number), expect);
        }
        for number in 1i64..=24 {
            let expect = match number {
                ..=12 => Info,
                13..=16 => Warn,
                _ => Error,
            };
            check("severity_number", number.into(), expect);
        }
    }
}
