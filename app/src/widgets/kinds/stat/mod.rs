//! One large value, what it means below it, and its recent past as a small line.

mod change;
mod draw;
pub(super) mod model;
#[cfg(test)]
mod tests;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, Schema, no_rule};
use crate::widgets::options::{CONNECT, CONNECT_ALL, THRESHOLDS, WINDOW};
use protocol::{Kind as MetricKind, Metric, WidgetKind};

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Stat,
    title: "Stat",
    class: "widget is-stat",
    smallest: (2, 2),
    has_table: false,
    is_time_chart: false,
    reads_events: false,
    about_first: true,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "stat",
    metrics: Metrics::Any,
    size: (3, 3),
    suits,
    splits: false,
    merges_series: true,
    spans: |widget, store, shown| model::spans(widget, store, shown.end_ms, shown.span_ms),
    options: &[THRESHOLDS, WINDOW, CONNECT, CONNECT_ALL],
    rule: no_rule,
};

fn suits(metric: &Metric) -> u8 {
    match metric.kind {
        MetricKind::LastValue if metric.tags.is_empty() => 70,
        MetricKind::LastValue => 30,
        MetricKind::Distribution => 15,
        _ => 50,
    }
}
