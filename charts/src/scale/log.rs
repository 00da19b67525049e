//! Round numbers on a logarithmic scale: 1, 2 and 5 times powers of ten. Invariant: an index and
//! its number belong together exactly, so that rounding never moves a tick.

/// Indices between two ticks that are a decade apart.
const DECADE: i32 = 3;

/// Intervals between ticks at most.
const INTERVALS: i32 = 4;

/// Decades shown when the data say only where the top is.
const UNKNOWN_DECADES: f64 = 1e3;

/// Positive numbers below this count as zero, and its reciprocal is the highest.
const SMALLEST: f64 = 1e-300;

/// The `index`th of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, …, where 1 is the zeroth.
pub(super) fn number(index: i32) -> f64 {
    let digit = [1.0, 2.0, 5.0][index.rem_euclid(DECADE) as usize];
    let power = index.div_euclid(DECADE);
    // Below one by division, which rounds once.
    if power < 0 {
        digit / 10.0_f64.powi(-power)
    } else {
        digit * 10.0_f64.powi(power)
    }
}

/// The index of the largest number that is at most `value`, a hair of rounding aside.
fn floor(value: f64) -> i32 {
    let value = value.clamp(SMALLEST, 1.0 / SMALLEST) * (1.0 + 1e-9);
    let decade = value.log10().floor() as i32 * DECADE;
    // The logarithm may round across a decade, so one is tried to each side.
    let above = (decade - 1..=decade + DECADE + 1).find(|index| number(*index) > value);
    above.unwrap_or(decade + 1) - 1
}

/// The index of the smallest number that is at least `value`, a hair of rounding aside.
fn ceil(value: f64) -> i32 {
    let below = floor(value);
    if number(below) >= value * (1.0 - 1e-9) {
        below
    } else {
        below + 1
    }
}

/// Bottom and top around the data `low..=high`, at `min` and `max` where those are given and
/// positive. A bottom that is not above zero is nowhere on the scale: then it shows three decades.
pub(super) fn ends(low: f64, high: f64, min: Option<f64>, max: Option<f64>) -> (f64, f64) {
    let positive = |v: &f64| *v >= SMALLEST;
    let min = min.filter(positive);
    let max = max
        .filter(positive)
        .filter(|max| min.is_none_or(|min| *max > min));
    let high = max.unwrap_or(high).max(min.unwrap_or(0.0));
    let high = if positive(&high) { high } else { 1.0 };
    let low = min.unwrap_or(low).min(high);
    let low = if positive(&low) {
        low
    } else {
        high / UNKNOWN_DECADES
    };
    let (mut bottom, mut top) = (floor(low), ceil(high));
    if top - bottom > INTERVALS {
        bottom = bottom.div_euclid(DECADE) * DECADE;
        top = -(-top).div_euclid(DECADE) * DECADE;
    }
    if bottom == top {
        (bottom, top) = (bottom - 1, top + 1);
    }
    let (bottom, top) = (min.unwrap_or(number(bottom)), max.unwrap_or(number(top)));
    // A fixed end may lie a hair from the other one.
    if bottom < top {
        (bottom, top)
    } else {
        (bottom, bottom * 10.0)
    }
}

/// The ticks of a scale from `min` to `max`: the first's index, how far apart, and how many. Each
/// of 1, 2 and 5 when there is room for all, else decades, or every second, third, … of them.
pub(super) fn ticks(min: f64, max: f64) -> (i32, i32, u32) {
    let (first, last) = (ceil(min), floor(max));
    let (first, last, apart) = if last - first <= INTERVALS {
        (first, last, 1)
    } else {
        let (low, high) = (-(-first).div_euclid(DECADE), last.div_euclid(DECADE));
        let apart = (high - low + INTERVALS - 1).div_euclid(INTERVALS).max(1);
        let (low, high) = (-(-low).div_euclid(apart), high.div_euclid(apart));
        (low * apart * DECADE, high * apart * DECADE, apart * DECADE)
    };
    let count = if last < first {
        0
    } else {
        (last - first) / apart + 1
    };
    (first, apart, count as u32)
}

/// How far up `value` is from `min` (0) to `max` (1). What is below the scale, zero and less
/// among it, has no place on it and is held at the bottom.
pub(super) fn share(value: f64, min: f64, max: f64) -> f64 {
    if value.is_nan() {
        return value;
    }
    // Differences of logarithms, since a ratio may overflow.
    (value.clamp(min, f64::MAX).ln() - min.ln()) / (max.ln() - min.ln())
}
