//! What a gauge shows: a value, the ends of its arc, and the threshold that it passed. Pure.

use super::ends;
use crate::format::{self, Format};
use crate::live::{Store, metric_query};
use crate::widgets::options;
use protocol::{LogLevel, Threshold, Widget, option_name};

/// Options of a gauge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Where the arc begins; at zero without it.
    pub min: Option<f64>,
    /// Where it ends.
    pub max: Option<f64>,
    /// Where the value becomes a warning or bad.
    pub thresholds: Vec<Threshold>,
    /// Seconds that the value is taken over.
    pub window_s: u32,
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
            window_s: options::window_s(options),
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
    /// Both in words.
    pub words: String,
    /// Both ends in words.
    pub ends: [String; 2],
    /// Of the threshold that was reached: how grave, and which in words.
    pub passed: Option<(LogLevel, String)>,
}

/// The value in words, and what it passed.
pub fn spoken(shown: &Dial) -> String {
    match &shown.passed {
        Some((_, words)) => format!("{}, {words}", shown.words),
        None => shown.words.clone(),
    }
}

/// What a widget's gauge shows at `end_ms`.
pub fn read(store: &Store, widget: &Widget, end_ms: i64) -> Dial {
    let Some(first) = widget.metrics.first() else {
        return Dial {
            value: f64::NAN,
            ..Dial::default()
        };
    };
    let options = Options::of(&widget.options);
    let seconds = options.window_s;
    let stat = |reference| metric_query::stat(store, reference, seconds, end_ms);
    let value = stat(first);
    let (unit, per_second) = metric_query::unit(store, first);
    let whole = widget.metrics.get(1).map_or(f64::NAN, stat);
    let (min, max) = ends::of(&options, unit, whole, value);
    let of = if options.binary {
        Format::binary
    } else {
        Format::of
    };
    let format = of(unit, per_second, value, None);
    // A round number in as few digits as it has, another one in three.
    let written = |value| {
        let short = format::short(unit, per_second, options.binary, value);
        let of = of(unit, per_second, value, None);
        match short.chars().count() {
            0..=8 => short,
            _ => format!("{}\u{202f}{}", of.number(value), of.symbol),
        }
    };
    let passed = options::passed(&options.thresholds, value);
    Dial {
        value,
        min,
        max,
        number: if value.is_finite() {
            format.number(value)
        } else {
            String::new()
        },
        symbol: if value.is_finite() { format.symbol } else { "" },
        words: format::words(unit, per_second, value),
        ends: [min, max].map(written),
        passed: passed.map(|t| (t.level, format!("above {}", written(t.at)))),
    }
}
