//! Rings of one series.

use std::collections::BTreeMap;

use super::*;

const RESOLUTION: Resolution = Resolution {
    step_ms: 10_000,
    steps: 3,
    frames: 2,
};

fn series(kind: Kind) -> Series {
    let info = SeriesInfo {
        id: 1,
        metric: "m".into(),
        tags: BTreeMap::new(),
    };
    Series::new(info, kind)
}

fn counted(t: i64, n: f64) -> Step {
    step(t, Kind::Counter, &[n])
}

fn counts(series: &Series) -> Vec<(i64, f64)> {
    series.after(i64::MIN).map(|s| (s.t, s.row.count)).collect()
}

#[test]
fn steps_are_bounded_and_none_comes_twice() {
    let mut series = series(Kind::Counter);
    for t in [10_000, 20_000, 20_000, 10_000, 30_000, 40_000] {
        series.push(counted(t, 1.0), &RESOLUTION);
    }
    assert_eq!(
        counts(&series),
        [(20_000, 1.0), (30_000, 1.0), (40_000, 1.0)]
    );
    assert!(series.at(10_000).is_none() && series.at(25_000).is_none());
    assert_eq!(series.after(20_000).count(), 2);
}

#[test]
fn frames_are_kept_of_levels_alone() {
    for (kind, want) in [
        (Kind::LastValue, 2),
        (Kind::Summary, 2),
        (Kind::Counter, 0),
        (Kind::Sum, 0),
        (Kind::Distribution, 0),
    ] {
        let mut series = series(kind);
        for t in [100, 200, 300] {
            series.push_frame(t, step(t, kind, &[1.0]).row, &RESOLUTION);
        }
        assert_eq!(series.frames_after(0).count(), want, "{kind:?}");
    }
    let none = Resolution {
        frames: 0,
        ..RESOLUTION
    };
    let mut series = series(Kind::LastValue);
    series.push_frame(100, FrameRow::EMPTY, &none);
    assert_eq!(series.frames_after(0).count(), 0);
}

#[test]
fn seconds_become_a_step_and_what_is_open_is_seen() {
    let mut series = series(Kind::Counter);
    let open = |series: &Series| series.open_step().map(|row| row.count);
    assert_eq!(open(&series), None);
    series.add_to_open_second(counted(1_100, 2.0).row);
    series.add_to_open_second(counted(1_200, 3.0).row);
    assert_eq!(open(&series), Some(5.0));
    series.clear_open_second();
    series.add_second(counted(2_000, 5.0), &resolution());
    series.add_to_open_second(counted(2_100, 1.0).row);
    assert_eq!(open(&series), Some(6.0));
    series.clear_open_second();
    series.add_second(counted(3_000, 4.0), &resolution());
    series.end_step(10_000, &RESOLUTION);
    assert_eq!(
        (counts(&series), open(&series)),
        (vec![(10_000, 9.0)], None)
    );
    // A step without seconds is no step.
    series.end_step(20_000, &RESOLUTION);
    assert_eq!(counts(&series).len(), 1);
}

#[test]
fn the_past_meets_a_stream_that_began_within_a_step() {
    // The stream began at 23 s: the step up to 30 s is partly of the past.
    let past = || {
        [
            counted(10_000, 1.0),
            counted(20_000, 2.0),
            counted(30_000, 4.0),
        ]
        .into_iter()
    };
    let mut ended = series(Kind::Counter);
    ended.push(counted(30_000, 8.0), &RESOLUTION);
    ended.put_before(past(), 23_000, &RESOLUTION);
    assert_eq!(
        counts(&ended),
        [(10_000, 1.0), (20_000, 2.0), (30_000, 12.0)]
    );
    let mut going_on = series(Kind::Counter);
    going_on.add_second(counted(24_000, 8.0), &resolution());
    going_on.put_before(past(), 23_000, &RESOLUTION);
    assert_eq!(counts(&going_on), [(10_000, 1.0), (20_000, 2.0)]);
    assert_eq!(going_on.open_step().map(|row| row.count), Some(12.0));
    // What the stream has whole is not taken from the past.
    let mut whole = series(Kind::Counter);
    whole.push(counted(40_000, 7.0), &RESOLUTION);
    whole.put_before([counted(40_000, 99.0)].into_iter(), 30_000, &RESOLUTION);
    assert_eq!(counts(&whole), [(40_000, 7.0)]);
}

#[test]
fn buckets_add_up() {
    let numbers = |n: f64| [3.0, 6.0, 1.0, 3.0, n, 1.0, 2.0];
    let mut series = series(Kind::Distribution);
    series.add_second(
        step(1_000, Kind::Distribution, &numbers(1.0)),
        &resolution(),
    );
    series.add_second(
        step(2_000, Kind::Distribution, &numbers(10.0)),
        &resolution(),
    );
    series.end_step(10_000, &RESOLUTION);
    let step = series.at(10_000).expect("a step");
    assert_eq!(step.buckets.as_deref(), Some(&[11.0, 2.0, 4.0][..]));
    assert_eq!(step.row.count, 6.0);
}

#[test]
fn a_longer_step_is_cut_into_shares_as_far_as_it_is_known() {
    let check = |whole_ms: i64, until_ms: i64, expect: &[(i64, f64)]| {
        let parts = cut(counted(60_000, 6.0), whole_ms, 10_000, until_ms);
        let parts: Vec<_> = parts.map(|part| (part.t, part.row.count)).collect();
        assert_eq!(parts, expect, "{whole_ms} {until_ms}");
    };
    check(10_000, 60_000, &[(60_000, 6.0)]);
    check(5_000, 60_000, &[(60_000, 6.0)]);
    check(
        30_000,
        90_000,
        &[(40_000, 2.0), (50_000, 2.0), (60_000, 2.0)],
    );
    check(30_000, 41_000, &[(40_000, 3.0), (50_000, 3.0)]);
    check(30_000, 40_000, &[(40_000, 6.0)]);
    check(30_000, 0, &[(40_000, 6.0)]);
    let numbers = [4.0, 8.0, 1.0, 3.0, 2.0, 2.0];
    let whole = step(20_000, Kind::Distribution, &numbers);
    let half = cut(whole, 20_000, 10_000, 20_000)
        .next()
        .expect("two parts");
    assert_eq!((half.t, half.row.count, half.row.sum), (10_000, 2.0, 4.0));
    assert_eq!((half.row.min, half.row.max), (1.0, 3.0));
    assert_eq!(half.buckets.as_deref(), Some(&[1.0, 1.0][..]));
}

/// Of a day: steps of half a minute.
fn resolution() -> Resolution {
    Resolution::of(86_400_000)
}

#[test]
fn whole_seconds_are_kept_beside_longer_steps_and_bounded() {
    for (span_ms, want) in [(86_400_000, 60), (60_000, 0)] {
        let resolution = Resolution::of(span_ms);
        let info = SeriesInfo {
            id: 1,
            metric: "m".into(),
            tags: Default::default(),
        };
        let mut series = Series::new(info, Kind::Counter);
        for second in 1..=100 {
            series.add_second(step(second * 1_000, Kind::Counter, &[1.0]), &resolution);
        }
        assert_eq!(series.seconds_after(0).count(), want, "{span_ms}");
        assert_eq!(series.seconds_after(97_000).count(), want.min(3));
    }
}
