//! What a bar list shows: a bar for each combination of tag values, in order, and one for all that
//! are left out. Pure.

use crate::format::Format;
use crate::live::Store;
use crate::live::metric_query::{self, Taken, Value};
use crate::widgets::options;
use crate::widgets::table_view::{MAX_ROWS, TableView};
use crate::widgets::tag_rows::{self, Row, Sort};
use protocol::{LogLevel, MetricRef, Threshold, Widget, option_name};

/// Bars unless the widget says otherwise.
const ROWS: u32 = 10;

/// Options of a bar list.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Most bars.
    pub rows: usize,
    /// The smallest first.
    pub ascending: bool,
    /// Where a value becomes a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Over how much time a value is taken.
    pub taken: Taken,
    /// Bytes in KiB, MiB, GiB.
    pub binary: bool,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            rows: options::rows(options, ROWS),
            ascending: options.flag(option_name::ASCENDING),
            thresholds: options.thresholds(),
            taken: options::taken(options),
            binary: options.flag(option_name::BINARY),
        }
    }
}

/// A bar list, whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarList {
    /// The tags whose values make a bar.
    pub tags: String,
    /// What the values are.
    pub label: String,
    /// In order; none when nothing is known.
    pub bars: Vec<Bar>,
    /// What is left out.
    pub others: Option<Bar>,
    /// The unit of all values, with prefix.
    pub symbol: &'static str,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Tag values, or how many are left out.
    pub name: String,
    /// The value in words, with its unit.
    pub words: String,
    /// Length, as a share of the longest; none where a length would say something wrong.
    pub share: Option<f64>,
    /// Of the threshold that the value reached.
    pub level: Option<LogLevel>,
}

impl BarList {
    /// Of a widget's first metric at `end_ms`, with the symbol `before` until now.
    pub fn read(widget: &Widget, store: &Store, end_ms: i64, before: &str) -> BarList {
        let list = BarList::of(widget, store, (end_ms, before), usize::MAX);
        list.unwrap_or_default()
    }

    /// The same in at most `most` bars, `others` among them; at least one.
    pub fn fitting(widget: &Widget, store: &Store, end_ms: i64, most: usize) -> BarList {
        let list = BarList::read(widget, store, end_ms, "");
        if list.all().count() <= most {
            return list;
        }
        let most = most.saturating_sub(1).max(1);
        let list = BarList::of(widget, store, (end_ms, ""), most);
        list.unwrap_or_default()
    }

    /// The span of time over which bars are taken, in ms since the epoch.
    pub fn span(widget: &Widget, store: &Store, end_ms: i64) -> (i64, i64) {
        let taken = Options::of(&widget.options).taken;
        tag_rows::span(store, end_ms - taken.window_ms, end_ms)
    }

    fn of(
        widget: &Widget,
        store: &Store,
        (end_ms, before): (i64, &str),
        most: usize,
    ) -> Option<BarList> {
        let first = widget.metrics.first()?;
        let options = Options::of(&widget.options);
        let references = std::slice::from_ref(first);
        let taken = options.taken;
        let span = (end_ms - taken.window_ms, end_ms);
        let mut rows = tag_rows::rows(store, references, span, taken.hold_ms);
        rows.retain(|row| row.values.iter().all(|value| value.number.is_finite()));
        let sort = Sort {
            column: Some(0),
            descending: !options.ascending,
        };
        sort.apply(&mut rows);
        let left_out = rows.split_off(rows.len().min(options.rows).min(most));
        let others = rest(first, &left_out);
        let sum = others.as_ref().and_then(|rest| rest.sum);
        let values = rows.iter().map(value).chain(sum).map(|value| value.number);
        let largest = values.map(f64::abs).fold(0.0, f64::max);
        let (unit, per_second) = metric_query::unit(store, first);
        let format = Format::steady(unit, per_second, largest, options.binary, before);
        let words = |value: Value| format!("{}{}", value.mark(), format.fine_words(value.number));
        // A bar begins at zero: a value below has none.
        let share = |value: Value| (largest > 0.0).then(|| (value.number / largest).max(0.0));
        let bar = |row: &Row| Bar {
            name: row.name.clone(),
            words: words(value(row)),
            share: share(value(row)),
            level: options::passed(&options.thresholds, value(row).number).map(|t| t.level),
        };
        Some(BarList {
            tags: tag_rows::tags(store, references).join(" · "),
            label: metric_query::label(first),
            symbol: format.symbol,
            bars: rows.iter().map(bar).collect(),
            others: others.map(|rest| Bar {
                name: format!("others ({})", rest.count),
                words: match (rest.sum, options.ascending) {
                    (Some(sum), _) => words(sum),
                    (None, false) => format!("≤ {}", words(rest.nearest)),
                    (None, true) => format!("≥ {}", words(rest.nearest)),
                },
                share: rest.sum.and_then(share),
                level: None,
            }),
        })
    }

    /// Every bar, `others` last.
    pub fn all(&self) -> impl Iterator<Item = &Bar> {
        self.bars.iter().chain(&self.others)
    }

    /// The same as a table.
    pub fn table(&self) -> TableView {
        let row = |bar: &Bar| {
            let level = bar.level.map_or("", level_word);
            [&*bar.name, &*bar.words, level].map(str::to_owned).to_vec()
        };
        TableView {
            head: [&*self.tags, &*self.label, "Threshold"]
                .map(str::to_owned)
                .to_vec(),
            rows: self.all().take(MAX_ROWS).map(row).collect(),
        }
    }
}

/// A level in words, where its icon is not seen.
pub fn level_word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "reached",
        LogLevel::Warn => "warning",
        LogLevel::Error => "bad",
    }
}

/// What is left out.
struct Rest {
    count: usize,
    /// None where a sum means nothing.
    sum: Option<Value>,
    /// The value next to those that are shown.
    nearest: Value,
}

fn rest(reference: &MetricRef, rows: &[Row]) -> Option<Rest> {
    let nearest = value(rows.first()?);
    Some(Rest {
        count: rows.len(),
        sum: reference.field.adds_up().then(|| Value {
            number: rows.iter().map(|row| value(row).number).sum(),
            is_estimate: rows.iter().any(|row| value(row).is_estimate),
        }),
        nearest,
    })
}

fn value(row: &Row) -> Value {
    row.values.first().copied().unwrap_or(Value::NONE)
}
