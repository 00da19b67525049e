//! Points that are one number: gauges and sums.

use telemetry::Kind;
use telemetry::aggregate::Aggregate;

use telemetry::otlp_message::{self, DELTA};

use super::Receiver;
use super::convert::{Stream, samples};
use super::point::Head;
use crate::ingest::cumulative::{Number, State, Sum};
use crate::ingest::outcome::{MAX_COUNT, Reason, Rejected};
use crate::ingest::sample::Sample;
use crate::ingest::target::{MEASUREMENT, Mapping};

/// What a number means, as far as it is known.
#[derive(Clone, Copy)]
struct Reading {
    /// How much there is.
    level: Option<f64>,
    /// How much was added.
    growth: Option<f64>,
    /// The measurement of an event.
    measured: Option<f64>,
    /// In ms since the epoch.
    at_ms: i64,
}

impl Receiver {
    /// The samples of a gauge, which is how much there is.
    pub(super) fn gauge(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        number: Option<otlp_message::Number>,
    ) -> Result<Vec<Sample>, Rejected> {
        let level = Some(finite(number)?.as_f64());
        let reading = Reading {
            level,
            growth: None,
            measured: level,
            at_ms: head.at_ms(stream.scope.now_ms),
        };
        self.numbers(stream, head, reading)
    }

    /// The samples of a sum, which is how much was added, and for some also how much there is.
    pub(super) fn sum(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        number: Option<otlp_message::Number>,
        is_monotonic: bool,
    ) -> Result<Vec<Sample>, Rejected> {
        let number = finite(number)?;
        let now_ms = stream.scope.now_ms;
        let shows_level =
            |mapping: &Mapping<'_>| !mapping.as_event && mapping.target.kind == Kind::LastValue;
        if stream.temporality == DELTA && stream.mappings.iter().any(shows_level) {
            let delta = number.as_f64();
            // Each delta has a begin of its own, so it does not distinguish streams.
            let key = self.key(stream, head, State::TOTAL, 0);
            return self.streams.total(key, delta, now_ms, |total| {
                let reading = Reading {
                    level: Some(total),
                    growth: Some(delta),
                    measured: Some(delta),
                    // The total is of all that came, in whatever order it was sent.
                    at_ms: now_ms,
                };
                self.numbers(stream, head, reading)
            });
        }
        let total = if is_monotonic {
            Sum::Growing(number)
        } else {
            Sum::Changing(number)
        };
        // Also when a level alone is wanted: that of a late point is older than what is shown.
        let growth = self.since(stream, head, total)?.map(Sum::as_f64);
        let reading = Reading {
            level: Some(number.as_f64()),
            growth,
            measured: growth,
            at_ms: head.at_ms(now_ms),
        };
        self.numbers(stream, head, reading)
    }

    fn numbers(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        reading: Reading,
    ) -> Result<Vec<Sample>, Rejected> {
        samples(stream.mappings, |mapping| {
            self.number(stream, head, mapping, reading)
        })
    }

    fn number(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        mapping: &Mapping<'_>,
        reading: Reading,
    ) -> Result<Option<Sample>, Reason> {
        let kind = mapping.target.kind;
        let number = match kind {
            _ if mapping.as_event => reading.measured,
            Kind::Counter | Kind::Sum => reading.growth,
            Kind::LastValue | Kind::Summary | Kind::Distribution => reading.level,
        };
        // The growth of a stream that began before anything was remembered is not known.
        let Some(number) = number.map(|number| number * mapping.factor) else {
            return Ok(None);
        };
        let measurements = [(MEASUREMENT, number)];
        let (value, weight) = if mapping.as_event {
            let event = telemetry::Event {
                name: stream.name,
                measurements: &measurements,
                metadata: &[],
            };
            (mapping.target.extractor.value(&event)?, 1)
        } else if kind == Kind::Counter {
            if !(number.fract() == 0.0 && (0.0..=MAX_COUNT as f64).contains(&number)) {
                return Err(Reason::NotACount);
            }
            (1.0, number as u64)
        } else {
            (number, 1)
        };
        let mut aggregate = Aggregate::empty(&mapping.target.shape);
        if !aggregate.record_weighted(value, weight, reading.at_ms) {
            // No more than before, or too large in the metric's unit.
            let nothing = weight == 0;
            return if nothing {
                Ok(None)
            } else {
                Err(Reason::NotANumber)
            };
        }
        self.sample(stream, head, mapping, &measurements, aggregate)
    }
}

fn finite(number: Option<otlp_message::Number>) -> Result<Number, Reason> {
    match number {
        None => Err(Reason::Malformed),
        Some(otlp_message::Number::AsInt(number)) => Ok(Number::Int(number)),
        Some(otlp_message::Number::AsDouble(number)) if number.is_finite() => {
            Ok(Number::Float(number))
        }
        Some(otlp_message::Number::AsDouble(_)) => Err(Reason::NotANumber),
    }
}
