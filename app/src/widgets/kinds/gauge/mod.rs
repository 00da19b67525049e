//! One value on an arc from the lowest to the highest, and in words. Invariant: the colour never
//! says more than the words: a threshold that is passed is named.

mod draw;
mod ends;
pub(super) mod model;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, OptionSpec, Schema};
use crate::widgets::options::{BINARY, MAX, MIN, THRESHOLDS, WINDOW, check_scale};
use protocol::{Kind as MetricKind, Metric, WidgetKind};
use telemetry::Dimension;

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Gauge,
    title: "Gauge",
    class: "widget is-gauge",
    smallest: (2, 4),
    has_table: false,
    is_time_chart: false,
    reads_events: false,
    about_first: true,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "gauge",
    metrics: Metrics::Any,
    size: (3, 5),
    suits,
    splits: false,
    merges_series: true,
    spans: |widget, store, shown| model::spans(widget, store, shown.end_ms),
    options: &[
        OptionSpec {
            default: "0",
            help: "where the arc begins",
            ..MIN
        },
        OptionSpec {
            default: "what the second entry says is all there is, 100 % of a share, or a round number",
            help: "where the arc ends; above `min`",
            ..MAX
        },
        THRESHOLDS,
        WINDOW,
        BINARY,
    ],
    rule: check_scale,
};

fn suits(metric: &Metric) -> u8 {
    let is_share = metric.unit.dimension() == Dimension::Share;
    match metric.kind {
        MetricKind::LastValue if is_share && metric.tags.is_empty() => 85,
        MetricKind::LastValue if is_share => 50,
        MetricKind::LastValue => 20,
        _ => 5,
    }
}
