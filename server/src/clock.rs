//! Time: of day, and since the machine started.
//!
//! Invariant: nothing else reads either. Everything that computes with time is given it, so that
//! tests can let it stand still, jump or go back.

use std::time::{SystemTime, UNIX_EPOCH};

/// A difference between two clocks, or a time between two looks, that is nothing to report, in ms: a
/// busy machine lets a process wait for so long.
pub const TOLERANCE_MS: i64 = 2_000;

/// Milliseconds since the epoch; 0 on a machine whose clock stands before it.
pub fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        })
}

/// Milliseconds on a clock that nobody sets. On Linux it goes on while the machine sleeps.
#[cfg(target_os = "linux")]
pub fn uptime_ms() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec
        .saturating_mul(1_000)
        .saturating_add(time.tv_nsec / 1_000_000)
}

/// Milliseconds on a clock that nobody sets.
#[cfg(not(target_os = "linux"))]
pub fn uptime_ms() -> i64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(START.elapsed().as_millis()).unwrap_or(i64::MAX)
}

/// What the clock did between two looks, when it did not simply go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockStep {
    /// Nobody looked for so many ms: the process was stopped, or the machine slept.
    StoodStill(i64),
    /// The time of day was set back by so many ms.
    SetBack(i64),
    /// The time of day was set forward by so many ms.
    SetForward(i64),
}

impl ClockStep {
    /// From what passed by the time of day, and on the clock that nobody sets.
    pub fn between(wall_ms: i64, uptime_ms: i64) -> Option<ClockStep> {
        let set_by = wall_ms.saturating_sub(uptime_ms);
        if set_by > TOLERANCE_MS {
            Some(ClockStep::SetForward(set_by))
        } else if set_by < -TOLERANCE_MS {
            Some(ClockStep::SetBack(set_by.saturating_neg()))
        } else if uptime_ms > TOLERANCE_MS {
            Some(ClockStep::StoodStill(uptime_ms))
        } else {
            None
        }
    }

    /// As metrics and health checks name it.
    pub fn name(self) -> &'static str {
        match self {
            ClockStep::StoodStill(_) => "stood_still",
            ClockStep::SetBack(_) => "set_back",
            ClockStep::SetForward(_) => "set_forward",
        }
    }

    /// Its length, never negative.
    pub fn ms(self) -> i64 {
        match self {
            ClockStep::StoodStill(ms) | ClockStep::SetBack(ms) | ClockStep::SetForward(ms) => ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ClockStep::{SetBack, SetForward, StoodStill};
    use super::*;

    #[test]
    fn a_clock_that_jumps_is_told_from_a_process_that_stood_still() {
        let check = |wall_ms, uptime_ms, expect| {
            let found = ClockStep::between(wall_ms, uptime_ms);
            assert_eq!(found, expect, "{wall_ms} {uptime_ms}");
        };
        check(100, 100, None);
        check(0, 100, None);
        check(1_900, 1_900, None);
        check(15_000, 15_000, Some(StoodStill(15_000)));
        check(3_600_100, 100, Some(SetForward(3_600_000)));
        check(-3_599_900, 100, Some(SetBack(3_600_000)));
        check(-1_900, 100, None);
        check(i64::MIN, i64::MAX, Some(SetBack(i64::MAX)));
        check(i64::MAX, 0, Some(SetForward(i64::MAX)));
    }

    #[test]
    fn the_clock_that_nobody_sets_goes_on() {
        let begin = uptime_ms();
        assert!(begin >= 0 && uptime_ms() >= begin);
    }
}
