//! Values and lines of references, case by case, and that parts merged are the whole.

use proptest::prelude::*;
use protocol::{Field, Kind, MetricRef};
use telemetry::aggregate::{Aggregate, Shape};

use super::*;

const STEP_MS: i64 = 1_000;

fn aggregate(shape: &Shape, samples: &[f64], at_ms: i64) -> Aggregate {
    let mut aggregate = Aggregate::empty(shape);
    for sample in samples {
        assert!(aggregate.record(*sample, at_ms), "finite");
    }
    aggregate
}

fn shape(kind: Kind) -> Shape {
    match kind {
        Kind::Counter | Kind::Sum | Kind::LastValue => Shape::Plain,
        Kind::Summary => Shape::Sketch,
        Kind::Distribution => Shape::Buckets([1.0, 10.0].into()),
    }
}

/// A series of `m` with these samples in the windows that end at 1, 2, … s.
fn series(kind: Kind, tags: &[(&str, &str)], windows: &[&[f64]]) -> SeriesData {
    let mut one = SeriesData {
        tags: tags
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect(),
        ..SeriesData::default()
    };
    for (second, samples) in (1..).zip(windows) {
        let end_ms = second * STEP_MS;
        one.windows
            .add(end_ms, aggregate(&shape(kind), samples, end_ms));
    }
    one
}

/// Four seconds, in the last of which the server did not run.
fn data(kind: Kind, series: Vec<SeriesData>) -> Data {
    Data {
        from_ms: 0,
        to_ms: 4 * STEP_MS,
        step_ms: STEP_MS,
        covered: vec![[0, 3 * STEP_MS]],
        metrics: [("m".to_owned(), MetricData { kind, series })].into(),
    }
}

fn reference(field: Field) -> MetricRef {
    MetricRef {
        metric: "m".into(),
        field,
        ..MetricRef::default()
    }
}

fn only<T>(groups: Vec<Group<T>>) -> T {
    assert_eq!(groups.len(), 1);
    groups
        .into_iter()
        .map(|group| group.of)
        .next()
        .expect("one")
}

/// Equal, or both missing, or a percentile within the sketch's bound.
fn same(found: f64, expect: f64) -> bool {
    found == expect
        || (found.is_nan() && expect.is_nan())
        || (found - expect).abs() <= expect.abs() * 0.0055
}

#[test]
fn one_value_over_all_windows() {
    let check = |kind, windows: &[&[&[f64]]], field, expect: f64| {
        let all = windows.iter().map(|windows| series(kind, &[], windows));
        let found = only(values(&reference(field), &data(kind, all.collect())));
        assert!(
            same(found, expect),
            "{kind:?} {field:?} {windows:?}: {found}"
        );
    };
    let nan = f64::NAN;
    // No series, no samples, one sample, zeros.
    check(Kind::Counter, &[], Field::Count, 0.0);
    check(Kind::Counter, &[&[]], Field::Rate, 0.0);
    check(Kind::Counter, &[&[&[1.0]]], Field::Count, 1.0);
    check(Kind::Summary, &[], Field::P99, nan);
    check(Kind::Summary, &[], Field::Count, 0.0);
    check(Kind::Summary, &[&[&[], &[]]], Field::Avg, nan);
    check(Kind::Summary, &[&[&[7.0]]], Field::P50, 7.0);
    check(Kind::Summary, &[&[&[0.0, 0.0]]], Field::P95, 0.0);
    check(Kind::Summary, &[&[&[0.0, 0.0]]], Field::Max, 0.0);
    check(Kind::LastValue, &[], Field::Last, nan);
    check(Kind::LastValue, &[&[&[0.0]]], Field::Last, 0.0);
    check(Kind::Sum, &[&[&[0.0]]], Field::Sum, 0.0);
    check(Kind::Distribution, &[&[]], Field::Sum, nan);
    // Counts and sums add up; rates are by the three seconds that were measured.
    let two: &[&[&[f64]]] = &[&[&[1.0, 2.0], &[3.0]], &[&[], &[6.0]]];
    check(Kind::Sum, two, Field::Sum, 12.0);
    check(Kind::Sum, two, Field::Rate, 4.0);
    check(Kind::Counter, two, Field::Rate, 4.0 / 3.0);
    check(Kind::Summary, two, Field::Avg, 3.0);
    check(Kind::Summary, two, Field::Min, 1.0);
    check(Kind::Summary, two, Field::Max, 6.0);
    check(Kind::Distribution, two, Field::Count, 4.0);
    // Newest values: each series' newest, and their mean.
    check(Kind::LastValue, two, Field::Last, 4.5);
    // An average is over samples.
    check(Kind::LastValue, two, Field::Avg, 3.0);
    check(
        Kind::LastValue,
        &[&[&[f64::MAX]], &[&[f64::MAX]]],
        Field::Last,
        f64::MAX / 2.0,
    );
    // Percentiles are of all samples, not the largest of the series': 99 times 1, once 100.
    let ones = [1.0; 99];
    check(Kind::Summary, &[&[&ones], &[&[100.0]]], Field::P95, 1.0);
    check(
        Kind::Summary,
        &[&[&ones], &[&[], &[100.0]]],
        Field::P50,
        1.0,
    );
    // A kind that has no percentiles.
    check(Kind::Counter, two, Field::P50, nan);
}

#[test]
fn lines_have_gaps_where_nothing_is_known() {
    let check = |kind, windows: &[&[f64]], field, expect: &[(i64, f64)]| {
        let line = only(lines(
            &reference(field),
            &data(kind, vec![series(kind, &[], windows)]),
        ));
        let line: Vec<_> = line.iter().map(|(t, v)| (t / STEP_MS, *v)).collect();
        assert_eq!(line, expect, "{kind:?} {field:?}");
    };
    // What is counted is 0 in a second without samples in which the server ran: not in the fourth.
    check(
        Kind::Counter,
        &[&[1.0], &[], &[1.0, 1.0]],
        Field::Rate,
        &[(1, 1.0), (2, 0.0), (3, 2.0)],
    );
    check(
        Kind::Sum,
        &[&[-2.0]],
        Field::Rate,
        &[(1, -2.0), (2, 0.0), (3, 0.0)],
    );
    check(Kind::Summary, &[&[], &[5.0]], Field::Avg, &[(2, 5.0)]);
    check(
        Kind::Summary,
        &[&[], &[5.0]],
        Field::Count,
        &[(1, 0.0), (2, 1.0), (3, 0.0)],
    );
    check(
        Kind::LastValue,
        &[&[3.0, 0.0], &[]],
        Field::Last,
        &[(1, 0.0)],
    );
    // Samples are shown even where no run is known.
    check(
        Kind::LastValue,
        &[&[], &[], &[], &[8.0]],
        Field::Max,
        &[(4, 8.0)],
    );
    check(Kind::Distribution, &[], Field::Max, &[]);
}

#[test]
fn groups_by_tag() {
    let route = |value: &'static str, n: f64| series(Kind::Sum, &[("route", value)], &[&[n]]);
    let all = vec![
        route("/b", 1.0),
        route("/a/10", 2.0),
        route("/a/2", 4.0),
        series(Kind::Sum, &[("other", "x")], &[&[8.0]]),
        series(Kind::Sum, &[("route", "/b"), ("other", "x")], &[&[16.0]]),
    ];
    let data = data(Kind::Sum, all);
    let check = |tags: &[(&str, &str)], by: Option<&str>, expect: &[(Option<&str>, f64)]| {
        let reference = MetricRef {
            tags: tags
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect(),
            by: by.map(str::to_owned),
            ..reference(Field::Sum)
        };
        let found = values(&reference, &data);
        let found: Vec<_> = found
            .iter()
            .map(|group| (group.by.as_deref(), group.of))
            .collect();
        assert_eq!(found, expect, "{tags:?} {by:?}");
    };
    check(&[], None, &[(None, 31.0)]);
    check(&[("route", "/a/*")], None, &[(None, 6.0)]);
    check(&[("route", "/a/*"), ("other", "x")], None, &[(None, 0.0)]);
    check(
        &[],
        Some("route"),
        &[
            (Some("/a/10"), 2.0),
            (Some("/a/2"), 4.0),
            (Some("/b"), 17.0),
        ],
    );
    check(&[("other", "x")], Some("route"), &[(Some("/b"), 16.0)]);
    check(&[], Some("none"), &[]);
    assert_eq!(values(&MetricRef::default(), &data), []);
    assert_eq!(lines(&MetricRef::default(), &data), []);
}

#[test]
fn shares() {
    let class = |value: &'static str, windows: &[&[f64]]| {
        series(Kind::Counter, &[("class", value)], windows)
    };
    let share_of = |metric: &str, all: Vec<SeriesData>| {
        let of = MetricRef {
            metric: metric.into(),
            ..reference(Field::Count)
        };
        let reference = MetricRef {
            tags: [("class".to_owned(), "5xx".into())].into(),
            share_of: Some(Box::new(of)),
            ..reference(Field::Count)
        };
        let data = data(Kind::Counter, all);
        (
            only(values(&reference, &data)),
            only(lines(&reference, &data)),
        )
    };
    let one: &[f64] = &[1.0];
    let three: &[f64] = &[1.0; 3];
    let (value, line) = share_of(
        "m",
        vec![class("5xx", &[one, &[]]), class("2xx", &[three, three])],
    );
    assert!(same(value, 100.0 / 7.0), "{value}");
    assert_eq!(
        line,
        [(1_000, 25.0), (2_000, 0.0)],
        "none of nothing in the third second"
    );
    let (value, line) = share_of("m", Vec::new());
    assert!(value.is_nan() && line.is_empty(), "a share of nothing");
    let (value, line) = share_of("gone", vec![class("5xx", &[one])]);
    assert!(
        value.is_nan() && line.is_empty(),
        "a share of what is not there"
    );
}

#[test]
fn times_at_their_ends() {
    let mut data = data(Kind::Counter, vec![series(Kind::Counter, &[], &[&[1.0]])]);
    for (from_ms, to_ms) in [
        (i64::MIN, i64::MIN + 1),
        (0, 0),
        (5, 4),
        (i64::MAX - 1, i64::MAX),
    ] {
        (data.from_ms, data.to_ms) = (from_ms, to_ms);
        let value = only(values(&reference(Field::Count), &data));
        assert!(value.is_nan(), "{from_ms} {to_ms}: {value}");
        assert_eq!(
            only(lines(&reference(Field::Count), &data)),
            [],
            "{from_ms}"
        );
    }
}

proptest! {
    /// However samples are spread over series and windows, the percentiles are those of one
    /// aggregate that holds them all, exactly; and so within the sketch's bound of the true ones.
    #[test]
    fn percentiles_of_split_series_are_those_of_the_whole(
        samples in prop::collection::vec((0.001f64..1e6, 0usize..5, 0usize..3), 1..200),
    ) {
        let mut parts = vec![vec![Vec::new(); 3]; 5];
        for (sample, one, window) in &samples {
            parts[*one][*window].push(*sample);
        }
        let parts: Vec<SeriesData> = parts
            .iter()
            .map(|windows| {
                let windows: Vec<&[f64]> = windows.iter().map(Vec::as_slice).collect();
                series(Kind::Summary, &[], &windows)
            })
            .collect();
        let mut all: Vec<f64> = samples.iter().map(|(sample, ..)| *sample).collect();
        let whole = aggregate(&Shape::Sketch, &all, 1).quantiles().expect("a sketch");
        all.sort_by(f64::total_cmp);
        let split = data(Kind::Summary, parts);
        let fields = [(Field::P50, 0.5), (Field::P95, 0.95), (Field::P99, 0.99)];
        for ((field, quantile), whole) in fields.into_iter().zip(whole) {
            let found = only(values(&reference(field), &split));
            prop_assert_eq!(found, whole, "{:?}", field);
            let rank = (quantile * (all.len() - 1) as f64).floor() as usize;
            let (low, high) = (all[rank], all[(rank + 1).min(all.len() - 1)]);
            prop_assert!(
                found >= low * 0.994 && found <= high * 1.006,
                "{:?}: {} is not within {}..{}", field, found, low, high
            );
        }
    }

    /// Merging over time and then over series is the same as the other way round, but for newest
    /// values, which are averaged over series.
    #[test]
    fn the_order_of_merging_does_not_matter(
        samples in prop::collection::vec((-1e6f64..1e6, 0usize..4, 1i64..4), 1..100),
    ) {
        let mut all = vec![Windows::default(); 4];
        let mut whole = Aggregate::empty(&Shape::Sketch);
        for (sample, one, second) in &samples {
            let one_sample = aggregate(&Shape::Sketch, &[*sample], *second);
            whole.merge(&one_sample);
            all[*one].add(*second, one_sample);
        }
        let mut merge = SeriesMerge::default();
        all.iter().cloned().for_each(|one| merge.add(one));
        let merged = merge.finish().merged(0, 3).expect("samples");
        prop_assert_eq!(merged.count, whole.count);
        prop_assert_eq!((merged.min, merged.max), (whole.min, whole.max));
        prop_assert_eq!(merged.quantiles(), whole.quantiles());
        prop_assert!((merged.sum - whole.sum).abs() <= 1e-6 * samples.len() as f64 * 1e6);
    }
}
