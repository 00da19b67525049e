//! What the stream carries: `hello`, `series`, `frame` and `log`; beside these `annotation`, a
//! list of [`Annotation`](super::Annotation)s, and `annotation_removed`, a list of their ids.
//!
//! A frame holds compact arrays, one a series: `[id, …]` with numbers by the metric's kind.
//! Server and page read the same [`FrameRow`]; nobody else knows the order.
//!
//! | kind | row |
//! |---|---|
//! | counter | `[id, count]` |
//! | sum | `[id, count, sum]` |
//! | last_value | `[id, last, min, max]` |
//! | summary | `[id, count, sum, min, max, p50, p95, p99]` |
//! | distribution | `[id, count, sum, min, max, n₀, n₁, …]`, a number for each bucket and one for those above |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Kind;

/// First event of a stream that does not resume: what there is to see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// The server's time in ms since the epoch.
    pub now_ms: i64,
    /// The last flush before this stream begins.
    pub seq: u64,
    /// Frames after this time follow on the stream; history answers up to it. A whole second.
    pub live_from_ms: i64,
    /// Length of a flush in ms.
    pub flush_ms: u32,
    /// Every visible series of now.
    pub series: Vec<SeriesInfo>,
}

/// One series: a metric with one combination of tag values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// What rows call it. Stable while the database lives.
    pub id: u32,
    /// Name in the metric list.
    pub metric: String,
    /// Tag values, by tag name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// The aggregates that changed in one flush, or in several when frames were coalesced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Number of the last flush in it.
    pub seq: u64,
    /// End of the window in ms since the epoch.
    pub t: i64,
    /// Length of the window in ms.
    pub w: u32,
    /// Rows of the window, see the table above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<f64>>,
    /// Whole seconds that this flush completed, exactly as history keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seconds: Vec<Second>,
}

/// One whole second of every series that changed in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// End of the second in ms since the epoch; a multiple of 1000.
    pub t: i64,
    /// Rows of the second, see the table above.
    pub rows: Vec<Vec<f64>>,
}

/// A row as numbers with names. What a kind does not carry is NaN, counts are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameRow {
    /// Number of samples; for last values 1.
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
    };

    /// Reads the numbers behind the series id. Missing ones stay as in [`FrameRow::EMPTY`], so that
    /// a page survives a server that is newer than itself.
    pub fn read(kind: Kind, numbers: &[f64]) -> FrameRow {
        let at = |i: usize| numbers.get(i).copied().unwrap_or(f64::NAN);
        let count = numbers.first().copied().unwrap_or(0.0);
        match kind {
            Kind::Counter => FrameRow {
                count,
                ..FrameRow::EMPTY
            },
            Kind::Sum => FrameRow {
                count,
                sum: at(1),
                ..FrameRow::EMPTY
            },
            Kind::LastValue => FrameRow {
                count: 1.0,
                last: at(0),
                min: at(1),
                max: at(2),
                ..FrameRow::EMPTY
            },
            Kind::Summary => FrameRow {
                count,
                sum: at(1),
                min: at(2),
                max: at(3),
                last: f64::NAN,
                quantiles: [at(4), at(5), at(6)],
            },
            Kind::Distribution => FrameRow {
                count,
                sum: at(1),
                min: at(2),
                max: at(3),
                ..FrameRow::EMPTY
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let frame = Frame {
            seq: 7,
            t: 1_700_000_000_100,
            w: 100,
            rows: vec![vec![1.0, 3.0]],
            seconds: vec![Second {
                t: 1_700_000_000_000,
                rows: vec![vec![1.0, 30.0]],
            }],
        };
        let json = r#"{"seq":7,"t":1700000000100,"w":100,"rows":[[1.0,3.0]],"seconds":[{"t":1700000000000,"rows":[[1.0,30.0]]}]}"#;
        assert_eq!(serde_json::to_string(&frame).expect("encodes"), json);
        assert_eq!(serde_json::from_str::<Frame>(json).expect("decodes"), frame);
    }

    #[test]
    fn a_short_row_reads_as_unknown_not_as_zero() {
        let row = FrameRow::read(Kind::Summary, &[2.0, 5.0]);
        assert_eq!((row.count, row.sum), (2.0, 5.0));
        assert!(row.quantiles.iter().all(|q| q.is_nan()) && row.min.is_nan());
    }
}
