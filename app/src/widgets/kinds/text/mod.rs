//! Words that somebody wrote in Markdown, which the server has parsed.

mod draw;
mod model;
mod view;

pub(super) use draw::snapshot;
#[cfg(test)]
pub(super) use model::Options;
pub use model::{Texts, texts};
pub(super) use view::view;

use crate::widgets::kind::{
    Kind, Metrics, OptionSpec, Schema, ValueType, no_rule, no_spans, suits_none,
};
use protocol::{WidgetKind, option_name};

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Text,
    title: "Text",
    class: "widget is-text",
    smallest: (2, 2),
    has_table: false,
    is_time_chart: false,
    reads_events: false,
    about_first: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "text",
    metrics: Metrics::None,
    size: (4, 4),
    suits: suits_none,
    splits: false,
    merges_series: false,
    spans: no_spans,
    options: &[OptionSpec {
        name: option_name::TEXT,
        value: ValueType::Text(10_000),
        default: "\"\"",
        help: "the words, in Markdown",
    }],
    rule: no_rule,
};
