use super::*;
use crate::live::Resolution;
use crate::live::metric_query::{Taken, stat, unit};
use protocol::frame::Second;
use protocol::{Field, Frame, Hello, Metric, SeriesInfo, Unit};

const T0: i64 = 1_700_000_000_000;

const RESOLUTION: Resolution = Resolution {
    step_ms: 1_000,
    steps: 60,
    frames: 0,
};

/// After everything.
const END: i64 = i64::MAX - 1_000;

fn tagged(id: u32, metric: &str, tag: (&str, &str)) -> SeriesInfo {
    SeriesInfo {
        id,
        metric: metric.into(),
        tags: [(tag.0.to_string(), tag.1.to_string())].into(),
    }
}

fn store() -> Store {
    let metrics = [
        Metric::count_events("http.stop")
            .named("requests")
            .tags(["status"]),
        Metric::last_value("cpu.usage")
            .named("cpu")
            .tags(["core"])
            .unit(Unit::Percent),
    ];
    let mut store = Store::new(&metrics, RESOLUTION);
    let series = vec![
        tagged(1, "requests", ("status", "200")),
        tagged(2, "requests", ("status", "503")),
        tagged(3, "cpu", ("core", "10")),
        tagged(4, "cpu", ("core", "2")),
    ];
    store.hello(
        &Hello {
            now_ms: T0,
            seq: 0,
            live_from_ms: T0,
            flush_ms: 100,
            series,
        },
        RESOLUTION,
    );
    store
}

fn second(store: &mut Store, i: i64, rows: &[[f64; 2]]) {
    let t = T0 + i * 1000;
    let rows = rows.iter().map(|r| r.to_vec()).collect();
    store.apply(&Frame {
        seq: i as u64,
        t,
        w: 100,
        rows: vec![],
        seconds: vec![Second { t, rows }],
    });
}

fn rate(tags: &[(&str, &str)]) -> MetricRef {
    MetricRef {
        metric: "requests".into(),
        field: Field::Rate,
        tags: tags
            .iter()
            .map(|(k, v)| (k.to_string(), (*v).into()))
            .collect(),
        ..MetricRef::default()
    }
}

fn values(line: &Line) -> Vec<f64> {
    line.points.iter().map(|p| p.v).collect()
}

#[test]
fn silence_of_a_counter_is_zero_and_of_a_level_is_a_gap() {
    let mut s = store();
    let mut lines = Lines::new(&[
        rate(&[]),
        MetricRef {
            metric: "cpu".into(),
            ..MetricRef::default()
        },
    ]);
    second(
        &mut s,
        1,
        &[[1.0, 4.0], [2.0, 1.0], [3.0, 50.0], [4.0, 70.0]],
    );
    second(&mut s, 2, &[]);
    second(&mut s, 3, &[[1.0, 2.0]]);
    lines.update(&s);
    let generation = lines.generation();
    assert_eq!(values(&lines.lines()[0]), [5.0, 0.0, 2.0]);
    assert_eq!(values(&lines.lines()[1]), [60.0]);
    second(&mut s, 4, &[[1.0, 9.0]]);
    lines.update(&s);
    assert_eq!(lines.generation(), generation, "what was there stays");
    assert_eq!(values(&lines.lines()[0]), [5.0, 0.0, 2.0, 9.0]);
    assert_eq!(
        lines.lines()[0].value_at(s.settled_ms() as f64, 2_499.0),
        9.0
    );
    assert!(
        lines.lines()[1]
            .value_at(s.settled_ms() as f64, 2_499.0)
            .is_nan(),
        "three seconds old is not now"
    );
}

#[test]
fn by_tag_in_natural_order_with_prefix_filter() {
    let mut s = store();
    second(&mut s, 1, &[[2.0, 3.0], [3.0, 10.0], [4.0, 20.0]]);
    let mut lines = Lines::new(&[MetricRef {
        metric: "cpu".into(),
        by: Some("core".into()),
        ..MetricRef::default()
    }]);
    lines.update(&s);
    let labels: Vec<_> = lines
        .lines()
        .iter()
        .map(|l| (l.label.as_str(), values(l)))
        .collect();
    assert_eq!(labels, [("2", vec![20.0]), ("10", vec![10.0])]);
    assert_eq!(
        stat(&s, &rate(&[("status", "5*")]), Taken::over(10), END).number,
        3.0
    );
    assert_eq!(
        stat(&s, &rate(&[("status", "4*")]), Taken::over(10), END).number,
        0.0
    );
}

#[test]
fn a_share_without_a_whole_is_unknown() {
    let mut s = store();
    let share = MetricRef {
        share_of: Some(Box::new(MetricRef {
            field: Field::Count,
            ..rate(&[])
        })),
        field: Field::Count,
        ..rate(&[("status", "5*")])
    };
    second(&mut s, 1, &[]);
    assert!(stat(&s, &share, Taken::over(10), END).number.is_nan());
    second(&mut s, 2, &[[1.0, 3.0], [2.0, 1.0]]);
    assert_eq!(stat(&s, &share, Taken::over(10), END).number, 25.0);
    second(&mut s, 3, &[[1.0, 4.0]]);
    let mut lines = Lines::new(std::slice::from_ref(&share));
    lines.update(&s);
    assert_eq!(values(&lines.lines()[0]), [25.0, 0.0]);
    assert_eq!(unit(&s, &share), (Unit::Percent, false));
}

#[test]
fn the_tip_moves_and_then_settles() {
    let mut s = store();
    second(&mut s, 1, &[[3.0, 10.0]]);
    let mut lines = Lines::new(&[MetricRef {
        metric: "cpu".into(),
        by: Some("core".into()),
        ..MetricRef::default()
    }]);
    s.apply(&Frame {
        seq: 2,
        t: T0 + 1400,
        w: 100,
        rows: vec![vec![3.0, 30.0, 30.0, 30.0]],
        seconds: vec![],
    });
    lines.update(&s);
    assert_eq!(values(&lines.lines()[1]), [10.0, 30.0]);
    second(&mut s, 2, &[[3.0, 31.0]]);
    lines.update(&s);
    assert_eq!(values(&lines.lines()[1]), [10.0, 31.0]);
    assert_eq!(
        lines.extent((T0 + 1500) as f64, f64::INFINITY, |_| true),
        Some((31.0, 31.0))
    );
}

#[test]
fn a_hidden_metric_has_no_values() {
    let s = store();
    let hidden = MetricRef {
        metric: String::new(),
        ..MetricRef::default()
    };
    assert!(stat(&s, &hidden, Taken::over(10), END).number.is_nan());
    let mut lines = Lines::new(&[hidden]);
    lines.update(&s);
    assert!(lines.lines()[0].points.is_empty());
}

#[test]
fn no_recorded_value_is_a_gap_and_no_number() {
    let mut store = store();
    let level = |core: &str| MetricRef {
        metric: "cpu".into(),
        tags: [("core".to_string(), core.into())].into(),
        ..MetricRef::default()
    };
    let both = MetricRef {
        metric: "cpu".into(),
        ..MetricRef::default()
    };
    // The levels of one core, second by second; that of the other is 3 all the time.
    for (i, v) in (1..).zip([5.0, f64::NAN, 9.0]) {
        second(&mut store, i, &[[3.0, 3.0], [4.0, v]]);
        let now = T0 + i * 1_000;
        let shown = stat(&store, &level("2"), Taken::over(1), now).number;
        assert_eq!(shown.to_string(), v.to_string(), "second {i}");
        let mean = if v.is_nan() { 3.0 } else { (3.0 + v) / 2.0 };
        let shown = stat(&store, &both, Taken::over(1), now).number;
        assert_eq!(shown, mean, "second {i}");
    }
    let mut line = Line::new("x".into(), 0, vec![4], Vec::new());
    line.extend(&level("2"), &store, false);
    let points = line
        .points
        .iter()
        .map(|p| (p.t as i64 - T0, p.v.to_string()));
    let expect = [(1_000, "5"), (2_000, "NaN"), (3_000, "9")];
    let expect = expect.map(|(t, v)| (t, v.to_owned()));
    assert_eq!(points.collect::<Vec<_>>(), expect);
}

/// A store with `count` series of the metric `requests`, by status from 100 on, and as many of `cpu`, of
/// which each is as large as its place from the end.
fn crowd(count: u32) -> Store {
    let mut store = store();
    let tag = |i: u32| (100 + i).to_string();
    let series = (0..count).flat_map(|i| {
        let (id, tag) = (100 + 2 * i, tag(i));
        [
            tagged(id, "requests", ("status", &tag)),
            tagged(id + 1, "cpu", ("core", &tag)),
        ]
    });
    store.add_series(series.collect());
    for second_of in 1..=2 {
        let rows = (0..count).flat_map(|i| {
            let size = f64::from(i + 1);
            let id = f64::from(100 + 2 * i);
            [[id, size], [id + 1.0, size]]
        });
        second(&mut store, second_of, &rows.collect::<Vec<_>>());
    }
    store
}

fn by(metric: &str, field: Field, tag: &str) -> MetricRef {
    MetricRef {
        metric: metric.into(),
        field,
        by: Some(tag.into()),
        ..MetricRef::default()
    }
}

#[test]
fn the_largest_series_are_shown_and_the_others_are_one_line_so_that_totals_are_true() {
    let total = |lines: &Lines| -> f64 {
        let newest = lines.lines().iter().filter_map(|l| l.points.last());
        newest.map(|point| point.v).sum()
    };
    let all: f64 = (1..=41).map(f64::from).sum();
    // Two more without samples, which are 0 for a rate and unknown for a level.
    for (reference, of, mean) in [
        (by("requests", Field::Rate, "status"), 43, false),
        (by("cpu", Field::Last, "core"), 43, true),
    ] {
        let store = crowd(41);
        let mut lines = Lines::new(std::slice::from_ref(&reference));
        lines.set_stacked(true);
        lines.update(&store);
        assert_eq!(lines.lines().len(), MOST_LINES);
        assert_eq!(lines.largest(), Some((23, of)));
        let names: Vec<String> = lines.lines().iter().map(Line::name).collect();
        assert_eq!(names[0], "118", "the 23 largest of 41, by name");
        assert_eq!(names[22..], ["140", "others (20)"]);
        assert_eq!(total(&lines), all, "{:?}", reference.field);
        lines.set_stacked(false);
        lines.update(&store);
        let others = lines.lines()[23].points[0].v;
        // Side by side, others of a level are a level.
        assert_eq!(others, if mean { 9.5 } else { 171.0 });
    }
}

#[test]
fn few_series_have_no_others() {
    let mut lines = Lines::new(&[by("requests", Field::Rate, "status")]);
    lines.update(&crowd(22));
    assert_eq!((lines.lines().len(), lines.largest()), (24, None));
    assert!(lines.lines().iter().all(|line| line.rest == 0));
}

#[test]
fn a_series_that_becomes_large_is_shown_after_a_minute() {
    let mut store = crowd(41);
    let mut lines = Lines::new(&[by("requests", Field::Rate, "status")]);
    lines.update(&store);
    let shown = |lines: &Lines| lines.lines().iter().any(|line| line.label == "100");
    let (before, others) = (lines.generation(), lines.lines()[23].points.len());
    for i in 3..=61 {
        second(&mut store, i, &[[100.0, 900.0]]);
        lines.update(&store);
    }
    assert!(!shown(&lines));
    assert_eq!((lines.generation(), others), (before, 2));
    second(&mut store, 62, &[[100.0, 900.0]]);
    lines.update(&store);
    assert!(shown(&lines));
    assert_ne!(lines.generation(), before, "a picture is drawn whole");
    // An earlier time shows the same lines.
    let mut earlier = Lines::new(&[by("requests", Field::Rate, "status")]);
    earlier.pin(&lines);
    earlier.update(&crowd(41));
    let labels = |lines: &Lines| -> Vec<String> { lines.lines().iter().map(Line::name).collect() };
    assert_eq!(labels(&earlier), labels(&lines));
}
