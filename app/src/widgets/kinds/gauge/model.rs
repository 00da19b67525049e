//! What a gauge shows: a value, the ends of its arc, and the threshold that it passed. Pure.

use super::ends;
use crate::format::{self, Format};
use crate::live::Store;
use crate::live::metric_query::{self, Taken};
use crate::widgets::options;
use protocol::{LogLevel, Threshold, Widget, option_name};

/// Options of a gauge.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where the arc begins; at zero without it.
    pub min: Option<f64>,
    /// Where it ends.
    pub max: Option<f64>,
    /// Where the value becomes a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Over how much time the value is taken.
    pub taken: Taken,
    /// Bytes in KiB, MiB, GiB.
    pub binary: bool,
}

impl Options {
    /// As a document has them.
    pub fn of(options: &protocol::Options) -> Options {
        Options {
            min: options.number(option_name::MIN),
            max: options.number(option_name::MAX),
            thresholds: options.thresholds(),
            taken: options::taken(options),
            binary: options.flag(option_name::BINARY),
        }
    }
}

/// What the gauge shows now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dial {
    /// NaN when it is not known.
    pub value: f64,
    /// Where the arc begins.
    pub min: f64,
    /// Where it ends; above `min`.
    pub max: f64,
    /// The number; empty when it is not known.
    pub number: String,
    /// Its unit, with prefix.
    pub symbol: &'static str,
    /// Width that the unit has room for, in digits, whatever its prefix.
    pub symbol_room: f64,
    /// Both in words.
    pub words: String,
    /// Both ends in words.
    pub ends: [String; 2],
    /// Of the threshold that was reached: how grave, and which in words.
    pub passed: Option<(LogLevel, String)>,
}

/// The spans of time over which a gauge takes numbers, in ms since the epoch.
pub fn spans(widget: &Widget, store: &Store, end_ms: i64) -> Vec<(i64, i64)> {
    let taken = Options::of(&widget.options).taken;
    let metrics = widget.metrics.iter();
    metrics
        .map(|one| metric_query::stat_span(store, one, taken, end_ms))
        .collect()
}

/// The value in words, and what it passed.
pub fn spoken(shown: &Dial) -> String {
    match &shown.passed {
        Some((_, words)) => format!("{}, {words}", shown.words),
        None => shown.words.clone(),
    }
}

/// What a widget's gauge shows at `end_ms`, with the symbol `before` until now.
pub fn read(store: &Store, widget: &Widget, end_ms: i64, before: &str) -> Dial {
    let Some(first) = widget.metrics.first() else {
        return Dial {
            value: f64::NAN,
            ..Dial::default()
        };
    };
    let options = Options::of(&widget.options);
    let stat = |reference| metric_query::stat(store, reference, options.taken, end_ms);
    let read = stat(first);
    let value = read.number;
    let (unit, per_second) = metric_query::unit(store, first);
    let whole = widget
        .metrics
        .get(1)
        .map_or(f64::NAN, |one| stat(one).number);
    let (min, max) = ends::of(&options, unit, whole, value);
    let of = if options.binary {
        Format::binary
    } else {
        Format::of
    };
    let format = Format::steady(unit, per_second, value, options.binary, before);
    // A round number in as few digits as it has, another one in three.
    let written = |value| {
        let short = format::short(unit, per_second, options.binary, value);
        let of = of(unit, per_second, value, None);
        match short.chars().count() {
            0..=8 => short,
            _ => of.words(value),
        }
    };
    let passed = options::passed(&options.thresholds, value);
    Dial {
        value,
        min,
        max,
        number: if value.is_finite() {
            format!("{}{}", read.mark(), format.number(value))
        } else {
            String::new()
        },
        symbol: if value.is_finite() { format.symbol } else { "" },
        symbol_room: format::symbol_room(unit, per_second, options.binary),
        words: format!("{}{}", read.mark(), format.words(value)),
        ends: [min, max].map(written),
        passed: passed.map(|t| (t.level, format!("above {}", written(t.at)))),
    }
}
