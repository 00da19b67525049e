//! What a table shows: its columns, and a row for each combination of tag values. Pure.

use crate::format::{self, Format};
use crate::live::Store;
use crate::live::metric_query::{self, Value};
use crate::widgets::options;
use crate::widgets::tag_rows::{self, Row, Sort};
use protocol::{Widget, option_name};

/// Rows unless the widget says otherwise.
const ROWS: u32 = 10;

/// Options of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Most rows.
    pub rows: usize,
    /// The column that comes sorted, counted from 0.
    pub sort: usize,
    /// Over how much time, in ms; without it over the time shown.
    pub window_ms: Option<i64>,
    /// How long a newest value holds, in ms.
    pub hold_ms: i64,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        let window_s = options.count(option_name::WINDOW_S);
        Options {
            rows: options::rows(options, ROWS),
            sort: options.count(option_name::SORT).unwrap_or(0) as usize,
            window_ms: window_s.map(|s| i64::from(s) * 1000),
            hold_ms: options::taken(options).hold_ms,
        }
    }

    /// The order in which a table of so many columns comes.
    pub fn sort(&self, columns: usize) -> Sort {
        Sort {
            column: Some(self.sort.min(columns.saturating_sub(1))),
            descending: true,
        }
    }
}

/// How one column is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// How its numbers are written.
    pub format: Format,
    /// Width that the unit has room for, in digits, whatever its prefix.
    pub symbol_room: f64,
    /// The largest number, which has the longest bar.
    pub largest: f64,
}

impl Column {
    /// A cell in words.
    pub fn words(&self, value: Value) -> String {
        format!("{}{}", value.mark(), self.format.fine_number(value.number))
    }
}

/// A table, whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableModel {
    /// The tags whose values make a row.
    pub tags: String,
    /// One for each reference.
    pub columns: Vec<Column>,
    /// In no order.
    pub rows: Vec<Row>,
}

/// The span of time over which a table takes numbers, in ms since the epoch.
pub fn span(store: &Store, widget: &Widget, end_ms: i64, span_ms: i64) -> (i64, i64) {
    let window_ms = Options::of(&widget.options).window_ms;
    tag_rows::span(store, end_ms - window_ms.unwrap_or(span_ms), end_ms)
}

/// The table of a widget over its window, or over `span_ms`, until `end_ms`, whose columns were written
/// as in `before` until now.
pub fn read(
    store: &Store,
    widget: &Widget,
    (end_ms, span_ms): (i64, i64),
    before: &[Column],
) -> TableModel {
    let options = Options::of(&widget.options);
    let from_ms = end_ms - options.window_ms.unwrap_or(span_ms);
    let rows = tag_rows::rows(store, &widget.metrics, (from_ms, end_ms), options.hold_ms);
    let column = |(i, reference): (usize, _)| {
        let values = rows.iter().filter_map(|row| row.values.get(i));
        let largest = values.map(|value| value.number).filter(|v| v.is_finite());
        let largest = largest.fold(f64::NAN, f64::max);
        let (unit, per_second) = metric_query::unit(store, reference);
        let before = before.get(i).map_or("", |column| column.format.symbol);
        Column {
            label: metric_query::label(reference),
            format: Format::steady(unit, per_second, largest, false, before),
            symbol_room: format::symbol_room(unit, per_second, false),
            largest,
        }
    };
    TableModel {
        tags: tag_rows::tags(store, &widget.metrics).join(" · "),
        columns: widget.metrics.iter().enumerate().map(column).collect(),
        rows,
    }
}
