//! A small line of what a metric did lately. Pure.

use std::fmt::Write;

/// Width and height of the drawing, in its own units.
pub const SIZE: (f64, f64) = (60.0, 18.0);
/// Room for the thickness of the line.
const EDGE: f64 = 1.5;

/// The path of a line through values at equal distances; NaN is a gap. Empty without a value.
pub fn path(values: &[f64]) -> String {
    let known = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (width, height) = SIZE;
    let step = width / (values.len().max(2) - 1) as f64;
    let y = |value: f64| {
        let share = (value - low) / (high - low);
        // A level line stands in the middle.
        let share = if share.is_finite() { share } else { 0.5 };
        height - EDGE - share * (height - 2.0 * EDGE)
    };
    let mut path = String::new();
    let mut is_drawn = false;
    for (place, value) in values.iter().enumerate() {
        if !value.is_finite() {
            is_drawn = false;
            continue;
        }
        let x = place as f64 * step;
        let command = if is_drawn { 'L' } else { 'M' };
        // A text takes whatever is written into it.
        let _ = write!(path, "{command}{x:.1} {:.1}", y(*value));
        let next = values.get(place + 1).copied().unwrap_or(f64::NAN);
        if !is_drawn && !next.is_finite() {
            // A value between gaps is a dot.
            path += "h0.1";
        }
        is_drawn = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let nan = f64::NAN;
        for (values, want) in [
            (&[][..], ""),
            (&[nan, nan], ""),
            (&[1.0], "M0.0 9.0h0.1"),
            (&[5.0, 5.0], "M0.0 9.0L60.0 9.0"),
            (&[0.0, 10.0, 5.0], "M0.0 16.5L30.0 1.5L60.0 9.0"),
            (&[0.0, nan, 10.0, 0.0], "M0.0 16.5h0.1M40.0 1.5L60.0 16.5"),
            (&[f64::INFINITY, 1.0, 3.0], "M30.0 16.5L60.0 1.5"),
        ] {
            assert_eq!(path(values), want, "{values:?}");
        }
    }
}
