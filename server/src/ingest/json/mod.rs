//! Events as JSON: one, an array, or one a line.
//!
//! Invariant: one bad event never spoils another, and what a [`Batch`] holds can be executed
//! as it is: names are known, numbers are finite, and everything is within the limits.

mod elements;
mod event;

use protocol::RejectionCode;
use protocol::event::{EventIn, MetaValue, Rejection};
use telemetry::{MetricList, Registry, Value};

use super::outcome::Outcome;
use elements::{array, objects};
use event::{InvalidEvent, check, read};

/// Rejections that are listed; all are counted.
const MAX_LISTED: usize = 100;

/// The content of a body.
#[derive(Debug, Default)]
pub struct Batch {
    /// Good events, in order.
    pub events: Vec<EventIn>,
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

/// Reads a body. `lines` if it holds one event a line; otherwise the layout is detected.
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
            check(&event, metrics).inspect_err(|invalid| {
                if invalid.code == RejectionCode::UnknownEvent {
                    batch.outcome.unknown.push((event.name.clone(), 1));
                }
            })?;
            Ok(event)
        });
        match outcome {
            Ok(event) => {
                batch.outcome.accept();
                batch.events.push(event);
            }
            Err(invalid) => batch.reject(index, invalid),
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
