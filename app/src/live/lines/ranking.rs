//! Which of many lines are shown for themselves. Pure.

/// How many lines each group gets, so that all have `most`: the largest groups give first, and none
/// its last.
pub(super) fn rooms(mut wanted: Vec<usize>, most: usize) -> Vec<usize> {
    let mut over = wanted.iter().sum::<usize>().saturating_sub(most);
    while over > 0 {
        let Some(largest) = wanted.iter_mut().max().filter(|largest| **largest > 1) else {
            break;
        };
        *largest -= 1;
        over -= 1;
    }
    wanted
}

/// The `most` largest by `size`, in the order in which they came, and the others. What has no size
/// is smaller than all that has one.
pub(super) fn split<T>(all: Vec<T>, most: usize, size: impl Fn(&T) -> f64) -> (Vec<T>, Vec<T>) {
    let mut sizes: Vec<(usize, f64)> = all.iter().map(size).enumerate().collect();
    charts::order::sort(&mut sizes, |a, b| {
        match (a.1.is_nan(), b.1.is_nan()) {
            (false, false) => b.1.total_cmp(&a.1),
            (a, b) => a.cmp(&b),
        }
        .then_with(|| Ord::cmp(&a.0, &b.0))
    });
    let mut is_large = vec![false; all.len()];
    for (index, _) in sizes.into_iter().take(most) {
        is_large[index] = true;
    }
    let (mut large, mut rest) = (Vec::new(), Vec::new());
    for (one, is_large) in all.into_iter().zip(is_large) {
        let list = if is_large { &mut large } else { &mut rest };
        list.push(one);
    }
    (large, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_groups_give_first_and_none_its_last() {
        let check = |wanted: &[usize], most: usize, expect: &[usize]| {
            assert_eq!(rooms(wanted.to_vec(), most), expect, "{wanted:?} in {most}");
        };
        check(&[], 4, &[]);
        check(&[3, 1], 4, &[3, 1]);
        check(&[40], 24, &[24]);
        check(&[1, 40], 24, &[1, 23]);
        check(&[5, 40, 40], 25, &[5, 10, 10]);
        check(&[1, 1, 1], 2, &[1, 1, 1]);
    }

    #[test]
    fn the_largest_stay_in_the_order_in_which_they_came() {
        let check = |sizes: &[f64], most: usize, expect: &[usize]| {
            let all = (0..sizes.len()).collect();
            let (large, rest) = split(all, most, |index: &usize| sizes[*index]);
            assert_eq!(large, expect, "{most} of {sizes:?}");
            assert_eq!(large.len() + rest.len(), sizes.len());
        };
        let (nan, all) = (f64::NAN, f64::INFINITY);
        check(&[], 2, &[]);
        check(&[1.0, 3.0, 2.0], 2, &[1, 2]);
        check(&[nan, 0.0, nan], 1, &[1]);
        check(&[0.0, 0.0, 0.0], 2, &[0, 1]);
        check(&[9.0, all, 8.0], 1, &[1]);
    }
}
