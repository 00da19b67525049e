//! Versions of dashboards that were saved. A trigger adds them; here they are signed, bounded and read.

use protocol::AuditActor;
use sqlx::SqliteConnection;

use super::documents::version_column;
use super::{Storage, StorageError};
use crate::config::Limits;

/// Bounds of the versions of one dashboard. The newest is kept in any case.
#[derive(Clone, Copy, Debug)]
pub struct VersionLimits {
    /// Most versions.
    pub count: u32,
    /// Most bytes of all their documents.
    pub bytes: u64,
}

impl VersionLimits {
    /// As the configuration says.
    pub fn of(limits: &Limits) -> VersionLimits {
        VersionLimits {
            count: limits.max_dashboard_versions,
            bytes: limits.max_dashboard_version_bytes,
        }
    }
}

/// A version of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVersion {
    /// Its number.
    pub version: u64,
    /// When it was saved, in ms since the epoch.
    pub saved_ms: i64,
    /// Who saved it, when that is known.
    pub who: Option<AuditActor>,
    /// JSON.
    pub body: String,
}

type VersionRow = (i64, i64, Option<String>, String);

impl Storage {
    /// Writes to a version who saved it, and drops those that are too many.
    pub async fn sign_version(
        &self,
        dashboard: &str,
        version: u64,
        who: &AuditActor,
        limits: VersionLimits,
    ) -> Result<(), StorageError> {
        self.timed("dashboard_version_sign", async {
            let mut transaction = self.pool().begin_with("BEGIN IMMEDIATE").await?;
            let version = version_column(version);
            sign(&mut transaction, dashboard, version, who, limits).await?;
            transaction.commit().await
        })
        .await
    }

    /// Drops all versions of a dashboard but the newest.
    pub async fn drop_former_versions(&self, id: &str) -> Result<(), StorageError> {
        let query = sqlx::query(
            "DELETE FROM dashboard_versions WHERE dashboard = ?1
             AND version < (SELECT version FROM dashboards WHERE id = ?1)",
        )
        .bind(id);
        self.timed("dashboard_versions_drop", query.execute(self.pool()))
            .await
            .map(drop)
    }

    /// The versions of a dashboard, newest first.
    pub async fn dashboard_versions(&self, id: &str) -> Result<Vec<StoredVersion>, StorageError> {
        let query = sqlx::query_as::<_, VersionRow>(
            "SELECT version, saved_ms, who, body FROM dashboard_versions
             WHERE dashboard = ? ORDER BY version DESC",
        )
        .bind(id);
        let rows = self
            .timed("dashboard_versions", query.fetch_all(self.pool()))
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// One version of a dashboard.
    pub async fn dashboard_version(
        &self,
        id: &str,
        version: u64,
    ) -> Result<Option<StoredVersion>, StorageError> {
        let query = sqlx::query_as::<_, VersionRow>(
            "SELECT version, saved_ms, who, body FROM dashboard_versions
             WHERE dashboard = ? AND version = ?",
        )
        .bind(id)
        .bind(version_column(version));
        let row = self
            .timed("dashboard_version", query.fetch_optional(self.pool()))
            .await?;
        row.map(read).transpose()
    }
}

fn read((version, saved_ms, who, body): VersionRow) -> Result<StoredVersion, StorageError> {
    let who = who.map(|who| serde_json::from_str(&who)).transpose();
    Ok(StoredVersion {
        version: version.unsigned_abs(),
        saved_ms,
        who: who.map_err(|source| StorageError::Document {
            what: "name at a version of a dashboard",
            source,
        })?,
        body,
    })
}

/// Within a transaction that saved the version, or after it.
pub(super) async fn sign(
    connection: &mut SqliteConnection,
    dashboard: &str,
    version: i64,
    who: &AuditActor,
    limits: VersionLimits,
) -> Result<(), sqlx::Error> {
    let who = serde_json::to_string(who).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("UPDATE dashboard_versions SET who = ? WHERE dashboard = ? AND version = ?")
        .bind(who)
        .bind(dashboard)
        .bind(version)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "DELETE FROM dashboard_versions WHERE dashboard = ?1 AND version IN (
             SELECT version FROM (
                 SELECT version, ROW_NUMBER() OVER newest AS place,
                        SUM(octet_length(body)) OVER newest AS bytes
                 FROM dashboard_versions WHERE dashboard = ?1
                 WINDOW newest AS (ORDER BY version DESC))
             WHERE place > 1 AND (place > ?2 OR bytes > ?3))",
    )
    .bind(dashboard)
    .bind(i64::from(limits.count))
    .bind(i64::try_from(limits.bytes).unwrap_or(i64::MAX))
    .execute(&mut *connection)
    .await?;
    Ok(())
}
