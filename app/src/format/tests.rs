use proptest::prelude::*;

use super::*;

fn spaced(text: &str) -> String {
    text.replace(SPACE, " ")
}

#[test]
fn in_words() {
    for (unit, per_second, value, want) in [
        (Unit::Byte, false, 6.42e9, "6.42 GB"),
        (Unit::Byte, false, 0.0, "0 B"),
        (Unit::Kibibyte, false, 2048.0, "2.00 MiB"),
        (Unit::Kibibyte, true, 1.5, "1.50KiB/s"),
        (Unit::Byte, true, 12_345.0, "12.3 kB/s"),
        (Unit::Second, false, 0.0041, "4.10 ms"),
        (Unit::Second, false, 2.5e-7, "250 ns"),
        (Unit::Second, false, 0.0, "0 ms"),
        (Unit::Millisecond, false, 1500.0, "1.50 s"),
        (Unit::Percent, false, 1.3, "1.30 %"),
        (Unit::Percent, false, 100.0, "100 %"),
        (Unit::Ratio, false, 0.5, "50.0 %"),
        (Unit::None, true, 1284.0, "1,284 /s"),
        (Unit::None, false, 2.0, "2"),
        (Unit::None, false, 0.87, "0.87"),
        (Unit::None, false, -1_234_567.0, "−1.23 M"),
        (Unit::None, false, f64::NAN, "–"),
        (Unit::Second, false, f64::INFINITY, "–"),
        // Rounded first, then the prefix is chosen.
        (Unit::Byte, false, 999_950.0, "1.00 MB"),
        (Unit::Byte, false, 999_499.0, "999 kB"),
        (Unit::Second, false, 0.9999, "1.00 s"),
        (Unit::Second, false, 9.999e-4, "1.00 ms"),
        (Unit::Kibibyte, false, 1010.0, "0.99 MiB"),
        (Unit::None, false, 999_999.6, "1.00 M"),
        (Unit::None, false, 999_999.0, "999,999"),
        // Small values have digits that count, large ones an end.
        (Unit::None, false, 0.004, "0.0040"),
        (Unit::Percent, false, 0.004, "0.0040 %"),
        (Unit::None, false, 0.000_412_3, "0.00041"),
        (Unit::None, false, 1e-12, "1.00e−12"),
        (Unit::None, false, 1e300, "1.00e300"),
        (Unit::None, false, -1e300, "−1.00e300"),
        (Unit::Byte, true, 1e300, "1e300 B/s"),
        (Unit::Percent, false, 12_345_678.0, "1.23e7 %"),
        // Long times.
        (Unit::Second, false, 119.0, "119 s"),
        (Unit::Second, false, 120.0, "2.00 min"),
        (Unit::Second, false, 7_200.0, "2.00 h"),
        (Unit::Second, false, 172_800.0, "48.0 h"),
        (Unit::Second, false, 176_400.0, "2.04 d"),
        (Unit::Second, false, 31_536_000.0, "365 d"),
    ] {
        let got = spaced(&words(unit, per_second, value));
        assert_eq!(got, want, "{unit:?} {value}");
    }
}

#[test]
fn zeros_at_the_end_stay_so_that_widths_do() {
    for (unit, per_second, values, want) in [
        (Unit::None, true, [9.0, 9.6], ["9.00 /s", "9.60 /s"]),
        (Unit::None, true, [0.5, 0.55], ["0.50 /s", "0.55 /s"]),
        (Unit::Percent, false, [1.0, 0.9], ["1.00 %", "0.90 %"]),
        (Unit::Second, false, [0.02, 0.0201], ["20.0 ms", "20.1 ms"]),
        // Counts are whole, and have no unit that would move.
        (Unit::None, false, [9.0, 10.0], ["9", "10"]),
    ] {
        let got = values.map(|value| spaced(&words(unit, per_second, value)));
        assert_eq!(got, want, "{unit:?} {values:?}");
    }
    assert_eq!(
        ["", "9.60", "1,284", "−1"].map(width_ch),
        [0.0, 3.5, 4.5, 2.0]
    );
}

#[test]
fn what_goes_to_and_fro_around_a_thousand_keeps_its_unit_and_its_width() {
    for (unit, per_second, values, want) in [
        (
            Unit::Byte,
            true,
            &[998e3, 1.01e6, 999e3, 960e3, 801e3, 790e3, 999.6e3][..],
            "998 kB/s, 1.01 MB/s, 1.00 MB/s, 0.96 MB/s, 0.80 MB/s, 790 kB/s, 1.00 MB/s",
        ),
        (
            Unit::Second,
            false,
            &[0.99, 1.0, 0.95, 0.0, 119.0, 121.0, 110.0, 90.0],
            "990 ms, 1.00 s, 0.95 s, 0 ms, 119 s, 2.02 min, 110 s, 90.0 s",
        ),
        (
            Unit::Percent,
            false,
            &[9.0, 9.6, 10.0, 0.9],
            "9.00 %, 9.60 %, 10.0 %, 0.90 %",
        ),
        (
            Unit::Kibibyte,
            false,
            &[1_000.0, 1_030.0, 1_010.0, f64::NAN],
            "0.98 MiB, 1.01 MiB, 0.99 MiB, –",
        ),
    ] {
        let mut before = "";
        let written = values.iter().map(|value| {
            let format = Format::steady(unit, per_second, *value, false, before);
            before = format.symbol;
            spaced(&format.words(*value))
        });
        assert_eq!(written.collect::<Vec<_>>().join(", "), want);
    }
    let widths = [1.01e6, 0.999e6, 0.96e6].map(|value| {
        width_ch(&Format::steady(Unit::Byte, false, value, false, "MB").number(value))
    });
    assert_eq!(widths, [3.5; 3]);
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

#[test]
fn ticks_of_long_times_are_in_minutes_where_those_are_round() {
    let check = |largest: f64, step: f64, want: [&str; 2]| {
        let format = Format::of(Unit::Second, false, largest, Some(step));
        let got = [&format.number(largest), format.symbol];
        assert_eq!(got, want, "{largest} {step}");
    };
    check(240.0, 60.0, ["4", "min"]);
    check(200.0, 50.0, ["200", "s"]);
    check(4_000.0, 1_000.0, ["4,000", "s"]);
    check(14_400.0, 3_600.0, ["4", "h"]);
}

#[test]
fn small_ticks_of_a_logarithmic_axis_are_no_zeros() {
    let text = |value: f64| spaced(&short(Unit::None, false, false, value));
    assert_eq!(
        [1e-3, 1e-5, 2e-9].map(text),
        ["0.001", "0.00001", "2.00e−9"]
    );
    assert_eq!(spaced(&short(Unit::Second, false, false, 0.01)), "10 ms");
    assert_eq!(spaced(&short(Unit::None, false, false, 2e6)), "2 M");
}

/// What a text says, in the base unit, and half a unit of its last digit.
fn read(text: &str, base: Unit, per_second: bool, binary: bool) -> (f64, f64) {
    let text = text.replace('−', "-").replace([SPACE, ','], "");
    let table = prefix::table(base, per_second, binary);
    let symbols = table.iter().filter(|one| text.ends_with(one.symbol));
    let prefix = symbols.max_by_key(|one| one.symbol.len()).expect("a unit");
    let number = &text[..text.len() - prefix.symbol.len()];
    let (mantissa, power) = number.split_once('e').unwrap_or((number, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, after)| after.len());
    let power: i32 = power.parse().expect("a power");
    let unit: f64 = format!("1e{}", power - decimals as i32)
        .parse()
        .expect("a unit");
    let read: f64 = number.parse().expect("a number");
    (read * prefix.size, unit * prefix.size / 2.0)
}

fn base_of(unit: Unit) -> Unit {
    match unit.dimension() {
        Dimension::Share => Unit::Percent,
        _ => unit.base(),
    }
}

/// Any sign and magnitude, and values next to powers of ten.
fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        (-330i32..308, 0.9f64..10.0, any::<bool>()).prop_map(|(power, mantissa, negative)| {
            let value: f64 = format!("{mantissa}e{power}").parse().expect("a number");
            if negative { -value } else { value }
        }),
        (-9i32..16, -2.0f64..2.0).prop_map(|(power, off)| 10f64.powi(power) * (1.0 + off * 1e-3)),
        -1e7f64..1e7,
        (-2_000_000i32..2_000_000).prop_map(f64::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Over every magnitude and unit: parsed back, the text is within half a unit of its last digit,
    /// and with its unit never longer than nine characters.
    #[test]
    fn what_is_written_reads_back_within_half_a_unit_and_is_short(
        value in any_value(),
        unit in prop::sample::select(Unit::ALL.to_vec()),
        per_second: bool,
        binary: bool,
    ) {
        let of = if binary { Format::binary } else { Format::of };
        let format = of(unit, per_second, value, None);
        let binary = binary || is_binary(unit);
        let base = base_of(unit);
        let meant = value * unit.factor_to(base).unwrap_or(1.0);
        // Rounded up, the largest numbers would be none any more.
        prop_assume!(meant.abs() < 1e307);
        // The smallest numbers of all have lost their digits.
        prop_assume!(meant == 0.0 || meant.abs() > 1e-290);
        for text in [format.words(value), format.fine_words(value)] {
            prop_assert!(text.chars().count() <= WIDEST, "{} {}", value, text);
            let (read, half) = read(&text, base, per_second, binary);
            let off = (read - meant).abs();
            prop_assert!(off <= half * (1.0 + 1e-6) + meant.abs() * 1e-12, "{} {}", value, text);
        }
    }

    /// Beside an axis of another magnitude numbers are short too.
    #[test]
    fn numbers_beside_an_axis_are_short(
        value in any_value(),
        largest in any_value(),
        unit in prop::sample::select(Unit::ALL.to_vec()),
    ) {
        let format = Format::of(unit, false, largest, Some(largest / 4.0));
        let shown = value * format.factor;
        prop_assume!(shown.is_finite());
        prop_assert!(format.fine_words(value).chars().count() <= WIDEST);
        prop_assert!(format.number(value).chars().count() <= WIDEST + 1, "{}", format.number(value));
    }
}

#[test]
fn there_is_room_for_every_unit_of_a_family_and_for_the_number_before_it() {
    for (unit, per_second, binary, want) in [
        (Unit::Byte, false, false, 3.0),
        (Unit::Byte, true, false, 4.75),
        (Unit::Byte, false, true, 3.75),
        (Unit::Kibibyte, false, false, 3.75),
        (Unit::Second, false, false, 3.5),
        (Unit::Percent, false, false, 1.75),
        (Unit::None, false, false, 1.75),
    ] {
        assert_eq!(symbol_room(unit, per_second, binary), want, "{unit:?}");
    }
    // What was there once has room while a unit stands behind it, whatever its prefix.
    let mut former = (0.0, "");
    for (number, symbol, want) in [
        ("998", "kB", 3.5),
        ("1.01", "MB", 3.5),
        ("−1.25", "MB", 4.5),
        ("790", "kB", 4.5),
        ("–", "", 0.0),
        ("0", "%", 1.0),
        ("0.25", "%", 3.5),
        ("0", "%", 3.5),
        ("1,234", "", 0.0),
        ("1,234", "/s", 4.5),
        ("0.80", "M/s", 4.5),
    ] {
        former = (number_room(former, number, symbol), symbol);
        assert_eq!(former.0, want, "{number} {symbol}");
    }
}
