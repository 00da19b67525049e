//! A number as text in so many characters. Pure.

/// Powers of ten from which on whole numbers are no longer written whole.
const MAX_WHOLE: i32 = 6;

/// A number with `significant` digits that count, or fewer where `room` characters are not enough
/// for them. Whole numbers of a count are written whole. Below 1 two digits count, as in `0.50` and
/// `1.50`: all numbers of a size have as many decimals, so that they do not change their width.
pub(super) fn digits(shown: f64, room: usize, significant: i32, is_count: bool) -> String {
    let size = shown.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    let exponent = exponent(size, significant);
    let is_whole = is_count && exponent < MAX_WHOLE && (size - size.round()).abs() < 1e-9 * size;
    let most = match (is_whole, exponent < 0) {
        (true, _) => 0,
        (false, true) => significant.min(2) - 1 - exponent,
        (false, false) => (significant - 1 - exponent).max(0),
    };
    // One digit that counts is the least.
    let least = (-exponent).max(0);
    let fits = |text: &String| text.chars().count() <= room;
    let decimals = (least..=most.min(2 * room as i32)).rev();
    let plain = decimals.map(|decimals| plain(shown, decimals as usize));
    let powers = (0..significant.max(1)).rev();
    let powers = powers.map(|decimals| scientific(shown, decimals as usize));
    // What is too small for both has no digit that counts.
    let found = plain.chain(powers).find(fits);
    found.unwrap_or_else(|| "0".to_owned())
}

/// A number with so many decimals, and commas between thousands.
pub(super) fn plain(shown: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, shown.abs());
    format!("{}{}", sign(shown, &text), group(&text))
}

/// A number as one digit, so many decimals and a power of ten: `1.2e300`.
pub(super) fn scientific(shown: f64, decimals: usize) -> String {
    let size = shown.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    let mut power = exponent(size, decimals as i32 + 1);
    let mut text = plain(scaled(size, -power), decimals);
    // Rounded, it may have one digit more.
    if text.starts_with("10") {
        power += 1;
        text = plain(scaled(size, -power), decimals);
    }
    let minus = if power < 0 { "−" } else { "" };
    format!("{}{text}e{minus}{}", sign(shown, &text), power.abs())
}

/// The power of ten of a number above zero once it is rounded to so many digits. By logarithm: the
/// standard library's `{:e}` would be several KB more of the page's program.
pub(super) fn exponent(size: f64, significant: i32) -> i32 {
    let power = size.log10().floor() as i32;
    let shift = significant - 1;
    let rounded = scaled(size, shift - power).round();
    // The logarithm may round across a power, and so may the number.
    if rounded >= scaled(1.0, significant) {
        power + 1
    } else if rounded < scaled(1.0, shift) {
        power - 1
    } else {
        power
    }
}

/// A number times a power of ten, also where that is no number itself.
fn scaled(value: f64, power: i32) -> f64 {
    let times = |value: f64, power: i32| match power {
        // Below one by division, which rounds once.
        ..0 => value / 10f64.powi(-power),
        _ => value * 10f64.powi(power),
    };
    if power.abs() < 300 {
        times(value, power)
    } else {
        let half = power / 2;
        times(times(value, half), power - half)
    }
}

/// Nothing that reads as zero is negative.
fn sign(shown: f64, text: &str) -> &'static str {
    if shown < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        "−"
    } else {
        ""
    }
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
