//! Whole seconds in the database.
//!
//! Invariant: a second is written in one transaction, and writing it again changes nothing; one
//! that a minute was merged from already makes that minute, and later ones, to be merged again.

use sqlx::sqlite::SqliteConnection;
use telemetry::aggregate::Packed;

use super::gaps::cut_gaps;
use super::minutes::minute_floor;
use super::{Storage, StorageError};

/// Length of a second in ms.
const SECOND_MS: i64 = 1_000;

/// A point as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct StoredPoint {
    /// End of the second in ms since the epoch.
    pub t: i64,
    /// As its bits are, since SQLite has no other whole numbers.
    count: i64,
    sum: f64,
    min: f64,
    max: f64,
    last: f64,
    detail: Vec<u8>,
}

impl StoredPoint {
    /// The aggregate at rest.
    pub fn packed(self) -> Packed {
        let StoredPoint {
            count,
            sum,
            min,
            max,
            last,
            detail,
            ..
        } = self;
        Packed {
            count: count.cast_unsigned(),
            sum,
            min,
            max,
            last,
            detail: detail.into_boxed_slice(),
        }
    }
}

/// What one transaction writes.
pub struct SecondBatch<'a> {
    /// The server's run.
    pub run: i64,
    /// End of the second in ms since the epoch.
    pub t: i64,
    /// It is measured once more, since the clock was set back: what it had goes.
    pub is_again: bool,
    /// Series that the database does not know: id, metric, tags as JSON.
    pub series: &'a [(u32, String, String)],
    /// Rows of the second.
    pub rows: &'a [(u32, &'a Packed)],
    /// Stretches before it of which history has nothing, in ms since the epoch.
    pub gaps: &'a [(i64, i64)],
}

impl Storage {
    /// Writes one second and moves the end of the run to it.
    pub async fn write_second(&self, batch: &SecondBatch<'_>) -> Result<(), StorageError> {
        self.timed("points.write_second", async {
            let mut transaction = self.writer().begin_with("BEGIN IMMEDIATE").await?;
            for (id, metric, tags_json) in batch.series {
                if !add_series(&mut transaction, *id, metric, tags_json).await? {
                    return Ok(Err(StorageError::SeriesTaken {
                        id: *id,
                        metric: metric.clone(),
                        tags_json: tags_json.clone(),
                    }));
                }
            }
            if batch.is_again {
                forget_second(&mut transaction, batch.t).await?;
            }
            for (series, packed) in batch.rows {
                sqlx::query(
                    "INSERT OR REPLACE INTO points \
                     (series_id, t, count, sum, min, max, last, detail) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(series)
                .bind(batch.t)
                .bind(packed.count.cast_signed())
                .bind(packed.sum)
                .bind(packed.min)
                .bind(packed.max)
                .bind(packed.last)
                .bind(&*packed.detail)
                .execute(&mut *transaction)
                .await?;
            }
            for (from, to) in batch.gaps {
                sqlx::query(
                    "INSERT INTO gaps (from_ms, to_ms) VALUES (?, ?) \
                     ON CONFLICT (from_ms) DO UPDATE SET to_ms = MAX(to_ms, excluded.to_ms)",
                )
                .bind(from)
                .bind(to)
                .execute(&mut *transaction)
                .await?;
            }
            sqlx::query("UPDATE minutes_whole SET until_ms = ? WHERE until_ms >= ?")
                .bind(minute_floor(batch.t - 1))
                .bind(batch.t)
                .execute(&mut *transaction)
                .await?;
            sqlx::query("UPDATE runs SET last_ms = MAX(last_ms, ?) WHERE id = ?")
                .bind(batch.t)
                .bind(batch.run)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await.map(Ok)
        })
        .await?
    }

    /// Points of a series after `after` up to and with `to`, in order of time.
    pub async fn points(
        &self,
        series: u32,
        after: i64,
        to: i64,
    ) -> Result<Vec<StoredPoint>, StorageError> {
        let query = sqlx::query_as(
            "SELECT t, count, sum, min, max, last, detail FROM points \
             WHERE series_id = ? AND t > ? AND t <= ? ORDER BY t",
        );
        let query = query.bind(series).bind(after).bind(to);
        self.timed("points.of_series", query.fetch_all(self.reader()))
            .await
    }

    /// Deletes at most `most` points of a series from before `before`, oldest first.
    pub async fn delete_points(
        &self,
        series: u32,
        before: i64,
        most: u32,
    ) -> Result<u64, StorageError> {
        let query = sqlx::query(
            "DELETE FROM points WHERE series_id = ?1 AND t IN \
             (SELECT t FROM points WHERE series_id = ?1 AND t < ?2 ORDER BY t LIMIT ?3)",
        );
        let query = query.bind(series).bind(before).bind(most);
        let done = self
            .timed("points.delete", query.execute(self.writer()))
            .await?;
        Ok(done.rows_affected())
    }
}

/// Takes out what a second has, and the gaps that it is a part of.
async fn forget_second(connection: &mut SqliteConnection, t: i64) -> Result<(), sqlx::Error> {
    let query = "DELETE FROM points WHERE t = ? AND series_id IN (SELECT id FROM series)";
    sqlx::query(query).bind(t).execute(&mut *connection).await?;
    cut_gaps(connection, t - SECOND_MS, t).await
}

/// False when the id stands for another series, or the series has another id.
async fn add_series(
    connection: &mut SqliteConnection,
    id: u32,
    metric: &str,
    tags_json: &str,
) -> Result<bool, sqlx::Error> {
    // Left of a series that gave its place back, and has nothing any more.
    let stale = sqlx::query(
        "DELETE FROM series WHERE metric = ?1 AND tags_json = ?2 AND id <> ?3 \
         AND NOT EXISTS (SELECT 1 FROM points WHERE series_id = series.id) \
         AND NOT EXISTS (SELECT 1 FROM minutes WHERE series_id = series.id)",
    );
    let stale = stale.bind(metric).bind(tags_json).bind(id);
    stale.execute(&mut *connection).await?;
    let add = sqlx::query(
        "INSERT INTO series (id, metric, tags_json) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    let add = add.bind(id).bind(metric).bind(tags_json);
    if add.execute(&mut *connection).await?.rows_affected() > 0 {
        return Ok(true);
    }
    let same = sqlx::query_scalar::<_, i64>(
        "SELECT COUNT(*) FROM series WHERE id = ? AND metric = ? AND tags_json = ?",
    );
    let same = same.bind(id).bind(metric).bind(tags_json);
    Ok(same.fetch_one(connection).await? > 0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use telemetry::Registry;

    use super::*;

    #[tokio::test]
    async fn counts_come_back_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Arc::new(Registry::new());
        let file = folder.path().join("p.db");
        let storage = Storage::open(&file, &registry).await.expect("opens");
        let counts = [1, 1 << 53, i64::MAX as u64, 1 << 63, u64::MAX];
        for (t, count) in (1000..).step_by(1000).zip(counts) {
            let packed = Packed {
                count,
                sum: 1.0,
                min: 0.5,
                max: 0.5,
                last: 0.5,
                detail: Box::new([1, 2]),
            };
            let rows = [(1, &packed)];
            let batch = SecondBatch {
                run: 1,
                t,
                series: &[(1, "a.b".to_owned(), "{}".to_owned())],
                rows: &rows,
                gaps: &[],
                is_again: false,
            };
            storage.write_second(&batch).await.expect("writes");
            let minute = [(1, packed.clone())];
            storage.write_minute(t, &minute).await.expect("writes");
            let second = storage.points(1, t - 1, t).await.expect("reads").pop();
            assert_eq!(second.expect("is there").packed(), packed);
            let minute = storage.minutes(1, t - 1, t).await.expect("reads").pop();
            assert_eq!(minute.expect("is there").packed(), packed);
        }
    }
}
