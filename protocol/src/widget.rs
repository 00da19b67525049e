//! A widget: a view of one or more metrics. A page renders any widget from this alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{GridPlace, Options, TagValues};

/// How a widget shows its metrics.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WidgetKind {
    /// One large value with a sparkline.
    Stat,
    /// Lines over time.
    Line,
    /// Filled lines over time, one over the other or stacked.
    Area,
    /// Bars over time, one for each step.
    Bar,
    /// One value on an arc from the lowest to the highest.
    Gauge,
    /// How many samples lie in each bucket of a distribution, over the time shown.
    Histogram,
    /// How many samples lie in each bucket of a distribution, over time.
    Heatmap,
    /// The first rows by any column, one for each combination of tag values.
    Table,
    /// The list of recent events.
    Events,
    /// Words that somebody wrote, in Markdown.
    Text,
    /// Which of a few named states a last value was in, over time, a strip for each series.
    States,
    /// Horizontal bars, sorted, one for each combination of tag values.
    BarList,
}

/// A view of one or more metrics.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Widget {
    /// Unique in its dashboard; stable, since preferences refer to it.
    pub id: String,
    /// How it shows them.
    pub kind: WidgetKind,
    /// The heading.
    pub title: String,
    /// What it shows. For [`WidgetKind::Stat`] the first is the value, the others stand below it.
    #[serde(default, deserialize_with = "crate::absent::or_default")]
    pub metrics: Vec<MetricRef>,
    /// What is particular to it.
    #[serde(default, deserialize_with = "crate::absent::or_default")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, serde_json::Value>")
    )]
    pub options: Options,
    /// The variable for each of whose values it stands there once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<String>,
    /// Where it stands unless a person moved it.
    pub place: GridPlace,
}

/// One metric as a widget reads it: which series, and which number of each.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricRef {
    /// Name in the metric list.
    pub metric: String,
    /// Which number of the aggregate.
    #[serde(default, deserialize_with = "crate::absent::or_default")]
    pub field: Field,
    /// Only series whose tags have these values: one, or any of several; a value that ends in `*`
    /// matches by prefix.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "crate::absent::entries"
    )]
    pub tags: BTreeMap<String, TagValues>,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
