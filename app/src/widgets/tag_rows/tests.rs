use std::collections::BTreeMap;

use super::*;
use crate::live::Resolution;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, Metric, SeriesInfo};

const T0: i64 = 1_700_000_000_000;

/// Tags, and the numbers of the steps.
type Tagged<'a> = (&'a [(&'a str, &'a str)], &'a [(i64, &'a [f64])]);

/// Ten seconds of requests by method and route, of their times by route, and of a level.
fn store() -> Store {
    let metrics = [
        Metric::counter("a.hit")
            .named("hits")
            .tags(["method", "route"]),
        Metric::distribution("a.hit.time", [1.0, 2.0])
            .named("times")
            .tags(["route"]),
        Metric::last_value("m.used").named("level"),
    ];
    let mut id = 0;
    let mut history = |metric: &str, series: &[Tagged<'_>]| History {
        metric: metric.into(),
        from: T0,
        to: T0 + 10_000,
        step_ms: 1000,
        covered: vec![[T0, T0 + 10_000]],
        series: series
            .iter()
            .map(|(tags, steps)| {
                id += 1;
                let tags = tags.iter().map(|(k, v)| ((*k).into(), (*v).into()));
                let tags: BTreeMap<String, String> = tags.collect();
                let step = |(t, row): &(i64, &[f64])| HistoryStep(T0 + t * 1000, row.to_vec());
                HistorySeries {
                    info: SeriesInfo {
                        id,
                        metric: metric.into(),
                        tags,
                    },
                    steps: steps.iter().map(step).collect(),
                }
            })
            .collect(),
    };
    let (get, put) = (("method", "GET"), ("method", "PUT"));
    let (a, b, c) = (("route", "/a"), ("route", "/b"), ("route", "/c"));
    let histories = [
        history(
            "hits",
            &[
                (&[get, a], &[(1, &[10.0]), (9, &[20.0])]),
                (&[put, a], &[(9, &[10.0])]),
                (&[get, b], &[(9, &[60.0])]),
                (&[get, c], &[]),
            ],
        ),
        history(
            "times",
            &[
                (&[a], &[(9, &[4.0, 6.0, 1.0, 2.0, 0.0, 4.0, 0.0])]),
                (&[b], &[(9, &[2.0, 1.0, 0.5, 0.5, 2.0, 0.0, 0.0])]),
            ],
        ),
        history(
            "level",
            &[(&[], &[(2, &[5.0, 5.0, 5.0]), (9, &[7.0, 7.0, 7.0])])],
        ),
    ];
    let resolution = Resolution::of(10_000);
    Store::new(&metrics, resolution).past(&histories, T0, T0 + 10_000, resolution, 0)
}

fn reference(metric: &str, field: Field, by: Option<&str>) -> MetricRef {
    MetricRef {
        metric: metric.into(),
        field,
        by: by.map(Into::into),
        ..MetricRef::default()
    }
}

/// Rows as `name value value`, sorted by name.
fn shown(references: &[MetricRef], from: i64, to: i64) -> Vec<String> {
    let span = (T0 + from * 1000, T0 + to * 1000);
    let mut rows = rows(&store(), references, span, 2_000);
    Sort {
        column: None,
        descending: false,
    }
    .apply(&mut rows);
    let number = |v: &Value| {
        if v.number.is_nan() {
            "–".into()
        } else {
            format!("{}{:.2}", v.mark(), v.number)
        }
    };
    rows.iter()
        .map(|row| {
            format!(
                "{} {}",
                row.name,
                row.values.iter().map(number).collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

#[test]
fn a_row_for_each_value_or_combination() {
    let rate = |by| reference("hits", Field::Rate, by);
    let avg = reference("times", Field::Avg, None);
    let p95 = reference("times", Field::P95, None);
    assert_eq!(
        shown(&[rate(Some("route")), avg.clone(), p95], 0, 10),
        ["/a 4.00 1.50 ≈1.95", "/b 6.00 0.50 ≈0.50", "/c 0.00 – –"]
    );
    assert_eq!(
        shown(&[rate(None), avg], 0, 10),
        [
            "GET · /a 3.00 –",
            "GET · /b 6.00 –",
            "GET · /c 0.00 –",
            "PUT · /a 1.00 –"
        ],
        "what has not all of the tags is in no row"
    );
    assert_eq!(
        shown(&[rate(Some("route"))], 8, 10)[0],
        "/a 15.00",
        "the time that is shown"
    );
    assert_eq!(
        shown(&[reference("level", Field::Last, None)], 0, 10),
        ["all 7.00"]
    );
    assert!(
        shown(&[reference("level", Field::Last, None)], 0, 5).is_empty(),
        "too old to be of now"
    );
    assert!(shown(&[reference("unknown", Field::Last, None)], 0, 10).is_empty());
    assert!(shown(&[], 0, 10).is_empty());
    assert!(
        shown(&[rate(Some("route"))], 20, 30).is_empty(),
        "a time that is not kept"
    );
}

#[test]
fn shares_are_of_all_or_of_the_row() {
    let share = |by: Option<&str>| MetricRef {
        tags: BTreeMap::from([("method".into(), "GET".into())]),
        share_of: Some(Box::new(reference("hits", Field::Count, by))),
        ..reference("hits", Field::Count, Some("route"))
    };
    assert_eq!(
        shown(&[share(None)], 0, 10),
        ["/a 30.00", "/b 60.00", "/c 0.00"]
    );
    let put = MetricRef {
        tags: BTreeMap::from([("method".into(), "PUT".into())]),
        ..share(Some("route"))
    };
    let rate = reference("hits", Field::Rate, Some("route"));
    assert_eq!(
        shown(&[rate, put], 0, 10),
        ["/a 4.00 25.00", "/b 6.00 0.00", "/c 0.00 –"],
        "none of some is nothing, of nothing it is not known"
    );
    assert_eq!(
        shown(&[share(Some("route"))], 0, 10),
        ["/a 75.00", "/b 100.00"]
    );
}

#[test]
fn sorted() {
    let check = |column: Option<usize>, descending: bool, want: &str| {
        let row = |name: &str, value: f64| Row {
            name: name.into(),
            values: vec![Value::exact(value)],
        };
        let mut rows = [
            row("10", 1.0),
            row("2", f64::NAN),
            row("9", -1.0),
            row("1", 1.0),
            row("3", f64::INFINITY),
        ];
        Sort { column, descending }.apply(&mut rows);
        let names: Vec<&str> = rows.iter().map(|row| &*row.name).collect();
        assert_eq!(names.join(" "), want, "{column:?} {descending}");
    };
    check(None, false, "1 2 3 9 10");
    check(None, true, "10 9 3 2 1");
    check(Some(0), true, "3 1 10 9 2");
    check(Some(0), false, "9 1 10 3 2");
    check(Some(7), true, "1 2 3 9 10");
    Sort {
        column: None,
        descending: true,
    }
    .apply(&mut []);
}

#[test]
fn clicks() {
    let first = Sort {
        column: Some(0),
        descending: true,
    };
    let check = |from: Sort, column: Option<usize>, want: (Option<usize>, bool)| {
        let got = from.clicked(column);
        assert_eq!((got.column, got.descending), want);
    };
    check(first, Some(0), (Some(0), false));
    check(first, Some(1), (Some(1), true));
    check(first, None, (None, false));
    check(first.clicked(None), None, (None, true));
}
