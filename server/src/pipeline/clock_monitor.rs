//! Compares the time of day with a clock that nobody sets, at every flush.
//!
//! Invariant: a step of the clock is logged, emitted and shown by health checks once, and never ends
//! anything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use telemetry::Registry;

use crate::clock::{self, ClockStep};
use crate::contract::CLOCK_STEP;

/// How long health checks show a step.
const SHOWN_FOR: Duration = Duration::from_secs(600);

/// The newest step of the clock, for health checks.
#[derive(Clone, Default)]
pub struct ClockHealth(Arc<Mutex<Option<(ClockStep, i64)>>>);

impl ClockHealth {
    /// The newest step and the time since then, for ten minutes.
    pub fn recent(&self) -> Option<(ClockStep, Duration)> {
        self.recent_at(clock::uptime_ms())
    }

    fn recent_at(&self, uptime_ms: i64) -> Option<(ClockStep, Duration)> {
        let newest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, at_ms) = newest?;
        let since = u64::try_from(uptime_ms.saturating_sub(at_ms)).unwrap_or(0);
        let since = Duration::from_millis(since);
        (since < SHOWN_FOR).then_some((step, since))
    }

    fn set(&self, step: ClockStep, uptime_ms: i64) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some((step, uptime_ms));
    }
}

/// Finds steps of the clock.
pub struct ClockMonitor {
    wall_ms: i64,
    uptime_ms: i64,
    health: ClockHealth,
    registry: Arc<Registry>,
}

impl ClockMonitor {
    /// As if it had looked at both clocks just then.
    pub fn new(
        wall_ms: i64,
        uptime_ms: i64,
        health: ClockHealth,
        registry: Arc<Registry>,
    ) -> ClockMonitor {
        ClockMonitor {
            wall_ms,
            uptime_ms,
            health,
            registry,
        }
    }

    /// Looks at both clocks; the time since the last look in ms, by the one that nobody sets.
    pub fn observe(&mut self, wall_ms: i64, uptime_ms: i64) -> i64 {
        let elapsed_ms = uptime_ms.saturating_sub(self.uptime_ms);
        let wall_elapsed_ms = wall_ms.saturating_sub(self.wall_ms);
        (self.wall_ms, self.uptime_ms) = (wall_ms, uptime_ms);
        if let Some(step) = ClockStep::between(wall_elapsed_ms, elapsed_ms) {
            self.report(step, uptime_ms);
        }
        elapsed_ms
    }

    #[cold]
    fn report(&self, step: ClockStep, uptime_ms: i64) {
        let seconds = step.ms() as f64 / 1_000.0;
        match step {
            ClockStep::StoodStill(_) => tracing::warn!(
                "clock: nothing was measured for {seconds:.1} s: the process was stopped, or the \
                 machine slept or was overloaded; that time is a gap"
            ),
            ClockStep::SetBack(_) => tracing::warn!(
                "clock: the time of day was set back by {seconds:.1} s; what is measured from now on \
                 replaces what was measured at these times before"
            ),
            ClockStep::SetForward(_) => tracing::warn!(
                "clock: the time of day was set forward by {seconds:.1} s; the time between is a gap"
            ),
        }
        self.health.set(step, uptime_ms);
        CLOCK_STEP.execute_on(
            &self.registry,
            &[("duration", seconds)],
            &[("step", step.name().into())],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_emitted_once_and_shown_for_a_while() {
        let registry = Arc::new(Registry::new());
        let emitted = Arc::new(Mutex::new(Vec::new()));
        let seen = emitted.clone();
        let attached = registry.attach("test", CLOCK_STEP.name, move |event| {
            let step = event.meta("step").expect("present").to_string();
            seen.lock().expect("whole").push(step);
        });
        attached.expect("attaches");
        let health = ClockHealth::default();
        let mut monitor = ClockMonitor::new(10_000, 500, health.clone(), registry);
        let mut observe = |wall_ms, uptime_ms| monitor.observe(wall_ms, uptime_ms);
        assert_eq!(observe(10_100, 600), 100);
        assert_eq!(health.recent_at(600), None);
        // Stopped for 15 s, then set back by an hour, and forward again.
        assert_eq!(observe(25_100, 15_600), 15_000);
        assert_eq!(observe(-3_574_800, 15_700), 100);
        assert_eq!(observe(-3_574_700, 15_800), 100);
        assert_eq!(observe(25_400, 15_900), 100);
        let emitted = emitted.lock().expect("whole").clone();
        assert_eq!(emitted, ["stood_still", "set_back", "set_forward"]);
        let (step, since) = health.recent_at(16_900).expect("shown");
        assert_eq!(step, ClockStep::SetForward(3_600_000));
        assert_eq!(since, Duration::from_secs(1));
        assert_eq!(health.recent_at(15_900 + 600_000), None);
    }
}
