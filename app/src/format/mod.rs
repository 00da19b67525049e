//! Numbers as people read them: a prefix that fits, three digits that count, no jitter.
//!
//! Invariant: what is written is within half a unit of its last digit, and a value with its unit is
//! never longer than [`WIDEST`] characters. A value is rounded first, and its prefix chosen then.

mod digits;
mod prefix;

use digits::{digits, plain, scientific};
use prefix::{Prefix, largest_prefix};
use telemetry::{Dimension, Unit};

/// Most characters of a value with its unit, and of a tick without.
pub const WIDEST: usize = 9;
/// Between a number and its unit: narrow, and no line breaks there.
const SPACE: char = '\u{202f}';
/// The least share of a larger unit in which a value stays that was written in it.
const HARDLY_BELOW: f64 = 0.8;
/// A number of three digits has room for a point in it, in digits; a shorter one, such as `0`, would stand far
/// from its unit.
const DIGITS_CH: f64 = 3.0;
const NUMBER_CH: f64 = 3.5;
/// Most decimals of a tick.
const MAX_TICK_DECIMALS: i32 = 6;

/// How the numbers of one widget are written: all with the same prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Shown = value × factor.
    pub factor: f64,
    /// Behind the number; may be empty.
    pub symbol: &'static str,
    /// Of ticks, which differ in as many; other values have as many as they need.
    decimals: Option<usize>,
    /// Whether whole numbers are written without decimals: a rate is seldom whole, and would change its
    /// width.
    is_count: bool,
}

impl Format {
    /// The format in which `largest` reads best. With `step` (the distance of ticks) as many
    /// decimals as ticks need to differ; without it three significant digits.
    pub fn of(unit: Unit, per_second: bool, largest: f64, step: Option<f64>) -> Format {
        Format::prefixed(unit, per_second, largest, step, is_binary(unit))
    }

    /// [`Format::of`] for a value that was written with the symbol `before` until now: it keeps that
    /// while it is hardly below one of it, so that what goes to and fro around a thousand does not change
    /// its unit each second.
    pub fn steady(unit: Unit, per_second: bool, value: f64, binary: bool, before: &str) -> Format {
        let binary = binary || is_binary(unit);
        let next = Format::prefixed(unit, per_second, value, None, binary);
        let (base, to_base) = to_base(unit);
        let table = prefix::table(base, per_second, binary);
        let kept = table.iter().find(|one| one.symbol == before);
        let kept = kept.map(|one| Format {
            factor: to_base / one.size,
            symbol: one.symbol,
            ..next
        });
        let is_hardly_below =
            |kept: &Format| (HARDLY_BELOW..1.0).contains(&(value * kept.factor).abs());
        kept.filter(is_hardly_below).unwrap_or(next)
    }

    /// [`Format::of`] with bytes in KiB, MiB and GiB.
    pub fn binary(unit: Unit, per_second: bool, largest: f64, step: Option<f64>) -> Format {
        Format::prefixed(unit, per_second, largest, step, true)
    }

    fn prefixed(
        unit: Unit,
        per_second: bool,
        largest: f64,
        step: Option<f64>,
        binary: bool,
    ) -> Format {
        let (base, to_base) = to_base(unit);
        let decimals = |prefix: &Prefix| tick_decimals(step? * to_base / prefix.size);
        // Ticks are round in seconds, and seldom in minutes.
        let is_round = |prefix: &Prefix| {
            !prefix.is_irregular || step.is_none() || decimals(prefix).is_some_and(|d| d < 2)
        };
        let table = prefix::table(base, per_second, binary);
        let prefix = largest_prefix(table, (largest * to_base).abs(), is_round);
        Format {
            factor: to_base / prefix.size,
            symbol: prefix.symbol,
            decimals: decimals(prefix),
            is_count: base == Unit::None && !per_second,
        }
    }

    /// The number alone; an en dash when there is none.
    pub fn number(&self, value: f64) -> String {
        if !value.is_finite() {
            return "–".into();
        }
        let shown = value * self.factor;
        match self.decimals {
            None => digits(shown, self.room(), 3, self.is_count),
            Some(decimals) => tick(shown, decimals),
        }
    }

    /// The number with as many decimals as its size deserves: for values that stand beside an
    /// axis, whose ticks need fewer.
    pub fn fine_number(&self, value: f64) -> String {
        if !value.is_finite() {
            return "–".into();
        }
        let shown = value * self.factor;
        let size = shown.abs();
        let is_fine = self.decimals.is_none_or(|decimals| decimals > 0);
        match size {
            s if (1.0..10.0).contains(&s) => digits(shown, self.room(), 2, false),
            s if s >= 100.0 && is_fine && self.decimals.is_some() => {
                digits(shown, self.room(), 4, false)
            }
            _ => digits(shown, self.room(), 3, false),
        }
    }

    /// The number with its unit.
    pub fn words(&self, value: f64) -> String {
        self.with_symbol(value, self.number(value))
    }

    /// The [fine number](Format::fine_number) with its unit.
    pub fn fine_words(&self, value: f64) -> String {
        self.with_symbol(value, self.fine_number(value))
    }

    fn with_symbol(&self, value: f64, number: String) -> String {
        let symbol = self.symbol;
        if !value.is_finite() || symbol.is_empty() {
            return number;
        }
        let length = number.chars().count() + 1 + symbol.chars().count();
        if length > WIDEST {
            format!("{number}{symbol}")
        } else {
            format!("{number}{SPACE}{symbol}")
        }
    }

    fn room(&self) -> usize {
        WIDEST.saturating_sub(self.symbol.chars().count())
    }
}

/// The width of a text in digits, of which all have one width; what stands between them is narrower.
pub fn width_ch(text: &str) -> f64 {
    let width = |c| {
        if matches!(c, '.' | ',' | SPACE) {
            0.5
        } else {
            1.0
        }
    };
    text.chars().map(width).sum()
}

/// The room of a number, in digits, that had `former` until now: what was there once has room as long as
/// there is a unit behind it, which then does not move.
pub fn number_room(former: (f64, &str), number: &str, symbol: &str) -> f64 {
    let width = width_ch(number);
    let has_digits = (DIGITS_CH..NUMBER_CH).contains(&width);
    let width = if has_digits { NUMBER_CH } else { width };
    match (former.1.is_empty(), symbol.is_empty()) {
        (false, false) => former.0.max(width),
        (true, false) => width,
        // Nothing stands behind it.
        (_, true) => 0.0,
    }
}

/// The width of the widest of the symbols in which values of a unit are written, in digits and rather too
/// large: they have room for it, whatever the prefix is now.
pub fn symbol_room(unit: Unit, per_second: bool, binary: bool) -> f64 {
    let (base, _) = to_base(unit);
    let all = prefix::table(base, per_second, binary || is_binary(unit)).iter();
    let width = |c: char| match c {
        'M' | 'm' | '%' => 1.75,
        'i' | '/' => 0.75,
        c if c.is_uppercase() => 1.25,
        _ => 1.0,
    };
    let widths = all.map(|one| one.symbol.chars().map(width).sum());
    widths.fold(0.0, f64::max)
}

/// A value in words: `6.42 GB`, `12 %`, `1,284 /s`.
pub fn words(unit: Unit, per_second: bool, value: f64) -> String {
    Format::of(unit, per_second, value, None).words(value)
}

/// A value in as few characters as it takes, for the ticks of a logarithmic axis: `10 ms`, `2 k`.
pub fn short(unit: Unit, per_second: bool, binary: bool, value: f64) -> String {
    let of = if binary { Format::binary } else { Format::of };
    of(unit, per_second, value, Some(value)).words(value)
}

/// The unit in which values are written, with a prefix, and its factor. Shares are read as percent,
/// whatever they were measured in.
fn to_base(unit: Unit) -> (Unit, f64) {
    let base = match unit.dimension() {
        Dimension::Share => Unit::Percent,
        _ => unit.base(),
    };
    (base, unit.factor_to(base).unwrap_or(1.0))
}

/// Whoever measures in KiB reads in KiB.
fn is_binary(unit: Unit) -> bool {
    matches!(unit, Unit::Kibibyte | Unit::Mebibyte | Unit::Gibibyte)
}

/// A tick with so many decimals, so that all of an axis have the same; with a power of ten where it
/// would be too long.
fn tick(shown: f64, decimals: usize) -> String {
    let text = plain(shown, decimals);
    if text.chars().count() <= WIDEST {
        return text;
    }
    scientific(shown, 3)
}

/// Decimals in which multiples of `step` differ; none when those would be too many.
fn tick_decimals(step: f64) -> Option<usize> {
    let is_whole = |x: f64| x >= 0.5 && (x - x.round()).abs() < 1e-6 * x;
    let found = (0..=MAX_TICK_DECIMALS).find(|d| is_whole(step.abs() * 10f64.powi(*d)));
    found.map(|decimals| decimals as usize)
}

#[cfg(test)]
mod tests;
