//! What a heatmap shows: samples by time and bucket, and as a table. Pure.

use crate::format;
use crate::live::{Store, metric_query};
pub use crate::widgets::distribution::Options;
use crate::widgets::distribution::{self, Grid};
use crate::widgets::table_view::{MAX_ROWS, TableView};
use protocol::history::STEPS_MS;
use protocol::{MetricRef, Unit, Widget};

/// Most cells from left to right.
const CELLS: i64 = 100;

/// The buckets of a widget's metric, in words. Without any when it is no distribution.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buckets {
    /// Upper bounds, in order.
    pub bounds: Vec<f64>,
    /// Of the values.
    pub unit: Unit,
    /// Bytes in KiB, MiB, GiB.
    pub binary: bool,
    /// A label for each bucket, the lowest first; one more than there are bounds.
    pub labels: Vec<String>,
    /// Characters of the longest label.
    pub longest: usize,
}

impl Buckets {
    /// Of the widget's first metric.
    pub fn of(widget: &Widget, store: &Store) -> Buckets {
        let first = widget.metrics.first();
        let Some(metric) = first.and_then(|first| store.definition(&first.metric)) else {
            return Buckets::default();
        };
        let mut buckets = Buckets {
            bounds: metric.buckets.to_vec(),
            unit: metric.unit,
            binary: Options::of(&widget.options).binary,
            ..Buckets::default()
        };
        buckets.labels = distribution::labels(&buckets.bounds, |bound| buckets.write(bound));
        let lengths = buckets.labels.iter().map(|label| label.chars().count());
        buckets.longest = lengths.max().unwrap_or(0);
        buckets
    }

    /// A bound in words.
    pub fn write(&self, bound: f64) -> String {
        format::short(self.unit, false, self.binary, bound)
    }
}

/// What is shown.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Counts.
    pub grid: Grid,
    /// Length of a cell in ms.
    pub step_ms: f64,
}

impl Map {
    /// Of the series of a reference, over `span_ms` until `end_ms`.
    pub fn read(
        store: &Store,
        reference: &MetricRef,
        buckets: usize,
        end_ms: i64,
        span_ms: i64,
    ) -> Map {
        let cell_ms = cell_ms(span_ms, store.resolution().step_ms);
        let ids = metric_query::ids(store, reference, None);
        Map {
            grid: Grid::of(store, buckets, &ids, end_ms - span_ms, cell_ms),
            step_ms: cell_ms as f64,
        }
    }
}

/// How much time a cell is: some sixty to a hundred cells show a shape, and a second each of five
/// minutes shows dust.
fn cell_ms(span_ms: i64, step_ms: i64) -> i64 {
    let least = (span_ms / CELLS).max(step_ms);
    let found = STEPS_MS.into_iter().find(|step| *step >= least);
    found.unwrap_or(least)
}

/// The samples of one time in words: how many, and where most of them are.
pub fn column(counts: &[f64], values: impl Fn(usize) -> String) -> String {
    let all: f64 = counts.iter().sum();
    let buckets = counts.iter().enumerate();
    match buckets.max_by(|a, b| a.1.total_cmp(b.1)) {
        Some((most, _)) if all > 0.0 => format!("{all} samples, most {}", values(most)),
        _ => "no samples".to_owned(),
    }
}

/// A row for each time with samples, the newest first, and a column for each bucket that has any.
pub fn table(grid: &Grid, labels: &[String], write: impl Fn(f64) -> String) -> TableView {
    let steps = || grid.counts.chunks(grid.buckets.max(1));
    let used: Vec<usize> = (0..labels.len())
        .filter(|bucket| steps().any(|counts| counts.get(*bucket).is_some_and(|n| *n > 0.0)))
        .collect();
    let head = used.iter().map(|bucket| labels[*bucket].clone());
    let row = |(t, counts): (&f64, &[f64])| {
        let values = used.iter().map(|bucket| counts[*bucket].to_string());
        std::iter::once(write(*t)).chain(values).collect()
    };
    TableView {
        head: std::iter::once("Until".to_owned()).chain(head).collect(),
        rows: grid
            .times
            .iter()
            .zip(steps())
            .rev()
            .take(MAX_ROWS)
            .map(row)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let check = |times: &[f64], counts: &[f64], head: &[&str], rows: &[&[&str]]| {
            let grid = Grid {
                times: times.to_vec(),
                counts: counts.to_vec(),
                most: 0.0,
                buckets: 3,
            };
            let labels = ["a", "b", "c"].map(str::to_owned);
            let cells = table(&grid, &labels, |t| format!("{t}"));
            assert_eq!(cells.head, head);
            assert_eq!(cells.rows, rows);
        };
        check(&[], &[], &["Until"], &[]);
        check(&[5.0], &[0.0; 3], &["Until"], &[&["5"]]);
        let counts = [0.0, 2.0, 0.0, 1.0, 0.0, 0.0];
        let rows: [&[&str]; 2] = [&["9", "1", "0"], &["5", "0", "2"]];
        check(&[5.0, 9.0], &counts, &["Until", "a", "b"], &rows);
        let many: Vec<f64> = (0..900).map(f64::from).collect();
        let grid = Grid {
            counts: vec![1.0; 900],
            times: many,
            most: 1.0,
            buckets: 1,
        };
        assert_eq!(
            table(&grid, &["a".into()], |_| String::new()).rows.len(),
            MAX_ROWS
        );
    }

    #[test]
    fn one_time_in_words() {
        let check = |counts: &[f64], want: &str| {
            assert_eq!(column(counts, |bucket| format!("b{bucket}")), want);
        };
        check(&[], "no samples");
        check(&[0.0, 0.0], "no samples");
        check(&[1.0, 4.0, 2.0], "7 samples, most b1");
    }

    #[test]
    fn cells_are_wide_enough_to_be_seen() {
        for (span_s, step_s, want_s) in [
            (60, 1, 1),
            (300, 1, 5),
            (3_600, 1, 60),
            (86_400, 30, 900),
            (604_800, 300, 7_200),
            (0, 1, 1),
            (10, 30, 30),
        ] {
            let got = cell_ms(span_s * 1000, step_s * 1000);
            assert_eq!(got, want_s * 1000, "{span_s} {step_s}");
        }
        assert!(cell_ms(i64::MAX, 1000) > 0);
    }
}
