//! Counts tests from what their runners say: libtest's `test result:` lines and Playwright's JSON
//! report. A line that only looks similar counts as nothing.

use std::fmt;
use std::ops::AddAssign;

/// Tests that passed and tests that failed. Ignored and skipped ones are neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Tally {
    /// What one line of `cargo test` adds: `test result: ok. 3 passed; 0 failed; …`.
    pub fn from_libtest_line(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let mut tally = Self::default();
        for (count, what) in counts
            .split("; ")
            .filter_map(|part| part.trim().split_once(' '))
        {
            match what {
                "passed" => tally.passed = count.parse().ok()?,
                "failed" => tally.failed = count.parse().ok()?,
                _ => {}
            }
        }
        Some(tally)
    }

    /// What a Playwright JSON report says; `None` when it is not one. A flaky test passed in the
    /// end, and an interrupted run's errors outside any test are not tests.
    pub fn from_playwright(report: &str) -> Option<Self> {
        let report: serde_json::Value = serde_json::from_str(report).ok()?;
        let stats = report.get("stats")?;
        let count = |key: &str| stats.get(key)?.as_u64();
        Some(Self {
            passed: count("expected")? + count("flaky")?,
            failed: count("unexpected")?,
        })
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Option<Tally> {
        Some(Tally { passed, failed })
    }

    #[test]
    fn libtest_lines_are_counted_and_others_are_not() {
        fn check(line: &str, expect: Option<Tally>) {
            assert_eq!(Tally::from_libtest_line(line), expect, "{line}");
        }
        check(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            tally(3, 0),
        );
        check(
            "test result: FAILED. 12 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            tally(12, 4),
        );
        check(
            "test result: ok. 0 passed; 0 failed; 0 ignored",
            tally(0, 0),
        );
        check("test result: ok", None);
        check("test result: ok. x passed; 0 failed", None);
        check("test a_test ... ok", None);
        check("the test result: ok. 3 passed; 0 failed", None);
        check("", None);
    }

    #[test]
    fn playwright_reports_are_counted_and_broken_ones_are_not() {
        fn check(report: &str, expect: Option<Tally>) {
            assert_eq!(Tally::from_playwright(report), expect, "{report}");
        }
        check(
            r#"{"stats":{"expected":7,"skipped":2,"unexpected":1,"flaky":1}}"#,
            tally(8, 1),
        );
        check(
            r#"{"stats":{"expected":0,"skipped":0,"unexpected":0,"flaky":0},"errors":[{}]}"#,
            tally(0, 0),
        );
        check(r#"{"stats":{"expected":7}}"#, None);
        check(
            r#"{"stats":{"expected":-1,"unexpected":0,"flaky":0}}"#,
            None,
        );
        check("{}", None);
        check("", None);
    }

    #[test]
    fn the_closing_line_is_plain() {
        let mut sum = Tally::default();
        assert_eq!(sum.to_string(), "0 passed, 0 failed");
        sum += Tally {
            passed: 40,
            failed: 1,
        };
        sum += Tally {
            passed: 2,
            failed: 0,
        };
        assert_eq!(sum.to_string(), "42 passed, 1 failed");
    }
}
