//! Points as they are sent: their type, and what they all have beside a value.

use telemetry::otlp_message::{
    Data, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, KeyValue, NumberDataPoint, Sum, Summary,
};

use crate::ingest::cumulative::Times;
use crate::ingest::target::PointKind;

/// A metric's points, of the types that some kind of metric takes.
pub enum Points {
    /// How much there is.
    Gauge(Gauge),
    /// How much was added.
    Sum(Sum),
    /// Values by bounds.
    Explicit(Histogram),
    /// Values by scale.
    Exponential(ExponentialHistogram),
}

impl Points {
    /// Returns summaries as the error: no kind accepts them.
    pub fn of(data: Data) -> Result<Points, Summary> {
        match data {
            Data::Gauge(gauge) => Ok(Points::Gauge(gauge)),
            Data::Sum(sum) => Ok(Points::Sum(sum)),
            Data::Histogram(histogram) => Ok(Points::Explicit(histogram)),
            Data::ExponentialHistogram(histogram) => Ok(Points::Exponential(histogram)),
            Data::Summary(summary) => Err(summary),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Points::Gauge(gauge) => gauge.data_points.len(),
            Points::Sum(sum) => sum.data_points.len(),
            Points::Explicit(histogram) => histogram.data_points.len(),
            Points::Exponential(histogram) => histogram.data_points.len(),
        }
    }

    /// What they measure.
    pub fn kind(&self) -> PointKind {
        match self {
            Points::Gauge(_) => PointKind::Level,
            Points::Sum(_) => PointKind::Growth,
            Points::Explicit(_) | Points::Exponential(_) => PointKind::Histogram,
        }
    }

    /// Whether they count from the point before, or from the begin of the stream. A gauge has
    /// none.
    pub fn temporality(&self) -> i32 {
        match self {
            Points::Gauge(_) => 0,
            Points::Sum(sum) => sum.aggregation_temporality,
            Points::Explicit(histogram) => histogram.aggregation_temporality,
            Points::Exponential(histogram) => histogram.aggregation_temporality,
        }
    }
}

/// What a point has beside its value.
pub struct Head {
    /// Its own; those of its resource are elsewhere.
    pub attributes: Vec<KeyValue>,
    /// When it was made.
    pub times: Times,
    /// Whether it has a value at all.
    pub flags: u32,
}

impl Head {
    /// When the point was made, in ms since the epoch, and no later than now.
    pub fn at_ms(&self, now_ms: i64) -> i64 {
        match self.times.time_ns {
            0 => now_ms,
            _ => self.times.time_ms().min(now_ms),
        }
    }
}

/// A point of any type.
pub trait Point {
    /// Moves the head out of the point.
    fn head(&mut self) -> Head;
}

/// The messages have nothing in common but the names of their fields.
macro_rules! point {
    ($($message:ty),*) => {$(
        impl Point for $message {
            fn head(&mut self) -> Head {
                Head {
                    attributes: std::mem::take(&mut self.attributes),
                    times: Times {
                        start_ns: self.start_time_unix_nano,
                        time_ns: self.time_unix_nano,
                    },
                    flags: self.flags,
                }
            }
        }
    )*};
}

point!(
    NumberDataPoint,
    HistogramDataPoint,
    ExponentialHistogramDataPoint
);
