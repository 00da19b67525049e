//! Horizontal bars, sorted: one for each combination of tag values, and one for all that are not
//! shown. Invariant: what is left out is counted, and summed where a sum means something.

mod draw;
pub(super) mod model;
#[cfg(test)]
mod tests;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, OptionSpec, Schema, ValueType, no_rule};
use crate::widgets::options::{BINARY, EMPTY, ROWS, THRESHOLDS, WINDOW};
use model::BarList;
use protocol::WidgetKind;

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::BarList,
    title: "Bar list",
    class: "widget is-bar-list",
    smallest: (3, 3),
    has_table: true,
    is_time_chart: false,
    reads_events: false,
    about_first: true,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "bar_list",
    metrics: Metrics::Any,
    size: (4, 6),
    suits: |metric| if metric.tags.is_empty() { 3 } else { 55 },
    splits: true,
    merges_series: false,
    spans: |widget, store, shown| vec![BarList::span(widget, store, shown.end_ms)],
    options: &[
        OptionSpec {
            default: "10",
            help: "most bars; what is left out is one bar more, `others`",
            ..ROWS
        },
        OptionSpec {
            name: "ascending",
            value: ValueType::Flag,
            default: "false",
            help: "the smallest first, instead of the largest",
        },
        THRESHOLDS,
        WINDOW,
        BINARY,
        EMPTY,
    ],
    rule: no_rule,
};
