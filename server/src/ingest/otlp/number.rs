//! Points that are one number: gauges and sums.

use telemetry::Kind;
use telemetry::aggregate::Aggregate;

use super::message::{CUMULATIVE, DELTA, Number, NumberDataPoint};
use super::reason::{MOST_COUNTED, Reason};
use super::streams::{State, Times};
use super::target::MEASUREMENT;
use super::{Feed, Head, Receiver, Stream};

/// What a number tells, as far as it is known.
#[derive(Clone, Copy)]
struct Reading {
    /// How much there is.
    level: Option<f64>,
    /// How much it became more.
    growth: Option<f64>,
}

impl Receiver {
    /// A gauge tells how much there is.
    pub(super) fn take_gauge(
        &self,
        stream: &Stream<'_>,
        point: NumberDataPoint,
    ) -> Result<(), Reason> {
        let (head, number) = split(point);
        if !self.is_due(&head, stream.scope)? {
            return Ok(());
        }
        let level = Some(finite(number)?.as_f64());
        let growth = None;
        for feed in stream.feeds {
            self.feed_number(stream, &head, feed, Reading { level, growth }, level)?;
        }
        Ok(())
    }

    /// A sum tells how much it became more, or both.
    pub(super) fn take_sum(
        &self,
        stream: &Stream<'_>,
        point: NumberDataPoint,
        is_monotonic: bool,
    ) -> Result<(), Reason> {
        let (head, number) = split(point);
        if !self.is_due(&head, stream.scope)? {
            return Ok(());
        }
        let number = finite(number)?;
        let shows_level = |feed: &Feed<'_>| !feed.as_event && feed.target.kind == Kind::LastValue;
        let (level, growth) = match stream.temporality {
            DELTA => {
                let delta = number.as_f64();
                let total = || {
                    // Each delta begins anew, so the begin does not tell streams apart.
                    let variety = State::Total(delta).variety();
                    let key = self.key(stream, &head, variety, 0);
                    self.streams.total(key, delta, stream.scope.now_ms)
                };
                let wanted = stream.feeds.iter().any(shows_level);
                (wanted.then(total).transpose()?, Some(delta))
            }
            CUMULATIVE => {
                let state = if is_monotonic {
                    State::Growing(number)
                } else {
                    State::Changing(number)
                };
                let since = if stream.feeds.iter().all(shows_level) {
                    None
                } else {
                    self.since(stream, &head, state)?
                };
                (
                    Some(number.as_f64()),
                    since.and_then(|since| since.number()),
                )
            }
            _ => return Err(Reason::NoTemporality),
        };
        for feed in stream.feeds {
            self.feed_number(stream, &head, feed, Reading { level, growth }, growth)?;
        }
        Ok(())
    }

    /// `measured` is what an event measures.
    fn feed_number(
        &self,
        stream: &Stream<'_>,
        head: &Head,
        feed: &Feed<'_>,
        reading: Reading,
        measured: Option<f64>,
    ) -> Result<(), Reason> {
        let kind = feed.target.kind;
        let number = match kind {
            _ if feed.as_event => measured,
            Kind::Counter | Kind::Sum => reading.growth,
            Kind::LastValue | Kind::Summary | Kind::Distribution => reading.level,
        };
        // Nothing is known of a stream that is older than what is remembered.
        let Some(number) = number.map(|number| number * feed.factor) else {
            return Ok(());
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
        if !aggregate.record_weighted(value, weight, stream.scope.now_ms) {
            // No more than before, or too large in the metric's unit.
            let nothing = weight == 0;
            return if nothing {
                Ok(())
            } else {
                Err(Reason::NotANumber)
            };
        }
        self.record(stream, head, feed, &measurements, &aggregate)
    }
}

fn split(point: NumberDataPoint) -> (Head, Option<Number>) {
    let head = Head {
        attributes: point.attributes,
        times: Times {
            start_ns: point.start_time_unix_nano,
            time_ns: point.time_unix_nano,
        },
        flags: point.flags,
    };
    (head, point.value)
}

fn finite(number: Option<Number>) -> Result<Number, Reason> {
    match number {
        None => Err(Reason::Malformed),
        Some(number) if number.as_f64().is_finite() => Ok(number),
        Some(_) => Err(Reason::NotANumber),
    }
}
