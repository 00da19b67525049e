//! The list of recent events, newest first, never more than the store keeps; those alone that a
//! person looks for.

mod draw;
mod filter;
mod model;
mod opened;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub use opened::Opened as OpenEvent;
pub(super) use view::view;

use crate::widgets::kind::{
    Kind, Metrics, OptionSpec, Schema, ValueType, no_rule, no_spans, suits_none,
};
use crate::widgets::options::ROWS;
use protocol::{WidgetKind, option_name};

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Events,
    title: "Events",
    class: "widget is-events",
    smallest: (3, 3),
    has_table: false,
    is_time_chart: false,
    reads_events: true,
    about_first: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "events",
    metrics: Metrics::None,
    size: (6, 7),
    suits: suits_none,
    splits: false,
    merges_series: false,
    spans: no_spans,
    options: &[
        OptionSpec {
            name: option_name::LEVEL,
            value: ValueType::Level,
            default: "info",
            help: "events below it are left out: `info`, `warn` or `error`",
        },
        OptionSpec {
            default: "100",
            ..ROWS
        },
    ],
    rule: no_rule,
};
