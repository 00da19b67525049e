use proptest::prelude::*;

use super::*;
use crate::frame::Second;
use crate::history::HistoryStep;
use crate::{Frame, History};

const KINDS: [Kind; 5] = [
    Kind::Counter,
    Kind::Sum,
    Kind::LastValue,
    Kind::Summary,
    Kind::Distribution,
];

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<f64>(),
        2 => (-1_000_000i32..1_000_000).prop_map(f64::from),
        1 => Just(0.0),
        1 => Just(-0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN_POSITIVE),
    ]
}

fn any_row() -> impl Strategy<Value = FrameRow> {
    (
        any_number(),
        any_number(),
        any_number(),
        any_number(),
        any_number(),
        any::<[u32; 3]>(),
    )
        .prop_map(|(count, sum, min, max, last, quantiles)| FrameRow {
            count,
            sum,
            min,
            max,
            last,
            quantiles: quantiles.map(|n| f64::from(n) / 7.0),
            ..FrameRow::EMPTY
        })
}

/// As it reads after JSON: what JSON cannot hold is NaN.
fn known(number: f64) -> f64 {
    if number.is_finite() { number } else { f64::NAN }
}

/// Equal; fractions to 15 digits.
fn same(a: f64, b: f64) -> bool {
    let whole = a.fract() == 0.0 && b.fract() == 0.0 && a.abs() < 1e15;
    let close = !whole && (a - b).abs() <= 1e-15 * b.abs() + f64::MIN_POSITIVE;
    a == b || (a.is_nan() && b.is_nan()) || close
}

/// What a kind carries of a row.
fn carried(kind: Kind, row: &FrameRow) -> FrameRow {
    let is_several = row.count > 1.0;
    let row = FrameRow {
        count: known(row.count),
        sum: known(row.sum),
        min: known(row.min),
        max: known(row.max),
        last: known(row.last),
        quantiles: row.quantiles.map(known),
        ..FrameRow::EMPTY
    };
    let none = FrameRow::EMPTY;
    match kind {
        Kind::Counter => FrameRow {
            count: row.count,
            sum: f64::NAN,
            ..none
        },
        Kind::Sum => FrameRow {
            count: row.count,
            sum: row.sum,
            ..none
        },
        Kind::LastValue => {
            let (count, sum) = match (is_several, row.last.is_nan()) {
                (true, _) => (row.count, row.sum),
                (false, true) => (0.0, f64::NAN),
                (false, false) => (1.0, row.last),
            };
            FrameRow {
                count,
                sum,
                min: row.min,
                max: row.max,
                last: row.last,
                ..none
            }
        }
        Kind::Summary => FrameRow {
            last: f64::NAN,
            ..row
        },
        Kind::Distribution => FrameRow {
            last: f64::NAN,
            quantiles: none.quantiles,
            ..row
        },
    }
}

fn equal(a: &FrameRow, b: &FrameRow) -> bool {
    same(a.count, b.count)
        && same(a.sum, b.sum)
        && same(a.min, b.min)
        && same(a.max, b.max)
        && same(a.last, b.last)
        && a.quantiles
            .iter()
            .zip(&b.quantiles)
            .all(|(a, b)| same(*a, *b))
}

#[test]
fn the_order_is_that_of_the_table() {
    let row = FrameRow {
        count: 3.0,
        sum: 6.5,
        min: 1.0,
        max: 4.0,
        last: 2.0,
        quantiles: [2.5, 3.5, 4.0],
        ..FrameRow::EMPTY
    };
    for (kind, want) in [
        (Kind::Counter, "[7,3]"),
        (Kind::Sum, "[7,3,6.5]"),
        (Kind::LastValue, "[7,2,1,4,3,6.5]"),
        (Kind::Summary, "[7,3,6.5,1,4,2.5,3.5,4]"),
        (Kind::Distribution, "[7,3,6.5,1,4,2,1]"),
    ] {
        let mut text = String::new();
        push_row(&mut text, 7, kind, &row, [2.0, 1.0]);
        assert_eq!(text, want);
    }
}

#[test]
fn a_short_row_reads_as_unknown_not_as_zero() {
    let row = FrameRow::read(Kind::Summary, &[2.0, 5.0]);
    assert_eq!((row.count, row.sum), (2.0, 5.0));
    assert!(row.quantiles.iter().all(|q| q.is_nan()) && row.min.is_nan());
    assert!(FrameRow::read(Kind::Sum, &[2.0]).sum.is_nan());
    assert_eq!(FrameRow::read(Kind::Sum, &[]).count, 0.0);
    let level = FrameRow::read(Kind::LastValue, &[5.0, 5.0, 5.0]);
    assert_eq!((level.count, level.sum), (1.0, 5.0), "one sample");
    let none = FrameRow::read(Kind::LastValue, &[f64::NAN, f64::NAN, f64::NAN]);
    assert!(none.count == 0.0 && none.sum.is_nan());
    assert!(none.is_absent && !level.is_absent && !FrameRow::EMPTY.is_absent);
    assert_eq!(FrameRow::buckets(Kind::Distribution, &[1.0]), None);
    assert_eq!(split_row(&[]), None);
}

proptest! {
    /// Rows of a frame and of a second, through the text that the server writes.
    #[test]
    fn rows_read_as_they_were_written(
        id: u32,
        row in any_row(),
        buckets in proptest::collection::vec(any_number(), 0..5),
    ) {
        for kind in KINDS {
            let mut text = String::new();
            push_row(&mut text, id, kind, &row, buckets.iter().copied());
            let json = format!(
                r#"{{"seq":1,"t":1,"w":1,"rows":[{text}],"seconds":[{{"t":0,"rows":[{text}]}}]}}"#
            );
            let frame: Frame = serde_json::from_str(&json).expect(&json);
            let Second { rows, .. } = &frame.seconds[0];
            for read in [&frame.rows[0], &rows[0]] {
                let (read_id, numbers) = split_row(read).expect("a row");
                prop_assert_eq!(read_id, id);
                let again = FrameRow::read(kind, numbers);
                prop_assert!(equal(&again, &carried(kind, &row)), "{} {:?}", text, again);
                let again = FrameRow::buckets(kind, numbers);
                prop_assert_eq!(again.is_some(), kind == Kind::Distribution);
                let again = again.unwrap_or_default();
                prop_assert!(again.is_empty() || again.len() == buckets.len());
                prop_assert!(again.iter().zip(&buckets).all(|(a, b)| same(*a, known(*b))));
            }
            // The same as a document would be written.
            let whole = row.with_id(id, kind, buckets.iter().copied());
            let read: Vec<f64> = whole.into_iter().map(known).collect();
            prop_assert!(read.iter().zip(&frame.rows[0]).all(|(a, b)| same(*a, *b)));
        }
    }

    /// Steps of a history, through the document.
    #[test]
    fn steps_read_as_they_were_written(t: i64, row in any_row()) {
        for kind in KINDS {
            let mut numbers = Vec::new();
            row.write(kind, [1.0, 2.0], |number| numbers.push(number));
            let info = r#""id":1,"metric":"a""#;
            let step = serde_json::to_string(&HistoryStep(t, numbers)).expect("encodes");
            let json = format!(
                r#"{{"metric":"a","from":0,"to":1,"step_ms":1,"covered":[],"series":[{{{info},"steps":[{step}]}}]}}"#
            );
            let history: History = serde_json::from_str(&json).expect(&json);
            let HistoryStep(read_t, numbers) = &history.series[0].steps[0];
            prop_assert_eq!(*read_t, t);
            let again = FrameRow::read(kind, numbers);
            prop_assert!(equal(&again, &carried(kind, &row)), "{} {:?}", step, again);
        }
    }
}

#[test]
fn a_list_of_rows_is_cut_where_they_end() {
    let mut text = String::new();
    let mut want = Vec::new();
    for id in [0, 7, u32::MAX] {
        let mut row = String::new();
        push_row(
            &mut row,
            id,
            Kind::Counter,
            &FrameRow::EMPTY,
            std::iter::empty(),
        );
        let comma = if text.is_empty() { "" } else { "," };
        text.push_str(comma);
        text.push_str(&row);
        want.push((id, row));
    }
    let found = rows_of(&text).map(|(id, row)| (id, row.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), want);
    assert_eq!(rows_of("").next(), None);
    assert_eq!(rows_of("[x,1]").next(), None);
}
