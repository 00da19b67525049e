//! Units of measure, and how to get from one to another.
//!
//! Invariant: a factor exists exactly between units of one dimension, so a conversion is
//! either right or refused, never guessed.

mod ucum;

use serde::{Deserialize, Serialize};

/// What a number is measured in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain number.
    #[default]
    None,
    /// Seconds.
    Second,
    /// 10⁻³ seconds.
    Millisecond,
    /// 10⁻⁶ seconds.
    Microsecond,
    /// 10⁻⁹ seconds.
    Nanosecond,
    /// Bytes.
    Byte,
    /// 1000 bytes.
    Kilobyte,
    /// 1000² bytes.
    Megabyte,
    /// 1000³ bytes.
    Gigabyte,
    /// 1024 bytes.
    Kibibyte,
    /// 1024² bytes.
    Mebibyte,
    /// 1024³ bytes.
    Gibibyte,
    /// A share of a whole, the whole being 100.
    Percent,
    /// A share of a whole, the whole being 1.
    Ratio,
}

/// What kind of quantity a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Plain numbers.
    None,
    /// Lengths of time.
    Time,
    /// Amounts of data.
    Size,
    /// Shares of a whole.
    Share,
}

impl Unit {
    /// Every unit, in the order of the enum.
    pub const ALL: [Unit; 14] = [
        Unit::None,
        Unit::Second,
        Unit::Millisecond,
        Unit::Microsecond,
        Unit::Nanosecond,
        Unit::Byte,
        Unit::Kilobyte,
        Unit::Megabyte,
        Unit::Gigabyte,
        Unit::Kibibyte,
        Unit::Mebibyte,
        Unit::Gibibyte,
        Unit::Percent,
        Unit::Ratio,
    ];

    /// What the unit is called in definitions, in TOML as in JSON: `millisecond`.
    pub fn name(self) -> &'static str {
        match self {
            Unit::None => "none",
            Unit::Second => "second",
            Unit::Millisecond => "millisecond",
            Unit::Microsecond => "microsecond",
            Unit::Nanosecond => "nanosecond",
            Unit::Byte => "byte",
            Unit::Kilobyte => "kilobyte",
            Unit::Megabyte => "megabyte",
            Unit::Gigabyte => "gigabyte",
            Unit::Kibibyte => "kibibyte",
            Unit::Mebibyte => "mebibyte",
            Unit::Gibibyte => "gibibyte",
            Unit::Percent => "percent",
            Unit::Ratio => "ratio",
        }
    }

    /// How the unit is written behind a number; empty for plain numbers and ratios.
    pub fn symbol(self) -> &'static str {
        match self {
            Unit::None | Unit::Ratio => "",
            Unit::Second => "s",
            Unit::Millisecond => "ms",
            Unit::Microsecond => "µs",
            Unit::Nanosecond => "ns",
            Unit::Byte => "B",
            Unit::Kilobyte => "kB",
            Unit::Megabyte => "MB",
            Unit::Gigabyte => "GB",
            Unit::Kibibyte => "KiB",
            Unit::Mebibyte => "MiB",
            Unit::Gibibyte => "GiB",
            Unit::Percent => "%",
        }
    }

    /// The quantity that the unit measures.
    pub fn dimension(self) -> Dimension {
        self.measure().0
    }

    /// The unit of the same dimension that exporters use: seconds, bytes, ratios.
    pub fn base(self) -> Unit {
        match self.dimension() {
            Dimension::None => Unit::None,
            Dimension::Time => Unit::Second,
            Dimension::Size => Unit::Byte,
            Dimension::Share => Unit::Ratio,
        }
    }

    /// What to multiply a number in `self` by to have it in `other`; `None` when the two do
    /// not measure the same quantity.
    pub fn factor_to(self, other: Unit) -> Option<f64> {
        let (from, to) = (self.measure(), other.measure());
        (from.0 == to.0).then(|| from.1 / to.1)
    }

    /// The dimension, and the size in its smallest unit. Sizes are whole numbers, so that a
    /// factor is one division of exact numbers.
    fn measure(self) -> (Dimension, f64) {
        match self {
            Unit::None => (Dimension::None, 1.0),
            Unit::Second => (Dimension::Time, 1e9),
            Unit::Millisecond => (Dimension::Time, 1e6),
            Unit::Microsecond => (Dimension::Time, 1e3),
            Unit::Nanosecond => (Dimension::Time, 1.0),
            Unit::Byte => (Dimension::Size, 1.0),
            Unit::Kilobyte => (Dimension::Size, 1e3),
            Unit::Megabyte => (Dimension::Size, 1e6),
            Unit::Gigabyte => (Dimension::Size, 1e9),
            Unit::Kibibyte => (Dimension::Size, 1024.0),
            Unit::Mebibyte => (Dimension::Size, 1_048_576.0),
            Unit::Gibibyte => (Dimension::Size, 1_073_741_824.0),
            Unit::Percent => (Dimension::Share, 1.0),
            Unit::Ratio => (Dimension::Share, 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors() {
        let check = |from: Unit, to: Unit, factor: Option<f64>| {
            assert_eq!(from.factor_to(to), factor, "{from:?} to {to:?}");
        };
        check(Unit::None, Unit::None, Some(1.0));
        check(Unit::Second, Unit::Millisecond, Some(1e3));
        check(Unit::Second, Unit::Nanosecond, Some(1e9));
        check(Unit::Nanosecond, Unit::Millisecond, Some(1e-6));
        check(Unit::Microsecond, Unit::Second, Some(1e-6));
        check(Unit::Gibibyte, Unit::Mebibyte, Some(1024.0));
        check(Unit::Kibibyte, Unit::Kilobyte, Some(1.024));
        check(Unit::Byte, Unit::Gigabyte, Some(1e-9));
        check(Unit::Ratio, Unit::Percent, Some(100.0));
        check(Unit::Percent, Unit::Ratio, Some(0.01));
        check(Unit::None, Unit::Second, None);
        check(Unit::Second, Unit::None, None);
        check(Unit::Byte, Unit::Percent, None);
    }

    #[test]
    fn every_unit_reaches_its_base_and_returns() {
        for unit in Unit::ALL {
            let base = unit.base();
            assert_eq!(base.dimension(), unit.dimension());
            let there = unit.factor_to(base).expect("one dimension");
            let back = base.factor_to(unit).expect("one dimension");
            assert!((there * back - 1.0).abs() < 1e-15, "{unit:?}");
        }
    }

    #[test]
    fn names_are_those_of_definitions_and_come_back() {
        for unit in Unit::ALL {
            let json = serde_json::to_string(&unit).expect("encodes");
            assert_eq!(json, format!("\"{}\"", unit.name()));
            assert_eq!(serde_json::from_str::<Unit>(&json).expect("decodes"), unit);
        }
    }
}
