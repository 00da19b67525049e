//! Units as other systems write them: in the letters of UCUM, by our own symbols, and in words.
//!
//! Invariant: what [`Unit::ucum`] writes, [`Unit::from_ucum`] reads as one of the same unit; but
//! for a ratio, which UCUM does not tell from a plain number.
//!
//! Source: The Unified Code for Units of Measure (ucum.org), column "case sensitive", and section
//! "Annotations"; OpenTelemetry semantic conventions, "Instrument units".

use super::Unit;

/// Units that are some whole number of one of ours.
const MULTIPLES: [(&str, Unit, f64); 3] = [
    ("min", Unit::Second, 60.0),
    ("h", Unit::Second, 3_600.0),
    ("d", Unit::Second, 86_400.0),
];

/// Words beside the names of our own units, in lower case and singular.
const WORDS: [(&str, Unit, f64); 11] = [
    ("sec", Unit::Second, 1.0),
    ("msec", Unit::Millisecond, 1.0),
    ("usec", Unit::Microsecond, 1.0),
    ("nsec", Unit::Nanosecond, 1.0),
    ("minute", Unit::Second, 60.0),
    ("hour", Unit::Second, 3_600.0),
    ("day", Unit::Second, 86_400.0),
    ("percentage", Unit::Percent, 1.0),
    ("fraction", Unit::None, 1.0),
    ("ratio", Unit::None, 1.0),
    ("dimensionless", Unit::None, 1.0),
];

impl Unit {
    /// The unit in UCUM, as OpenTelemetry writes it: `ms`, `KiBy`, `%`; `1` for ratios, and
    /// empty for plain numbers.
    pub fn ucum(self) -> &'static str {
        match self {
            Unit::None => "",
            Unit::Second => "s",
            Unit::Millisecond => "ms",
            Unit::Microsecond => "us",
            Unit::Nanosecond => "ns",
            Unit::Byte => "By",
            Unit::Kilobyte => "kBy",
            Unit::Megabyte => "MBy",
            Unit::Gigabyte => "GBy",
            Unit::Kibibyte => "KiBy",
            Unit::Mebibyte => "MiBy",
            Unit::Gibibyte => "GiBy",
            Unit::Percent => "%",
            Unit::Ratio => "1",
        }
    }

    /// The unit that a UCUM text means, and how many of it: 60 seconds for `min`, one of itself
    /// for each unit here. Space around the text and a remark in braces behind it, as in
    /// `By{resident}`, say nothing of the quantity. What is no UCUM is looked up among our own
    /// symbols, such as `µs` and `MB`, and then, in any case and number, among words: `seconds`,
    /// `Bytes`, `percent`.
    ///
    /// The empty text, `1` and a remark alone are [`Unit::None`]: they stand for ratios too,
    /// which only who knows the quantity can tell. `None` for what is no unit here, products and
    /// quotients such as `By/s` among it.
    pub fn from_ucum(text: &str) -> Option<(Unit, f64)> {
        let plain = without_remark(text.trim());
        if plain == Unit::Ratio.ucum() {
            return Some((Unit::None, 1.0));
        }
        let one = Unit::ALL.into_iter().find(|unit| unit.ucum() == plain);
        let multiple = || MULTIPLES.into_iter().find(|(ucum, ..)| *ucum == plain);
        one.map(|unit| (unit, 1.0))
            .or_else(|| multiple().map(|(_, unit, many)| (unit, many)))
            .or_else(|| Unit::from_symbol(plain).map(|unit| (unit, 1.0)))
            .or_else(|| Unit::from_word(plain))
    }

    /// By its own symbol; the two letters for micro, which look alike, are one.
    fn from_symbol(text: &str) -> Option<Unit> {
        let text = text.replace('\u{3bc}', "\u{b5}");
        let mut units = Unit::ALL.into_iter();
        units.find(|unit| !unit.symbol().is_empty() && unit.symbol() == text)
    }

    fn from_word(text: &str) -> Option<(Unit, f64)> {
        let lower = text.to_ascii_lowercase();
        let one = |word: &str| {
            let other = WORDS.into_iter().find(|(other, ..)| *other == word);
            let own = || Unit::ALL.into_iter().find(|unit| unit.name() == word);
            other
                .map(|(_, unit, many)| (unit, many))
                .or_else(|| own().map(|unit| (unit, 1.0)))
        };
        one(&lower).or_else(|| one(lower.strip_suffix('s')?))
    }
}

/// `By{resident}` is `By`.
fn without_remark(ucum: &str) -> &str {
    match ucum.split_once('{') {
        Some((unit, remark)) if remark.ends_with('}') => unit,
        _ => ucum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for unit in Unit::ALL {
            let read = if unit == Unit::Ratio {
                Unit::None
            } else {
                unit
            };
            assert_eq!(Unit::from_ucum(unit.ucum()), Some((read, 1.0)), "{unit:?}");
        }
    }

    #[test]
    fn texts_of_others() {
        let check = |text: &str, expect: Option<(Unit, f64)>| {
            assert_eq!(Unit::from_ucum(text), expect, "{text:?}");
        };
        check("min", Some((Unit::Second, 60.0)));
        check("h", Some((Unit::Second, 3_600.0)));
        check("d", Some((Unit::Second, 86_400.0)));
        check(" ms ", Some((Unit::Millisecond, 1.0)));
        check("By{resident}", Some((Unit::Byte, 1.0)));
        check("min{of waiting}", Some((Unit::Second, 60.0)));
        check("  ", Some((Unit::None, 1.0)));
        check("{request}", Some((Unit::None, 1.0)));
        check("1{of all}", Some((Unit::None, 1.0)));
        check("{}", Some((Unit::None, 1.0)));
        check("S", None);
        check("by", None);
        check("By/s", None);
        check("{x", None);
        check("x}", None);
        check("s{x}s", None);
        check("µs", Some((Unit::Microsecond, 1.0)));
        check("μs", Some((Unit::Microsecond, 1.0)));
        check("B", Some((Unit::Byte, 1.0)));
        check("MB", Some((Unit::Megabyte, 1.0)));
        check("milliseconds", Some((Unit::Millisecond, 1.0)));
        check("Millisecond", Some((Unit::Millisecond, 1.0)));
        check("hours{of work}", Some((Unit::Second, 3_600.0)));
        check("Percent", Some((Unit::Percent, 1.0)));
        check("ratio", Some((Unit::None, 1.0)));
        check("none", Some((Unit::None, 1.0)));
        check("secondss", None);
        check("s{x", None);
        check("connections", None);
        check("Cel", None);
        check("Hz", None);
        check("bananas", None);
    }
}
