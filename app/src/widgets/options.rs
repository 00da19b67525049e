//! Options that several kinds have. Invariant: what an option means is written here once, for the
//! page and for pictures.

use super::kind::{OptionFault, OptionSpec, ValueType};
use crate::live::metric_query::Taken;
use protocol::{LogLevel, Options, Threshold, Widget, option_name};

/// Longest range of anything that a widget shows, in seconds: a week.
const MAX_RANGE_S: u32 = 7 * 24 * 3_600;
/// Most thresholds of one widget.
const MAX_THRESHOLDS: usize = 8;
/// Longest text that stands in the place of values, in characters.
const MAX_WORDS: usize = 200;
/// Most rows of a widget.
const MAX_ROWS: u32 = 1_000;
/// Longest pause in ms that a line bridges unless a widget says otherwise: polls come every
/// second and may be late by one.
const CONNECT_MS: u32 = 2_500;
/// Steps that a pause is bridged over in any case: one that is missing is no gap yet.
const CONNECT_STEPS: f64 = 2.5;
/// Seconds that a single value is taken over unless a widget says otherwise: long enough not to
/// flicker.
const WINDOW_S: u32 = 10;

/// The lower end of a scale.
pub const MIN: OptionSpec = OptionSpec {
    name: option_name::MIN,
    value: ValueType::Number,
    default: "from the data",
    help: "lower end of the scale; above 0 when it is logarithmic",
};
/// The upper end of a scale.
pub const MAX: OptionSpec = OptionSpec {
    name: option_name::MAX,
    value: ValueType::Number,
    default: "from the data",
    help: "upper end of the scale; above `min`, and above 0 when it is logarithmic",
};
/// Where a value becomes a warning or bad.
pub const THRESHOLDS: OptionSpec = OptionSpec {
    name: option_name::THRESHOLDS,
    value: ValueType::Thresholds(MAX_THRESHOLDS),
    default: "[]",
    help: "`{ \"at\", \"level\" }`: from this value on it is a `warn` or `error`",
};
/// The time that a value is taken over.
pub const WINDOW: OptionSpec = OptionSpec {
    name: option_name::WINDOW_S,
    value: ValueType::Count(MAX_RANGE_S),
    default: "10",
    help: "seconds that a value is taken over, and that a newest value holds",
};
/// The longest pause that is bridged.
pub const CONNECT: OptionSpec = OptionSpec {
    name: option_name::CONNECT_MS,
    value: ValueType::Count(MAX_RANGE_S * 1_000),
    default: "2500",
    help: "the longest pause that is bridged, in ms; never less than two and a half steps",
};
/// Every pause is bridged.
pub const CONNECT_ALL: OptionSpec = OptionSpec {
    name: option_name::CONNECT,
    value: ValueType::Flag,
    default: "false",
    help: "every pause is bridged",
};
/// Most rows.
pub const ROWS: OptionSpec = OptionSpec {
    name: option_name::ROWS,
    value: ValueType::Count(MAX_ROWS),
    default: "10",
    help: "most rows",
};
/// A band behind each line.
pub const BAND: OptionSpec = OptionSpec {
    name: option_name::BAND,
    value: ValueType::Flag,
    default: "false",
    help: "from the smallest to the largest sample, behind each line",
};
/// A logarithmic scale.
pub const LOG: OptionSpec = OptionSpec {
    name: option_name::LOG,
    value: ValueType::Flag,
    default: "false",
    help: "the scale goes by powers of ten; values of zero and less have no place on it",
};
/// Steps instead of straight lines.
pub const STEP: OptionSpec = OptionSpec {
    name: option_name::STEP,
    value: ValueType::Flag,
    default: "false",
    help: "a value holds until the next one",
};
/// One on the other.
pub const STACKED: OptionSpec = OptionSpec {
    name: option_name::STACKED,
    value: ValueType::Flag,
    default: "false",
    help: "one stands on the other",
};
/// Said when there is nothing to show.
pub const EMPTY: OptionSpec = OptionSpec {
    name: option_name::EMPTY,
    value: ValueType::Text(MAX_WORDS),
    default: "which metric has no values",
    help: "what stands there when nothing came in the time shown, such as that all is well",
};
/// Prefixes of bytes.
pub const BINARY: OptionSpec = OptionSpec {
    name: option_name::BINARY,
    value: ValueType::Flag,
    default: "false",
    help: "bytes in KiB, MiB, GiB",
};

/// Over which pauses values are joined, in ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connect(pub f64);

impl Connect {
    /// As `connect_ms` and `connect` say.
    pub fn of(options: &Options) -> Connect {
        Connect(if options.flag(option_name::CONNECT) {
            f64::INFINITY
        } else {
            f64::from(options.count(option_name::CONNECT_MS).unwrap_or(CONNECT_MS))
        })
    }

    /// The longest pause that is bridged between steps of `step_ms`, in ms.
    pub fn ms(self, step_ms: i64) -> f64 {
        self.0.max(step_ms as f64 * CONNECT_STEPS)
    }
}

/// Seconds that a single value is taken over.
pub fn window_s(options: &Options) -> u32 {
    options.count(option_name::WINDOW_S).unwrap_or(WINDOW_S)
}

/// Over how much time a single value is taken. A newest value holds for `window_s`, or as long as
/// `connect_ms` where that is longer: whoever sends every ten seconds says so by either.
pub fn taken(options: &Options) -> Taken {
    let taken = Taken::over(window_s(options));
    let bridged = Connect::of(options).0.min(f64::from(MAX_RANGE_S) * 1_000.0);
    Taken {
        hold_ms: taken.hold_ms.max(bridged as i64),
        ..taken
    }
}

/// Most rows: `rows`, or without it `usual`.
pub fn rows(options: &Options, usual: u32) -> usize {
    options.count(option_name::ROWS).unwrap_or(usual) as usize
}

/// The highest threshold that a value reached.
pub fn passed(thresholds: &[Threshold], value: f64) -> Option<&Threshold> {
    let reached = thresholds.iter().filter(|t| value >= t.at);
    reached.max_by(|a, b| a.at.total_cmp(&b.at))
}

/// A level as the style sheet names it.
pub fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "ok",
        LogLevel::Warn => "warn",
        LogLevel::Error => "bad",
    }
}

/// A level without colour.
pub fn level_icon(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Info => "●",
        LogLevel::Warn => "▲",
        LogLevel::Error => "✖",
    }
}

/// The ends of a scale: in order, and above zero on a logarithmic one.
pub fn check_scale(widget: &Widget) -> Result<(), OptionFault> {
    let options = &widget.options;
    let (min, max) = (
        options.number(option_name::MIN),
        options.number(option_name::MAX),
    );
    for (name, end) in [(option_name::MIN, min), (option_name::MAX, max)] {
        if options.flag(option_name::LOG) && end.is_some_and(|end| end <= 0.0) {
            return Err(OptionFault {
                name,
                message: "a logarithmic scale has no zero: it takes more than 0".to_owned(),
            });
        }
    }
    match (min, max) {
        (Some(min), Some(max)) if min >= max => Err(OptionFault {
            name: option_name::MAX,
            message: format!("{max} is not above min, {min}"),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_never_shorter_than_steps() {
        let of = |json: &str| Connect::of(&serde_json::from_str(json).expect("options"));
        for (json, step_ms, want) in [
            ("{}", 1_000, 2_500.0),
            ("{}", 30_000, 75_000.0),
            (r#"{"connect_ms":15000}"#, 1_000, 15_000.0),
            (r#"{"connect_ms":1}"#, 1_000, 2_500.0),
            (r#"{"connect":true}"#, 1_000, f64::INFINITY),
            (r#"{"connect":true,"connect_ms":5}"#, 1_000, f64::INFINITY),
        ] {
            assert_eq!(of(json).ms(step_ms), want, "{json} {step_ms}");
        }
    }

    #[test]
    fn a_newest_value_holds_for_the_window_or_the_pause_that_is_bridged() {
        let of = |json: &str| taken(&serde_json::from_str(json).expect("options"));
        for (json, window_ms, hold_ms) in [
            ("{}", 10_000, 10_000),
            (r#"{"window_s":60}"#, 60_000, 60_000),
            (r#"{"window_s":1}"#, 1_000, 2_500),
            (r#"{"connect_ms":90000}"#, 10_000, 90_000),
            (r#"{"connect":true}"#, 10_000, 604_800_000),
        ] {
            assert_eq!(of(json), Taken { window_ms, hold_ms }, "{json}");
        }
    }

    #[test]
    fn the_highest_threshold_counts() {
        let at = |at, level| Threshold { at, level };
        let all = [
            at(10.0, LogLevel::Error),
            at(5.0, LogLevel::Warn),
            at(1.0, LogLevel::Info),
        ];
        let check = |value: f64, want: Option<LogLevel>| {
            assert_eq!(passed(&all, value).map(|t| t.level), want, "{value}");
        };
        check(0.9, None);
        check(1.0, Some(LogLevel::Info));
        check(5.0, Some(LogLevel::Warn));
        check(f64::INFINITY, Some(LogLevel::Error));
        check(f64::NAN, None);
        assert_eq!(passed(&[], 1.0), None);
    }
}
