//! What stands on a stat: the value, what it means, how it changed. Pure.

use super::change;
use crate::bidi::isolated;
use crate::format::{self, Format};
use crate::live::Store;
use crate::live::metric_query::{self, Taken, Value};
use crate::widgets::options::{self, Connect};
use protocol::{LogLevel, MetricRef, Threshold, Widget};

/// Options of a stat.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where the value becomes a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Over how much time the value is taken.
    pub taken: Taken,
    /// Over which pauses the small line goes on.
    pub connect: Connect,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            thresholds: options.thresholds(),
            taken: options::taken(options),
            connect: Connect::of(options),
        }
    }
}

/// What stands on the card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stat {
    /// The number.
    pub value: String,
    /// Its unit, with prefix.
    pub symbol: &'static str,
    /// What it means.
    pub below: String,
    /// How it changed.
    pub change: String,
    /// Of the threshold that it reached.
    pub level: Option<LogLevel>,
}

/// What stands on the card of a widget at `end_ms`, when `span_ms` until then are shown, with the symbol
/// `before` until now.
pub fn read(widget: &Widget, store: &Store, end_ms: i64, span_ms: i64, before: &str) -> Stat {
    let Some(first) = widget.metrics.first() else {
        return Stat::default();
    };
    let options = Options::of(&widget.options);
    let taken = options.taken;
    let read = metric_query::stat(store, first, taken, end_ms);
    let value = read.number;
    let (unit, per_second) = metric_query::unit(store, first);
    let format = Format::steady(unit, per_second, value, false, before);
    let passed = options::passed(&options.thresholds, value);
    let described = widget.metrics[1..].iter().map(|r| {
        if r.metric.is_empty() {
            return "not visible for your role".to_owned();
        }
        let value = metric_query::stat(store, r, taken, end_ms);
        describe(r, value, metric_query::unit(store, r))
    });
    let mut below: Vec<String> = described.collect();
    // The value as it was when the time that is shown began, over as long.
    let begin_ms = begin_ms(end_ms, span_ms, taken);
    let change = if begin_ms < end_ms {
        let before = metric_query::stat(store, first, taken, begin_ms);
        let words = change::words(unit, before.number, value, span_ms).unwrap_or_default();
        let is_estimate = (before.is_estimate || read.is_estimate) && !words.is_empty();
        format!("{}{words}", if is_estimate { "≈" } else { "" })
    } else {
        String::new()
    };
    if let Some(threshold) = passed {
        below.push(format!(
            "above {}",
            format::words(unit, per_second, threshold.at)
        ));
    }
    Stat {
        value: format!("{}{}", read.mark(), format.number(value)),
        symbol: if value.is_finite() { format.symbol } else { "" },
        below: below.join(" · "),
        change,
        level: passed.map(|t| t.level),
    }
}

/// When the window ended that began with the time shown.
fn begin_ms(end_ms: i64, span_ms: i64, taken: Taken) -> i64 {
    end_ms - span_ms + taken.window_ms
}

/// The spans of time over which a card takes numbers, in ms since the epoch.
pub fn spans(widget: &Widget, store: &Store, end_ms: i64, span_ms: i64) -> Vec<(i64, i64)> {
    let taken = Options::of(&widget.options).taken;
    let ends = [end_ms, begin_ms(end_ms, span_ms, taken)];
    let of =
        |one: &MetricRef| ends.map(|end_ms| metric_query::stat_span(store, one, taken, end_ms));
    widget.metrics.iter().flat_map(of).collect()
}

/// `of 23.4 GB` for the label `of {}`; a label without braces stands for itself.
fn describe(
    reference: &MetricRef,
    value: Value,
    (unit, per_second): (telemetry::Unit, bool),
) -> String {
    let words = format::words(unit, per_second, value.number);
    let words = format!("{}{words}", value.mark());
    match &reference.label {
        // The value is the page's: no label turns it around.
        Some(label) => {
            let parts = label.split("{}").map(isolated);
            parts.collect::<Vec<_>>().join(&words)
        }
        None => words,
    }
}
