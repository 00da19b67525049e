//! How long to wait before the next attempt.
//!
//! Invariant: a wait is at least half of what the number of failures asks for and never longer
//! than [`LONGEST`], so a receiver that comes back is neither flooded nor missed.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

/// The wait after the first failure.
const FIRST: Duration = Duration::from_millis(500);
/// Longest wait that is chosen here.
const LONGEST: Duration = Duration::from_secs(30);
/// Longest wait that a receiver may ask for by `Retry-After`.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// Doubles with each failure, and spreads programs that failed together.
pub struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    /// No failures yet; the seed is this process's own.
    pub fn new() -> Backoff {
        Backoff::seeded(RandomState::new().hash_one("backoff"))
    }

    fn seeded(seed: u64) -> Backoff {
        Backoff {
            failures: 0,
            random: seed,
        }
    }

    /// The wait after one more failure.
    pub fn after_failure(&mut self) -> Duration {
        let whole = FIRST
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        // SplitMix64 (Steele, Lea and Flood 2014), which mixes well whatever the seed.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let share = (mixed >> 11) as f64 / (1_u64 << 53) as f64;
        whole.mul_f64(0.5 + share / 2.0)
    }

    /// It worked: the next failure is the first one.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// What `Retry-After` asks for: seconds or a date (RFC 9110, 10.2.3), at most five minutes.
pub fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    let wait = match header.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(header)
            .ok()?
            .duration_since(now)
            .unwrap_or_default(),
    };
    Some(wait.min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew() {
        for seed in [0, 1, u64::MAX] {
            let mut backoff = Backoff::seeded(seed);
            for whole in [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] {
                let wait = backoff.after_failure().as_secs_f64();
                assert!((whole / 2.0..=whole).contains(&wait), "{wait} of {whole}");
            }
            backoff.failures = u32::MAX;
            assert!(backoff.after_failure() <= LONGEST);
            backoff.reset();
            assert!(backoff.after_failure() <= FIRST);
        }
    }

    #[test]
    fn programs_that_failed_together_come_back_apart() {
        let (mut one, mut other) = (Backoff::seeded(3), Backoff::seeded(5));
        assert_ne!(one.after_failure(), other.after_failure());
    }

    #[test]
    fn what_a_receiver_asks_for() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
        let check = |header: &str, seconds: Option<u64>| {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(header, now), expected, "{header}");
        };
        check("0", Some(0));
        check(" 7 ", Some(7));
        check("86400", Some(300));
        check("Sun, 06 Nov 1994 08:49:47 GMT", Some(10));
        check("Sun, 06 Nov 1994 08:49:27 GMT", Some(0));
        check("Mon, 07 Nov 1994 08:49:37 GMT", Some(300));
        check("-1", None);
        check("1.5", None);
        check("soon", None);
        check("", None);
    }
}
