//! One event: read and checked against the metric list and the limits.

use protocol::RejectionCode;
use protocol::event::{EventIn, MetaValue};
use telemetry::MetricList;

use crate::ingest::is_reserved;

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
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
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
    })
}

/// Checks an event against the limits; one that passes can be executed as it is.
pub fn check(event: &EventIn, metrics: &MetricList) -> Result<(), InvalidEvent> {
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
    if !metrics.knows_event(&event.name) {
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
    Ok(())
}

/// serde_json puts the place into every message; here it is given once, and of the whole body.
pub fn reason_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
