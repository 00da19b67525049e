//! Which time was measured.
//!
//! Invariant: what is covered was measured, and is in the database or in memory: not the time between
//! two runs, nor a gap within one.

use super::History;
use super::memory::Gap;
use super::step::Steps;
use crate::storage::StorageError;

/// A pause between two runs that is no gap, in ms.
const NO_GAP_MS: i64 = 2_000;

impl History {
    /// The stretches of a range that were measured; `newest` is the newest second in memory.
    pub(super) async fn covered(
        &self,
        steps: &Steps,
        newest: Option<i64>,
    ) -> Result<Vec<[i64; 2]>, StorageError> {
        let (from, to) = (steps.from, steps.to);
        // Before the database: one that is written meanwhile is in both.
        let mut gaps = self.memory.gaps();
        let mut runs = self.storage.runs(from, to).await?;
        gaps.extend(self.storage.gaps(from, to).await?);
        // What this run measured since it wrote last.
        let started_ms = self.memory.begun_ms().unwrap_or(self.started_ms);
        runs.push((started_ms, newest.unwrap_or(started_ms)));
        Ok(without_gaps(merge_runs(runs, from, to), gaps))
    }
}

fn merge_runs(mut runs: Vec<(i64, i64)>, from: i64, to: i64) -> Vec<[i64; 2]> {
    runs.sort_unstable();
    let mut covered: Vec<[i64; 2]> = Vec::new();
    for (start, end) in runs {
        let (start, end) = (start.max(from), end.min(to));
        if start >= end {
            continue;
        }
        match covered.last_mut() {
            Some(last) if start <= last[1].saturating_add(NO_GAP_MS) => last[1] = last[1].max(end),
            _ => covered.push([start, end]),
        }
    }
    covered
}

fn without_gaps(mut covered: Vec<[i64; 2]>, gaps: Vec<Gap>) -> Vec<[i64; 2]> {
    for (from, to) in gaps {
        let around = |[start, end]: [i64; 2]| [[start, end.min(from)], [start.max(to), end]];
        let rest = covered.into_iter().flat_map(around);
        covered = rest.filter(|[start, end]| start < end).collect();
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_with_hardly_a_pause_are_one() {
        let check = |runs: &[(i64, i64)], expect: &[[i64; 2]]| {
            assert_eq!(merge_runs(runs.to_vec(), 0, 100_000), expect);
        };
        check(&[], &[]);
        check(&[(-5_000, 200_000)], &[[0, 100_000]]);
        check(&[(10_000, 20_000), (22_000, 30_000)], &[[10_000, 30_000]]);
        check(
            &[(10_000, 20_000), (22_001, 30_000)],
            &[[10_000, 20_000], [22_001, 30_000]],
        );
        check(&[(10_000, 20_000), (12_000, 15_000)], &[[10_000, 20_000]]);
        check(&[(10_000, 10_000)], &[]);
    }

    #[test]
    fn gaps_are_not_covered_however_short() {
        let check = |gaps: &[Gap], expect: &[[i64; 2]]| {
            let covered = vec![[0, 10_000], [20_000, 30_000]];
            assert_eq!(without_gaps(covered, gaps.to_vec()), expect, "{gaps:?}");
        };
        check(&[], &[[0, 10_000], [20_000, 30_000]]);
        check(
            &[(4_000, 5_000)],
            &[[0, 4_000], [5_000, 10_000], [20_000, 30_000]],
        );
        check(&[(9_000, 21_000)], &[[0, 9_000], [21_000, 30_000]]);
        check(&[(-1, 10_000), (20_000, 25_000)], &[[25_000, 30_000]]);
        check(&[(11_000, 19_000)], &[[0, 10_000], [20_000, 30_000]]);
        check(&[(0, 30_000), (0, 30_000)], &[]);
    }
}
