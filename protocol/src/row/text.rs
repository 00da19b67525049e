//! Rows as JSON text, written without a document in between: the server writes each series' row
//! once for all streams, ten times a second.

use super::FrameRow;
use crate::Kind;

/// From here on a double does not hold every whole number.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// Adds `[id,…]`.
pub fn push_row(
    out: &mut String,
    id: u32,
    kind: Kind,
    row: &FrameRow,
    buckets: impl IntoIterator<Item = f64>,
) {
    out.push('[');
    out.push_str(itoa::Buffer::new().format(id));
    row.write(kind, buckets, |number| {
        out.push(',');
        push_number(out, number);
    });
    out.push(']');
}

/// Most numbers are whole; those go without a point. What JSON cannot hold is not known.
fn push_number(out: &mut String, number: f64) {
    if number.fract() == 0.0 && number.abs() < EXACT {
        out.push_str(itoa::Buffer::new().format(number as i64));
    } else if number.is_finite() {
        out.push_str(ryu::Buffer::new().format_finite(number));
    } else {
        out.push_str("null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, want) in [
            (0.0, "0"),
            (-0.0, "0"),
            (3.0, "3"),
            (-7.0, "-7"),
            (1.5, "1.5"),
            (-0.001, "-0.001"),
            (3.500000001, "3.500000001"),
            (1e-9, "1e-9"),
            (5e-324, "5e-324"),
            (EXACT - 1.0, "9007199254740991"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            let mut out = String::new();
            push_number(&mut out, number);
            assert_eq!(out, want);
        }
        for large in [EXACT, f64::MAX, f64::MIN] {
            let mut out = String::new();
            push_number(&mut out, large);
            assert_eq!(serde_json::from_str::<f64>(&out).expect(&out), large);
        }
    }
}
