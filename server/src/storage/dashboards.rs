//! Dashboards: a document with a version, and beside it whom it belongs to.
//!
//! Invariant: a save replaces the version it has seen while the owner is the one that was asked about
//! the right, so that nobody changes what was given away in between.

use protocol::{Owner, Ownership};

use super::documents::{DASHBOARDS, version_column};
use super::{Saved, Storage, StorageError, StoredDocument, committed};

/// A dashboard, and what stands beside its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDashboard {
    /// Its id, version and JSON.
    pub document: StoredDocument,
    /// Whom it belongs to, and who reads it.
    pub ownership: Ownership,
    /// When it was last saved, in ms since the epoch.
    pub changed_ms: Option<i64>,
}

/// A document that is to be saved.
#[derive(Clone, Copy, Debug)]
pub struct SaveDashboard<'a> {
    /// Its id.
    pub id: &'a str,
    /// The version that is replaced; 0 for a new one.
    pub seen: u64,
    /// JSON.
    pub body: &'a str,
    /// Whom a new one is to belong to, or whom the one that is replaced belongs to.
    pub ownership: &'a Ownership,
    /// Now, in ms since the epoch.
    pub now_ms: i64,
    /// Most dashboards, in all and of one person.
    pub max: (u32, u32),
}

/// What became of another owner for a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerSet {
    /// It is set.
    Yes,
    /// Somebody else gave it away or removed it first.
    Stale,
    /// The person has as many as the limit allows.
    Full,
}

/// An owner as its columns.
pub(super) struct OwnerColumns<'a> {
    pub kind: &'static str,
    pub user: Option<i64>,
    pub role: Option<&'a str>,
}

impl<'a> From<&'a Owner> for OwnerColumns<'a> {
    fn from(owner: &'a Owner) -> Self {
        let (kind, user, role) = match owner {
            Owner::Team => ("team", None, None),
            Owner::Role { name } => ("role", None, Some(name.as_str())),
            Owner::Person { id, .. } => ("person", *id, None),
        };
        OwnerColumns { kind, user, role }
    }
}

/// Columns of whom a row belongs to.
#[derive(sqlx::FromRow)]
pub(super) struct OwnershipRow {
    owner_kind: String,
    owner_user: Option<i64>,
    owner_role: Option<String>,
    owner_name: Option<String>,
    shared: bool,
}

impl From<OwnershipRow> for Ownership {
    fn from(row: OwnershipRow) -> Ownership {
        let owner = match (row.owner_kind.as_str(), row.owner_role) {
            ("team", _) => Owner::Team,
            ("role", Some(name)) => Owner::Role { name },
            _ => Owner::Person {
                id: row.owner_user,
                name: row.owner_name.unwrap_or_default(),
            },
        };
        Ownership {
            owner,
            shared: row.shared,
        }
    }
}

#[derive(sqlx::FromRow)]
struct DashboardRow {
    id: String,
    version: i64,
    body: String,
    changed_ms: Option<i64>,
    #[sqlx(flatten)]
    ownership: OwnershipRow,
}

impl From<DashboardRow> for StoredDashboard {
    fn from(row: DashboardRow) -> StoredDashboard {
        StoredDashboard {
            document: StoredDocument {
                id: row.id,
                version: row.version.unsigned_abs(),
                body: row.body,
            },
            ownership: row.ownership.into(),
            changed_ms: row.changed_ms,
        }
    }
}

impl Storage {
    /// The documents of all dashboards, by id.
    pub async fn dashboards(&self) -> Result<Vec<StoredDocument>, StorageError> {
        self.documents(&DASHBOARDS).await
    }

    /// The document of one dashboard, whoever may read it.
    pub async fn dashboard(&self, id: &str) -> Result<Option<StoredDocument>, StorageError> {
        self.document(&DASHBOARDS, id).await
    }

    /// All dashboards with their owners, by id.
    pub async fn owned_dashboards(&self) -> Result<Vec<StoredDashboard>, StorageError> {
        let query = sqlx::query_as::<_, DashboardRow>(
            "SELECT dashboards.id, version, body, changed_ms, owner_kind, owner_user, owner_role,
                    users.name AS owner_name, shared
             FROM dashboards LEFT JOIN users ON users.id = owner_user ORDER BY dashboards.id",
        );
        let rows = self.timed("dashboards_owned", query.fetch_all(self.pool()));
        Ok(rows.await?.into_iter().map(Into::into).collect())
    }

    /// One dashboard with its owner.
    pub async fn owned_dashboard(&self, id: &str) -> Result<Option<StoredDashboard>, StorageError> {
        let query = sqlx::query_as::<_, DashboardRow>(
            "SELECT dashboards.id, version, body, changed_ms, owner_kind, owner_user, owner_role,
                    users.name AS owner_name, shared
             FROM dashboards LEFT JOIN users ON users.id = owner_user WHERE dashboards.id = ?",
        )
        .bind(id);
        let row = self.timed("dashboard_owned", query.fetch_optional(self.pool()));
        Ok(row.await?.map(Into::into))
    }

    /// Replaces version `seen` of a dashboard of the team; `seen` 0 makes a new one while there are
    /// fewer than `max`.
    pub async fn save_dashboard(
        &self,
        id: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        self.save_document(&DASHBOARDS, id, seen, body, max).await
    }

    /// Replaces the version that is named while its owner is still the one that is named, or makes a
    /// new dashboard of that owner.
    pub async fn save_owned_dashboard(
        &self,
        save: SaveDashboard<'_>,
    ) -> Result<Saved, StorageError> {
        let owner = OwnerColumns::from(&save.ownership.owner);
        let row = if save.seen == 0 {
            let query = sqlx::query_as::<_, (i64,)>(
                "INSERT INTO dashboards (id, version, body, owner_kind, owner_user, owner_role,
                                         shared, changed_ms)
                 SELECT ?1, highest + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM removed_versions
                 WHERE (SELECT COUNT(*) FROM dashboards) < ?8
                 AND (SELECT COUNT(*) FROM dashboards WHERE owner_user = ?4) < ?9
                 ON CONFLICT (id) DO NOTHING RETURNING version",
            )
            .bind(save.id)
            .bind(save.body)
            .bind(owner.kind)
            .bind(owner.user)
            .bind(owner.role)
            .bind(save.ownership.shared)
            .bind(save.now_ms)
            .bind(i64::from(save.max.0))
            .bind(i64::from(save.max.1));
            self.timed("dashboard_add", committed(query.fetch_all(self.pool())))
                .await?
        } else {
            let query = sqlx::query_as::<_, (i64,)>(
                "UPDATE dashboards SET version = version + 1, body = ?1, changed_ms = ?2
                 WHERE id = ?3 AND version = ?4
                 AND owner_kind = ?5 AND owner_user IS ?6 AND owner_role IS ?7
                 RETURNING version",
            )
            .bind(save.body)
            .bind(save.now_ms)
            .bind(save.id)
            .bind(version_column(save.seen))
            .bind(owner.kind)
            .bind(owner.user)
            .bind(owner.role);
            self.timed("dashboard_save", committed(query.fetch_all(self.pool())))
                .await?
        };
        Ok(match row {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => match self.dashboard(save.id).await? {
                None if save.seen == 0 => Saved::Full,
                current => Saved::Stale(current),
            },
        })
    }

    /// Gives a dashboard another owner, and other readers, while it belongs to `before`.
    pub async fn set_dashboard_owner(
        &self,
        id: &str,
        before: &Owner,
        after: &Ownership,
        max: u32,
    ) -> Result<OwnerSet, StorageError> {
        let (former, owner) = (OwnerColumns::from(before), OwnerColumns::from(&after.owner));
        let query = sqlx::query_as::<_, (String,)>(
            "UPDATE dashboards SET owner_kind = ?1, owner_user = ?2, owner_role = ?3, shared = ?4
             WHERE id = ?5 AND owner_kind = ?6 AND owner_user IS ?7 AND owner_role IS ?8
             AND (owner_user IS ?2
                  OR (SELECT COUNT(*) FROM dashboards WHERE owner_user = ?2) < ?9)
             RETURNING id",
        )
        .bind(owner.kind)
        .bind(owner.user)
        .bind(owner.role)
        .bind(after.shared)
        .bind(id)
        .bind(former.kind)
        .bind(former.user)
        .bind(former.role)
        .bind(i64::from(max));
        let row = self.timed(
            "dashboard_owner_update",
            committed(query.fetch_all(self.pool())),
        );
        if row.await?.is_some() {
            return Ok(OwnerSet::Yes);
        }
        let current = self.owned_dashboard(id).await?;
        let is_same = current.is_some_and(|current| {
            let now = OwnerColumns::from(&current.ownership.owner);
            (now.kind, now.user, now.role) == (former.kind, former.user, former.role)
        });
        Ok(match is_same {
            true => OwnerSet::Full,
            false => OwnerSet::Stale,
        })
    }

    /// Puts a dashboard back to `body` whatever version there is, as a new version of the team's.
    pub async fn reset_dashboard(&self, id: &str, body: &str) -> Result<u64, StorageError> {
        let query = sqlx::query_as::<_, (i64,)>(
            "INSERT INTO dashboards (id, version, body)
             SELECT ?, highest + 1, ? FROM removed_versions WHERE TRUE
             ON CONFLICT (id) DO UPDATE
             SET version = dashboards.version + 1, body = excluded.body RETURNING version",
        )
        .bind(id)
        .bind(body);
        let row = self
            .timed("dashboard_reset", committed(query.fetch_all(self.pool())))
            .await?;
        let (version,) = row.ok_or(sqlx::Error::RowNotFound)?;
        Ok(version.unsigned_abs())
    }

    /// Removes a dashboard for good; whether there was one.
    pub async fn remove_dashboard(&self, id: &str) -> Result<bool, StorageError> {
        let query = sqlx::query("DELETE FROM dashboards WHERE id = ?").bind(id);
        let done = self
            .timed("dashboard_remove", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
