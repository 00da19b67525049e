//! The value of a [`MetricRef`](protocol::MetricRef) over aggregates, exactly: which series it
//! means, how they become one, and which number is shown.
//!
//! Invariant: nothing here waits, reads a clock or touches a disk, and whatever series and windows
//! are merged, the result is the same as if all samples had been recorded into one aggregate; only
//! newest values are averaged over series instead.

mod evaluate;
mod merge;
mod select;

pub use evaluate::{Data, MetricData, SeriesData, lines, row, values};
pub use merge::{SeriesMerge, Windows, merge_series};
pub use select::{Group, groups};

#[cfg(test)]
mod tests;
