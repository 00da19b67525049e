//! Minutes, so that a day is read from 1,440 rows instead of 86,400.
//!
//! Invariant: a minute is merged from what the database holds of it, and only after a later
//! second is in the database; so a restart or a kill in its middle makes no difference.

use telemetry::aggregate::{Aggregate, Packed, Shape};

pub use crate::storage::{MINUTE_MS, minute_floor as floor};

use super::History;
use crate::storage::StorageError;

/// Most minutes merged at one time; seconds wait behind them.
const AT_ONCE: u32 = 10;

impl History {
    /// Merges minutes that ended before `newest`, the newest second in the database. True when
    /// no such minute is left.
    pub(super) async fn merge_minutes(&self, newest: i64) -> Result<bool, StorageError> {
        for _ in 0..AT_ONCE {
            let whole = self.storage.minutes_whole().await?;
            // Nothing was measured between two runs, however long that was.
            let Some(start) = self.storage.first_start_after(whole).await? else {
                return Ok(true);
            };
            let end = floor(start).max(whole) + MINUTE_MS;
            if end >= newest {
                return Ok(true);
            }
            self.merge_minute(end).await?;
        }
        Ok(false)
    }

    async fn merge_minute(&self, end: i64) -> Result<(), StorageError> {
        let mut rows = Vec::new();
        let metrics = self.metrics.defined();
        for (metric, definition) in metrics.iter() {
            let shape = Shape::of(definition);
            for series in self.table.of_metric(metric) {
                let seconds = self.storage.points(series.id.0, end - MINUTE_MS, end);
                let mut minute: Option<Aggregate> = None;
                for second in seconds.await? {
                    let t = second.t;
                    // Of another shape: from before the metric was defined anew.
                    let Some(second) = second.packed().unpack(&shape, t) else {
                        continue;
                    };
                    match &mut minute {
                        Some(minute) => minute.merge(&second),
                        None => minute = Some(second),
                    }
                }
                rows.extend(minute.map(|minute| (series.id.0, Packed::of(&minute))));
            }
        }
        self.storage.write_minute(end, &rows).await
    }
}
