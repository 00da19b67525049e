use super::*;
use protocol::{HistoryStep, history::HistorySeries};

const T0: i64 = 1_700_000_000_000;

const RESOLUTION: Resolution = Resolution {
    step_ms: 1_000,
    steps: 60,
    frames: 0,
};

fn store() -> Store {
    let metrics = [
        Metric::counter("a.b.count").named("hits"),
        Metric::last_value("m.used").named("level"),
    ];
    let mut store = Store::new(&metrics, RESOLUTION);
    let series = vec![
        SeriesInfo {
            id: 1,
            metric: "hits".into(),
            tags: Default::default(),
        },
        SeriesInfo {
            id: 2,
            metric: "level".into(),
            tags: Default::default(),
        },
        SeriesInfo {
            id: 9,
            metric: "not visible".into(),
            tags: Default::default(),
        },
    ];
    store.hello(
        &Hello {
            now_ms: T0 + 300,
            seq: 10,
            live_from_ms: T0,
            flush_ms: 100,
            series,
        },
        RESOLUTION,
    );
    store
}

fn frame(t: i64, hits: f64, seconds: &[(i64, f64)]) -> Frame {
    let seconds = seconds
        .iter()
        .map(|(t, n)| Second {
            t: *t,
            rows: vec![vec![1.0, *n]],
        })
        .collect();
    Frame {
        seq: 0,
        t,
        w: 100,
        rows: vec![vec![1.0, hits]],
        seconds,
    }
}

fn count(store: &Store, t: i64) -> Option<f64> {
    store
        .series(1)
        .expect("known")
        .at(t)
        .map(|step| step.row.count)
}

#[test]
fn a_second_replaces_the_tip() {
    let mut s = store();
    for i in 1..10 {
        s.apply(&frame(T0 + i * 100, 1.0, &[]));
    }
    assert_eq!(
        s.series(1).expect("known").open_step().map(|r| r.count),
        Some(9.0)
    );
    s.apply(&frame(T0 + 1000, 1.0, &[(T0 + 1000, 10.0)]));
    assert!(s.series(1).expect("known").open_step().is_none());
    assert_eq!(count(&s, T0 + 1000), Some(10.0));
    assert_eq!((s.settled_ms(), s.newest_ms()), (T0 + 1000, T0 + 1000));
}

#[test]
fn history_meets_the_stream_without_gap_or_double() {
    let mut s = store();
    s.apply(&frame(T0 + 1000, 1.0, &[(T0 + 1000, 5.0)]));
    let steps = (-3..=2)
        .map(|i| HistoryStep(T0 + i * 1000, vec![7.0]))
        .collect();
    let info = SeriesInfo {
        id: 1,
        metric: "hits".into(),
        tags: Default::default(),
    };
    s.history(&History {
        metric: "hits".into(),
        from: T0 - 4000,
        to: T0 + 2000,
        step_ms: 1000,
        series: vec![HistorySeries { info, steps }],
        covered: vec![[T0 - 4000, T0 + 2000]],
    });
    let counts: Vec<_> = (-4..=2).map(|i| count(&s, T0 + i * 1000)).collect();
    assert_eq!(
        counts,
        [
            None,
            Some(7.0),
            Some(7.0),
            Some(7.0),
            Some(7.0),
            Some(5.0),
            None
        ]
    );
    assert!(s.is_covered(T0 - 3000) && s.is_covered(T0 + 1000) && !s.is_covered(T0 + 2000));
}

#[test]
fn what_came_before_is_ignored() {
    let mut s = store();
    s.apply(&frame(T0 + 1000, 1.0, &[(T0 + 1000, 5.0)]));
    s.apply(&frame(T0 + 900, 1.0, &[(T0 + 1000, 99.0)]));
    assert_eq!(count(&s, T0 + 1000), Some(5.0));
}

#[test]
fn everything_is_bounded() {
    let mut s = store();
    for i in 1..500 {
        s.apply(&frame(T0 + i * 1000, 1.0, &[(T0 + i * 1000, 1.0)]));
    }
    assert_eq!(s.series(1).expect("known").after(0).count(), 60);
    let entry = LogRecord {
        id: 0,
        t: 0,
        level: Default::default(),
        event: "e".into(),
        message: "m".into(),
        source: "".into(),
        anonymous: false,
    };
    s.log((0..600).map(|t| LogRecord { t, ..entry.clone() }).collect());
    assert_eq!(
        (s.recent().len(), s.recent().next().map(|e| e.t)),
        (LOG_ENTRIES, Some(599))
    );
    assert_eq!(s.covered.len(), 1);
    // What anybody can cause without an account pushes nothing else out.
    let anonymous = |t| LogRecord {
        id: 0,
        t,
        anonymous: true,
        ..entry.clone()
    };
    s.log((1_000..2_000).map(anonymous).collect());
    let others = s.recent().filter(|entry| !entry.anonymous).count();
    assert_eq!(
        (s.recent().len(), others),
        (LOG_ENTRIES, LOG_ENTRIES * 3 / 4)
    );
    assert_eq!(s.recent().next().map(|e| e.t), Some(1_999));
}

#[test]
fn an_unknown_series_or_metric_is_passed_over() {
    let mut s = store();
    s.apply(&Frame {
        seq: 1,
        t: T0 + 100,
        w: 100,
        rows: vec![vec![77.0, 1.0], vec![]],
        seconds: vec![],
    });
    assert!(s.series(77).is_none() && s.series(9).is_none());
}

#[test]
fn a_metric_that_is_defined_while_the_page_is_open_gets_its_series() {
    let mut s = store();
    let info = |id, metric: &str| SeriesInfo {
        id,
        metric: metric.into(),
        tags: Default::default(),
    };
    let generation = s.generation();
    s.add_series(vec![info(70, "new.one")]);
    assert!(s.series(70).is_none(), "nobody has defined it");
    s.define(vec![Metric::counter("new.one").description("before")]);
    s.add_series(vec![info(70, "new.one")]);
    assert!(s.series(70).is_some() && s.generation() != generation);
    s.define(vec![Metric::counter("new.one").description("after")]);
    let description = s.definition("new.one").map(|metric| &*metric.description);
    assert_eq!((description, s.series(70).is_some()), (Some("after"), true));
    s.define(vec![Metric::last_value("new.one")]);
    assert!(
        s.series(70).is_none(),
        "its numbers would be read in another way"
    );
}

#[test]
fn a_metric_that_is_answered_in_longer_steps_has_the_same_rate() {
    let info = |id, metric: &str| SeriesInfo {
        id,
        metric: metric.into(),
        tags: Default::default(),
    };
    let history = |id: u32, metric: &str, step_ms: i64, count: f64| {
        let ends = (1..=60_000 / step_ms).map(|place| T0 + place * step_ms);
        let steps = ends.map(|t| HistoryStep(t, vec![count])).collect();
        let info = info(id, metric);
        History {
            metric: metric.into(),
            from: T0,
            to: T0 + 60_000,
            step_ms,
            series: vec![HistorySeries { info, steps }],
            covered: vec![[T0, T0 + 60_000]],
        }
    };
    let mut s = store();
    s.define(vec![Metric::counter("few"), Metric::counter("many")]);
    let resolution = s.resolution();
    for order in [[0, 1], [1, 0]] {
        let both = [
            history(70, "few", 10_000, 5.0),
            history(71, "many", 60_000, 30.0),
        ];
        let histories = order.map(|place: usize| both[place].clone());
        let past = s.past(&histories, T0, T0 + 60_000, resolution, 0);
        assert_eq!(past.resolution().step_ms, 10_000);
        let counts = |id: u32| {
            let series = past.series(id).expect("known");
            let steps = series.after(T0).map(|step| (step.t, step.row.count));
            steps.collect::<Vec<_>>()
        };
        assert_eq!(counts(70).len(), 6);
        assert_eq!(counts(70), counts(71));
    }
}
