//! Events as JSON: one, an array, or one a line.
//!
//! Invariant: one bad event never spoils another, and what a [`Batch`] holds can be executed
//! as it is: names are known, numbers are finite, and everything is within the limits.

use protocol::RejectionCode;
use protocol::event::{EventIn, MetaValue, Rejection};
use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;
use telemetry::{MetricList, Registry, Value};

use super::is_reserved;

/// Most measurements, and most metadata entries, of one event.
const MAX_ENTRIES: usize = 32;
/// Longest name of an event, measurement or metadata entry, in bytes.
const MAX_NAME: usize = 128;
/// Longest metadata text in bytes.
const MAX_TEXT: usize = 1024;
/// Rejections that are listed; all are counted.
const MAX_LISTED: usize = 100;

/// What a body held.
#[derive(Debug, Default)]
pub struct Batch {
    /// Good events, in order.
    pub events: Vec<EventIn>,
    /// How many were not.
    pub rejected: usize,
    /// Why, in order; at most the first hundred.
    pub errors: Vec<Rejection>,
    /// Names of events that no metric knows, each as often as it came.
    pub unknown: Vec<String>,
}

/// A body that holds no events at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BatchError {
    /// Nothing but white space.
    #[error("the body is empty; send one event, an array of events, or one event a line")]
    Empty,
    /// Neither an object nor an array.
    #[error("the body is not JSON: {0}; send one event, an array of events, or one event a line")]
    NotJson(String),
    /// More than the limit.
    #[error("{0} events in one request; at most {1} are taken, so send them in parts")]
    TooMany(usize, usize),
}

/// Reads a body. `lines` says that it holds one event a line; without it, that is found out.
pub fn parse(
    body: &[u8],
    lines: bool,
    metrics: &MetricList,
    most: usize,
) -> Result<Batch, BatchError> {
    let text =
        std::str::from_utf8(body).map_err(|_| BatchError::NotJson("it is not UTF-8".into()))?;
    let elements = match text.trim_start().chars().next() {
        None => return Err(BatchError::Empty),
        Some('[') if !lines => array(text),
        Some('{' | '[') => objects(text, lines)?,
        Some(_) if lines => objects(text, lines)?,
        Some(_) => {
            return Err(BatchError::NotJson(
                "it begins with neither `{` nor `[`".into(),
            ));
        }
    };
    if elements.is_empty() {
        return Err(BatchError::Empty);
    }
    if elements.len() > most {
        return Err(BatchError::TooMany(elements.len(), most));
    }
    let mut batch = Batch::default();
    for (index, element) in elements.into_iter().enumerate() {
        let outcome = element.and_then(read).and_then(|event| {
            check(&event, metrics).inspect_err(|fault| {
                if fault.code == RejectionCode::UnknownEvent {
                    batch.unknown.push(event.name.clone());
                }
            })?;
            Ok(event)
        });
        match outcome {
            Ok(event) => batch.events.push(event),
            Err(fault) => batch.reject(index, fault),
        }
    }
    Ok(batch)
}

impl Batch {
    /// Executes the good events.
    pub fn execute(&self, registry: &Registry) {
        for event in &self.events {
            let numbers = event.measurements.iter();
            let measurements: Vec<(&str, f64)> = numbers
                .map(|(key, number)| (key.as_str(), *number))
                .collect();
            let values = event.metadata.iter();
            let metadata: Vec<(&str, Value<'_>)> = values
                .map(|(key, value)| (key.as_str(), value_of(value)))
                .collect();
            registry.execute(&event.name, &measurements, &metadata);
        }
    }

    fn reject(&mut self, index: usize, fault: Fault) {
        self.rejected += 1;
        if self.errors.len() < MAX_LISTED {
            let Fault {
                field,
                code,
                message,
            } = fault;
            self.errors.push(Rejection {
                index,
                field,
                code,
                message,
            });
        }
    }
}

/// What is wrong with one element.
#[derive(Clone, Debug)]
struct Fault {
    field: String,
    code: RejectionCode,
    message: String,
}

type Element<'a> = Result<&'a str, Fault>;

fn fault(field: impl Into<String>, code: RejectionCode, message: impl Into<String>) -> Fault {
    Fault {
        field: field.into(),
        code,
        message: message.into(),
    }
}

/// The elements of an array; the last is a fault when the text breaks off there, since nothing
/// behind it can be told apart.
fn array(text: &str) -> Vec<Element<'_>> {
    struct Elements<'o, 'a>(&'o mut Vec<&'a str>);
    impl<'a> Visitor<'a> for Elements<'_, 'a> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an array of events")
        }

        fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
            while let Some(raw) = elements.next_element::<&'a RawValue>()? {
                self.0.push(raw.get());
            }
            Ok(())
        }
    }
    let mut raw = Vec::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let result = json
        .deserialize_seq(Elements(&mut raw))
        .and_then(|()| json.end());
    let rest = raw.last().map_or(text.trim_start().get(1..), |last| {
        // A raw value is a part of the text, so its place in it can be reckoned.
        let end = last.as_ptr() as usize + last.len() - text.as_ptr() as usize;
        text.get(end..)
    });
    let mut elements: Vec<Element<'_>> = raw.into_iter().map(Ok).collect();
    if let Err(error) = result {
        let rest = rest
            .unwrap_or_default()
            .trim_start_matches([',', ' ', '\t', '\r', '\n']);
        let field = read(rest)
            .err()
            .map_or_else(|| ".".to_owned(), |fault| fault.field);
        let message = format!(
            "the JSON breaks off at line {}, column {} ({}); nothing from here on could be read",
            error.line(),
            error.column(),
            reason(&error)
        );
        elements.push(Err(fault(field, RejectionCode::BadJson, message)));
    }
    elements
}

/// One event, or one a line.
fn objects(text: &str, lines: bool) -> Result<Vec<Element<'_>>, BatchError> {
    let filled = || {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
    };
    let whole = serde_json::from_str::<&RawValue>(text);
    let error = match whole {
        Ok(raw) if !lines => return Ok(vec![Ok(raw.get())]),
        Ok(_) => None,
        Err(error) => Some(error),
    };
    // A first line that stands by itself tells lines from an object that is broken.
    let first = filled()
        .next()
        .is_some_and(|(_, line)| serde_json::from_str::<&RawValue>(line).is_ok());
    if let Some(error) = error
        && !lines
        && !(first && filled().count() > 1)
    {
        let field = read(text)
            .err()
            .map_or_else(|| ".".to_owned(), |fault| fault.field);
        let at = format!("line {}, column {}", error.line(), error.column());
        let field = if field == "." {
            String::new()
        } else {
            format!(" in `{field}`")
        };
        return Err(BatchError::NotJson(format!(
            "{}{field} at {at}",
            reason(&error)
        )));
    }
    let one = |(number, line): (usize, &'_ str)| match serde_json::from_str::<&RawValue>(line) {
        Ok(_) => None,
        Err(error) => {
            let field = read(line)
                .err()
                .map_or_else(|| ".".to_owned(), |fault| fault.field);
            let (line, column) = (number + 1, error.column());
            let message = format!(
                "no JSON at line {line}, column {column}: {}",
                reason(&error)
            );
            Some(fault(field, RejectionCode::BadJson, message))
        }
    };
    Ok(filled()
        .map(|(number, line)| one((number, line)).map_or(Ok(line), Err))
        .collect())
}

/// serde_json says where in every message; we say it once, and of the whole body.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

fn read(text: &str) -> Result<EventIn, Fault> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let reason = reason(error.inner());
        if field.starts_with("measurements.") {
            fault(
                field,
                RejectionCode::NotANumber,
                format!("{reason}; a measurement is a finite number"),
            )
        } else if field.starts_with("metadata.") {
            let message = format!("{reason}; metadata holds text, numbers, true and false");
            fault(field, RejectionCode::BadValue, message)
        } else {
            let message = format!("{reason}; an event is {{name, measurements, metadata}}");
            fault(field, RejectionCode::BadField, message)
        }
    })
}

fn check(event: &EventIn, metrics: &MetricList) -> Result<(), Fault> {
    if is_reserved(&event.name) {
        let message = "this name is kept for the server itself; choose another";
        return Err(fault("name", RejectionCode::ReservedEvent, message));
    }
    if event.name.len() > MAX_NAME {
        return Err(fault(
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
        return Err(fault("name", RejectionCode::UnknownEvent, message));
    }
    for (list, len) in [
        ("measurements", event.measurements.len()),
        ("metadata", event.metadata.len()),
    ] {
        if len > MAX_ENTRIES {
            let message = format!("{len} entries; an event carries at most {MAX_ENTRIES}");
            return Err(fault(list, RejectionCode::TooMany, message));
        }
    }
    let keys = event.measurements.keys().map(|key| ("measurements", key));
    for (list, key) in keys.chain(event.metadata.keys().map(|key| ("metadata", key))) {
        if key.len() > MAX_NAME {
            let start: String = key.chars().take(20).collect();
            let message = format!("a name has at most {MAX_NAME} bytes");
            return Err(fault(
                format!("{list}.{start}…"),
                RejectionCode::TooLong,
                message,
            ));
        }
    }
    for (key, value) in &event.metadata {
        if matches!(value, MetaValue::Text(text) if text.len() > MAX_TEXT) {
            let message = format!("a text has at most {MAX_TEXT} bytes");
            return Err(fault(
                format!("metadata.{key}"),
                RejectionCode::TooLong,
                message,
            ));
        }
    }
    for (key, number) in &event.measurements {
        if !number.is_finite() {
            let field = format!("measurements.{key}");
            return Err(fault(
                field,
                RejectionCode::NotANumber,
                "a measurement is a finite number",
            ));
        }
    }
    Ok(())
}

fn value_of(value: &MetaValue) -> Value<'_> {
    match value {
        MetaValue::Bool(truth) => Value::Bool(*truth),
        MetaValue::Int(number) => Value::Int(*number),
        MetaValue::Float(number) => Value::Float(*number),
        MetaValue::Text(text) => Value::Str(text),
    }
}

#[cfg(test)]
mod tests;
