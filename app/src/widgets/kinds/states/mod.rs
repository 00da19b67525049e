//! State history: a strip for each series, and in words what holds now. Invariant: a state is shown
//! by words and by how tall its strip is, and never by colour alone.

mod draw;
mod history;
pub(super) mod model;
#[cfg(test)]
mod tests;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, OptionSpec, Schema, ValueType, no_rule, no_spans};
use crate::widgets::options::{CONNECT, CONNECT_ALL, ROWS};
use protocol::{Kind as MetricKind, Metric, WidgetKind, option_name};
use telemetry::Dimension;

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::States,
    title: "States",
    class: "widget is-states",
    smallest: (3, 3),
    has_table: true,
    is_time_chart: false,
    reads_events: false,
    about_first: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "states",
    metrics: Metrics::Only(MetricKind::LastValue, "a state history shows a last value"),
    size: (6, 4),
    suits,
    splits: true,
    merges_series: false,
    spans: no_spans,
    options: &[
        OptionSpec {
            name: option_name::STATES,
            value: ValueType::States(16),
            default: "[]",
            help: "`{ \"value\", \"name\", \"level\" }`: what a value means; the first that fits",
        },
        OptionSpec {
            default: "12",
            ..ROWS
        },
        CONNECT,
        CONNECT_ALL,
    ],
    rule: no_rule,
};

fn suits(metric: &Metric) -> u8 {
    // A share or a size has no names for its values.
    match metric.unit.dimension() {
        Dimension::None => 42,
        _ => 8,
    }
}
