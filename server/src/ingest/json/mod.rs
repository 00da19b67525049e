//! Events as JSON: one, an array, or one a line.
//!
//! Invariant: one bad event never spoils another, and what is handed on can be executed as it is:
//! names are known, numbers are finite, everything is within the limits, and some metric takes it
//! or leaves it out on purpose.

mod elements;
mod event;

use protocol::RejectionCode;
use protocol::event::{EventIn, MetaValue, Rejection};
use telemetry::{Registry, Value};

use super::outcome::Outcome;
use super::target::Targets;
use crate::document::{NotText, without_mark};
use elements::{array, objects};
use event::{InvalidEvent, check, read};

/// Rejections that are listed; all are counted.
const MAX_LISTED: usize = 100;

/// What became of the events of a body.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many were accepted and rejected.
    pub outcome: Outcome,
    /// Rejections, in order; at most the first hundred.
    pub errors: Vec<Rejection>,
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

impl From<NotText> for BatchError {
    fn from(error: NotText) -> BatchError {
        BatchError::NotJson(error.to_string())
    }
}

/// Reads a body, and hands each good event on, in order. `lines` if the body holds one event a
/// line; otherwise the layout is detected.
pub fn receive(
    body: &[u8],
    lines: bool,
    targets: &Targets,
    most: usize,
    mut accept: impl FnMut(&EventIn),
) -> Result<Batch, BatchError> {
    let body = without_mark(body)?;
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        // The whole characters before the first byte that belongs to none.
        Err(error) => std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or_default(),
    };
    let elements = match body.trim_ascii_start().first() {
        None => return Err(BatchError::Empty),
        Some(b'[') if !lines => array(text, body, most),
        Some(b'{' | b'[') => objects(body, lines, most)?,
        Some(_) if lines => objects(body, lines, most)?,
        Some(_) => {
            return Err(BatchError::NotJson(
                "it begins with neither `{` nor `[`".into(),
            ));
        }
    };
    match elements.count {
        0 => return Err(BatchError::Empty),
        count if count > most => return Err(BatchError::TooMany(count, most)),
        _ => {}
    }
    let mut batch = Batch::default();
    for (index, element) in elements.listed.into_iter().enumerate() {
        let event = element.and_then(read).and_then(|event| {
            check(&event, targets).inspect_err(|invalid| {
                if invalid.code == RejectionCode::UnknownEvent {
                    batch.outcome.unknown.push((event.name.clone(), 1));
                }
            })?;
            Ok(event)
        });
        match event {
            Ok(event) => {
                batch.outcome.accept();
                accept(&event);
            }
            Err(invalid) => batch.reject(index, invalid),
        }
    }
    Ok(batch)
}

/// Executes an event that was received.
pub fn execute(event: &EventIn, registry: &Registry) {
    borrowed(event, |name, measurements, metadata| {
        registry.execute(name, measurements, metadata);
    });
}

/// An event as handlers see it.
fn borrowed<T>(
    event: &EventIn,
    with: impl FnOnce(&str, &[(&str, f64)], &[(&str, Value<'_>)]) -> T,
) -> T {
    let numbers = event.measurements.iter();
    let measurements: Vec<(&str, f64)> = numbers
        .map(|(key, number)| (key.as_str(), *number))
        .collect();
    let values = event.metadata.iter();
    let metadata: Vec<(&str, Value<'_>)> = values
        .map(|(key, value)| (key.as_str(), value_of(value)))
        .collect();
    with(&event.name, &measurements, &metadata)
}

impl Batch {
    fn reject(&mut self, index: usize, invalid: InvalidEvent) {
        self.outcome.count(None, invalid.code.into(), 1);
        if self.errors.len() < MAX_LISTED {
            self.errors.push(Rejection {
                index,
                field: invalid.field,
                code: invalid.code,
                message: invalid.message,
            });
        }
    }
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
