//! Preferences: one document for each person, and one for each person and dashboard.
//!
//! Invariant: a save replaces the version it has seen, of one document, and touches no other.

use super::documents::{Row, read, version_column};
use super::{Saved, Storage, StorageError, StoredDocument, committed};

impl Storage {
    /// What a user changed for every dashboard.
    pub async fn preferences(&self, user_id: i64) -> Result<Option<StoredDocument>, StorageError> {
        let query =
            sqlx::query_as::<_, Row>("SELECT '', version, body FROM preferences WHERE user_id = ?")
                .bind(user_id);
        let row = self
            .timed("preferences_get", query.fetch_optional(self.pool()))
            .await?;
        Ok(row.map(read))
    }

    /// Replaces version `seen` of a user's preferences; 0 before the first save.
    pub async fn save_preferences(
        &self,
        user_id: i64,
        seen: u64,
        body: &str,
    ) -> Result<Saved, StorageError> {
        let row = if seen == 0 {
            let query = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO preferences (user_id, version, body)
                 SELECT ?, highest + 1, ? FROM removed_versions WHERE TRUE
                 ON CONFLICT (user_id) DO NOTHING RETURNING version",
            )
            .bind(user_id)
            .bind(body);
            self.timed("preferences_add", committed(query.fetch_all(self.pool())))
                .await?
        } else {
            let query = sqlx::query_as::<_, (i64,)>(
                "UPDATE preferences SET version = version + 1, body = ?
                 WHERE user_id = ? AND version = ? RETURNING version",
            )
            .bind(body)
            .bind(user_id)
            .bind(version_column(seen));
            self.timed("preferences_save", committed(query.fetch_all(self.pool())))
                .await?
        };
        Ok(match row {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => Saved::Stale(self.preferences(user_id).await?),
        })
    }

    /// What a user changed about one dashboard.
    pub async fn dashboard_preferences(
        &self,
        user_id: i64,
        dashboard: &str,
    ) -> Result<Option<StoredDocument>, StorageError> {
        let query = sqlx::query_as::<_, Row>(
            "SELECT dashboard, version, body FROM dashboard_preferences
             WHERE user_id = ? AND dashboard = ?",
        )
        .bind(user_id)
        .bind(dashboard);
        let row = self
            .timed(
                "dashboard_preferences_get",
                query.fetch_optional(self.pool()),
            )
            .await?;
        Ok(row.map(read))
    }

    /// Replaces version `seen` of what a user changed about one dashboard; 0 makes a new document
    /// while the user has fewer than `max`. Those of dashboards that are gone make room first.
    pub async fn save_dashboard_preferences(
        &self,
        user_id: i64,
        dashboard: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        let version = if seen == 0 {
            match self
                .add_dashboard_preferences(user_id, dashboard, body, max)
                .await?
            {
                None if self.forget_lost_dashboards(user_id).await? => {
                    self.add_dashboard_preferences(user_id, dashboard, body, max)
                        .await?
                }
                version => version,
            }
        } else {
            let query = sqlx::query_as::<_, (i64,)>(
                "UPDATE dashboard_preferences SET version = version + 1, body = ?
                 WHERE user_id = ? AND dashboard = ? AND version = ? RETURNING version",
            )
            .bind(body)
            .bind(user_id)
            .bind(dashboard)
            .bind(version_column(seen));
            self.timed(
                "dashboard_preferences_save",
                committed(query.fetch_all(self.pool())),
            )
            .await?
        };
        Ok(match version {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => match self.dashboard_preferences(user_id, dashboard).await? {
                None if seen == 0 => Saved::Full,
                current => Saved::Stale(current),
            },
        })
    }

    async fn add_dashboard_preferences(
        &self,
        user_id: i64,
        dashboard: &str,
        body: &str,
        max: u32,
    ) -> Result<Option<(i64,)>, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO dashboard_preferences (user_id, dashboard, version, body)
             SELECT ?1, ?2, highest + 1, ?3 FROM removed_versions
             WHERE (SELECT COUNT(*) FROM dashboard_preferences WHERE user_id = ?1) < ?4
             ON CONFLICT (user_id, dashboard) DO NOTHING RETURNING version",
        )
        .bind(user_id)
        .bind(dashboard)
        .bind(body)
        .bind(i64::from(max));
        self.timed(
            "dashboard_preferences_add",
            committed(query.fetch_all(self.pool())),
        )
        .await
    }

    /// Removes what a user changed about dashboards that do not exist any more; whether there was
    /// something.
    async fn forget_lost_dashboards(&self, user_id: i64) -> Result<bool, StorageError> {
        let query = sqlx::query(
            "DELETE FROM dashboard_preferences
             WHERE user_id = ? AND dashboard NOT IN (SELECT id FROM dashboards)",
        )
        .bind(user_id);
        let done = self
            .timed("dashboard_preferences_forget", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
    use telemetry::Registry;

    use super::*;

    /// A database as version 0.1 left it, before there were documents for each dashboard.
    async fn make_old(path: &Path) {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.expect("opens");
        let mut old = sqlx::migrate!("./migrations");
        old.migrations.to_mut().retain(|one| one.version <= 4);
        old.run(&pool).await.expect("migrates");
        let rows = [
            (
                1,
                r#"{"version":2,"widgets":{"system":{"cpu":{"place":{"x":0,"y":0,"w":6,"h":3},"off":["a"]}},"shop":{}},"range_s":600,"zone":"utc"}"#,
            ),
            (2, r#"{"version":0,"widgets":{}}"#),
            (3, r#"{"version":0}"#),
            (4, "garbled"),
        ];
        for (id, body) in rows {
            sqlx::query(
                "INSERT INTO users (id, name, name_key, password_hash, roles, created_ms)
                 VALUES (?1, ?1, ?1, '', '[]', 0)",
            )
            .bind(id)
            .execute(&pool)
            .await
            .expect("a user");
            sqlx::query("INSERT INTO preferences (user_id, version, body) VALUES (?, 3, ?)")
                .bind(id)
                .bind(body)
                .execute(&pool)
                .await
                .expect("preferences");
        }
        pool.close().await;
    }

    #[tokio::test]
    async fn an_old_database_keeps_what_people_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pulseboard.db");
        make_old(&path).await;
        let storage = Storage::open(&path, &Arc::new(Registry::new()))
            .await
            .expect("migrates");
        let person = async |id: i64| {
            let found = storage.preferences(id).await.expect("reads");
            found.map(|found| (found.version, found.body))
        };
        let dashboard = async |id: i64, dashboard: &str| {
            let found = storage.dashboard_preferences(id, dashboard).await;
            found
                .expect("reads")
                .map(|found| (found.version, found.body))
        };
        let text = |version: u64, body: &str| Some((version, body.to_owned()));
        let rest = r#"{"version":2,"range_s":600,"zone":"utc"}"#;
        assert_eq!(person(1).await, text(3, rest));
        let system = r#"{"widgets":{"cpu":{"place":{"x":0,"y":0,"w":6,"h":3},"off":["a"]}}}"#;
        assert_eq!(dashboard(1, "system").await, text(1, system));
        assert_eq!(dashboard(1, "shop").await, text(1, r#"{"widgets":{}}"#));
        for id in [2, 3] {
            assert_eq!(person(id).await, text(3, r#"{"version":0}"#), "{id}");
            assert_eq!(dashboard(id, "system").await, None, "{id}");
        }
        assert_eq!(person(4).await, text(3, "garbled"));
        // The carried document is saved over like any other.
        let saved = storage.save_dashboard_preferences(1, "system", 1, "{}", 9);
        assert_eq!(saved.await.expect("saves"), Saved::Yes(2));
    }

    #[tokio::test]
    async fn there_are_no_more_than_the_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pulseboard.db");
        make_old(&path).await;
        let storage = Storage::open(&path, &Arc::new(Registry::new()))
            .await
            .expect("migrates");
        let save = async |dashboard: &str| {
            let saved = storage.save_dashboard_preferences(2, dashboard, 0, "{}", 2);
            saved.await.expect("saves")
        };
        for dashboard in ["a", "b", "c"] {
            let made = storage.save_dashboard(dashboard, 0, "{}", 9).await;
            assert_eq!(made.expect("saves"), Saved::Yes(1));
        }
        assert_eq!(save("a").await, Saved::Yes(1));
        assert_eq!(save("b").await, Saved::Yes(1));
        assert_eq!(save("c").await, Saved::Full);
        assert!(storage.remove_dashboard("a").await.expect("removes"));
        // Version 1 was that of what was removed.
        assert_eq!(save("c").await, Saved::Yes(2));
        let other = storage.save_dashboard_preferences(3, "c", 0, "{}", 2);
        assert_eq!(other.await.expect("saves"), Saved::Yes(2));
    }
}
