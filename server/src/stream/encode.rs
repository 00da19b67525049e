//! Rows as text, by the table in [`protocol::frame`].
//!
//! Invariant: every number is one that JSON can hold.

use std::fmt::Write as _;

use telemetry::Kind;

use telemetry::aggregate::{Aggregate, SeriesId};

/// Adds `[id,…]`.
pub fn push_row(out: &mut String, series: SeriesId, kind: Kind, aggregate: &Aggregate) {
    out.push('[');
    push_number(out, f64::from(series.0));
    push_numbers(kind, aggregate, |number| {
        out.push(',');
        push_number(out, number);
    });
    out.push(']');
}

/// Gives the numbers behind the id, in the order of the row.
pub fn push_numbers(kind: Kind, a: &Aggregate, mut push: impl FnMut(f64)) {
    let mut all = |numbers: &[f64]| numbers.iter().for_each(|number| push(*number));
    let count = a.count as f64;
    match kind {
        Kind::Counter => all(&[count]),
        Kind::Sum => all(&[count, a.sum]),
        Kind::LastValue => all(&[a.last, a.min, a.max]),
        Kind::Summary => {
            all(&[count, a.sum, a.min, a.max]);
            all(&a.quantiles().unwrap_or_default());
        }
        Kind::Distribution => {
            all(&[count, a.sum, a.min, a.max]);
            a.buckets().iter().for_each(|samples| push(*samples as f64));
        }
    }
}

/// Most numbers are whole; those go without a point.
fn push_number(out: &mut String, number: f64) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // Writing to a string cannot fail.
    let _ = if number.fract() == 0.0 && number.abs() < EXACT {
        write!(out, "{}", number as i64)
    } else if number.abs() >= 1e-5 && number.abs() < EXACT {
        write!(out, "{number}")
    } else {
        write!(out, "{number:e}")
    };
}

#[cfg(test)]
mod tests {
    use protocol::FrameRow;
    use telemetry::aggregate::Shape;

    use super::*;

    #[test]
    fn rows_read_back_as_they_were() {
        let check = |kind, shape: Shape, values: &[f64], expect: &str| {
            let mut aggregate = Aggregate::empty(&shape);
            values
                .iter()
                .for_each(|value| assert!(aggregate.record(*value, 1)));
            let mut out = String::new();
            push_row(&mut out, SeriesId(9), kind, &aggregate);
            assert_eq!(out, expect);
            let numbers: Vec<f64> = serde_json::from_str(&out).expect("JSON");
            assert!(FrameRow::read(kind, &numbers[1..]).count >= 1.0);
        };
        check(Kind::Counter, Shape::Plain, &[1.0, 1.0], "[9,2]");
        check(Kind::Sum, Shape::Plain, &[0.0, -0.0], "[9,2,0]");
        check(
            Kind::LastValue,
            Shape::Plain,
            &[2.5, 1.5],
            "[9,1.5,1.5,2.5]",
        );
        check(Kind::Summary, Shape::Sketch, &[7.0], "[9,1,7,7,7,7,7,7]");
        let buckets = Shape::Buckets([1.0].into());
        check(
            Kind::Distribution,
            buckets,
            &[0.5, 1e-9, 3.0],
            "[9,3,3.500000001,1e-9,3,2,1]",
        );
        check(
            Kind::Sum,
            Shape::Plain,
            &[f64::MAX, f64::MAX],
            "[9,2,1.7976931348623157e308]",
        );
        check(Kind::Sum, Shape::Plain, &[5e-324], "[9,1,5e-324]");
    }
}
