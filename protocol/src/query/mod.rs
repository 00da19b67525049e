//! Query parameters: one type for each address that takes some, with one parser and one writer.
//!
//! Invariant: what the writer writes, the parser reads as the same value. A parameter that is
//! unknown or out of range is an error that names it.

mod annotations;
mod audit;
mod dashboard;
mod history;
mod picture;
mod series;
mod stream;
mod variables;

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

pub use annotations::{AnnotationParams, ClearParams};
pub use audit::{AuditFormat, AuditParams};
pub use dashboard::DashboardParams;
pub use history::{ColumnsParams, HistoryParams};
pub use picture::{PictureParams, Theme};
pub use series::SeriesParams;
pub use stream::StreamParams;
pub use variables::VariableParams;

use crate::escape::escaped;

/// A parameter that is missing, unknown or out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct ParameterError {
    /// Name of the parameter.
    pub parameter: String,
    /// What would be right.
    pub message: String,
}

impl ParameterError {
    /// An error about this parameter.
    pub fn new(parameter: &str, message: impl Into<String>) -> ParameterError {
        ParameterError {
            parameter: parameter.to_owned(),
            message: message.into(),
        }
    }
}

/// A time in a query: ms since the epoch, or, as a negative number, ms before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryTime(i64);

impl QueryTime {
    /// A time in ms since the epoch. Times before the epoch cannot be written: they become 0.
    pub const fn at(t_ms: i64) -> QueryTime {
        QueryTime(if t_ms < 0 { 0 } else { t_ms })
    }

    /// So many ms before the time at which the server reads it; at least one.
    pub const fn before_now(ms: u32) -> QueryTime {
        QueryTime(if ms == 0 { -1 } else { -(ms as i64) })
    }

    /// The time in ms since the epoch.
    pub const fn absolute(self, now_ms: i64) -> i64 {
        if self.0 < 0 {
            now_ms.saturating_add(self.0)
        } else {
            self.0
        }
    }

    fn read(key: &str, value: &str) -> Result<QueryTime, ParameterError> {
        whole(key, value).map(QueryTime)
    }
}

impl Display for QueryTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes a query string, escaped.
struct QueryWriter(String);

impl QueryWriter {
    /// A query for this path.
    fn new(path: &str) -> QueryWriter {
        QueryWriter(path.to_owned())
    }

    fn push(&mut self, key: &str, value: impl Display) {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        self.0.push(separator);
        self.0.push_str(&escaped(key));
        self.0.push('=');
        self.0.push_str(&escaped(&value.to_string()));
    }

    fn push_some(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.push(key, value);
        }
    }

    fn finish(self) -> String {
        self.0
    }
}

fn whole<T: FromStr>(key: &str, value: &str) -> Result<T, ParameterError> {
    let read = value.parse();
    read.map_err(|_| ParameterError::new(key, format!("`{value}` is not a whole number")))
}

fn within<T: FromStr + PartialOrd + Display>(
    key: &str,
    value: &str,
    range: &RangeInclusive<T>,
    what: &str,
) -> Result<T, ParameterError> {
    let read: T = whole(key, value)?;
    if range.contains(&read) {
        return Ok(read);
    }
    let (least, most) = (range.start(), range.end());
    let message = format!("it takes {least} to {most}{what}");
    Err(ParameterError::new(key, message))
}

fn flag(key: &str, value: &str) -> Result<bool, ParameterError> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(ParameterError::new(key, "it takes 0 or 1")),
    }
}

fn unknown<T>(key: &str, known: &str) -> Result<T, ParameterError> {
    Err(ParameterError::new(
        key,
        format!("unknown; there are {known}"),
    ))
}

#[cfg(test)]
mod tests;
