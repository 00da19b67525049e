//! Which window a flush belongs to.
//!
//! Invariant: numbers and ends of windows only grow, whatever the clock does.

/// Numbers and ends of windows.
pub struct Windows {
    seq: u64,
    end: i64,
    flush_ms: i64,
}

impl Windows {
    /// Begins at `now_ms`. Numbers grow over restarts, since time does.
    pub fn new(now_ms: i64, flush_ms: u32) -> Windows {
        let flush_ms = i64::from(flush_ms);
        let seq = u64::try_from(now_ms / flush_ms).unwrap_or(0);
        Windows {
            seq,
            end: now_ms,
            flush_ms,
        }
    }

    /// The window that ends now: number, end, and length. Ends lie on multiples of the length
    /// of a flush; while the clock is behind the last end, they creep by a millisecond.
    pub fn next(&mut self, now_ms: i64, elapsed_ms: i64) -> (u64, i64, u32) {
        let aligned = now_ms.div_euclid(self.flush_ms) * self.flush_ms;
        let end = aligned.max(self.end.saturating_add(1));
        let by_ends = end - self.end;
        // A clock that jumped says nothing about how long samples were gathered.
        let jumped = (by_ends - elapsed_ms).abs() > self.flush_ms / 2;
        let length = if jumped { elapsed_ms } else { by_ends };
        (self.seq, self.end) = (self.seq + 1, end);
        (
            self.seq,
            end,
            u32::try_from(length.max(1)).unwrap_or(u32::MAX),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_aligned_and_never_go_back() {
        // Times of ticks and what passed since the one before, then ends and lengths.
        let check = |ticks: &[(i64, i64)], expect: &[(i64, u32)]| {
            let mut windows = Windows::new(10_000, 100);
            let seen: Vec<_> = ticks
                .iter()
                .map(|(now, elapsed)| windows.next(*now, *elapsed))
                .collect();
            let ends: Vec<_> = seen.iter().map(|(_, t, w)| (*t, *w)).collect();
            assert_eq!(ends, expect);
            assert!(
                seen.iter()
                    .zip(101..)
                    .all(|((seq, ..), number)| *seq == number)
            );
        };
        check(
            &[(10_100, 100), (10_203, 103)],
            &[(10_100, 100), (10_200, 100)],
        );
        check(
            &[(10_100, 100), (10_500, 400)],
            &[(10_100, 100), (10_500, 400)],
        );
        check(
            &[(9_000, 100), (9_100, 100)],
            &[(10_001, 100), (10_002, 100)],
        );
        check(
            &[(3_610_000, 100), (3_610_100, 100)],
            &[(3_610_000, 100), (3_610_100, 100)],
        );
        check(&[(10_000, 0)], &[(10_001, 1)]);
    }
}
