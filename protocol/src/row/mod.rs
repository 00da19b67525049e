//! The row codec: the only place that knows in which order a row holds its numbers.
//!
//! A row is `[id, …]`: the id of a series, then numbers by the kind of its metric. Rows of frames
//! and of whole seconds are such arrays; a step of a history holds the numbers without the id.
//!
//! | kind | row |
//! |---|---|
//! | counter | `[id, count]` |
//! | sum | `[id, count, sum]` |
//! | last_value | `[id, last, min, max]`, or with several samples `[id, last, min, max, count, sum]`; a `last` of `null` says that there is no value any more |
//! | summary | `[id, count, sum, min, max, p50, p95, p99]` |
//! | distribution | `[id, count, sum, min, max, n₀, n₁, …]`, a number for each bucket and one for those above |
//!
//! Invariant: what is written reads back as the same numbers; fractions to 15
//! digits, as exactly as serde_json reads them. JSON holds neither NaN nor
//! infinities: both are written as `null`, which reads as NaN, not known.

mod text;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

use super::Kind;

pub(crate) use text::EXACT;
pub use text::push_row;

/// The rows of a list without its brackets, as [`push_row`] writes them: the series of each, and its
/// text. A text that is no such list ends early.
pub fn rows_of(mut text: &str) -> impl Iterator<Item = (u32, &str)> {
    std::iter::from_fn(move || {
        let end = text.find(']')?;
        let (row, rest) = text.split_at(end + 1);
        text = rest.strip_prefix(',').unwrap_or(rest);
        let digits = row.strip_prefix('[')?;
        let digits = digits.split([',', ']']).next()?;
        Some((digits.parse().ok()?, row))
    })
}

/// A row as numbers with names. What a kind does not carry is NaN, counts are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameRow {
    /// Number of samples.
    pub count: f64,
    /// Sum of samples.
    pub sum: f64,
    /// Smallest sample.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
    /// Newest sample.
    pub last: f64,
    /// Percentiles 50, 95 and 99.
    pub quantiles: [f64; 3],
    /// Whether the percentiles are an estimate, since rows were merged without their sketches. No
    /// row that crosses the network is one.
    pub is_estimate: bool,
    /// Whether a level has no value any more, as its sender reported: a gap, and no older value holds.
    pub is_absent: bool,
}

/// One number of a row.
#[derive(Clone, Copy)]
enum Slot {
    Count,
    Sum,
    Min,
    Max,
    Last,
    Quantile(usize),
}

/// The order of the numbers behind the id; those of buckets follow.
const fn slots(kind: Kind) -> &'static [Slot] {
    use Slot::*;
    match kind {
        Kind::Counter => &[Count],
        Kind::Sum => &[Count, Sum],
        Kind::LastValue => &[Last, Min, Max, Count, Sum],
        Kind::Summary => &[Count, Sum, Min, Max, Quantile(0), Quantile(1), Quantile(2)],
        Kind::Distribution => &[Count, Sum, Min, Max],
    }
}

impl FrameRow {
    /// Nothing known.
    pub const EMPTY: FrameRow = FrameRow {
        count: 0.0,
        sum: 0.0,
        min: f64::NAN,
        max: f64::NAN,
        last: f64::NAN,
        quantiles: [f64::NAN; 3],
        is_estimate: false,
        is_absent: false,
    };

    /// Gives the numbers behind the id, in order. `buckets` are the samples in each bucket of a
    /// distribution, and in one more those above all bounds; other kinds have none.
    pub fn write(
        &self,
        kind: Kind,
        buckets: impl IntoIterator<Item = f64>,
        mut push: impl FnMut(f64),
    ) {
        for slot in self.written(kind) {
            push(match slot {
                Slot::Count => self.count,
                Slot::Sum => self.sum,
                Slot::Min => self.min,
                Slot::Max => self.max,
                Slot::Last => self.last,
                Slot::Quantile(index) => self.quantiles[*index],
            });
        }
        if kind == Kind::Distribution {
            buckets.into_iter().for_each(push);
        }
    }

    /// The numbers that are written: of a single sample, count and sum say nothing more.
    fn written(&self, kind: Kind) -> &'static [Slot] {
        match (kind, slots(kind)) {
            (Kind::LastValue, all) if self.count > 1.0 => all,
            (Kind::LastValue, [short @ .., _, _]) => short,
            (_, all) => all,
        }
    }

    /// Reads the numbers behind the id. Missing ones are NaN, or no samples, so that a page
    /// works with a server of another version.
    pub fn read(kind: Kind, numbers: &[f64]) -> FrameRow {
        let mut row = FrameRow::EMPTY;
        if kind == Kind::Counter {
            // It counts; there is nothing to add up.
            row.sum = f64::NAN;
        }
        let is_single = kind == Kind::LastValue && numbers.len() < slots(kind).len();
        let mut numbers = numbers.iter().copied();
        for slot in slots(kind) {
            let number = numbers.next();
            let known = number.unwrap_or(f64::NAN);
            match slot {
                Slot::Count => row.count = number.unwrap_or(0.0),
                Slot::Sum => row.sum = known,
                Slot::Min => row.min = known,
                Slot::Max => row.max = known,
                Slot::Last => row.last = known,
                Slot::Quantile(index) => row.quantiles[*index] = known,
            }
        }
        row.is_absent = kind == Kind::LastValue && row.last.is_nan();
        if is_single && row.last.is_finite() {
            (row.count, row.sum) = (1.0, row.last);
        }
        row
    }

    /// The samples in each bucket of a distribution, of the numbers behind the id; none for other
    /// kinds.
    pub fn buckets(kind: Kind, numbers: &[f64]) -> Option<&[f64]> {
        match kind {
            Kind::Distribution => numbers.get(slots(kind).len()..),
            _ => None,
        }
    }

    /// The whole row: the id, then the numbers.
    pub fn with_id(&self, id: u32, kind: Kind, buckets: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let mut row = vec![f64::from(id)];
        self.write(kind, buckets, |number| row.push(number));
        row
    }
}

/// The id of a row, and the numbers behind it; none for an empty row.
pub fn split_row(row: &[f64]) -> Option<(u32, &[f64])> {
    let (id, numbers) = row.split_first()?;
    Some((*id as u32, numbers))
}

/// Numbers with `null` for NaN.
struct Numbers(Vec<f64>);

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Numbers;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Numbers, A::Error> {
                let mut all = Vec::new();
                while let Some(number) = numbers.next_element::<Option<f64>>()? {
                    all.push(number.unwrap_or(f64::NAN));
                }
                Ok(Numbers(all))
            }
        }
        from.deserialize_seq(All)
    }
}

/// Reads the numbers of one row or step.
pub(crate) fn read_numbers<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    Numbers::deserialize(from).map(|Numbers(numbers)| numbers)
}

/// Reads rows.
pub(crate) fn read_rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<f64>>, D::Error> {
    let rows = Vec::<Numbers>::deserialize(from)?;
    Ok(rows.into_iter().map(|Numbers(numbers)| numbers).collect())
}

#[cfg(test)]
mod tests;
