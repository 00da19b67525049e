//! Sorting, compiled once: the standard library's sort is compiled anew for each type and each
//! comparison, and is large. Invariant: equals keep their order.

use std::cmp::Ordering;

/// Sorts a list; equals keep their order. For lists that are short or sorted seldom: every
/// comparison is a call.
pub fn sort<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut order = order(list.len(), &|a, b| compare(&list[a], &list[b]));
    // Each cycle of the permutation is gone through once.
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            list.swap(at, from);
            at = from;
        }
    }
}

/// The numbers below `count` in the order of what they stand for; equals keep their order.
pub fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sorted() {
        let check = |list: &[f64]| {
            let (mut got, mut want) = (list.to_vec(), list.to_vec());
            sort(&mut got, f64::total_cmp);
            want.sort_by(f64::total_cmp);
            let bits = |list: &[f64]| list.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&got), bits(&want), "{list:?}");
        };
        check(&[]);
        check(&[1.0]);
        check(&[2.0, 1.0]);
        check(&[3.0, 1.0, 2.0]);
        check(&[
            0.0,
            f64::NAN,
            f64::INFINITY,
            -0.0,
            f64::NEG_INFINITY,
            f64::NAN,
        ]);
    }

    proptest! {
        #[test]
        fn as_the_standard_library_sorts(list in prop::collection::vec((0u8..9, 0u8..9), 0..60)) {
            let (mut got, mut want) = (list.clone(), list);
            sort(&mut got, |a, b| a.0.cmp(&b.0));
            want.sort_by_key(|pair| pair.0);
            prop_assert_eq!(got, want);
        }
    }
}
