//! From where to where an arc goes. Invariant: its end is above its begin.

use charts::{Bounds, ValueScale};
use telemetry::{Dimension, Unit};

use super::model::Options;

/// The lowest and highest value of an arc: what the widget says; else zero, and what the second
/// reference says is all there is (`whole`), or 100 % for shares, or a round number that the value
/// fits under.
pub fn of(options: &Options, unit: Unit, whole: f64, value: f64) -> (f64, f64) {
    let min = options.min.filter(|v| v.is_finite()).unwrap_or(0.0);
    let full = || match unit.dimension() {
        Dimension::Share => Unit::Percent.factor_to(unit).map(|factor| 100.0 * factor),
        _ => None,
    };
    let found = options
        .max
        .or(Some(whole))
        .filter(|v| *v > min && v.is_finite());
    let max = found.or_else(|| full().filter(|v| *v > min));
    let round = || {
        let bounds = Bounds {
            min: Some(min),
            ..Bounds::default()
        };
        ValueScale::fit(min, value, &bounds).max
    };
    let max = max.unwrap_or_else(round);
    (min, if max > min { max } else { min + 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        let check = |(min, max): (Option<f64>, Option<f64>), unit, whole, value, want| {
            let options = Options {
                min,
                max,
                ..Options::of(&protocol::Options::default())
            };
            let got = of(&options, unit, whole, value);
            assert_eq!(got, want, "{min:?} {max:?} {unit:?} {whole} {value}");
        };
        let nan = f64::NAN;
        let free = (None, None);
        check(free, Unit::Percent, nan, 12.0, (0.0, 100.0));
        check((None, Some(50.0)), Unit::Percent, nan, 12.0, (0.0, 50.0));
        check(
            (Some(20.0), Some(80.0)),
            Unit::None,
            9.0,
            12.0,
            (20.0, 80.0),
        );
        check(free, Unit::Byte, 1000.0, 12.0, (0.0, 1000.0));
        check(free, Unit::Byte, 0.0, 12.0, (0.0, 15.0));
        check(free, Unit::Byte, f64::INFINITY, 12.0, (0.0, 15.0));
        check(free, Unit::None, nan, nan, (0.0, 1.0));
        check(free, Unit::None, nan, 0.0, (0.0, 1.0));
        check((Some(5.0), Some(5.0)), Unit::None, nan, nan, (5.0, 5.6));
        check((Some(200.0), None), Unit::Percent, nan, nan, (200.0, 220.0));
    }
}
