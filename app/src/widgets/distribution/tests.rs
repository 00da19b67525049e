use std::collections::BTreeMap;

use super::*;
use crate::live::Resolution;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{History, Metric, SeriesInfo};

const T0: i64 = 1_700_000_000_000;

/// A store of `times`, a distribution by route with bounds 1, 2 and 4.
/// A route, and the numbers of its steps.
type Route<'a> = (&'a str, &'a [(i64, [f64; 8])]);

fn store(series: &[Route<'_>]) -> Store {
    let metrics = [Metric::distribution("a.b.c", [1.0, 2.0, 4.0])
        .named("times")
        .tags(["route"])];
    let series = series.iter().enumerate().map(|(id, (route, steps))| {
        let steps = steps.iter();
        HistorySeries {
            info: SeriesInfo {
                id: id as u32,
                metric: "times".into(),
                tags: BTreeMap::from([("route".into(), (*route).into())]),
            },
            steps: steps
                .map(|(t, row)| HistoryStep(T0 + t * 1000, row.to_vec()))
                .collect(),
        }
    });
    let history = History {
        metric: "times".into(),
        from: T0,
        to: T0 + 60_000,
        step_ms: 1000,
        series: series.collect(),
        covered: vec![[T0, T0 + 60_000]],
    };
    let resolution = Resolution::of(60_000);
    Store::new(&metrics, resolution).past(&[history], T0, T0 + 60_000, resolution, 0)
}

/// A row: count, sum, smallest, largest, then the buckets.
fn row(counts: [f64; 4], min: f64, max: f64) -> [f64; 8] {
    let n = counts.iter().sum();
    [n, 1.0, min, max, counts[0], counts[1], counts[2], counts[3]]
}

#[test]
fn buckets_add_up_over_time_and_series() {
    let store = store(&[
        (
            "/a",
            &[
                (1, row([1.0, 0.0, 0.0, 0.0], 0.5, 0.5)),
                (3, row([0.0, 2.0, 0.0, 1.0], 1.5, 9.0)),
            ],
        ),
        ("/b", &[(3, row([0.0, 0.0, 4.0, 0.0], 2.5, 3.5))]),
    ]);
    let check = |ids: &[u32], from: i64, to: i64, want: Option<[f64; 4]>| {
        let got = of(&store, "times", ids, T0 + from * 1000, T0 + to * 1000);
        assert_eq!(
            got.map(|d| d.counts),
            want.map(Vec::from),
            "{ids:?} {from}–{to}"
        );
    };
    check(&[0, 1], 0, 60, Some([1.0, 2.0, 4.0, 1.0]));
    check(&[0], 0, 60, Some([1.0, 2.0, 0.0, 1.0]));
    check(&[0, 1], 1, 60, Some([0.0, 2.0, 4.0, 1.0]));
    check(&[0, 1], 0, 2, Some([1.0, 0.0, 0.0, 0.0]));
    check(&[0, 1], 4, 60, None);
    check(&[], 0, 60, None);
    check(&[7], 0, 60, None);
    assert_eq!(of(&store, "unknown", &[0], T0, T0 + 60_000), None);
    let all = of(&store, "times", &[0, 1], T0, T0 + 60_000).expect("samples");
    assert_eq!((all.row.count, all.row.min, all.row.max), (8.0, 0.5, 9.0));
}

#[test]
fn quantiles() {
    let check = |counts: [f64; 4], min: f64, max: f64, q: f64, want: f64| {
        let found = Distribution {
            bounds: vec![1.0, 2.0, 4.0],
            counts: counts.to_vec(),
            row: FrameRow {
                min,
                max,
                ..FrameRow::EMPTY
            },
        }
        .quantile(q);
        let same = (found - want).abs() < 1e-9 || (found.is_nan() && want.is_nan());
        assert!(same, "{counts:?} {min} {max} {q}: {found}, not {want}");
    };
    let nan = f64::NAN;
    check([0.0; 4], nan, nan, 0.5, nan);
    check([nan; 4], nan, nan, 0.5, nan);
    check([0.0, 10.0, 0.0, 0.0], nan, nan, 0.5, 1.5);
    check([0.0, 10.0, 0.0, 0.0], 1.4, 1.6, 0.5, 1.5);
    check([0.0, 10.0, 0.0, 0.0], 1.4, 1.6, 1.0, 1.6);
    check([0.0, 10.0, 0.0, 0.0], 1.4, 1.6, 9.0, 1.6);
    check([0.0, 1.0, 0.0, 0.0], 1.7, 1.7, 0.5, 1.7);
    check([4.0, 0.0, 4.0, 0.0], 0.2, 3.0, 0.5, 1.0);
    check([4.0, 0.0, 4.0, 0.0], 0.2, 3.0, 0.75, 2.5);
    check([0.0, 0.0, 0.0, 2.0], 5.0, 9.0, 0.5, 7.0);
    check([0.0, 0.0, 0.0, 2.0], nan, nan, 0.5, 4.0);
    check([2.0, 0.0, 0.0, 0.0], nan, nan, 0.5, 1.0);
    check([0.0, 0.0, 0.0, 2.0], 5.0, f64::INFINITY, 0.99, 5.0);
    check([8.0, 1.0, 0.0, 1.0], 0.0, 9.0, 0.0, 0.0);
}

#[test]
fn grids() {
    let store = store(&[
        (
            "/a",
            &[
                (1, row([1.0, 0.0, 0.0, 0.0], 0.5, 0.5)),
                (3, row([0.0, 2.0, 0.0, 1.0], 1.5, 9.0)),
            ],
        ),
        ("/b", &[(3, row([0.0, 3.0, 4.0, 0.0], 2.5, 3.5))]),
    ]);
    let grid = Grid::of(&store, 4, &[0, 1], T0, 1000);
    assert_eq!(grid.times, [T0 as f64 + 1000.0, T0 as f64 + 3000.0]);
    assert_eq!(grid.counts, [1.0, 0.0, 0.0, 0.0, 0.0, 5.0, 4.0, 1.0]);
    assert_eq!(grid.most, 5.0);
    for (t, bucket, want) in [
        (1000.0, 0, 1.0),
        (500.0, 0, 1.0),
        (0.0, 0, 0.0),
        (1500.0, 0, 0.0),
        (2500.0, 1, 5.0),
        (3000.0, 3, 1.0),
        (3000.0, 4, 0.0),
        (9000.0, 1, 0.0),
        (f64::NAN, 1, 0.0),
    ] {
        assert_eq!(
            grid.count_at(T0 as f64 + t, 1000.0, bucket),
            want,
            "{t} {bucket}"
        );
    }
    assert!(Grid::of(&store, 4, &[], T0, 1000).times.is_empty());
    assert_eq!(Grid::of(&store, 4, &[0], T0 + 3000, 1000).most, 0.0);
    let wide = Grid::of(&store, 4, &[0, 1], T0, 5000);
    assert_eq!(
        (wide.times, wide.counts),
        (vec![T0 as f64 + 5000.0], vec![1.0, 5.0, 4.0, 1.0])
    );
}

#[test]
fn words() {
    let write = |bound: f64| format!("{bound}s");
    assert_eq!(labels(&[1.0, 2.0], write), ["≤ 1s", "≤ 2s", "> 2s"]);
    assert!(labels(&[], write).is_empty());
    for (bucket, want) in [(0, "≤ 1s"), (1, "1s – 2s"), (2, "> 2s"), (9, "")] {
        assert_eq!(values(&[1.0, 2.0], bucket, write), want);
    }
    assert_eq!(values(&[], 0, write), "");
}
