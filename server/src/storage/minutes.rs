//! Whole minutes in the database, merged from their seconds.
//!
//! Invariant: up to [`Storage::minutes_whole`] every minute is what its seconds are. Writing a
//! second before that time moves it back to where the second's minute begins.

use futures::TryStreamExt;
use sqlx::sqlite::SqlitePool;
use telemetry::aggregate::Packed;

use super::points::StoredPoint;
use super::{Storage, StorageError};

/// A minute in ms.
pub const MINUTE_MS: i64 = 60_000;

/// The start of the minute that has not ended at `t`; `t` itself when one ends there.
pub fn minute_floor(t: i64) -> i64 {
    t.div_euclid(MINUTE_MS) * MINUTE_MS
}

/// One second of one series, as a minute is merged from it.
#[derive(sqlx::FromRow)]
struct MinutePart {
    series_id: u32,
    #[sqlx(flatten)]
    point: StoredPoint,
}

impl Storage {
    /// Up to where minutes are whole, in ms since the epoch.
    pub async fn minutes_whole(&self) -> Result<i64, StorageError> {
        self.whole_by(self.reader()).await
    }

    /// As [`Storage::minutes_whole`], for the writer.
    pub async fn minutes_merged(&self) -> Result<i64, StorageError> {
        self.whole_by(self.writer()).await
    }

    async fn whole_by(&self, pool: &SqlitePool) -> Result<i64, StorageError> {
        let query = sqlx::query_scalar("SELECT COALESCE(MIN(until_ms), 0) FROM minutes_whole");
        self.timed("minutes.whole", query.fetch_one(pool)).await
    }

    /// Gives every second of the minute that ends at `t` to `part`, of every series that the database
    /// has, by series and time.
    pub async fn seconds_of_minute(
        &self,
        t: i64,
        mut part: impl FnMut(u32, StoredPoint),
    ) -> Result<(), StorageError> {
        self.timed("minutes.seconds", async {
            let query = sqlx::query_as::<_, MinutePart>(
                "SELECT points.series_id, t, count, sum, min, max, last, detail \
                 FROM series CROSS JOIN points ON points.series_id = series.id \
                 WHERE t > ? AND t <= ? ORDER BY series.id, t",
            );
            let mut seconds = query.bind(t - MINUTE_MS).bind(t).fetch(self.writer());
            while let Some(second) = seconds.try_next().await? {
                part(second.series_id, second.point);
            }
            Ok(())
        })
        .await
    }

    /// Writes the minute that ends at `t`; minutes are whole up to it from then on.
    pub async fn write_minute(&self, t: i64, rows: &[(u32, Packed)]) -> Result<(), StorageError> {
        self.timed("minutes.write", async {
            let mut transaction = self.writer().begin_with("BEGIN IMMEDIATE").await?;
            for (series, packed) in rows {
                sqlx::query(
                    "INSERT OR REPLACE INTO minutes \
                     (series_id, t, count, sum, min, max, last, detail) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(series)
                .bind(t)
                .bind(packed.count.cast_signed())
                .bind(packed.sum)
                .bind(packed.min)
                .bind(packed.max)
                .bind(packed.last)
                .bind(&*packed.detail)
                .execute(&mut *transaction)
                .await?;
            }
            sqlx::query("UPDATE minutes_whole SET until_ms = ?")
                .bind(t)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await
        })
        .await
    }

    /// Minutes of a series after `after` up to and with `to`, in order of time.
    pub async fn minutes(
        &self,
        series: u32,
        after: i64,
        to: i64,
    ) -> Result<Vec<StoredPoint>, StorageError> {
        let query = sqlx::query_as(
            "SELECT t, count, sum, min, max, last, detail FROM minutes \
             WHERE series_id = ? AND t > ? AND t <= ? ORDER BY t",
        );
        let query = query.bind(series).bind(after).bind(to);
        self.timed("minutes.of_series", query.fetch_all(self.reader()))
            .await
    }

    /// Deletes the minutes of a series from before `before`.
    pub async fn delete_minutes(&self, series: u32, before: i64) -> Result<u64, StorageError> {
        let query = sqlx::query("DELETE FROM minutes WHERE series_id = ? AND t < ?");
        let query = query.bind(series).bind(before);
        let done = self
            .timed("minutes.delete", query.execute(self.writer()))
            .await?;
        Ok(done.rows_affected())
    }
}
