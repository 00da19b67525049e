//! What a histogram shows: the samples of each bucket, and their percentiles. Pure.

use charts::{Bounds, ValueScale};
use protocol::{Unit, Widget};

use crate::format;
use crate::live::{Store, metric_query};
pub use crate::widgets::distribution::Options;
use crate::widgets::distribution::{self, Distribution, values};
use crate::widgets::table_view::TableView;

/// Percentiles that are marked, with their series colour.
pub const MARKS: [(f64, &str, usize); 3] = [(0.50, "p50", 1), (0.95, "p95", 2), (0.99, "p99", 3)];

/// The words beside the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// How many samples there are.
    pub samples: String,
    /// Name, value and series colour of each percentile.
    pub marks: Vec<(&'static str, String, usize)>,
}

/// The samples of the widget's first metric from `from_ms` to `to_ms`; none when it is no
/// distribution or nothing came.
pub fn read(store: &Store, widget: &Widget, from_ms: i64, to_ms: i64) -> Option<Distribution> {
    let first = widget.metrics.first()?;
    let ids = metric_query::ids(store, first, None);
    distribution::of(store, &first.metric, &ids, from_ms, to_ms)
}

/// The unit of the widget's first metric.
pub fn unit(store: &Store, widget: &Widget) -> Unit {
    let first = widget.metrics.first();
    let found = first.and_then(|first| store.metric(&first.metric));
    found.map_or(Unit::None, |(_, unit)| unit)
}

/// The words beside a distribution.
pub fn summary(distribution: &Distribution, unit: Unit) -> Summary {
    Summary {
        samples: format!(
            "{} samples, percentiles by bucket",
            format::words(Unit::None, false, distribution.row.count)
        ),
        marks: MARKS
            .map(|(q, name, color)| {
                let value = distribution.quantile(q);
                (name, format::words(unit, false, value), color)
            })
            .to_vec(),
    }
}

/// The words beside a distribution as a sentence, with what the legend says by colours; empty before there
/// are any.
pub fn spoken(summary: &Summary) -> String {
    let each = summary.marks.iter();
    let each = each.map(|(name, value, _)| format!("{name} about {value}"));
    match (&*summary.samples, each.collect::<Vec<_>>().join(", ")) {
        ("", _) => String::new(),
        (samples, marks) if marks.is_empty() => format!("{samples}."),
        (samples, marks) => format!("{samples}: {marks}."),
    }
}

/// The words beside the picture while a time is read: what came in the step until then.
pub fn then(store: &Store, widget: &Widget, until_ms: i64, time: &str) -> Summary {
    let step_ms = store.resolution().step_ms;
    let Some(found) = read(store, widget, until_ms - step_ms, until_ms) else {
        return Summary {
            samples: format!("{time} · no samples"),
            marks: MARKS
                .map(|(_, name, color)| (name, "–".to_owned(), color))
                .into(),
        };
    };
    let count = format::words(Unit::None, false, found.row.count);
    Summary {
        samples: format!("{time} · {count} samples"),
        ..summary(&found, unit(store, widget))
    }
}

/// A row for each bucket, the lowest first.
pub fn table(distribution: &Distribution, write: impl Fn(f64) -> String) -> TableView {
    let buckets = 0..distribution.counts.len();
    TableView {
        head: ["Values", "Samples", "Share"].map(str::to_owned).to_vec(),
        rows: buckets
            .filter_map(|bucket| row(distribution, bucket, &write))
            .map(Vec::from)
            .collect(),
    }
}

/// Values, samples and share of a bucket; none where there is none.
fn row(
    distribution: &Distribution,
    bucket: usize,
    write: impl Fn(f64) -> String,
) -> Option<[String; 3]> {
    let count = *distribution.counts.get(bucket)?;
    let all: f64 = distribution.counts.iter().sum();
    Some([
        values(&distribution.bounds, bucket, write),
        count.to_string(),
        format!("{:.1} %", count / all.max(1.0) * 100.0),
    ])
}

/// A bucket in words.
pub fn say(
    distribution: &Distribution,
    bucket: usize,
    write: impl Fn(f64) -> String,
) -> Option<String> {
    let [values, count, share] = row(distribution, bucket, write)?;
    Some(format!("{values} · {count} samples · {share}"))
}

/// A scale that does not jump with every sample.
pub fn follow(before: &mut Option<ValueScale>, distribution: &Distribution) -> ValueScale {
    let bounds = Bounds::default();
    let most = distribution.counts.iter().copied().fold(0.0, f64::max);
    let next = match before {
        Some(scale) => scale.follow(0.0, most, &bounds).unwrap_or(*scale),
        None => ValueScale::fit(0.0, most, &bounds),
    };
    *before = Some(next);
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{END, store, widget};

    #[test]
    fn the_step_that_is_read_in_words() {
        let (store, widget) = (
            store(&[("/", 0.5)]),
            widget(protocol::WidgetKind::Histogram),
        );
        let then = |until_ms: i64| then(&store, &widget, until_ms, "12:00");
        let found = then(END);
        assert_eq!(found.samples, "12:00 · 1 samples");
        assert_eq!(found.marks[0].1, "0.50");
        let none = then(END + 1_000);
        assert_eq!(none.samples, "12:00 · no samples");
        assert_eq!((none.marks.len(), &*none.marks[0].1), (3, "–"));
    }

    #[test]
    fn what_is_beside_the_picture_is_spoken_as_a_sentence() {
        let summary = |samples: &str, marks: &[(&'static str, &str)]| Summary {
            samples: samples.into(),
            marks: marks
                .iter()
                .map(|(name, value)| (*name, (*value).into(), 0))
                .collect(),
        };
        for (said, want) in [
            (summary("", &[]), ""),
            (summary("12:00 · no samples", &[]), "12:00 · no samples."),
            (
                summary(
                    "103 samples, percentiles by bucket",
                    &[("p50", "2.73 ms"), ("p99", "275 ms")],
                ),
                "103 samples, percentiles by bucket: p50 about 2.73 ms, p99 about 275 ms.",
            ),
        ] {
            assert_eq!(spoken(&said), want);
        }
    }

    #[test]
    fn tables() {
        let check = |bounds: &[f64], counts: &[f64], want: &[[&str; 3]]| {
            let distribution = Distribution {
                bounds: bounds.to_vec(),
                counts: counts.to_vec(),
                row: protocol::FrameRow::EMPTY,
            };
            let cells = table(&distribution, |bound| format!("{bound}s"));
            assert_eq!(cells.rows, want, "{bounds:?} {counts:?}");
            let last = want
                .last()
                .map(|[a, b, c]| format!("{a} · {b} samples · {c}"));
            let bucket = counts.len().wrapping_sub(1);
            let said = say(&distribution, bucket, |bound| format!("{bound}s"));
            assert_eq!(said, last);
        };
        check(&[], &[], &[]);
        check(&[], &[0.0], &[["", "0", "0.0 %"]]);
        check(
            &[1.0, 2.0],
            &[3.0, 0.0, 1.0],
            &[
                ["≤ 1s", "3", "75.0 %"],
                ["1s – 2s", "0", "0.0 %"],
                ["> 2s", "1", "25.0 %"],
            ],
        );
    }
}
