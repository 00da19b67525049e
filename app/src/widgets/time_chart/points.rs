//! The points of a chart as rows: what a table shows and a CSV file has. Invariant: a row for each
//! time at which any line has a point, in order of time, and never more rows than asked for.

use charts::Point;

/// Rows of a chart, one column a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// What the columns are called.
    pub labels: Vec<String>,
    /// In order of time.
    pub rows: Vec<Row>,
    /// How much time before its own a row is for, in ms; 0 for points.
    pub span_ms: i64,
}

/// The values of all lines at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// In ms since the epoch.
    pub t: i64,
    /// As many as there are labels; NaN where a line has no point.
    pub values: Vec<f64>,
}

/// Joins lines, each in order of time, by the times of their points; of all rows the newest
/// `most`.
pub fn merged(lines: &[(&str, &[Point])], most: usize) -> Columns {
    let mut left: Vec<&[Point]> = lines.iter().map(|(_, points)| *points).collect();
    let mut rows = Vec::new();
    // From the newest on, so that no more is walked than is wanted.
    while rows.len() < most {
        let newest = left.iter().filter_map(|points| points.last());
        let times = newest.map(|p| p.t).filter(|t| t.is_finite());
        let Some(t) = times.reduce(f64::max) else {
            break;
        };
        let values = left.iter_mut().map(|points| {
            let mut value = f64::NAN;
            while let Some((last, rest)) = points.split_last().filter(|(last, _)| last.t >= t) {
                // Of several points at one time the last one came last.
                value = if value.is_nan() { last.v } else { value };
                *points = rest;
            }
            value
        });
        rows.push(Row {
            t: t as i64,
            values: values.collect(),
        });
    }
    rows.reverse();
    Columns {
        labels: lines
            .iter()
            .map(|(label, _)| (*label).to_string())
            .collect(),
        rows,
        span_ms: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(pairs: &[(f64, f64)]) -> Vec<Point> {
        pairs.iter().map(|(t, v)| Point { t: *t, v: *v }).collect()
    }

    /// Rows as text, since NaN equals nothing.
    fn check(lines: &[&[(f64, f64)]], most: usize, want: &[&str]) {
        let lines: Vec<Vec<Point>> = lines.iter().map(|l| points(l)).collect();
        let named: Vec<(&str, &[Point])> = lines.iter().map(|l| ("x", l.as_slice())).collect();
        let columns = merged(&named, most);
        let rows: Vec<String> = columns
            .rows
            .iter()
            .map(|row| format!("{}: {:?}", row.t, row.values))
            .collect();
        assert_eq!(rows, want);
        assert_eq!(columns.labels.len(), lines.len());
    }

    #[test]
    fn lines_join_by_time() {
        check(&[], 10, &[]);
        check(&[&[], &[]], 10, &[]);
        check(&[&[(1.0, 5.0)]], 10, &["1: [5.0]"]);
        check(
            &[
                &[(1.0, 5.0), (2.0, 0.0)],
                &[(2.0, f64::INFINITY), (3.0, 8.0)],
            ],
            10,
            &["1: [5.0, NaN]", "2: [0.0, inf]", "3: [NaN, 8.0]"],
        );
        check(
            &[&[(1.0, 5.0), (2.0, 6.0), (3.0, 7.0)]],
            2,
            &["2: [6.0]", "3: [7.0]"],
        );
        check(&[&[(1.0, 5.0), (1.0, 6.0)]], 5, &["1: [6.0]"]);
        check(&[&[(1.0, 5.0)]], 0, &[]);
    }

    #[test]
    fn a_time_that_is_none_is_no_row() {
        check(&[&[(f64::NAN, 5.0)]], 3, &[]);
        check(&[&[(1.0, 2.0), (f64::INFINITY, 5.0)]], 3, &[]);
    }
}
