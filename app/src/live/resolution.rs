//! How much of the past the page keeps, and how finely: enough steps for a picture, and never
//! more than [`MOST_STEPS`] of a series, whatever the span.

use protocol::history::STEPS_MS;

/// Most steps of one series.
pub const MOST_STEPS: i64 = 3_600;
/// Spans up to this keep every frame of levels, in ms.
const FINE_MS: i64 = 120_000;
/// Shortest flush: a bound for the frames of a span.
const FRAME_MS: i64 = 100;

/// What a store keeps of every series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Length of a step in ms; whole seconds.
    pub step_ms: i64,
    /// Steps that are kept.
    pub steps: usize,
    /// Frames that are kept of levels, beside the steps; 0 for wide spans.
    pub frames: usize,
}

impl Resolution {
    /// For a picture of `span_ms`.
    pub fn of(span_ms: i64) -> Resolution {
        let span_ms = span_ms.max(1_000);
        let step_ms = STEPS_MS
            .into_iter()
            .find(|step| span_ms / step <= MOST_STEPS)
            .unwrap_or(86_400_000);
        // One more, for the line that comes in from the left.
        let steps = (span_ms / step_ms + 1).min(MOST_STEPS + 1) as usize;
        let fine = span_ms <= FINE_MS;
        Resolution {
            step_ms,
            steps,
            frames: if fine {
                (span_ms / FRAME_MS + 1) as usize
            } else {
                0
            },
        }
    }

    /// How much time the steps are, in ms.
    pub fn kept_ms(&self) -> i64 {
        self.steps as i64 * self.step_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolutions() {
        let check = |span_s: i64, step_s: i64, steps: usize, frames: usize| {
            let resolution = Resolution::of(span_s * 1000);
            assert_eq!(
                (resolution.step_ms, resolution.steps, resolution.frames),
                (step_s * 1000, steps, frames),
                "{span_s}"
            );
        };
        check(0, 1, 2, 11);
        check(60, 1, 61, 601);
        check(120, 1, 121, 1201);
        check(300, 1, 301, 0);
        check(3_600, 1, 3_601, 0);
        check(6 * 3_600, 10, 2_161, 0);
        check(86_400, 30, 2_881, 0);
        check(7 * 86_400, 300, 2_017, 0);
        check(31 * 86_400, 900, 2_977, 0);
        assert!(Resolution::of(i64::MAX).steps <= MOST_STEPS as usize + 1);
    }
}
