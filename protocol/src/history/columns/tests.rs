//! Columns read back as the histories that they were.

use proptest::prelude::*;

use super::*;

const FROM: i64 = 1_700_000_000_000;

fn history(step_ms: i64, series: Vec<Vec<(i64, Vec<f64>)>>) -> History {
    let series = (7..).zip(series).map(|(id, steps)| HistorySeries {
        info: SeriesInfo {
            id,
            metric: "m".into(),
            tags: BTreeMap::from([("of".to_owned(), id.to_string())]),
        },
        steps: steps
            .into_iter()
            .map(|(k, numbers)| HistoryStep(FROM + k * step_ms, numbers))
            .collect(),
    });
    History {
        metric: "m".into(),
        from: FROM,
        to: FROM + 1_000 * step_ms,
        step_ms,
        series: series.collect(),
        covered: vec![[FROM, FROM + 5]],
    }
}

fn whole(history: &History) -> HistoryColumns {
    HistoryColumns {
        from: history.from,
        to: history.to,
        step_ms: history.step_ms,
        covered: history.covered.clone(),
        metrics: vec![MetricColumns::of(history)],
        rejected: Vec::new(),
        rest: Vec::new(),
    }
}

fn through_json(history: &History) -> History {
    let text = serde_json::to_string(&whole(history)).expect("JSON");
    let read: HistoryColumns = serde_json::from_str(&text).expect(&text);
    read.into_histories().remove(0)
}

#[test]
fn columns_that_are_alike_and_steps_that_follow_are_written_once() {
    let steps = [1, 2, 3, 7, 9, 10];
    let row = |k: i64| vec![k as f64 / 4.0, k as f64 / 4.0, 5.0];
    let of = history(1_000, vec![steps.map(|k| (k, row(k))).into()]);
    let text = serde_json::to_string(&MetricColumns::of(&of)).expect("JSON");
    assert_eq!(
        text,
        r#"{"metric":"m","series":[{"id":7,"tags":{"of":"7"},"runs":[0,3,3,1,1,2],"#.to_owned()
            + r#""columns":[[0.25,0.5,0.75,1.75,2.25,2.5],[],[5,5,5,5,5,5]]}]}"#
    );
    assert_eq!(through_json(&of), of);
}

#[test]
fn fractions_have_nine_digits() {
    for (number, want) in [
        (0.32957796849122617, 0.329577968),
        (-0.0076538882007530055, -0.0076538882),
        (1234567.891234567, 1234567.89),
        (1.0 / 3.0 * 1e-12, 3.33333333e-13),
        (2.0 / 3.0 * 1e-30, 2.0 / 3.0 * 1e-30),
        (123456789012.5, 123456789012.5),
        (16_793_600_000.0, 16_793_600_000.0),
        (f64::INFINITY, f64::INFINITY),
        (0.0, 0.0),
    ] {
        assert_eq!(rounded(number), want, "{number}");
    }
    assert!(rounded(f64::NAN).is_nan());
}

#[test]
fn runs_longer_than_the_columns_make_no_steps() {
    let series = SeriesColumns {
        id: 1,
        tags: BTreeMap::new(),
        runs: vec![i64::MAX, i64::MAX, 5],
        columns: vec![vec![1.0, 2.0], vec![3.0]],
    };
    let steps = series.steps(0, 1_000);
    assert_eq!(steps.len(), 2);
    assert!(steps[1].1[1].is_nan());
    let none = SeriesColumns {
        columns: Vec::new(),
        ..series
    };
    assert!(none.steps(0, 1_000).is_empty());
}

proptest! {
    #[test]
    fn what_was_written_reads_back(
        step_ms in prop_oneof![Just(1_000), Just(60_000)],
        width in 1..6_usize,
        series in proptest::collection::vec(
            proptest::collection::vec((1..5_i64, proptest::collection::vec(
                prop_oneof![
                    4 => -1e6..1e6_f64,
                    2 => (-1_000..1_000_i64).prop_map(|n| n as f64),
                    1 => Just(f64::NAN),
                ],
                6,
            )), 0..40),
            0..3,
        ),
    ) {
        let at = |steps: Vec<(i64, Vec<f64>)>| {
            let mut k = 0;
            let steps = steps.into_iter().map(|(on, mut numbers)| {
                k += on;
                numbers.truncate(width);
                (k, numbers)
            });
            steps.collect::<Vec<_>>()
        };
        let of = history(step_ms, series.into_iter().map(at).collect());
        let read = through_json(&of);
        prop_assert_eq!(read.series.len(), of.series.len());
        for (read, of) in read.series.iter().zip(&of.series) {
            prop_assert_eq!(&read.info, &of.info);
            prop_assert_eq!(read.steps.len(), of.steps.len());
            for (read, of) in read.steps.iter().zip(&of.steps) {
                prop_assert_eq!((read.0, read.1.len()), (of.0, of.1.len()));
                for (a, b) in read.1.iter().zip(&of.1) {
                    prop_assert!(a.is_nan() == b.is_nan());
                    prop_assert!(a.is_nan() || (a - b).abs() <= b.abs() * 5e-9, "{} {}", a, b);
                }
            }
        }
    }
}

#[test]
fn a_metric_in_longer_steps_stands_beside_the_others() {
    let fine = history(1_000, vec![vec![(1, vec![1.0]), (999, vec![2.0])]]);
    let coarse = history(60_000, vec![vec![(1, vec![60.0]), (3, vec![7.0])]]);
    let mut answer = HistoryColumns {
        from: fine.from,
        to: fine.to,
        step_ms: fine.step_ms,
        covered: fine.covered.clone(),
        metrics: Vec::new(),
        rejected: Vec::new(),
        rest: Vec::new(),
    };
    answer.push(&coarse);
    answer.push(&fine);
    let text = serde_json::to_string(&answer).expect("JSON");
    assert_eq!(text.matches("own_steps").count(), 1, "{text}");
    let read: HistoryColumns = serde_json::from_str(&text).expect("columns");
    assert_eq!(read.into_histories(), [coarse, fine]);
}
