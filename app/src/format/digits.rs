//! A number as text in so many characters. Pure.

/// Powers of ten from which on whole numbers are no longer written whole.
const MAX_WHOLE: i32 = 6;

/// A number with `significant` digits that count, or fewer where `room` characters are not enough
/// for them. Whole numbers of a count are written whole. Below 1 there are no zeros at the end.
pub(super) fn digits(shown: f64, room: usize, significant: i32, is_count: bool) -> String {
    let size = shown.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    let exponent = exponent(size, significant);
    let is_whole = is_count && exponent < MAX_WHOLE && (size - size.round()).abs() < 1e-9 * size;
    let most = match is_whole {
        true => 0,
        false => (significant - 1 - exponent).max(0),
    };
    // One digit that counts is the least.
    let least = (-exponent).max(0);
    let fits = |text: &String| text.chars().count() <= room;
    let plain = (least..=most.min(2 * room as i32)).rev().map(|decimals| {
        let text = plain(shown, decimals as usize);
        match exponent < 0 {
            true => text.trim_end_matches('0').to_owned(),
            false => text,
        }
    });
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
    let text = format!("{:.*e}", decimals, shown.abs());
    format!("{}{}", sign(shown, &text), text.replace('-', "−"))
}

/// The power of ten of a number once it is rounded to so many digits.
pub(super) fn exponent(size: f64, significant: i32) -> i32 {
    let text = format!("{:.*e}", (significant - 1).max(0) as usize, size);
    let power = text
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok());
    power.unwrap_or(0)
}

/// Nothing that reads as zero is negative.
fn sign(shown: f64, text: &str) -> &'static str {
    let digits = text.split('e').next().unwrap_or_default();
    if shown < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
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
