//! What a kind of widget is: the types of the table [`KINDS`](super::kinds::KINDS). What the page
//! needs of a kind ([`Kind`]) is apart from what describes it to people and to the check of
//! documents ([`Schema`]), so that no page carries help texts that it does not show.

use crate::live::Store;
use protocol::{Metric, Widget, WidgetKind};

/// A kind of widget, as the page needs it.
#[derive(Debug)]
pub struct Kind {
    /// Its name in documents.
    pub kind: WidgetKind,
    /// Its name for people.
    pub title: &'static str,
    /// The classes of its frame in the style sheet.
    pub class: &'static str,
    /// Fewest columns and rows in which it can be read.
    pub smallest: (u16, u16),
    /// Whether its menu shows it as a table.
    pub has_table: bool,
    /// Whether it draws lines over time: with a scale, marks and points that can be saved.
    pub is_time_chart: bool,
    /// Whether it lists recent events.
    pub reads_events: bool,
    /// Whether it is about its first metric, and the others only describe that one.
    pub about_first: bool,
}

/// A kind of widget, as documents are checked and described.
#[derive(Debug)]
pub struct Schema {
    /// Its name in documents, as text.
    pub name: &'static str,
    /// Of its metrics.
    pub metrics: Metrics,
    /// Columns and rows that a new one takes.
    pub size: (u16, u16),
    /// How well it suits a metric that it can show, from 0 to 100: the higher comes first.
    pub suits: fn(&Metric) -> u8,
    /// Whether it shows each value of a tag by itself.
    pub splits: bool,
    /// Whether it shows several series of a metric as one value or line.
    pub merges_series: bool,
    /// The spans of time, in ms since the epoch, over each of which it takes one number of a series.
    pub spans: fn(&Widget, &Store, Shown) -> Vec<(i64, i64)>,
    /// The options that it takes, in the order in which they are explained.
    pub options: &'static [OptionSpec],
    /// What must hold between several options, or an option and the metrics.
    pub rule: fn(&Widget) -> Result<(), OptionFault>,
}

/// The time that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// Where it ends, in ms since the epoch.
    pub end_ms: i64,
    /// How long it is, in ms.
    pub span_ms: i64,
}

/// The spans of kinds that show numbers step by step.
pub fn no_spans(_: &Widget, _: &Store, _: Shown) -> Vec<(i64, i64)> {
    Vec::new()
}

/// Of kinds that show no metric.
pub fn suits_none(_: &Metric) -> u8 {
    0
}

/// Which metrics a kind shows.
#[derive(Clone, Copy, Debug)]
pub enum Metrics {
    /// It shows none.
    None,
    /// Any.
    Any,
    /// The first must be of this kind; the words say so.
    Only(protocol::Kind, &'static str),
}

/// An option of a kind.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Its name in documents.
    pub name: &'static str,
    /// Type and bounds.
    pub value: ValueType,
    /// What holds without it, in words or as JSON.
    pub default: &'static str,
    /// What it does.
    pub help: &'static str,
}

/// Type and bounds of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueType {
    /// `true` or `false`.
    Flag,
    /// Any number.
    Number,
    /// A whole number from 1 to this one.
    Count(u32),
    /// A whole number from 0 on.
    Index,
    /// A text of at most so many characters.
    Text(usize),
    /// `info`, `warn` or `error`.
    Level,
    /// At most so many thresholds.
    Thresholds(usize),
    /// At most so many names of states.
    States(usize),
}

/// An option that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionFault {
    /// Its name.
    pub name: &'static str,
    /// What would be right.
    pub message: String,
}

/// The rule of kinds whose options hold each by itself.
pub fn no_rule(_: &Widget) -> Result<(), OptionFault> {
    Ok(())
}
