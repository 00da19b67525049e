//! Which window a flush belongs to.
//!
//! Invariant: numbers of windows only grow, and those of one run of the server do not continue those of
//! another. Their ends grow, too, but where the time of day was set back: there a window is the last of
//! its time, and a number is left out after it.

use crate::clock::TOLERANCE_MS;

/// Numbers for each flush that a clock counts; the run takes one of them. Together they fit into the
/// 53 bits that are exact in JSON.
const NUMBERS_PER_FLUSH: u64 = 1 << 14;

/// Numbers and ends of windows.
pub struct Windows {
    seq: u64,
    end: i64,
    flush_ms: i64,
}

/// The window of a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its number.
    pub seq: u64,
    /// Its end in ms since the epoch.
    pub end_ms: i64,
    /// Its length in ms.
    pub width_ms: u32,
    /// The next window ends earlier, since the time of day was set back.
    pub is_last: bool,
}

impl Windows {
    /// Begins at `now_ms`. Numbers grow over restarts, since time does, and faster than a run could
    /// count: a stream that lost another run is never resumed in this one. `run` is random, for
    /// restarts within a flush and clocks that were set back.
    pub fn new(now_ms: i64, flush_ms: u32, run: u64) -> Windows {
        let flush_ms = i64::from(flush_ms);
        let flushes = u64::try_from(now_ms / flush_ms).unwrap_or(0);
        let seq = flushes * NUMBERS_PER_FLUSH + run % NUMBERS_PER_FLUSH;
        Windows {
            seq,
            end: now_ms,
            flush_ms,
        }
    }

    /// The window that ends now. Ends lie on multiples of the length of a flush; while the clock is
    /// behind the last end by a moment, they creep by a millisecond.
    pub fn next(&mut self, now_ms: i64, elapsed_ms: i64) -> Window {
        let aligned = now_ms.div_euclid(self.flush_ms) * self.flush_ms;
        let end = aligned.max(self.end.saturating_add(1));
        let by_ends = end - self.end;
        // A clock that jumped says nothing about how long samples were gathered.
        let jumped = (by_ends - elapsed_ms).abs() > self.flush_ms / 2;
        let length = if jumped { elapsed_ms } else { by_ends };
        let is_last = self.end.saturating_sub(now_ms) > TOLERANCE_MS;
        let window = Window {
            seq: self.seq + 1,
            end_ms: end,
            width_ms: u32::try_from(length.max(1)).unwrap_or(u32::MAX),
            is_last,
        };
        (self.seq, self.end) = match is_last {
            true => (window.seq + 1, aligned),
            false => (window.seq, end),
        };
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times of ticks and what passed since the one before, then numbers from the first on, ends and
    /// lengths.
    fn check(begin_ms: i64, ticks: &[(i64, i64)], expect: &[(u64, i64, u32)]) {
        let mut windows = Windows::new(begin_ms, 100, 0);
        let first = u64::try_from(begin_ms / 100).expect("a time") * NUMBERS_PER_FLUSH;
        let seen = ticks
            .iter()
            .map(|(now, elapsed)| windows.next(*now, *elapsed));
        let seen: Vec<_> = seen
            .map(|window| (window.seq - first, window.end_ms, window.width_ms))
            .collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn windows_are_aligned_and_never_go_back_by_a_moment() {
        check(
            10_000,
            &[(10_100, 100), (10_203, 103)],
            &[(1, 10_100, 100), (2, 10_200, 100)],
        );
        check(
            10_000,
            &[(10_100, 100), (10_500, 400)],
            &[(1, 10_100, 100), (2, 10_500, 400)],
        );
        check(
            10_000,
            &[(9_000, 100), (9_100, 100)],
            &[(1, 10_001, 100), (2, 10_002, 100)],
        );
        check(
            10_000,
            &[(3_610_000, 100), (3_610_100, 100)],
            &[(1, 3_610_000, 100), (2, 3_610_100, 100)],
        );
        check(10_000, &[(10_000, 0)], &[(1, 10_001, 1)]);
    }

    #[test]
    fn a_clock_set_back_is_followed_and_leaves_a_number_out() {
        check(
            3_610_000,
            &[(10_100, 100), (10_200, 100), (10_300, 100)],
            &[(1, 3_610_001, 100), (3, 10_200, 100), (4, 10_300, 100)],
        );
        let mut windows = Windows::new(3_610_000, 100, 0);
        assert!(windows.next(10_100, 100).is_last);
        assert!(!windows.next(10_200, 100).is_last);
    }

    #[test]
    fn numbers_of_another_run_are_not_continued() {
        const MAX_MS: i64 = 1 << 42;
        let start = 1_700_000_000_000;
        let numbers = |begin: i64, flush_ms: u32, run: u64, flushes: i64| -> Vec<u64> {
            let mut windows = Windows::new(begin, flush_ms, run);
            let flush = i64::from(flush_ms);
            let ends = (1..=flushes).map(|n| begin + n * flush);
            ends.map(|end| windows.next(end, flush).seq).collect()
        };
        for flush_ms in [10, 100, 1_000] {
            let flush = i64::from(flush_ms);
            let before = numbers(start, flush_ms, 7, 50);
            let last = before.last().expect("numbers") + 1;
            // At once, a moment later, and with a clock that was set back.
            for begin in [start + 50 * flush, start + 50 * flush + 30, start] {
                let after = numbers(begin, flush_ms, 8_123, 600);
                assert!(!after.contains(&last), "{flush_ms} {begin}");
                let common = before.iter().find(|number| after.contains(number));
                assert_eq!(common, None, "{flush_ms} {begin}");
            }
            let latest = numbers(MAX_MS, flush_ms, u64::MAX, 1);
            assert!(latest[0] < 1 << 53, "{flush_ms}");
        }
    }
}
