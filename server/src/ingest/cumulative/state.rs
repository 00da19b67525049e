//! The last point of a cumulative stream, and the growth to a later one.
//!
//! Invariant: growth is never negative where a stream only grows; a total that fell is a restart,
//! and what cannot be compared is unknown.

use crate::ingest::histogram::Histogram;

/// The last point of a stream.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The sum since the stream began.
    Sum(Sum),
    /// The running total of deltas.
    Total(f64),
    /// All values since the stream began.
    Histogram(Histogram),
}

/// A number as it was sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Whole; above 2^53 exact only as such.
    Int(i64),
    /// With a fraction.
    Float(f64),
}

impl Number {
    /// As a double, rounded where it has to be.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(number) => number as f64,
            Number::Float(number) => number,
        }
    }
}

/// A number that adds up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sum {
    /// It only grows.
    Growing(Number),
    /// It may fall.
    Changing(Number),
}

/// From one point of a stream to a later one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Growth<T> {
    /// What was added.
    Known(T),
    /// The total fell: the stream began again from nothing, so all of it was added.
    Restarted,
    /// The two cannot be compared.
    Unknown,
}

impl<T> Growth<T> {
    /// Of a total that falls only by a restart; `None` if it fell.
    pub fn or_restarted(growth: Option<T>) -> Growth<T> {
        growth.map_or(Growth::Restarted, Growth::Known)
    }

    /// With the growth as another type.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Growth<U> {
        match self {
            Growth::Known(growth) => Growth::Known(change(growth)),
            Growth::Restarted => Growth::Restarted,
            Growth::Unknown => Growth::Unknown,
        }
    }
}

/// A running total.
pub trait Cumulative: Clone + Into<State> {
    /// Distinguishes streams of one name that differ in type.
    fn type_tag(&self) -> u8;

    /// The last point of a stream, if it was of this type.
    fn of_state(state: &State) -> Option<&Self>;

    /// The growth since an earlier point.
    fn since(&self, earlier: &Self) -> Growth<Self>;
}

impl Cumulative for Sum {
    fn type_tag(&self) -> u8 {
        match self {
            Sum::Growing(_) => 0,
            Sum::Changing(_) => 1,
        }
    }

    fn of_state(state: &State) -> Option<&Sum> {
        match state {
            State::Sum(sum) => Some(sum),
            State::Total(_) | State::Histogram(_) => None,
        }
    }

    fn since(&self, earlier: &Sum) -> Growth<Sum> {
        match (self, earlier) {
            (Sum::Growing(now), Sum::Growing(then)) => {
                let grown = difference(*now, *then);
                let grown = (grown >= 0.0).then_some(Sum::Growing(Number::Float(grown)));
                Growth::or_restarted(grown)
            }
            (Sum::Changing(now), Sum::Changing(then)) => {
                Growth::Known(Sum::Changing(Number::Float(difference(*now, *then))))
            }
            _ => Growth::Unknown,
        }
    }
}

impl Cumulative for Histogram {
    fn type_tag(&self) -> u8 {
        match self {
            Histogram::Explicit(_) => 2,
            Histogram::Exponential(_) => 3,
        }
    }

    fn of_state(state: &State) -> Option<&Histogram> {
        match state {
            State::Histogram(histogram) => Some(histogram),
            State::Sum(_) | State::Total(_) => None,
        }
    }

    fn since(&self, earlier: &Histogram) -> Growth<Histogram> {
        Histogram::since(self, earlier)
    }
}

impl State {
    /// As [`Cumulative::type_tag`], of the running totals of deltas.
    pub const TOTAL: u8 = 4;

    /// How many bounds and buckets it keeps.
    pub fn numbers(&self) -> usize {
        match self {
            State::Sum(_) | State::Total(_) => 0,
            State::Histogram(histogram) => histogram.numbers(),
        }
    }
}

impl From<Sum> for State {
    fn from(sum: Sum) -> State {
        State::Sum(sum)
    }
}

impl From<Histogram> for State {
    fn from(histogram: Histogram) -> State {
        State::Histogram(histogram)
    }
}

impl Sum {
    /// As a double, rounded where it has to be.
    pub fn as_f64(self) -> f64 {
        match self {
            Sum::Growing(number) | Sum::Changing(number) => number.as_f64(),
        }
    }
}

/// Whole numbers are subtracted as such: beyond 2^53 doubles have gaps.
fn difference(now: Number, then: Number) -> f64 {
    match (now, then) {
        (Number::Int(now), Number::Int(then)) => (i128::from(now) - i128::from(then)) as f64,
        _ => now.as_f64() - then.as_f64(),
    }
}
