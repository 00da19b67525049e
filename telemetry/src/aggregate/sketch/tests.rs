//! Quantiles within their bound, merging as adding, and bytes that come back or are refused.

use proptest::prelude::*;

use super::*;

fn of(values: &[f64]) -> Sketch {
    let mut sketch = Sketch::new();
    values.iter().for_each(|value| sketch.add(*value));
    sketch
}

/// All that can be seen of a sketch.
#[derive(Debug, PartialEq)]
struct Seen(u64, u64, Vec<(i32, u64)>, Vec<(i32, u64)>);

fn seen(sketch: &Sketch) -> Seen {
    let sides = (sketch.positive().collect(), sketch.negative().collect());
    Seen(sketch.count(), sketch.zero(), sides.0, sides.1)
}

#[test]
fn few_numbers() {
    // Numbers, then zeros, positive and negative buckets.
    let check = |values: &[f64], zero: u64, positive: &[(i32, u64)], negative: &[(i32, u64)]| {
        let count = zero
            + [positive, negative]
                .concat()
                .iter()
                .map(|(_, n)| n)
                .sum::<u64>();
        let expect = Seen(count, zero, positive.to_vec(), negative.to_vec());
        assert_eq!(seen(&of(values)), expect, "{values:?}");
    };
    check(&[], 0, &[], &[]);
    check(&[0.0, -0.0], 2, &[], &[]);
    check(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY], 0, &[], &[]);
    check(&[1.0, 2.0, 2.0], 0, &[(-1, 1), (63, 2)], &[]);
    check(&[-1.0, 1.0], 0, &[(-1, 1)], &[(-1, 1)]);
    check(&[f64::MAX], 0, &[(Sketch::MAX_INDEX, 1)], &[]);
    check(&[-f64::from_bits(1)], 0, &[], &[(Sketch::MIN_INDEX, 1)]);
}

#[test]
fn quantiles_of_few() {
    let check = |values: &[f64], q: f64, expect: Option<f64>| {
        let found = of(values).quantile(q);
        let near = match (found, expect) {
            (Some(found), Some(expect)) => (found - expect).abs() <= expect.abs() * 0.0055,
            (None, None) => true,
            _ => false,
        };
        assert!(near, "{values:?} {q} {found:?}");
    };
    check(&[], 0.5, None);
    check(&[1.0], -0.1, None);
    check(&[1.0], 1.1, None);
    check(&[1.0], f64::NAN, None);
    check(&[7.0], 0.0, Some(7.0));
    check(&[-7.0], 1.0, Some(-7.0));
    check(&[-3.0, 0.0, 5.0], 0.0, Some(-3.0));
    check(&[-3.0, 0.0, 5.0], 0.5, Some(0.0));
    check(&[-3.0, 0.0, 5.0], 1.0, Some(5.0));
    check(&[-300.0, -3.0], 0.0, Some(-300.0));
    let mut many = of(&[1.0]);
    many.add_n(9.0, u64::MAX - 1);
    assert!(many.quantile(1.0).is_some_and(|found| found > 8.9));
    many.add_n(9.0, 7);
    assert_eq!(many.count(), u64::MAX, "stops at the end of numbers");
    let back = Sketch::unpack(&many.pack()).expect("just packed");
    assert_eq!(seen(&back), seen(&many));
}

#[test]
fn what_lies_too_far_below_goes_to_the_lowest_bucket() {
    let wide = [1e-30, 1e-10, 1.0, 1e12, 1e30];
    let sketch = of(&wide);
    let buckets: Vec<_> = sketch.positive().collect();
    let (lowest, highest) = (buckets[0].0, buckets[buckets.len() - 1].0);
    assert_eq!(highest - lowest, Sketch::MAX_BUCKETS as i32 - 1);
    assert_eq!((buckets[0].1, sketch.count()), (3, 5));
    let backwards: Vec<_> = wide.into_iter().rev().collect();
    assert_eq!(seen(&of(&backwards)), seen(&sketch));
}

#[test]
fn clearing_leaves_nothing_and_trimming_leaves_all() {
    let mut sketch = of(&[0.0, 1.0, 50.0, -3.0]);
    assert_eq!(seen(&sketch.trimmed()), seen(&sketch));
    sketch.clear();
    assert_eq!(seen(&sketch), seen(&Sketch::new()));
    sketch.add(1e-9);
    sketch.add(1e9);
    assert_eq!(seen(&sketch), seen(&of(&[1e9, 1e-9])));
    sketch.clear();
    sketch.add(f64::MAX);
    assert_eq!(seen(&sketch), seen(&of(&[f64::MAX])));
}

#[test]
fn indices_from_elsewhere_are_brought_within_what_numbers_have() {
    let mut sketch = Sketch::new();
    sketch.add_index(Sign::Positive, i32::MAX, 2);
    sketch.add_index(Sign::Negative, i32::MIN, 3);
    sketch.add_index(Sign::Negative, 0, 0);
    let expect = Seen(
        5,
        0,
        vec![(Sketch::MAX_INDEX, 2)],
        vec![(Sketch::MIN_INDEX, 3)],
    );
    assert_eq!(seen(&sketch), expect);
}

#[test]
fn bytes_of_other_formats_are_refused() {
    let check = |bytes: &[u8], taken: bool| {
        assert_eq!(Sketch::unpack(bytes).is_some(), taken, "{bytes:x?}");
    };
    check(&of(&[]).pack(), true);
    check(&[], false);
    // How DataDog's encoding begins: the count, then sum, min and max.
    check(&[0xa0, 2, 0x84, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], false);
    check(&[0xe1, 0, 0, 0], true);
    check(&[0xe1, 0, 0, 0, 0], false);
    check(&[0xe1, 0, 1, 0, 0, 0], false);
    check(&[0xe1, 0, 2, 2, 1, 0, 1, 0], false);
}

/// Any finite number, and many of the size that measurements have.
fn numbers() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        Just(0.0),
        (-20..20i32).prop_map(|exponent| f64::from(exponent).exp2()),
        -1e6..1e6f64,
        1e-6..1.0f64,
        NORMAL | SUBNORMAL | ZERO | POSITIVE | NEGATIVE,
    ]
}

proptest! {
    #[test]
    fn quantiles_are_within_their_bound(
        // Of one order of magnitude or another, and never so wide that buckets collapse.
        exponent in -1074..1000i32,
        values in prop::collection::vec(-1e6..1e6f64, 1..200),
        q in 0.0..=1.0f64,
    ) {
        let scale = f64::from(exponent).exp2();
        let mut values: Vec<f64> = values.into_iter().map(|value| value * scale).collect();
        let found = of(&values).quantile(q).expect("not empty");
        values.sort_by(f64::total_cmp);
        let exact = values[(q * (values.len() - 1) as f64) as usize];
        // Beside the smallest numbers, half a step between neighbours is more than any share.
        let bound = exact.abs() * 0.005_42 + f64::from_bits(1);
        prop_assert!((found - exact).abs() <= bound, "{} {}", found, exact);
    }

    #[test]
    fn merging_is_adding_in_any_order(
        a in prop::collection::vec(numbers(), 0..60),
        b in prop::collection::vec(numbers(), 0..60),
        c in prop::collection::vec(numbers(), 0..60),
    ) {
        let whole = seen(&of(&[a.as_slice(), &b, &c].concat()));
        let [a, b, c] = [of(&a), of(&b), of(&c)];
        let mut left = a.clone();
        left.merge(&b);
        left.merge(&c);
        let mut right = c;
        right.merge(&b);
        right.merge(&a);
        prop_assert_eq!(&seen(&left), &whole);
        prop_assert_eq!(&seen(&right), &whole);
    }

    #[test]
    fn packing_loses_nothing(
        values in prop::collection::vec((numbers(), 1..u64::from(u32::MAX)), 0..60),
    ) {
        let mut sketch = Sketch::new();
        values.iter().for_each(|(value, n)| sketch.add_n(*value, *n));
        let back = Sketch::unpack(&sketch.pack()).expect("just packed");
        prop_assert_eq!(seen(&back), seen(&sketch));
    }

    #[test]
    fn no_bytes_are_believed_without_looking(
        mut bytes in prop::collection::vec(prop_oneof![0..4u8, any::<u8>()], 0..40),
        as_ours in any::<bool>(),
    ) {
        if let (true, Some(version)) = (as_ours, bytes.first_mut()) {
            *version = 0xe1;
        }
        if let Some(sketch) = Sketch::unpack(&bytes) {
            prop_assert!(bytes[0] == 0xe1);
            let counts = sketch.positive().chain(sketch.negative()).map(|(_, n)| n);
            let all = counts.fold(sketch.zero(), u64::saturating_add);
            prop_assert_eq!(all, sketch.count());
        }
    }
}
