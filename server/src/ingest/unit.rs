//! From the unit of a point to that of a metric.

use telemetry::{Dimension, Metric, Unit};

/// What to multiply a point's numbers by to have them in `into`; `None` when the two measure
/// different things. A metric without a unit takes any number as it is, since an unknown unit is
/// not a wrong one. What has no unit is a plain number, and a ratio where a share is asked for.
fn factor(ucum: &str, into: Unit) -> Option<f64> {
    if into == Unit::None {
        return Some(1.0);
    }
    let (unit, many) = match Unit::from_ucum(ucum)? {
        (Unit::None, many) if into.dimension() == Dimension::Share => (Unit::Ratio, many),
        read => read,
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
        check("min", Unit::Second, Some(60.0));
        check("By", Unit::Byte, Some(1.0));
        check("kBy", Unit::Byte, Some(1e3));
        check("MiBy", Unit::Kibibyte, Some(1024.0));
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
        check("s", Unit::Byte, None);
        check("By/s", Unit::Byte, None);
        check("bananas", Unit::Byte, None);
    }

    #[test]
    fn a_metric_without_unit_takes_any_unit_as_it_is() {
        for ucum in [
            "milliseconds",
            "connections",
            "Cel",
            "Hz",
            "s",
            "min",
            "%",
            "By/s",
            "bananas",
            "{x",
        ] {
            assert_eq!(factor(ucum, Unit::None), Some(1.0), "{ucum}");
        }
    }

    #[test]
    fn units_in_words_are_converted() {
        let check = |text: &str, into: Unit, expect: Option<f64>| {
            assert_eq!(factor(text, into), expect, "{text} into {into:?}");
        };
        check("milliseconds", Unit::Second, Some(1e-3));
        check("Seconds", Unit::Millisecond, Some(1e3));
        check("minutes", Unit::Second, Some(60.0));
        check("bytes", Unit::Kilobyte, Some(1e-3));
        check("MiB", Unit::Kibibyte, Some(1024.0));
        check("percent", Unit::Ratio, Some(0.01));
        check("ratio", Unit::Percent, Some(100.0));
        check("connections", Unit::Second, None);
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
