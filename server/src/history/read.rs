//! Reading series from memory and database, merged into steps.
//!
//! Invariant: a second is read from memory, from the database, or as part of a minute, never
//! twice, and nothing after the asked end is read.

use std::sync::Arc;

use telemetry::aggregate::{Packed, SeriesId, Shape};

use super::minutes::{self, MINUTE_MS};
use super::step::Steps;
use super::{History, PackedSecond};
use crate::query::Windows;
use crate::storage::StorageError;

/// Reads series of one metric, over one range of time.
pub(super) struct Reader<'h> {
    history: &'h History,
    shape: Shape,
    steps: Steps,
    /// The last ms that is read.
    to: i64,
    memory: Vec<Arc<PackedSecond>>,
    /// The last ms that is read from the database.
    stored_to: i64,
    /// Up to here the database is read by minutes, and by seconds from here on.
    minutes_to: i64,
}

impl<'h> Reader<'h> {
    /// A reader of series that have this shape.
    pub(super) async fn new(
        history: &'h History,
        shape: Shape,
        steps: Steps,
        to: i64,
    ) -> Result<Reader<'h>, StorageError> {
        // Taken before the database is read: whether its seconds are written by then or not, the
        // database is not asked for them.
        let memory = history.memory.snapshot();
        let seam = memory.first().map_or(i64::MAX, |second| second.t);
        let stored_to = to.min(seam - 1);
        let mut minutes_to = i64::MIN;
        // Only steps of whole minutes can be made of minutes.
        if steps.row_ms() == MINUTE_MS && steps.from < stored_to {
            minutes_to = minutes::floor(stored_to.min(history.storage.minutes_whole().await?));
        }
        Ok(Reader {
            history,
            shape,
            steps,
            to,
            memory,
            stored_to,
            minutes_to,
        })
    }

    /// What a series measured in each step.
    pub(super) async fn windows(&self, series: SeriesId) -> Result<Windows, StorageError> {
        let (storage, from) = (&self.history.storage, self.steps.from);
        let mut windows = Windows::default();
        let mut points = Vec::new();
        if from < self.minutes_to {
            points = storage.minutes(series.0, from, self.minutes_to).await?;
        }
        let after = from.max(self.minutes_to);
        if after < self.stored_to {
            points.extend(storage.points(series.0, after, self.stored_to).await?);
        }
        for point in points {
            self.add(&mut windows, point.t, &point.packed());
        }
        let in_range = |second: &&Arc<PackedSecond>| second.t > from && second.t <= self.to;
        for second in self.memory.iter().filter(in_range) {
            if let Some(row) = second.row(series) {
                self.add(&mut windows, second.t, &row.packed);
            }
        }
        Ok(windows)
    }

    /// The end of the newest second in memory.
    pub(super) fn newest_ms(&self) -> Option<i64> {
        self.memory.last().map(|second| second.t)
    }

    /// A point of another shape is from before the metric's definition changed: left out.
    fn add(&self, windows: &mut Windows, t: i64, packed: &Packed) {
        if let Some(aggregate) = packed.unpack(&self.shape, t) {
            windows.add(self.steps.end_of(t), aggregate);
        }
    }
}
