//! Numbers as people read them: a prefix that fits, three digits that count, no jitter.

use telemetry::{Dimension, Unit};

/// How the numbers of one widget are written: all with the same prefix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Format {
    /// Shown = value × factor.
    pub factor: f64,
    /// Behind the number; may be empty.
    pub symbol: &'static str,
    decimals: usize,
}

impl Format {
    /// The format in which `largest` reads best. With `step` (the distance of ticks) as many
    /// decimals as ticks need to differ; without it three significant digits.
    pub fn of(unit: Unit, per_second: bool, largest: f64, step: Option<f64>) -> Format {
        Format::prefixed(unit, per_second, largest, step, is_binary(unit))
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
        // Shares are read as percent, whatever they were measured in.
        let base = if unit.dimension() == Dimension::Share {
            Unit::Percent
        } else {
            unit.base()
        };
        let to_base = unit.factor_to(base).unwrap_or(1.0);
        let (size, symbol) = prefix(base, per_second, binary, (largest * to_base).abs());
        let factor = to_base / size;
        let decimals = match step {
            Some(step) => (0..6)
                .find(|d| is_whole(step * factor * 10f64.powi(*d)))
                .unwrap_or(6) as usize,
            None => significant((largest * factor).abs(), base == Unit::None),
        };
        Format {
            factor,
            symbol,
            decimals,
        }
    }

    /// The number alone; an en dash when there is none.
    pub fn number(&self, value: f64) -> String {
        self.write(value, self.decimals)
    }

    /// The number with as many decimals as its size deserves: for values that stand beside an
    /// axis, whose ticks need fewer.
    pub fn fine_number(&self, value: f64) -> String {
        let shown = (value * self.factor).abs();
        self.write(value, fine(shown).max(self.decimals.min(1)))
    }

    fn write(&self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".into();
        }
        let shown = value * self.factor;
        let text = format!("{:.*}", decimals, shown.abs());
        let sign = if shown < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            "−"
        } else {
            ""
        };
        format!("{sign}{}", group(&text))
    }
}

/// A value in words: `6.42 GB`, `12 %`, `1,284 /s`.
pub fn words(unit: Unit, per_second: bool, value: f64) -> String {
    let format = Format::of(unit, per_second, value, None);
    match (value.is_finite(), format.symbol) {
        (false, _) => "–".into(),
        (true, "") => format.number(value),
        (true, symbol) => format!("{}\u{202f}{symbol}", format.number(value)),
    }
}

/// A value in as few characters as it takes, for the ticks of a logarithmic axis: `10 ms`, `2 k`.
pub fn short(unit: Unit, per_second: bool, binary: bool, value: f64) -> String {
    let of = if binary { Format::binary } else { Format::of };
    let format = of(unit, per_second, value, Some(value));
    match format.symbol {
        "" => format.number(value),
        symbol => format!("{}\u{202f}{symbol}", format.number(value)),
    }
}

/// The largest prefix that leaves at least one before the point.
fn prefix(base: Unit, per_second: bool, binary: bool, value: f64) -> (f64, &'static str) {
    const SECONDS: &[(f64, &str)] = &[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")];
    const BYTES: &[(f64, &str)] = &[
        (1e12, "TB"),
        (1e9, "GB"),
        (1e6, "MB"),
        (1e3, "kB"),
        (1.0, "B"),
    ];
    const BYTES_PER_S: &[(f64, &str)] = &[
        (1e12, "TB/s"),
        (1e9, "GB/s"),
        (1e6, "MB/s"),
        (1e3, "kB/s"),
        (1.0, "B/s"),
    ];
    const KIB: f64 = 1024.0;
    const BINARY: &[(f64, &str)] = &[
        (KIB * KIB * KIB * KIB, "TiB"),
        (KIB * KIB * KIB, "GiB"),
        (KIB * KIB, "MiB"),
        (KIB, "KiB"),
        (1.0, "B"),
    ];
    const BINARY_PER_S: &[(f64, &str)] = &[
        (KIB * KIB * KIB * KIB, "TiB/s"),
        (KIB * KIB * KIB, "GiB/s"),
        (KIB * KIB, "MiB/s"),
        (KIB, "KiB/s"),
        (1.0, "B/s"),
    ];
    const COUNTS: &[(f64, &str)] = &[(1e12, "T"), (1e9, "G"), (1e6, "M"), (1.0, "")];
    const COUNTS_PER_S: &[(f64, &str)] = &[(1e12, "T/s"), (1e9, "G/s"), (1e6, "M/s"), (1.0, "/s")];
    let table = match (base, per_second) {
        (Unit::Second, false) => SECONDS,
        (Unit::Byte, false) if binary => BINARY,
        (Unit::Byte, true) if binary => BINARY_PER_S,
        (Unit::Byte, false) => BYTES,
        (Unit::Byte, true) => BYTES_PER_S,
        (Unit::Percent, _) => return (1.0, "%"),
        (_, false) => COUNTS,
        (_, true) => COUNTS_PER_S,
    };
    let fits = table.iter().find(|(size, _)| value >= *size);
    let none = if base == Unit::Second && value == 0.0 {
        &table[1]
    } else {
        &table[table.len() - 1]
    };
    *fits.unwrap_or(none)
}

/// Whoever measures in KiB reads in KiB.
fn is_binary(unit: Unit) -> bool {
    matches!(unit, Unit::Kibibyte | Unit::Mebibyte | Unit::Gibibyte)
}

fn significant(shown: f64, count: bool) -> usize {
    match shown {
        s if count && (s == 0.0 || (s >= 1.0 && is_whole(s))) => 0,
        s if s >= 100.0 => 0,
        s if s >= 10.0 => 1,
        0.0 => 0,
        _ => 2,
    }
}

fn fine(shown: f64) -> usize {
    match shown {
        s if s >= 100.0 || s == 0.0 => 0,
        s if s >= 1.0 => 1,
        _ => 2,
    }
}

fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() < 1e-6 * x.abs().max(1.0)
}

/// Commas between thousands.
fn group(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_words() {
        for (unit, per_second, value, want) in [
            (Unit::Byte, false, 6.42e9, "6.42 GB"),
            (Unit::Byte, false, 0.0, "0 B"),
            (Unit::Kibibyte, false, 2048.0, "2.00 MiB"),
            (Unit::Kibibyte, true, 1.5, "1.50 KiB/s"),
            (Unit::Byte, true, 12_345.0, "12.3 kB/s"),
            (Unit::Second, false, 0.0041, "4.10 ms"),
            (Unit::Second, false, 2.5e-7, "250 ns"),
            (Unit::Second, false, 0.0, "0 ms"),
            (Unit::Millisecond, false, 1500.0, "1.50 s"),
            (Unit::Percent, false, 1.3, "1.30 %"),
            (Unit::Percent, false, 100.0, "100 %"),
            (Unit::None, true, 1284.0, "1,284 /s"),
            (Unit::None, false, 2.0, "2"),
            (Unit::None, false, 0.87, "0.87"),
            (Unit::None, false, -1_234_567.0, "−1.23 M"),
            (Unit::None, false, f64::NAN, "–"),
            (Unit::Second, false, f64::INFINITY, "–"),
        ] {
            assert_eq!(
                words(unit, per_second, value).replace('\u{202f}', " "),
                want,
                "{unit:?} {value}"
            );
        }
    }

    #[test]
    fn ticks_differ_and_keep_their_width() {
        let format = Format::of(Unit::Byte, false, 16e9, Some(4e9));
        assert_eq!([0.0, 4e9, 16e9].map(|v| format.number(v)), ["0", "4", "16"]);
        let fine = Format::of(Unit::Second, false, 0.002, Some(0.0005));
        assert_eq!(
            [0.0, 0.0005, 0.002].map(|v| fine.number(v)),
            ["0.0", "0.5", "2.0"]
        );
        assert_eq!(fine.symbol, "ms");
        let fine = [0.42e9, 6.42e9, 151e9, 0.0].map(|v| format.fine_number(v));
        assert_eq!(fine, ["0.42", "6.4", "151", "0"]);
        assert_eq!(
            Format::of(Unit::None, false, 4000.0, Some(1000.0)).number(4000.0),
            "4,000"
        );
        assert_eq!(
            Format::of(Unit::None, false, 1.0, Some(0.25)).number(-0.0001),
            "0.00"
        );
    }
}
