//! How many samples lie in each bucket, over time: a column for each step, the darker the more.

mod draw;
mod model;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, Schema, no_rule, no_spans};
use crate::widgets::options::{BINARY, EMPTY};
use protocol::{Kind as MetricKind, WidgetKind};

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Heatmap,
    title: "Heatmap",
    class: "widget is-chart",
    smallest: (3, 4),
    has_table: true,
    is_time_chart: false,
    reads_events: false,
    about_first: true,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "heatmap",
    metrics: Metrics::Only(MetricKind::Distribution, "a heatmap shows a distribution"),
    size: (6, 6),
    suits: |_| 95,
    splits: false,
    merges_series: false,
    spans: no_spans,
    options: &[BINARY, EMPTY],
    rule: no_rule,
};
