//! Minutes, so that a day is read from 1,440 rows instead of 86,400.
//!
//! Invariant: a minute is merged from what the database holds of it, whatever the metric list of today
//! is, and only after a later second is in the database; so a restart or a kill in its middle makes no
//! difference.

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
            let whole = self.storage.minutes_merged().await?;
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

    /// Merges the seconds of every series that the database has: the list of today may lack a metric
    /// that comes back tomorrow.
    async fn merge_minute(&self, end: i64) -> Result<(), StorageError> {
        let mut minutes: Vec<(u32, Shape, Aggregate)> = Vec::new();
        let seconds = self.storage.seconds_of_minute(end, |series, second| {
            let t = second.t;
            let Some((shape, second)) = second.packed().unpack_any(t) else {
                return;
            };
            match minutes.last_mut().filter(|(id, ..)| *id == series) {
                Some((_, same, minute)) if *same == shape => minute.merge(&second),
                // What was before the metric was defined again is left out, as it is of seconds.
                Some(former) => *former = (series, shape, second),
                None => minutes.push((series, shape, second)),
            }
        });
        seconds.await?;
        let packed = |(series, _, minute): &(u32, Shape, Aggregate)| (*series, Packed::of(minute));
        let rows: Vec<(u32, Packed)> = minutes.iter().map(packed).collect();
        self.storage.write_minute(end, &rows).await
    }
}
