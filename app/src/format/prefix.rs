//! Prefixes of units, from the smallest on. Pure.

use super::digits::exponent;
use telemetry::Unit;

/// A unit with a prefix.
#[derive(Debug)]
pub(super) struct Prefix {
    /// How many of the base unit it is.
    pub(super) size: f64,
    /// As it is written.
    pub(super) symbol: &'static str,
    /// From so many on, rounded, the next is used.
    below: f64,
    /// Whether it is no power of the one before: minutes, hours, days.
    pub(super) is_irregular: bool,
}

const fn of(size: f64, symbol: &'static str) -> Prefix {
    Prefix {
        size,
        symbol,
        below: 1_000.0,
        is_irregular: false,
    }
}

const fn irregular(size: f64, symbol: &'static str, below: f64) -> Prefix {
    Prefix {
        size,
        symbol,
        below,
        is_irregular: true,
    }
}

const SECONDS: &[Prefix] = &[
    of(1e-9, "ns"),
    of(1e-6, "µs"),
    of(1e-3, "ms"),
    Prefix {
        below: 120.0,
        ..of(1.0, "s")
    },
    irregular(60.0, "min", 120.0),
    // Two days are still hours.
    irregular(3_600.0, "h", 48.05),
    irregular(86_400.0, "d", f64::INFINITY),
];
const BYTES: &[Prefix] = &[
    of(1.0, "B"),
    of(1e3, "kB"),
    of(1e6, "MB"),
    of(1e9, "GB"),
    of(1e12, "TB"),
    of(1e15, "PB"),
    of(1e18, "EB"),
];
const BYTES_PER_S: &[Prefix] = &[
    of(1.0, "B/s"),
    of(1e3, "kB/s"),
    of(1e6, "MB/s"),
    of(1e9, "GB/s"),
    of(1e12, "TB/s"),
    of(1e15, "PB/s"),
    of(1e18, "EB/s"),
];
const KIB: f64 = 1024.0;
const MIB: f64 = KIB * KIB;
const BINARY: &[Prefix] = &[
    of(1.0, "B"),
    of(KIB, "KiB"),
    of(MIB, "MiB"),
    of(MIB * KIB, "GiB"),
    of(MIB * MIB, "TiB"),
    of(MIB * MIB * KIB, "PiB"),
    of(MIB * MIB * MIB, "EiB"),
];
const BINARY_PER_S: &[Prefix] = &[
    of(1.0, "B/s"),
    of(KIB, "KiB/s"),
    of(MIB, "MiB/s"),
    of(MIB * KIB, "GiB/s"),
    of(MIB * MIB, "TiB/s"),
    of(MIB * MIB * KIB, "PiB/s"),
    of(MIB * MIB * MIB, "EiB/s"),
];
/// Thousands are written whole: most counts are below a million.
const COUNTS: &[Prefix] = &[
    Prefix {
        below: 1e6,
        ..of(1.0, "")
    },
    of(1e6, "M"),
    of(1e9, "G"),
    of(1e12, "T"),
];
const COUNTS_PER_S: &[Prefix] = &[
    Prefix {
        below: 1e6,
        ..of(1.0, "/s")
    },
    of(1e6, "M/s"),
    of(1e9, "G/s"),
    of(1e12, "T/s"),
];
const PERCENT: &[Prefix] = &[Prefix {
    below: f64::INFINITY,
    ..of(1.0, "%")
}];

/// The prefixes of a base unit.
pub(super) fn table(base: Unit, per_second: bool, binary: bool) -> &'static [Prefix] {
    match (base, per_second) {
        (Unit::Second, false) => SECONDS,
        (Unit::Byte, false) if binary => BINARY,
        (Unit::Byte, true) if binary => BINARY_PER_S,
        (Unit::Byte, false) => BYTES,
        (Unit::Byte, true) => BYTES_PER_S,
        (Unit::Percent, _) => PERCENT,
        (_, false) => COUNTS,
        (_, true) => COUNTS_PER_S,
    }
}

/// The first of the `allowed` prefixes in which `value` has few digits, once it is rounded to three.
/// What is beyond them all is written in the base unit, with a power of ten.
pub(super) fn largest_prefix(
    table: &'static [Prefix],
    value: f64,
    allowed: impl Fn(&Prefix) -> bool,
) -> &'static Prefix {
    let base = table.iter().find(|prefix| prefix.size == 1.0);
    let base = base.unwrap_or(&table[0]);
    if value == 0.0 || !value.is_finite() {
        // A time of zero is a short one.
        return table.iter().find(|one| one.symbol == "ms").unwrap_or(base);
    }
    let fits = |prefix: &&Prefix| rounded(value / prefix.size) < prefix.below;
    let allowed: Vec<&'static Prefix> = table.iter().filter(|one| allowed(one)).collect();
    allowed.iter().copied().find(fits).unwrap_or(base)
}

/// To three digits that count; whole numbers below a million stay as they are.
fn rounded(value: f64) -> f64 {
    if value < 999_999.5 && value.fract() == 0.0 {
        return value;
    }
    let power = exponent(value, 3);
    let unit = 10f64.powi(power - 2);
    if unit > 0.0 && unit.is_finite() {
        (value / unit).round() * unit
    } else {
        value
    }
}
