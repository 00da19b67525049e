//! Several changes of dashboards at once: all of them are made, or none. Imports and the provisioned
//! folder go this way.
//!
//! Invariant: a dashboard that comes from a file is changed here alone, and by what names that file.

use sqlx::SqliteConnection;

use super::audit::append;
use super::documents::version_column;
use super::versions::{VersionLimits, sign};
use super::{AuditLimits, NewAuditEntry, Storage, StorageError};
use crate::config::Limits;

/// A change of one dashboard.
#[derive(Clone, Debug)]
pub struct DashboardChange {
    /// Which.
    pub id: String,
    /// The version that it has; 0 where there is none.
    pub seen: u64,
    /// The document; none removes it, and the same text leaves the version as it is.
    pub body: Option<String>,
    /// The file that owns it afterwards.
    pub file: Option<String>,
    /// For the audit log; who does it also stands at the version.
    pub entry: NewAuditEntry,
}

/// What came of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchSaved {
    /// All are made.
    Yes,
    /// Somebody changed this one in between; nothing is made.
    Stale(String),
    /// There would be more dashboards than the limit allows; nothing is made.
    Full,
}

/// Bounds of what the changes leave behind.
#[derive(Clone, Copy, Debug)]
pub struct BatchLimits {
    /// Most dashboards.
    pub dashboards: u32,
    /// Of the versions of each.
    pub versions: VersionLimits,
    /// Of the audit log.
    pub audit: AuditLimits,
}

impl BatchLimits {
    /// As the configuration says.
    pub fn of(limits: &Limits) -> BatchLimits {
        BatchLimits {
            dashboards: limits.max_dashboards,
            versions: VersionLimits::of(limits),
            audit: AuditLimits::of(limits),
        }
    }
}

impl Storage {
    /// Makes all changes, or none.
    pub async fn change_dashboards(
        &self,
        changes: &[DashboardChange],
        limits: BatchLimits,
    ) -> Result<BatchSaved, StorageError> {
        let done = self.timed("dashboards_change", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let mut dropped = 0;
            for change in changes {
                if !apply(&mut transaction, change, limits.versions).await? {
                    return Ok((BatchSaved::Stale(change.id.clone()), 0));
                }
                dropped += append(&mut transaction, &change.entry, limits.audit).await?;
            }
            let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM dashboards")
                .fetch_one(&mut *transaction)
                .await?;
            let adds = changes.iter().any(|change| change.seen == 0);
            if adds && count > i64::from(limits.dashboards) {
                return Ok((BatchSaved::Full, 0));
            }
            transaction.commit().await?;
            Ok((BatchSaved::Yes, dropped))
        });
        let (saved, dropped) = done.await?;
        self.report_dropped(dropped, "audit_limit");
        Ok(saved)
    }

    /// The file that a dashboard comes from.
    pub async fn dashboard_file(&self, id: &str) -> Result<Option<String>, StorageError> {
        let query = sqlx::query_scalar("SELECT file FROM dashboard_files WHERE dashboard = ?");
        let query = query.bind(id);
        self.timed("dashboard_file", query.fetch_optional(self.pool()))
            .await
    }

    /// Every dashboard that comes from a file, with the file.
    pub async fn dashboard_files(&self) -> Result<Vec<(String, String)>, StorageError> {
        let sql = "SELECT dashboard, file FROM dashboard_files ORDER BY dashboard";
        let query = sqlx::query_as(sql);
        self.timed("dashboard_files", query.fetch_all(self.pool()))
            .await
    }

    /// Gives the dashboards of files to people: there is no folder any more. Answers how many.
    pub async fn release_dashboard_files(&self) -> Result<u64, StorageError> {
        let query = sqlx::query("DELETE FROM dashboard_files");
        let done = self
            .timed("dashboard_files_release", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected())
    }
}

/// Whether the dashboard was as the change expects.
async fn apply(
    transaction: &mut SqliteConnection,
    change: &DashboardChange,
    limits: VersionLimits,
) -> Result<bool, sqlx::Error> {
    sqlx::query("DELETE FROM dashboard_files WHERE dashboard = ?")
        .bind(&change.id)
        .execute(&mut *transaction)
        .await?;
    let version: Option<i64> = match &change.body {
        None => {
            sqlx::query_scalar("DELETE FROM dashboards WHERE id = ? AND version = ? RETURNING 0")
                .bind(&change.id)
                .bind(version_column(change.seen))
                .fetch_optional(&mut *transaction)
                .await?
        }
        Some(body) if change.seen == 0 => {
            sqlx::query_scalar(
                "INSERT INTO dashboards (id, version, body)
                 SELECT ?, highest + 1, ? FROM removed_versions WHERE TRUE
                 ON CONFLICT (id) DO NOTHING RETURNING version",
            )
            .bind(&change.id)
            .bind(body)
            .fetch_optional(&mut *transaction)
            .await?
        }
        Some(body) => {
            sqlx::query_scalar(
                "UPDATE dashboards SET version = version + (body <> ?1), body = ?1
                 WHERE id = ?2 AND version = ?3 RETURNING version",
            )
            .bind(body)
            .bind(&change.id)
            .bind(version_column(change.seen))
            .fetch_optional(&mut *transaction)
            .await?
        }
    };
    let Some(version) = version else {
        return Ok(false);
    };
    if change.body.is_some() && version != version_column(change.seen) {
        sign(transaction, &change.id, version, &change.entry.who, limits).await?;
    }
    if let Some(file) = &change.file {
        sqlx::query("INSERT INTO dashboard_files (dashboard, file) VALUES (?, ?)")
            .bind(&change.id)
            .bind(file)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(true)
}
