//! One event: read and checked against the metric list and the limits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use protocol::RejectionCode;
use protocol::event::{EventIn, MetaValue};
use serde_json::value::RawValue;
use telemetry::{Event, Refusal};

use super::borrowed;
use crate::document::reason_of;
use crate::ingest::is_reserved;
use crate::ingest::target::Targets;

/// Most measurements, and most metadata entries, of one event.
const MAX_ENTRIES: usize = 32;
/// Longest name of an event, measurement or metadata entry, in bytes.
const MAX_NAME: usize = 128;
/// Longest metadata text in bytes.
const MAX_TEXT: usize = 1024;

/// Why one element is rejected.
#[derive(Clone, Debug)]
pub struct InvalidEvent {
    /// JSON path; `.` is the element as a whole.
    pub field: String,
    /// Why.
    pub code: RejectionCode,
    /// What is wrong and what would be right.
    pub message: String,
}

impl InvalidEvent {
    /// At a field.
    pub fn new(
        field: impl Into<String>,
        code: RejectionCode,
        message: impl Into<String>,
    ) -> InvalidEvent {
        InvalidEvent {
            field: field.into(),
            code,
            message: message.into(),
        }
    }
}

/// Reads an event, whose numbers may still be beyond the limits.
pub fn read(text: &str) -> Result<EventIn, InvalidEvent> {
    let mut json = serde_json::Deserializer::from_str(text);
    let event = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let reason = reason_of(error.inner());
        if field.starts_with("measurements.") {
            InvalidEvent::new(
                field,
                RejectionCode::NotANumber,
                format!("{reason}; a measurement is a finite number"),
            )
        } else if field.starts_with("metadata.") {
            let message = format!("{reason}; metadata holds text, numbers, true and false");
            InvalidEvent::new(field, RejectionCode::BadValue, message)
        } else {
            let message = format!("{reason}; an event is {{name, measurements, metadata}}");
            InvalidEvent::new(field, RejectionCode::BadField, message)
        }
    });
    event.map(|event| with_all_digits(event, text))
}

/// With the digits of whole numbers that no integer type of the parser holds: it rounds them.
fn with_all_digits(mut event: EventIn, text: &str) -> EventIn {
    #[derive(serde::Deserialize)]
    struct Texts<'a> {
        #[serde(borrow)]
        metadata: BTreeMap<Cow<'a, str>, &'a RawValue>,
    }
    let is_rounded = |value: &MetaValue| matches!(value, MetaValue::Float(number) if number.abs() >= i64::MAX as f64);
    if !event.metadata.values().any(is_rounded) {
        return event;
    }
    // It was read once already, so it can be read again.
    let Ok(texts) = serde_json::from_str::<Texts<'_>>(text) else {
        return event;
    };
    for (key, value) in event
        .metadata
        .iter_mut()
        .filter(|(_, value)| is_rounded(value))
    {
        let digits = texts.metadata.get(key.as_str()).map(|raw| raw.get());
        let whole = |text: &&str| {
            text.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_digit())
        };
        if let Some(digits) = digits.filter(whole) {
            *value = MetaValue::Text(digits.to_owned());
        }
    }
    event
}

/// Checks an event against the limits; one that passes can be executed as it is.
pub fn check(event: &EventIn, targets: &Targets) -> Result<(), InvalidEvent> {
    if is_reserved(&event.name) {
        let message = "this name is kept for the server itself; choose another";
        return Err(InvalidEvent::new(
            "name",
            RejectionCode::ReservedEvent,
            message,
        ));
    }
    if event.name.len() > MAX_NAME {
        return Err(InvalidEvent::new(
            "name",
            RejectionCode::TooLong,
            format!("a name has at most {MAX_NAME} bytes"),
        ));
    }
    if !targets.metrics().knows_event(&event.name) {
        let message = format!(
            "no metric consumes `{}`; declare one in the configuration, under `[[metrics]]`",
            event.name
        );
        return Err(InvalidEvent::new(
            "name",
            RejectionCode::UnknownEvent,
            message,
        ));
    }
    for (list, len) in [
        ("measurements", event.measurements.len()),
        ("metadata", event.metadata.len()),
    ] {
        if len > MAX_ENTRIES {
            let message = format!("{len} entries; an event carries at most {MAX_ENTRIES}");
            return Err(InvalidEvent::new(list, RejectionCode::TooMany, message));
        }
    }
    let keys = event.measurements.keys().map(|key| ("measurements", key));
    for (list, key) in keys.chain(event.metadata.keys().map(|key| ("metadata", key))) {
        if key.len() > MAX_NAME {
            let start: String = key.chars().take(20).collect();
            let message = format!("a name has at most {MAX_NAME} bytes");
            return Err(InvalidEvent::new(
                format!("{list}.{start}…"),
                RejectionCode::TooLong,
                message,
            ));
        }
    }
    for (key, value) in &event.metadata {
        if matches!(value, MetaValue::Text(text) if text.len() > MAX_TEXT) {
            let message = format!("a text has at most {MAX_TEXT} bytes");
            return Err(InvalidEvent::new(
                format!("metadata.{key}"),
                RejectionCode::TooLong,
                message,
            ));
        }
    }
    for (key, number) in &event.measurements {
        if !number.is_finite() {
            let field = format!("measurements.{key}");
            return Err(InvalidEvent::new(
                field,
                RejectionCode::NotANumber,
                "a measurement is a finite number",
            ));
        }
    }
    check_taken(event, targets)
}

/// Rejects an event that every metric would reject, by the reason of the first.
fn check_taken(event: &EventIn, targets: &Targets) -> Result<(), InvalidEvent> {
    let rejection = borrowed(event, |name, measurements, metadata| {
        targets.rejection(&Event {
            name,
            measurements,
            metadata,
        })
    });
    let Some(rejection) = rejection else {
        return Ok(());
    };
    let (metric, field) = (rejection.metric, rejection.field);
    let (code, what) = match rejection.refusal {
        Refusal::MissingMeasurement => (RejectionCode::MissingMeasurement, "lacks"),
        Refusal::MissingTag => (RejectionCode::MissingTag, "lacks"),
        Refusal::TagTooLong => (RejectionCode::TooLong, "has too long"),
        Refusal::NotANumber | Refusal::SeriesLimit => (RejectionCode::NotANumber, "has too large"),
    };
    let message = format!(
        "no metric takes this event: for `{metric}` it {what} a value of this name; send it, or \
         change the metric under `[[metrics]]`"
    );
    Err(InvalidEvent::new(field, code, message))
}
