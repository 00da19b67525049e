//! How a range of time is cut into steps.
//!
//! Invariant: a range never has more steps than were asked for, and its ends are multiples of
//! the step, so that the same range asked twice has the same steps.

use protocol::history::STEPS_MS;

use super::minutes::MINUTE_MS;

const DAY_MS: i64 = 86_400_000;
/// Lengths of coarser steps, each several of the one before: a page can cut any of them into those of
/// another metric.
const COARSER_MS: [i64; 10] = {
    const MIN: i64 = 60_000;
    const H: i64 = 60 * MIN;
    [
        10_000,
        30_000,
        MIN,
        5 * MIN,
        15 * MIN,
        30 * MIN,
        H,
        6 * H,
        12 * H,
        DAY_MS,
    ]
};

/// A range and its step, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Start, exclusive.
    pub from: i64,
    /// End, inclusive.
    pub to: i64,
    /// Length of a step.
    pub step: i64,
}

impl Steps {
    /// The finest cut of `from..to` into at most `points` steps; None when even days are too
    /// many.
    pub fn cut(from: i64, to: i64, points: i64) -> Option<Steps> {
        let steps = STEPS_MS.into_iter().chain([DAY_MS]);
        let mut cuts = steps.filter_map(|step| Steps::of(from, to, step));
        cuts.find(|cut| cut.count() <= points)
    }

    /// The finest cut of the same range into steps of several of these that `holds`.
    pub fn coarser(&self, holds: impl Fn(&Steps) -> bool) -> Option<Steps> {
        let several = COARSER_MS.into_iter();
        let several = several.filter(|step| *step > self.step && step % self.step == 0);
        let mut cuts = several.filter_map(|step| Steps::of(self.from, self.to, step));
        cuts.find(holds)
    }

    fn of(from: i64, to: i64, step: i64) -> Option<Steps> {
        let from = from.div_euclid(step).checked_mul(step)?;
        let to = to
            .checked_add(step - 1)?
            .div_euclid(step)
            .checked_mul(step)?;
        Some(Steps { from, to, step })
    }

    /// How many steps.
    pub fn count(&self) -> i64 {
        self.to.saturating_sub(self.from) / self.step
    }

    /// How many stored rows of one series they are made of.
    pub fn rows(&self) -> i64 {
        self.count().saturating_mul(self.step / self.row_ms())
    }

    /// The length of stored rows that steps are made of: minutes when they divide it, else
    /// seconds.
    pub fn row_ms(&self) -> i64 {
        if self.step % MINUTE_MS == 0 {
            MINUTE_MS
        } else {
            1_000
        }
    }

    /// The end of the step that a second belongs to.
    pub fn end_of(&self, t: i64) -> i64 {
        (t + self.step - 1).div_euclid(self.step) * self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finest_step_that_fits() {
        let check = |from, to, points, expect: Option<(i64, i64, i64)>| {
            let cut = Steps::cut(from, to, points).map(|cut| (cut.from, cut.to, cut.step));
            assert_eq!(cut, expect, "{from} {to} {points}");
        };
        check(0, 300_000, 300, Some((0, 300_000, 1_000)));
        check(0, 300_000, 299, Some((0, 300_000, 2_000)));
        check(500, 299_500, 300, Some((0, 300_000, 1_000)));
        check(500, 300_500, 300, Some((0, 302_000, 2_000)));
        check(0, DAY_MS, 1, Some((0, DAY_MS, DAY_MS)));
        check(-1_500, -500, 600, Some((-2_000, 0, 1_000)));
        check(0, 2 * DAY_MS, 1, None);
        check(i64::MIN, i64::MAX, 5_000, None);
    }

    #[test]
    fn coarser_steps_are_several_of_the_finer_ones() {
        let check = |points, rows, expect: Option<(i64, i64, i64)>| {
            let steps = Steps::cut(0, 3_600_000, points).expect("fits");
            let cut = steps.coarser(|steps| steps.rows() <= rows);
            let cut = cut.map(|cut| (cut.from, cut.to, cut.step));
            assert_eq!(cut, expect, "{points} {rows}");
        };
        // Only minutes are fewer rows than seconds.
        check(3_600, 3_599, Some((0, 3_600_000, 60_000)));
        check(360, 60, Some((0, 3_600_000, 60_000)));
        check(360, 59, None);
        check(60, 60, Some((0, 3_600_000, 300_000)));
        assert!(COARSER_MS.windows(2).all(|pair| pair[1] % pair[0] == 0));
        let steps = Steps::cut(0, 60_000, 4).expect("fits");
        let cells = |most: i64| {
            steps
                .coarser(|steps| steps.count() <= most)
                .map(|cut| cut.step)
        };
        assert_eq!(
            (steps.step, cells(2), cells(1)),
            (15_000, Some(30_000), Some(60_000))
        );
    }

    #[test]
    fn a_second_belongs_to_the_step_that_ends_with_it() {
        let steps = Steps::cut(0, 10_000, 5).expect("fits");
        let check = |t, end| assert_eq!(steps.end_of(t), end);
        check(0, 0);
        check(1, 2_000);
        check(2_000, 2_000);
        check(2_001, 4_000);
    }
}
