//! How a value changed over the time that is shown, in words. Invariant: what is not known, or
//! looks like no change, is not said.

use crate::format;
use telemetry::{Dimension, Unit};

/// From so many on, points are written as other numbers are.
const LARGE: f64 = 10_000.0;

/// `+12 % in 5 min`, from `before` to `now` in `unit`, over `span_ms`. Shares change by points,
/// since a percentage of a percentage is misread.
pub fn words(unit: Unit, before: f64, now: f64, span_ms: i64) -> Option<String> {
    let is_share = unit.dimension() == Dimension::Share;
    let by = if is_share {
        (now - before) * unit.factor_to(Unit::Percent).unwrap_or(1.0)
    } else {
        (now - before) / before.abs() * 100.0
    };
    // From zero, or through it, there is no percentage.
    let sound = is_share || before.signum() == now.signum() || now == 0.0;
    if !by.is_finite() || !sound {
        return None;
    }
    let size = by.abs();
    let is_multiple = !is_share && size >= 1_000.0;
    let (number, is_seen) = match size {
        _ if is_multiple => {
            let times = format::words(Unit::None, false, (now / before).round());
            (format!("{times} times"), true)
        }
        s if s >= LARGE => (format::words(Unit::None, false, s), true),
        s if s >= 9.95 => (format!("{s:.0}"), true),
        s => (format!("{s:.1}"), s >= 0.05),
    };
    let words = match (is_share, is_multiple) {
        (true, _) => format!("{number} points"),
        (false, true) => number,
        (false, false) => format!("{number} %"),
    };
    let sign = match (by < 0.0, is_multiple) {
        (true, _) => "−",
        (false, true) => "",
        (false, false) => "+",
    };
    is_seen.then(|| format!("{sign}{words} in {}", span(span_ms)))
}

/// `30 s`, `5 min`, `24 h`, `7 d`: the largest unit that counts at least two, or one exactly.
fn span(ms: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min")];
    let fits = units
        .into_iter()
        .find(|(length, _)| ms == *length || ms >= 2 * length && ms % length == 0);
    let (length, name) = fits.unwrap_or((1_000, "s"));
    format!("{} {name}", ms / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn said() {
        let check = |unit: Unit, before: f64, now: f64, want: Option<&str>| {
            let got = words(unit, before, now, 300_000);
            assert_eq!(got.as_deref(), want, "{before} → {now}");
        };
        let bytes = Unit::Byte;
        check(bytes, 100.0, 112.0, Some("+12 % in 5 min"));
        check(bytes, 100.0, 88.0, Some("−12 % in 5 min"));
        check(bytes, 100.0, 101.23, Some("+1.2 % in 5 min"));
        check(bytes, 100.0, 0.0, Some("−100 % in 5 min"));
        check(bytes, -100.0, -50.0, Some("+50 % in 5 min"));
        check(bytes, 1.0, 40.0, Some("40 times in 5 min"));
        check(bytes, 1e-300, 1.0, Some("1.00e300 times in 5 min"));
        check(bytes, 100.0, 100.0, None);
        check(bytes, 100.0, 100.04, None);
        check(bytes, 0.0, 0.0, None);
        check(bytes, 0.0, 5.0, None);
        check(bytes, -5.0, 5.0, None);
        check(bytes, f64::NAN, 5.0, None);
        check(bytes, 5.0, f64::NAN, None);
        check(bytes, 5.0, f64::INFINITY, None);
        check(Unit::Percent, 10.0, 13.0, Some("+3.0 points in 5 min"));
        check(Unit::Percent, 0.0, 40.0, Some("+40 points in 5 min"));
        check(Unit::Percent, 40.0, 40.01, None);
        // Several cores are more than all of one.
        check(Unit::Percent, 1.0, 2_001.0, Some("+2000 points in 5 min"));
        check(Unit::Percent, 2_001.0, 1.0, Some("−2000 points in 5 min"));
    }

    #[test]
    fn spans() {
        for (s, want) in [
            (1, "1 s"),
            (60, "1 min"),
            (90, "90 s"),
            (300, "5 min"),
            (3_600, "1 h"),
            (5_400, "90 min"),
            (86_400, "1 d"),
            (604_800, "7 d"),
            (301, "301 s"),
        ] {
            assert_eq!(span(s * 1000), want);
        }
    }
}
