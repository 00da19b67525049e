//! Aggregates as rows; the order of their numbers is that of [`protocol::row`].

use protocol::FrameRow;
use protocol::row;
use telemetry::Kind;
use telemetry::aggregate::{Aggregate, SeriesId};

/// Adds `[id,…]`.
pub fn push_row(out: &mut String, series: SeriesId, kind: Kind, aggregate: &Aggregate) {
    let buckets = buckets(aggregate);
    row::push_row(out, series.0, kind, &frame_row(kind, aggregate), buckets);
}

/// Gives the numbers behind the id, in the order of the row.
pub fn push_numbers(kind: Kind, aggregate: &Aggregate, push: impl FnMut(f64)) {
    frame_row(kind, aggregate).write(kind, buckets(aggregate), push);
}

fn buckets(aggregate: &Aggregate) -> impl Iterator<Item = f64> {
    aggregate.buckets().iter().map(|samples| *samples as f64)
}

/// Percentiles are looked up for summaries alone, which alone carry them.
fn frame_row(kind: Kind, aggregate: &Aggregate) -> FrameRow {
    let quantiles = match kind {
        Kind::Summary => aggregate.quantiles(),
        _ => None,
    };
    FrameRow {
        count: aggregate.count as f64,
        sum: aggregate.sum,
        min: aggregate.min,
        max: aggregate.max,
        last: if aggregate.is_absent() {
            f64::NAN
        } else {
            aggregate.last
        },
        quantiles: quantiles.unwrap_or(FrameRow::EMPTY.quantiles),
        is_estimate: false,
        is_absent: kind == Kind::LastValue && aggregate.is_absent(),
    }
}

#[cfg(test)]
mod tests {
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
            "[9,1.5,1.5,2.5,2,4]",
        );
        check(Kind::LastValue, Shape::Plain, &[2.5], "[9,2.5,2.5,2.5]");
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
        let mut out = String::new();
        let absent = Aggregate::absent(&Shape::Plain, 1);
        push_row(&mut out, SeriesId(9), Kind::LastValue, &absent);
        assert_eq!(out, "[9,null,null,null]");
    }
}
