//! Histograms as programs send them, of either layout, whatever protocol they came by.
//!
//! Invariant: one that exists holds together: its counts add up, its bounds ascend, and no
//! number in it is infinite.

mod explicit;
mod exponential;
mod rebucket;

pub use explicit::Explicit;
pub use exponential::{Exponential, Run};
pub use rebucket::Range;

use super::cumulative::Growth;

/// A histogram of either layout.
#[derive(Clone, Debug, PartialEq)]
pub enum Histogram {
    /// With bounds of its own.
    Explicit(Explicit),
    /// With bounds by scale.
    Exponential(Exponential),
}

impl Histogram {
    /// How many values it holds.
    pub fn count(&self) -> u64 {
        match self {
            Histogram::Explicit(histogram) => histogram.count,
            Histogram::Exponential(histogram) => histogram.count,
        }
    }

    /// How many bounds and counts it keeps.
    pub fn numbers(&self) -> usize {
        match self {
            Histogram::Explicit(histogram) => histogram.numbers(),
            Histogram::Exponential(histogram) => histogram.numbers(),
        }
    }

    /// The growth since an earlier point of the stream.
    pub fn since(&self, earlier: &Histogram) -> Growth<Histogram> {
        match (self, earlier) {
            (Histogram::Explicit(now), Histogram::Explicit(then)) => {
                now.since(then).map(Histogram::Explicit)
            }
            (Histogram::Exponential(now), Histogram::Exponential(then)) => {
                Growth::or_restarted(now.since(then)).map(Histogram::Exponential)
            }
            _ => Growth::Unknown,
        }
    }
}
