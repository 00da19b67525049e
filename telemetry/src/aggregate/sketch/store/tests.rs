//! What memory is kept, and when it is given back.

use super::*;

/// The capacity after a window with the numbers of these indices each.
fn kept(store: &mut Store, windows: &[Range<i32>]) -> Vec<usize> {
    let window = |range: &Range<i32>| {
        store.add(range.start, 1);
        store.add(range.end - 1, 1);
        store.clear();
        assert!(store.counted.is_empty() && store.counts.iter().all(|n| *n == 0));
        store.counts.capacity()
    };
    windows.iter().map(window).collect()
}

#[test]
fn a_wide_run_is_kept_when_it_is_needed_again() {
    // 100 µs to 0.7 s, and a nanosecond to a century.
    for wide in [-850..-30, -1_900..2_000] {
        let mut store = Store::default();
        let first = kept(&mut store, &[wide.start..wide.start + 9, wide.clone()]);
        assert!(first[0] > 0 && first[1] <= KEEP, "{first:?}");
        let again = kept(
            &mut store,
            &[wide.clone(), 0..9, wide.clone(), wide.clone()],
        );
        assert!(
            again.iter().all(|capacity| *capacity == again[0]),
            "{again:?}"
        );
        assert!(again[0] >= wide.len(), "{again:?}");
        let narrow = kept(&mut store, &vec![wide.start..wide.start + 9; 20]);
        let expect = if again[0] > KEEP { 0 } else { again[0] };
        assert_eq!(narrow[usize::from(LATELY)..][..1], [expect], "{narrow:?}");
        assert!(narrow[..usize::from(LATELY)].iter().all(|n| *n == again[0]));
        assert!(narrow.iter().all(|capacity| *capacity <= MAX_BUCKETS));
    }
}

#[test]
fn a_stray_number_holds_no_memory() {
    let mut store = Store::default();
    for _ in 0..3 {
        let windows = [
            0..9,
            0..9,
            0..4_000,
            0..9,
            0..9,
            0..9,
            0..9,
            0..9,
            0..9,
            0..9,
            0..9,
        ];
        let kept = kept(&mut store, &windows);
        assert!(kept.iter().all(|capacity| *capacity <= KEEP), "{kept:?}");
    }
}
