//! When a measurement is due.
//!
//! Invariant: every tick but the one at once lies a whole number of periods after the first, so
//! that lateness never adds up.

use std::time::Duration;

use tokio::time::Instant;

const SHORTEST: Duration = Duration::from_millis(1);
/// Keeps sums of times far from the end of what an [`Instant`] can hold.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// The ticks of one measurement.
pub(super) struct Schedule {
    next: Instant,
    /// The tick after the one at once.
    then: Option<Instant>,
    period: Duration,
}

impl Schedule {
    /// Ticks from `start + delay` on, and one at `start` before these if it is to be `at_once`.
    pub fn new(start: Instant, at_once: bool, delay: Duration, period: Duration) -> Schedule {
        let first = start + delay.min(LONGEST);
        let before = at_once && first > start;
        Schedule {
            next: if before { start } else { first },
            then: before.then_some(first),
            period: period.clamp(SHORTEST, LONGEST),
        }
    }

    /// The next tick.
    pub fn next(&self) -> Instant {
        self.next
    }

    /// Goes on to the first tick after `now`, which is not before the next one, and returns how
    /// many ticks beside the one that is due it passes over.
    pub fn pass(&mut self, now: Instant) -> u64 {
        let mut over = 0;
        if let Some(first) = self.then.take() {
            self.next = first;
            if now < first {
                return 0;
            }
            over = 1;
        }
        let late = now.saturating_duration_since(self.next);
        over += late.as_nanos() / self.period.as_nanos();
        let into = late.as_nanos() % self.period.as_nanos();
        let into = Duration::from_nanos(u64::try_from(into).unwrap_or(u64::MAX));
        self.next += late.saturating_sub(into) + self.period;
        u64::try_from(over).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// Passes at these times in ms, then the ticks that follow and how many were passed over.
    fn check(at_once: bool, delay: u64, period: u64, now: &[u64], expect: &[(u64, u64)]) {
        let start = Instant::now();
        let mut schedule = Schedule::new(start, at_once, ms(delay), ms(period));
        let seen: Vec<_> = now
            .iter()
            .map(|now| {
                let over = schedule.pass(start + ms(*now));
                let next = u64::try_from((schedule.next() - start).as_millis());
                (next.expect("short"), over)
            })
            .collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn ticks_stay_on_the_grid() {
        let on_time = [(10, 0), (20, 0), (30, 0)];
        check(false, 0, 10, &[0, 10, 20], &on_time);
        check(false, 0, 10, &[9, 19, 20], &on_time);
        check(false, 0, 10, &[25, 30], &[(30, 2), (40, 0)]);
        check(false, 0, 10, &[10, 10], &[(20, 1), (30, 0)]);
        check(false, 500, 1000, &[500, 1501], &[(1500, 0), (2500, 0)]);
        // A clock that goes back.
        check(false, 0, 10, &[20, 5], &[(30, 2), (40, 0)]);
        // The one at once, on time, late, and so late that the first tick is over.
        check(true, 7, 10, &[0, 7, 17], &[(7, 0), (17, 0), (27, 0)]);
        check(true, 7, 10, &[6, 8], &[(7, 0), (17, 0)]);
        check(true, 7, 10, &[7], &[(17, 1)]);
        check(true, 7, 10, &[28], &[(37, 3)]);
        check(true, 0, 10, &[0, 10], &[(10, 0), (20, 0)]);
        // A period of nothing is a millisecond.
        check(false, 0, 0, &[0, 1, 5], &[(1, 0), (2, 0), (6, 3)]);
    }

    #[test]
    fn the_longest_times_do_not_overflow() {
        let start = Instant::now();
        let mut schedule = Schedule::new(start, true, Duration::MAX, Duration::MAX);
        assert_eq!((schedule.next(), schedule.pass(start)), (start, 0));
        assert_eq!(schedule.next(), start + LONGEST);
        assert_eq!(schedule.pass(start + LONGEST), 0);
        assert_eq!(schedule.next(), start + LONGEST + LONGEST);
    }
}
