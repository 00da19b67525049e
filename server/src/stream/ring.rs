//! The newest encoded flushes, bounded in number and in bytes.
//!
//! Invariant: numbers of flushes are without a gap. Beyond a limit the oldest flush goes first, but
//! the bytes never shorten the ring below the two seconds that live streams need, nor the rows for
//! merging below one second.

use std::collections::VecDeque;
use std::sync::Arc;

use super::encoded_flush::EncodedFlush;
use crate::config::PipelineConfig;

/// Newest flushes whose rows can be merged and whose joined bytes are kept.
pub(super) const MERGE_WINDOW: usize = 50;

/// The ring, oldest flush first.
pub(super) struct Ring {
    flushes: VecDeque<Arc<EncodedFlush>>,
    limits: Limits,
    /// Of all flushes, without caches.
    text_bytes: usize,
    /// Rows kept for merging, as of the last push.
    row_bytes: usize,
    /// Joined chunks, as of the last push.
    joined_bytes: usize,
}

struct Limits {
    max_flushes: usize,
    min_flushes: usize,
    shares: Shares,
    /// Flushes of one second, whose rows are kept in any case: what a stream of one frame a second
    /// merges.
    second: usize,
}

/// How the bytes of the ring are divided.
#[derive(Clone, Copy)]
pub(super) struct Shares {
    /// Texts and rows.
    pub(super) flushes: usize,
    /// Rows alone.
    pub(super) rows: usize,
    /// Joined and merged chunks.
    pub(super) chunks: usize,
    /// Catalogues.
    pub(super) catalogues: usize,
}

impl Shares {
    pub(super) fn of(ring_bytes: usize) -> Shares {
        let eighth = ring_bytes / 8;
        Shares {
            flushes: 6 * eighth,
            rows: 2 * eighth,
            chunks: eighth,
            catalogues: eighth,
        }
    }
}

impl Ring {
    pub(super) fn new(config: &PipelineConfig) -> Ring {
        let flushes_in = |ms: u32| ms.div_ceil(config.flush_ms.max(1)) as usize;
        Ring {
            flushes: VecDeque::new(),
            limits: Limits {
                max_flushes: config.ring_flushes,
                min_flushes: flushes_in(2_000),
                shares: Shares::of(config.ring_bytes),
                second: flushes_in(1_000),
            },
            text_bytes: 0,
            row_bytes: 0,
            joined_bytes: 0,
        }
    }

    /// Adds the newest flush; returns how many old ones went for the sake of bytes.
    pub(super) fn push(&mut self, flush: Arc<EncodedFlush>) -> u64 {
        // A flush that could not be encoded is missing: streams begin again after it.
        let follows = self
            .newest()
            .is_none_or(|newest| newest.seq.checked_add(1) == Some(flush.seq));
        if !follows {
            self.flushes.clear();
            self.text_bytes = 0;
        }
        self.text_bytes += flush.text_bytes();
        self.flushes.push_back(flush);
        self.trim_caches();
        let mut shortened = 0;
        loop {
            let full = self.flushes.len() > self.limits.max_flushes;
            let heavy = self.text_bytes + self.row_bytes > self.limits.shares.flushes
                && self.flushes.len() > self.limits.min_flushes;
            if !full && !heavy {
                return shortened;
            }
            shortened += u64::from(!full);
            self.pop();
        }
    }

    /// Estimate of the memory that it holds, caches included.
    pub(super) fn bytes(&self) -> usize {
        self.text_bytes + self.row_bytes + self.joined_bytes
    }

    pub(super) fn joined_bytes(&self) -> usize {
        self.joined_bytes
    }

    pub(super) fn len(&self) -> usize {
        self.flushes.len()
    }

    pub(super) fn newest(&self) -> Option<&Arc<EncodedFlush>> {
        self.flushes.back()
    }

    /// Oldest and newest number.
    pub(super) fn span(&self) -> Option<(u64, u64)> {
        Some((self.flushes.front()?.seq, self.flushes.back()?.seq))
    }

    /// The oldest flush whose window ends after `ms`.
    pub(super) fn first_after(&self, ms: i64) -> Option<&Arc<EncodedFlush>> {
        let after = self.flushes.partition_point(|flush| flush.end_ms <= ms);
        self.flushes.get(after)
    }

    /// The flushes `first..=last`, all of them or None.
    pub(super) fn range(&self, first: u64, last: u64) -> Option<Vec<Arc<EncodedFlush>>> {
        let (oldest, _) = self.span()?;
        let start = usize::try_from(first.checked_sub(oldest)?).ok()?;
        let end = usize::try_from(last.checked_sub(oldest)?).ok()?;
        (start <= end && end < self.flushes.len())
            .then(|| self.flushes.range(start..=end).cloned().collect())
    }

    fn pop(&mut self) {
        if let Some(oldest) = self.flushes.pop_front() {
            self.text_bytes -= oldest.text_bytes();
            self.row_bytes = self.row_bytes.saturating_sub(oldest.row_bytes());
            self.joined_bytes = self.joined_bytes.saturating_sub(oldest.joined_bytes());
        }
    }

    /// Drops caches beyond their share and beyond the merge window, oldest first, and measures what
    /// is left. Only this many flushes have any.
    fn trim_caches(&mut self) {
        let shares = self.limits.shares;
        let (mut row_bytes, mut joined_bytes) = (0, 0);
        let newest_first = self.flushes.iter().rev().enumerate();
        for (age, flush) in newest_first.take(MERGE_WINDOW + 1) {
            let (rows, joined) = (flush.row_bytes(), flush.joined_bytes());
            let old = age == MERGE_WINDOW;
            if old || age >= self.limits.second && row_bytes + rows > shares.rows {
                flush.drop_rows();
            } else {
                row_bytes += rows;
            }
            // Half of the share is left to what clients read until the next flush.
            if old || age > 0 && joined_bytes + joined > shares.chunks / 2 {
                flush.drop_joined();
            } else {
                joined_bytes += joined;
            }
        }
        (self.row_bytes, self.joined_bytes) = (row_bytes, joined_bytes);
    }
}
