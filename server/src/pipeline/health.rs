//! How the parts of the pipeline do, told once a second as a state that a dashboard can show.

use std::time::Duration;

/// As it should be, behind, or not working: what the metric `pulseboard.health` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Fine = 0,
    /// It works, later than it should.
    Slow = 1,
    /// It does not work, or loses something.
    Failing = 2,
}

/// What a second was like.
#[derive(Clone, Copy, Debug)]
pub struct SecondOf {
    /// Whether the last attempt to write to the database failed.
    pub database_fails: bool,
    /// Rows that will not reach the database.
    pub dropped: u64,
    /// Whether the last attempt to write the list of recent events failed.
    pub log_fails: bool,
    /// The longest flush.
    pub longest: Duration,
    /// The time a flush may take until the next begins.
    pub flush: Duration,
    /// Whether a sink panicked.
    pub sinks_failed: bool,
    /// Whether the clock jumped or stood still in the last minutes.
    pub clock_stepped: bool,
}

impl SecondOf {
    /// Each part and how it does.
    pub fn parts(&self) -> [(&'static str, Health); 5] {
        let failing = |fails: bool| if fails { Health::Failing } else { Health::Fine };
        let flush = if self.sinks_failed {
            Health::Failing
        } else if self.longest > self.flush {
            Health::Slow
        } else {
            Health::Fine
        };
        let clock = if self.clock_stepped {
            Health::Slow
        } else {
            Health::Fine
        };
        [
            ("clock", clock),
            ("database", failing(self.database_fails)),
            ("events", failing(self.log_fails)),
            ("flush", flush),
            ("history", failing(self.dropped > 0)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        use Health::{Failing, Fine, Slow};
        let check = |database_fails, dropped, longest_ms, sinks_failed, expect: [Health; 3]| {
            let [database, flush, history] = expect;
            let second = SecondOf {
                database_fails,
                dropped,
                log_fails: false,
                longest: Duration::from_millis(longest_ms),
                flush: Duration::from_millis(100),
                sinks_failed,
                clock_stepped: false,
            };
            let health = |second: SecondOf| second.parts().map(|(_, health)| health);
            assert_eq!(health(second), [Fine, database, Fine, flush, history]);
            let stepped = SecondOf {
                clock_stepped: true,
                ..second
            };
            assert_eq!(health(stepped), [Slow, database, Fine, flush, history]);
            let unwritten = SecondOf {
                log_fails: true,
                ..second
            };
            let want = [Fine, database, Failing, flush, history];
            assert_eq!(health(unwritten), want);
        };
        check(false, 0, 0, false, [Fine, Fine, Fine]);
        check(false, 0, 100, false, [Fine, Fine, Fine]);
        check(false, 0, 101, false, [Fine, Slow, Fine]);
        check(true, 0, 0, false, [Failing, Fine, Fine]);
        check(false, 1, 0, false, [Fine, Fine, Failing]);
        check(false, 0, 0, true, [Fine, Failing, Fine]);
        check(false, 0, 101, true, [Fine, Failing, Fine]);
    }
}
