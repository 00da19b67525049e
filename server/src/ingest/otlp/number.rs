//! Points that are one number: gauges and sums.

use telemetry::Kind;
use telemetry::aggregate::Aggregate;

use super::Receiver;
use super::batch::Sample;
use super::point::Head;
use super::reason::{MOST_COUNTED, Reason};
use super::state::{State, Sum};
use super::take::{Stream, samples};
use super::target::{Feed, MEASUREMENT, Refused};
use telemetry::otlp_message::{DELTA, Number};

/// What a number tells, as far as it is known.
#[derive(Clone, Copy)]
struct Reading {
    /// How much there is.
    level: Option<f64>,
    /// How much it became more.
    growth: Option<f64>,
    /// What an event measures.
    measured: Option<f64>,
    /// When, in ms since the epoch.
    at_ms: i64,
}

impl Receiver {
    /// A gauge tells how much there is.
    pub(super) fn gauge(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        number: Option<Number>,
    ) -> Result<Vec<Sample>, Refused> {
        let level = Some(finite(number)?.as_f64());
        let reading = Reading {
            level,
            growth: None,
            measured: level,
            at_ms: head.at_ms(stream.scope.now_ms),
        };
        self.numbers(stream, head, reading)
    }

    /// A sum tells how much it became more, or both.
    pub(super) fn sum(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        number: Option<Number>,
        is_monotonic: bool,
    ) -> Result<Vec<Sample>, Refused> {
        let number = finite(number)?;
        let now_ms = stream.scope.now_ms;
        let shows_level = |feed: &Feed<'_>| !feed.as_event && feed.target.kind == Kind::LastValue;
        if stream.temporality == DELTA && stream.feeds.iter().any(shows_level) {
            let delta = number.as_f64();
            // Each delta begins anew, so the begin does not tell streams apart.
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
        let told = if is_monotonic {
            Sum::Growing(number)
        } else {
            Sum::Changing(number)
        };
        // Also when a level alone is wanted: that of a late point is older than what is shown.
        let growth = self.since(stream, head, told)?.map(Sum::as_f64);
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
    ) -> Result<Vec<Sample>, Refused> {
        samples(stream.feeds, |feed| {
            self.number(stream, head, feed, reading)
        })
    }

    fn number(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        feed: &Feed<'_>,
        reading: Reading,
    ) -> Result<Option<Sample>, Reason> {
        let kind = feed.target.kind;
        let number = match kind {
            _ if feed.as_event => reading.measured,
            Kind::Counter | Kind::Sum => reading.growth,
            Kind::LastValue | Kind::Summary | Kind::Distribution => reading.level,
        };
        // Nothing is known of a stream that is older than what is remembered.
        let Some(number) = number.map(|number| number * feed.factor) else {
            return Ok(None);
        };
        let measurements = [(MEASUREMENT, number)];
        let (value, weight) = if feed.as_event {
            let event = telemetry::Event {
                name: stream.name,
                measurements: &measurements,
                metadata: &[],
            };
            (feed.target.extractor.value(&event)?, 1)
        } else if kind == Kind::Counter {
            if !(number.fract() == 0.0 && (0.0..=MOST_COUNTED as f64).contains(&number)) {
                return Err(Reason::NotACount);
            }
            (1.0, number as u64)
        } else {
            (number, 1)
        };
        let mut aggregate = Aggregate::empty(&feed.target.shape);
        if !aggregate.record_weighted(value, weight, reading.at_ms) {
            // No more than before, or too large in the metric's unit.
            let nothing = weight == 0;
            return if nothing {
                Ok(None)
            } else {
                Err(Reason::NotANumber)
            };
        }
        self.sample(stream, head, feed, &measurements, aggregate)
    }
}

fn finite(number: Option<Number>) -> Result<Number, Reason> {
    match number {
        None => Err(Reason::Malformed),
        Some(number) if number.as_f64().is_finite() => Ok(number),
        Some(_) => Err(Reason::NotANumber),
    }
}
