//! The documents of a stream: [`Hello`], [`SeriesInfo`], [`Frame`]. Which event carries which, says
//! [`StreamEvent`](super::StreamEvent); in which order a row holds its numbers, [`row`](super::row).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::row::read_rows;

/// First event of a stream that does not resume: the catalogue of visible series.
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
    /// Every visible series, as of the last flush.
    pub series: Vec<SeriesInfo>,
}

/// One series: a metric with one combination of tag values.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// Id in rows. Stable while the database lives.
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
    /// Rows of the window.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "read_rows"
    )]
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
    /// Rows of the second.
    #[serde(deserialize_with = "read_rows")]
    pub rows: Vec<Vec<f64>>,
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
}
