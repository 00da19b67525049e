//! What a cumulative stream told last, and what a later point says since.
//!
//! Invariant: a difference is never less than nothing where a stream only grows; what fell
//! began anew.

use super::explicit::Explicit;
use super::exponential::Exponential;
use telemetry::otlp_message::Number;

/// What a stream told last.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// The sum since the stream began.
    Sum(Sum),
    /// The running total of deltas.
    Total(f64),
    /// All values since the stream began.
    Histogram(Histogram),
}

/// A number that adds up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sum {
    /// It only grows.
    Growing(Number),
    /// It may fall.
    Changing(Number),
}

/// A histogram of either type.
#[derive(Clone, Debug, PartialEq)]
pub enum Histogram {
    /// With bounds of its own.
    Explicit(Explicit),
    /// With bounds by scale.
    Exponential(Exponential),
}

/// What cumulative points tell.
pub trait Cumulative: Clone + Into<State> {
    /// Tells apart streams of one name that differ in type.
    fn variety(&self) -> u8;

    /// What a stream told last, where it was of this type.
    fn told(state: &State) -> Option<&Self>;

    /// What came since an earlier point; None when the stream began anew.
    fn since(&self, earlier: &Self) -> Option<Self>;
}

impl Cumulative for Sum {
    fn variety(&self) -> u8 {
        match self {
            Sum::Growing(_) => 0,
            Sum::Changing(_) => 1,
        }
    }

    fn told(state: &State) -> Option<&Sum> {
        match state {
            State::Sum(sum) => Some(sum),
            State::Total(_) | State::Histogram(_) => None,
        }
    }

    fn since(&self, earlier: &Sum) -> Option<Sum> {
        match (self, earlier) {
            (Sum::Growing(now), Sum::Growing(then)) => {
                let grown = difference(*now, *then);
                (grown >= 0.0).then_some(Sum::Growing(Number::AsDouble(grown)))
            }
            (Sum::Changing(now), Sum::Changing(then)) => {
                Some(Sum::Changing(Number::AsDouble(difference(*now, *then))))
            }
            _ => None,
        }
    }
}

impl Cumulative for Histogram {
    fn variety(&self) -> u8 {
        match self {
            Histogram::Explicit(_) => 2,
            Histogram::Exponential(_) => 3,
        }
    }

    fn told(state: &State) -> Option<&Histogram> {
        match state {
            State::Histogram(histogram) => Some(histogram),
            State::Sum(_) | State::Total(_) => None,
        }
    }

    fn since(&self, earlier: &Histogram) -> Option<Histogram> {
        match (self, earlier) {
            (Histogram::Explicit(now), Histogram::Explicit(then)) => {
                now.since(then).map(Histogram::Explicit)
            }
            (Histogram::Exponential(now), Histogram::Exponential(then)) => {
                now.since(then).map(Histogram::Exponential)
            }
            _ => None,
        }
    }
}

impl State {
    /// As [`Cumulative::variety`], of the running totals of deltas.
    pub const TOTAL: u8 = 4;

    /// How many bounds and buckets it keeps.
    pub fn numbers(&self) -> usize {
        match self {
            State::Sum(_) | State::Total(_) => 0,
            State::Histogram(Histogram::Explicit(histogram)) => histogram.numbers(),
            State::Histogram(Histogram::Exponential(histogram)) => histogram.numbers(),
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

impl Histogram {
    /// How many values it holds.
    pub fn count(&self) -> u64 {
        match self {
            Histogram::Explicit(histogram) => histogram.count,
            Histogram::Exponential(histogram) => histogram.count,
        }
    }
}

/// Whole numbers are subtracted as such: beyond 2^53 doubles have gaps.
fn difference(now: Number, then: Number) -> f64 {
    match (now, then) {
        (Number::AsInt(now), Number::AsInt(then)) => (i128::from(now) - i128::from(then)) as f64,
        _ => now.as_f64() - then.as_f64(),
    }
}
