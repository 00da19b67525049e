//! A widget: a view of one or more metrics. A page renders any widget from this alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;

/// How a widget shows its metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WidgetKind {
    /// One large value with a sparkline.
    Stat,
    /// Lines over time.
    Line,
    /// Filled lines over time.
    Area,
    /// The list of recent events.
    Events,
}

/// A view of one or more metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Widget {
    /// Unique in its dashboard; stable, since preferences refer to it.
    pub id: String,
    /// How it shows them.
    pub kind: WidgetKind,
    /// The heading.
    pub title: String,
    /// What it shows. For [`WidgetKind::Stat`] the first is the value, the others stand below it.
    #[serde(default)]
    pub metrics: Vec<MetricRef>,
    /// What is particular to it.
    #[serde(default)]
    pub options: Options,
    /// Where it stands unless a person moved it.
    pub place: Place,
}

/// One metric as a widget reads it: which series, and which number of each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricRef {
    /// Name in the metric list.
    pub metric: String,
    /// Which number of the aggregate.
    #[serde(default)]
    pub field: Field,
    /// Only series whose tags have these values; a value that ends in `*` matches by prefix.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// One line for each value of this tag; without it all matching series are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Legend text, or for further entries of a stat the words around the value (`{}`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Divide by this one and show percent: a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of: Option<Box<MetricRef>>,
}

/// Which number of an aggregate is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The newest value.
    #[default]
    Last,
    /// Number of samples.
    Count,
    /// Sum of samples.
    Sum,
    /// Counters: samples a second. Sums: sum a second.
    Rate,
    /// Sum by count.
    Avg,
    /// Smallest sample.
    Min,
    /// Largest sample.
    Max,
    /// Half of the samples are below.
    P50,
    /// 95 of 100 samples are below.
    P95,
    /// 99 of 100 samples are below.
    P99,
}

/// What is particular to one widget. Every option has a default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Lower end of the y axis; found from the data without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Upper end of the y axis; found from the data without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Longest pause between two points that a line bridges, in ms; without it three steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<u32>,
    /// Seconds that the value of a stat is taken over; ten without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<u32>,
    /// Where a value becomes a warning or bad.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
}

/// From this value on, the widget says so: by words and icon, and by colour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// In the unit that the widget shows; reached when the value is equal or above.
    pub at: f64,
    /// `warn` or `bad`.
    pub level: super::LogLevel,
}
