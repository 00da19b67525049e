//! Units as OTLP writes them: the letters of UCUM, with remarks in braces.
//!
//! Source: OpenTelemetry semantic conventions, "Instrument units"; The Unified Code for Units of
//! Measure, "case sensitive" column.

use telemetry::{Dimension, Metric, Unit};

/// What to multiply a point's numbers by to have them in `into`; `None` when the two measure
/// different things. A unit in braces or `1` is a plain number, and a ratio where a share is
/// asked for.
pub fn factor(ucum: &str, into: Unit) -> Option<f64> {
    let plain = without_remark(ucum.trim());
    if plain.is_empty() || plain == "1" {
        return match into.dimension() {
            Dimension::None => Some(1.0),
            Dimension::Share => Unit::Ratio.factor_to(into),
            Dimension::Time | Dimension::Size => None,
        };
    }
    let (unit, many) = match plain {
        "s" => (Unit::Second, 1.0),
        "ms" => (Unit::Millisecond, 1.0),
        "us" => (Unit::Microsecond, 1.0),
        "ns" => (Unit::Nanosecond, 1.0),
        "min" => (Unit::Second, 60.0),
        "h" => (Unit::Second, 3_600.0),
        "d" => (Unit::Second, 86_400.0),
        "By" => (Unit::Byte, 1.0),
        "kBy" => (Unit::Kilobyte, 1.0),
        "MBy" => (Unit::Megabyte, 1.0),
        "GBy" => (Unit::Gigabyte, 1.0),
        "KiBy" => (Unit::Kibibyte, 1.0),
        "MiBy" => (Unit::Mebibyte, 1.0),
        "GiBy" => (Unit::Gibibyte, 1.0),
        "%" => (Unit::Percent, 1.0),
        _ => return None,
    };
    Some(unit.factor_to(into)? * many)
}

/// For a metric that is named as the point is: into the metric's unit. A point without a unit
/// is in what the metric's definition says that it is fed.
pub fn factor_to_metric(ucum: &str, metric: &Metric) -> Option<f64> {
    if ucum.trim().is_empty() {
        Some(metric.factor())
    } else {
        factor(ucum, metric.unit)
    }
}

/// For a metric that is fed by an event: into the unit of the event's measurement.
pub fn factor_to_event(ucum: &str, metric: &Metric) -> Option<f64> {
    if ucum.trim().is_empty() {
        Some(1.0)
    } else {
        factor(ucum, metric.from_unit.unwrap_or(metric.unit))
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
    fn factors() {
        let check = |ucum: &str, into: Unit, expect: Option<f64>| {
            assert_eq!(factor(ucum, into), expect, "{ucum} into {into:?}");
        };
        check("s", Unit::Second, Some(1.0));
        check("s", Unit::Millisecond, Some(1e3));
        check("ms", Unit::Second, Some(1e-3));
        check("us", Unit::Millisecond, Some(1e-3));
        check("ns", Unit::Nanosecond, Some(1.0));
        check("min", Unit::Second, Some(60.0));
        check("h", Unit::Millisecond, Some(3_600_000.0));
        check("d", Unit::Second, Some(86_400.0));
        check("By", Unit::Byte, Some(1.0));
        check("kBy", Unit::Byte, Some(1e3));
        check("MBy", Unit::Kilobyte, Some(1e3));
        check("GBy", Unit::Gigabyte, Some(1.0));
        check("KiBy", Unit::Byte, Some(1024.0));
        check("MiBy", Unit::Kibibyte, Some(1024.0));
        check("GiBy", Unit::Mebibyte, Some(1024.0));
        check("By{resident}", Unit::Byte, Some(1.0));
        check("%", Unit::Percent, Some(1.0));
        check("%", Unit::Ratio, Some(0.01));
        check("1", Unit::None, Some(1.0));
        check("1", Unit::Ratio, Some(1.0));
        check("1", Unit::Percent, Some(100.0));
        check("{request}", Unit::None, Some(1.0));
        check("{cpu}", Unit::Percent, Some(100.0));
        check("1", Unit::Second, None);
        check("{x}", Unit::Byte, None);
        check("s", Unit::None, None);
        check("s", Unit::Byte, None);
        check("%", Unit::None, None);
        check("S", Unit::Second, None);
        check("By/s", Unit::Byte, None);
        check("{x", Unit::None, None);
        check("bananas", Unit::None, None);
    }

    #[test]
    fn without_a_unit_the_definition_says_it() {
        let shown = Metric::sum("a.b").unit(Unit::Millisecond);
        let converted = Metric::sum("a.b").unit_from(Unit::Second, Unit::Millisecond);
        let check = |ucum: &str, metric: &Metric, named: Option<f64>, event: Option<f64>| {
            assert_eq!(factor_to_metric(ucum, metric), named, "{ucum}");
            assert_eq!(factor_to_event(ucum, metric), event, "{ucum}");
        };
        check("", &shown, Some(1.0), Some(1.0));
        check("", &converted, Some(1e3), Some(1.0));
        check(" s ", &shown, Some(1e3), Some(1e3));
        check("s", &converted, Some(1e3), Some(1.0));
        check("By", &shown, None, None);
    }
}
