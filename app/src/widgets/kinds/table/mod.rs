//! The first rows by any column: one row for each value of a tag, one column for each reference.

mod draw;
pub(super) mod model;
mod view;

pub(super) use draw::snapshot;
pub(super) use model::Options;
pub(super) use view::view;

use crate::widgets::kind::{Kind, Metrics, OptionFault, OptionSpec, Schema, ValueType};
use crate::widgets::options::{EMPTY, ROWS, WINDOW};
use protocol::{Widget, WidgetKind, option_name};

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Table,
    title: "Table",
    class: "widget is-table",
    smallest: (3, 3),
    has_table: false,
    is_time_chart: false,
    reads_events: false,
    about_first: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "table",
    metrics: Metrics::Any,
    size: (6, 6),
    suits: |metric| if metric.tags.is_empty() { 5 } else { 45 },
    splits: true,
    merges_series: false,
    spans: |widget, store, shown| vec![model::span(store, widget, shown.end_ms, shown.span_ms)],
    options: &[
        OptionSpec {
            name: option_name::SORT,
            value: ValueType::Index,
            default: "0",
            help: "the column that comes sorted, counted from 0, largest first",
        },
        OptionSpec {
            default: "10",
            ..ROWS
        },
        OptionSpec {
            default: "the time shown",
            help: "seconds that the numbers are taken over",
            ..WINDOW
        },
        EMPTY,
    ],
    rule: check_sort,
};

/// The column that is sorted by is there.
fn check_sort(widget: &Widget) -> Result<(), OptionFault> {
    let (sort, columns) = (Options::of(&widget.options).sort, widget.metrics.len());
    if sort == 0 || sort < columns {
        return Ok(());
    }
    Err(OptionFault {
        name: option_name::SORT,
        message: format!("there is no column {sort}; there are {columns}, counted from 0"),
    })
}
