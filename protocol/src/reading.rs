//! How a [`MetricRef`] is read: which series it means, and which number of a row it shows. Server
//! and page use the same rules, so that a picture, an alert and a widget agree.
//!
//! Invariant: what a row does not have reads as NaN, never as 0.

use std::cmp::Ordering;

use super::{Field, FrameRow, Kind, MetricRef};

impl MetricRef {
    /// Whether it means a series with these tags; `value_of` returns the value of a tag.
    pub fn matches<'t>(&self, value_of: impl Fn(&str) -> Option<&'t str>) -> bool {
        self.tags
            .iter()
            .all(|(tag, want)| value_of(tag).is_some_and(|value| want.matches(value)))
    }
}

impl Field {
    /// Every field, in the order in which people list them.
    pub const ALL: [Field; 10] = [
        Field::Last,
        Field::Count,
        Field::Sum,
        Field::Rate,
        Field::Avg,
        Field::Min,
        Field::Max,
        Field::P50,
        Field::P95,
        Field::P99,
    ];

    /// As documents write it.
    pub const fn name(self) -> &'static str {
        match self {
            Field::Last => "last",
            Field::Count => "count",
            Field::Sum => "sum",
            Field::Rate => "rate",
            Field::Avg => "avg",
            Field::Min => "min",
            Field::Max => "max",
            Field::P50 => "p50",
            Field::P95 => "p95",
            Field::P99 => "p99",
        }
    }

    /// Whether metrics of a kind have it: what they do not have can never be shown.
    pub const fn is_of(self, kind: Kind) -> bool {
        match kind {
            Kind::Counter => matches!(self, Field::Count | Field::Rate),
            Kind::Sum => matches!(self, Field::Count | Field::Sum | Field::Rate | Field::Avg),
            Kind::LastValue => !self.is_percentile(),
            Kind::Summary => !matches!(self, Field::Last),
            Kind::Distribution => {
                !matches!(self, Field::Last | Field::P50 | Field::P95 | Field::P99)
            }
        }
    }

    /// The number of a row over a window of `window_ms`; NaN if the row does not have it.
    pub fn of(self, row: &FrameRow, kind: Kind, window_ms: f64) -> f64 {
        match self {
            Field::Last => row.last,
            Field::Count => row.count,
            Field::Sum => row.sum,
            Field::Rate if kind == Kind::Sum => row.sum * 1000.0 / window_ms,
            Field::Rate => row.count * 1000.0 / window_ms,
            Field::Avg => row.sum / row.count,
            Field::Min => row.min,
            Field::Max => row.max,
            Field::P50 => row.quantiles[0],
            Field::P95 => row.quantiles[1],
            Field::P99 => row.quantiles[2],
        }
    }

    /// Whether the numbers of several series add up to the number of all: a level, a mean, an end or a
    /// percentile of all is no sum.
    pub const fn adds_up(self) -> bool {
        matches!(self, Field::Count | Field::Sum | Field::Rate)
    }

    /// Whether it is a percentile, which several rows do not add up to.
    pub const fn is_percentile(self) -> bool {
        matches!(self, Field::P50 | Field::P95 | Field::P99)
    }

    /// Whether a window without samples, in which the server ran, means 0: what is counted and
    /// did not happen. A level or a latency that was not measured is a gap instead.
    pub fn is_zero_without_samples(self, kind: Kind) -> bool {
        match kind {
            Kind::Counter | Kind::Sum => true,
            Kind::Summary | Kind::Distribution => matches!(self, Field::Count | Field::Rate),
            Kind::LastValue => false,
        }
    }
}

/// The order of tag values: `2` before `10`, numbers as numbers, the rest as text.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_over_samples_whatever_the_kind() {
        let level = FrameRow::read(Kind::LastValue, &[100.0, 0.0, 100.0, 10.0, 100.0]);
        assert_eq!(Field::Avg.of(&level, Kind::LastValue, 1_000.0), 10.0);
        let single = FrameRow::read(Kind::LastValue, &[7.0, 7.0, 7.0]);
        assert_eq!(Field::Avg.of(&single, Kind::LastValue, 1_000.0), 7.0);
        assert!(
            Field::Avg
                .of(&FrameRow::EMPTY, Kind::LastValue, 1_000.0)
                .is_nan()
        );
    }

    #[test]
    fn tags_match_exactly_or_by_prefix() {
        let check = |wanted: &[(&str, &str)], expect: bool| {
            let pairs = wanted.iter();
            let reference = MetricRef {
                tags: pairs.map(|(k, v)| ((*k).into(), (*v).into())).collect(),
                ..MetricRef::default()
            };
            let tags = [("route", "/api/users"), ("class", "")];
            let value_of = |name: &str| tags.iter().find(|tag| tag.0 == name).map(|tag| tag.1);
            assert_eq!(reference.matches(value_of), expect, "{wanted:?}");
        };
        check(&[], true);
        check(&[("route", "/api/users")], true);
        check(&[("route", "/api/*")], true);
        check(&[("route", "*")], true);
        check(&[("route", "/api")], false);
        check(&[("route", "/api/users*")], true);
        check(&[("route", "/api/*"), ("class", "x")], false);
        check(&[("class", "")], true);
        check(&[("method", "*")], false);
    }

    #[test]
    fn a_kind_has_the_fields_that_its_rows_can_give() {
        // As a series sends them that had samples of every sort.
        let numbers = [3.0; 9];
        for kind in [
            Kind::Counter,
            Kind::Sum,
            Kind::LastValue,
            Kind::Summary,
            Kind::Distribution,
        ] {
            let row = FrameRow::read(kind, &numbers);
            for field in Field::ALL {
                let is_shown = field.of(&row, kind, 1_000.0).is_finite();
                assert_eq!(field.is_of(kind), is_shown, "{field:?} of {kind:?}");
                let name = serde_json::to_string(&field).expect("encodes");
                assert_eq!(name, format!("\"{}\"", field.name()));
            }
        }
    }

    #[test]
    fn the_order_of_tag_values() {
        let check = |a: &str, b: &str, expect| assert_eq!(natural_order(a, b), expect, "{a} {b}");
        check("2", "10", Ordering::Less);
        check("a2", "a10", Ordering::Greater);
        check("10", "a", Ordering::Less);
        check("a", "a", Ordering::Equal);
        check("", "0", Ordering::Less);
    }
}
