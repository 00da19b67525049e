//! Parameters of `GET /api/stream`.

use std::ops::RangeInclusive;

use super::{ParameterError, QueryWriter, flag, unknown, whole, within};
use crate::paths;

/// Which metrics a stream carries, how often, and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamParams {
    /// Names in the metric list; empty for every visible metric.
    pub metrics: Vec<String>,
    /// Most frames a second, in [`StreamParams::RATES`].
    pub rate: u64,
    /// The last event that the client received. The header `Last-Event-ID` overrides it: a
    /// browser that reconnects repeats the address, and sends a newer id in the header.
    pub last_event_id: Option<u64>,
    /// Whether the stream ends once everything that there is has been sent: for a client that cannot
    /// keep a connection, and asks again.
    pub once: bool,
    /// Whether the definitions of its metrics come before the first `hello`: for a page that was loaded
    /// with others, or may see something else by now.
    pub definitions: bool,
}

impl Default for StreamParams {
    fn default() -> Self {
        StreamParams {
            metrics: Vec::new(),
            rate: *Self::RATES.end(),
            last_event_id: None,
            once: false,
            definitions: false,
        }
    }
}

impl StreamParams {
    /// Bounds of `rate`, in frames a second; without the parameter the fastest.
    pub const RATES: RangeInclusive<u64> = 1..=10;

    /// The parameter with the names of metrics.
    pub const METRICS: &str = "metrics";

    /// The parameter with the last event that the client received.
    pub const LAST_EVENT_ID: &str = "last_event_id";

    /// The parameter for a stream that ends.
    pub const ONCE: &str = "once";

    /// The parameter for a stream that begins with definitions.
    pub const DEFINITIONS: &str = "definitions";

    /// Reads decoded pairs; of a parameter that is there twice, the last counts.
    pub fn parse(pairs: &[(String, String)]) -> Result<StreamParams, ParameterError> {
        let mut read = StreamParams::default();
        for (key, value) in pairs {
            match key.as_str() {
                Self::METRICS => read.metrics = value.split(',').map(str::to_owned).collect(),
                "rate" => read.rate = within(key, value, &Self::RATES, " frames a second")?,
                Self::LAST_EVENT_ID => read.last_event_id = Some(whole(key, value)?),
                Self::ONCE => read.once = flag(key, value)?,
                Self::DEFINITIONS => read.definitions = flag(key, value)?,
                _ => {
                    let known = "metrics, rate, last_event_id, once and definitions";
                    return unknown(key, known);
                }
            }
        }
        Ok(read)
    }

    /// The address with these parameters.
    pub fn address(&self) -> String {
        let mut query = QueryWriter::new(paths::STREAM);
        if !self.metrics.is_empty() {
            query.push(Self::METRICS, self.metrics.join(","));
        }
        if self.rate != *Self::RATES.end() {
            query.push("rate", self.rate);
        }
        query.push_some(Self::LAST_EVENT_ID, self.last_event_id);
        if self.once {
            query.push(Self::ONCE, 1);
        }
        if self.definitions {
            query.push(Self::DEFINITIONS, 1);
        }
        query.finish()
    }
}
