//! What one person's lists of dashboards begin with: those they starred, and those they opened last.
//!
//! Invariant: each mark is a row of its own, so that two devices never overwrite each other's; a person
//! has at most so many.

use super::{Storage, StorageError, committed};

/// Dashboards of which a person's last visit is kept, beyond those they starred.
const MAX_OPENED: i64 = 20;
/// A visit so soon after another of the same dashboard is the same one.
const SAME_VISIT_MS: i64 = 60_000;

/// What a person marked of one dashboard.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredMark {
    /// The id of the dashboard.
    pub dashboard: String,
    /// Whether it is starred.
    pub starred: bool,
    /// When it was opened last, in ms since the epoch.
    pub opened_ms: Option<i64>,
}

impl Storage {
    /// All marks of a user.
    pub async fn dashboard_marks(&self, user_id: i64) -> Result<Vec<StoredMark>, StorageError> {
        let query = sqlx::query_as::<_, StoredMark>(
            "SELECT dashboard, starred, opened_ms FROM dashboard_marks WHERE user_id = ?",
        )
        .bind(user_id);
        self.timed("dashboard_marks", query.fetch_all(self.pool()))
            .await
    }

    /// Stars a dashboard or takes the star back; false when the user has starred `max` already.
    pub async fn star_dashboard(
        &self,
        user_id: i64,
        dashboard: &str,
        starred: bool,
        max: u32,
    ) -> Result<bool, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO dashboard_marks (user_id, dashboard, starred)
             SELECT ?1, ?2, ?3
             WHERE NOT ?3 OR (SELECT COUNT(*) FROM dashboard_marks
                 JOIN dashboards ON dashboards.id = dashboard
                 WHERE user_id = ?1 AND starred AND dashboard <> ?2) < ?4
             ON CONFLICT (user_id, dashboard) DO UPDATE SET starred = excluded.starred
             RETURNING starred",
        )
        .bind(user_id)
        .bind(dashboard)
        .bind(starred)
        .bind(i64::from(max));
        let row = self
            .timed("dashboard_star", committed(query.fetch_all(self.pool())))
            .await?;
        Ok(row.is_some())
    }

    /// Keeps that a user opened a dashboard, and forgets visits that are too many.
    pub async fn dashboard_opened(
        &self,
        user_id: i64,
        dashboard: &str,
        now_ms: i64,
    ) -> Result<(), StorageError> {
        let query = sqlx::query(
            "INSERT INTO dashboard_marks (user_id, dashboard, opened_ms) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id, dashboard) DO UPDATE SET opened_ms = excluded.opened_ms
             WHERE opened_ms IS NULL OR opened_ms <= excluded.opened_ms - ?4
                OR opened_ms > excluded.opened_ms",
        )
        .bind(user_id)
        .bind(dashboard)
        .bind(now_ms)
        .bind(SAME_VISIT_MS);
        let done = self
            .timed("dashboard_opened", query.execute(self.pool()))
            .await?;
        if done.rows_affected() == 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "DELETE FROM dashboard_marks WHERE user_id = ?1 AND (
                 (NOT starred AND dashboard NOT IN (
                     SELECT dashboard FROM dashboard_marks WHERE user_id = ?1 AND NOT starred
                     ORDER BY opened_ms DESC, dashboard LIMIT ?2))
                 OR (dashboard NOT IN (SELECT id FROM dashboards)
                     AND dashboard NOT IN (SELECT id FROM deleted_dashboards)))",
        )
        .bind(user_id)
        .bind(MAX_OPENED);
        self.timed("dashboard_marks_forget", query.execute(self.pool()))
            .await
            .map(drop)
    }
}
