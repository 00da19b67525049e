//! Documents with a version and a name, by one set of statements. A save names the version it has seen,
//! and only that version is replaced.
//!
//! Invariant: no document has a version that one of the same name had before it was removed.

use super::{Storage, StorageError, committed};

/// A document as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// Its name: a dashboard's id, also for preferences; those of a person have none.
    pub id: String,
    /// From 1; above every version that a document had which was removed before this one was made.
    pub version: u64,
    /// JSON.
    pub body: String,
}

/// What came of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved, under this version.
    Yes(u64),
    /// Somebody else was first; the database holds this, or nothing any more.
    Stale(Option<StoredDocument>),
    /// There are as many documents as the limit allows.
    Full,
}

pub(super) type Row = (String, i64, String);

pub(super) fn read((id, version, body): Row) -> StoredDocument {
    StoredDocument {
        id,
        version: version.unsigned_abs(),
        body,
    }
}

pub(super) fn version_column(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

/// The statements over a table of documents that have names, each with what its time is called.
pub(super) struct NamedDocuments {
    list: (&'static str, &'static str),
    get: (&'static str, &'static str),
    add: (&'static str, &'static str),
    save: (&'static str, &'static str),
}

/// [`NamedDocuments`] of a table, the column with the name, and the word for one document.
macro_rules! named_documents {
    ($table:literal, $name:literal, $one:literal) => {
        NamedDocuments {
            list: (
                concat!($table, "_list"),
                concat!(
                    "SELECT ",
                    $name,
                    ", version, body FROM ",
                    $table,
                    " ORDER BY ",
                    $name
                ),
            ),
            get: (
                concat!($one, "_get"),
                concat!(
                    "SELECT ",
                    $name,
                    ", version, body FROM ",
                    $table,
                    " WHERE ",
                    $name,
                    " = ?"
                ),
            ),
            add: (
                concat!($one, "_add"),
                concat!(
                    "INSERT INTO ",
                    $table,
                    " (",
                    $name,
                    ", version, body)
                     SELECT ?, highest + 1, ? FROM removed_versions
                     WHERE (SELECT COUNT(*) FROM ",
                    $table,
                    ") < ?
                     ON CONFLICT (",
                    $name,
                    ") DO NOTHING RETURNING version"
                ),
            ),
            save: (
                concat!($one, "_save"),
                concat!(
                    "UPDATE ",
                    $table,
                    " SET version = version + 1, body = ?
                     WHERE ",
                    $name,
                    " = ? AND version = ? RETURNING version"
                ),
            ),
        }
    };
}

pub(super) const DASHBOARDS: NamedDocuments = named_documents!("dashboards", "id", "dashboard");
pub(super) const ROLES: NamedDocuments = named_documents!("roles", "name", "role");

impl Storage {
    /// Replaces version `seen` of a document; `seen` 0 makes a new one while the table has fewer
    /// than `max`.
    pub(super) async fn save_document(
        &self,
        table: &NamedDocuments,
        name: &str,
        seen: u64,
        body: &str,
        max: u32,
    ) -> Result<Saved, StorageError> {
        let (time, query) = if seen == 0 {
            let (time, sql) = table.add;
            let query = sqlx::query_as::<_, (i64,)>(sql).bind(name).bind(body);
            (time, query.bind(i64::from(max)))
        } else {
            let (time, sql) = table.save;
            let query = sqlx::query_as::<_, (i64,)>(sql).bind(body).bind(name);
            (time, query.bind(version_column(seen)))
        };
        let row = self
            .timed(time, committed(query.fetch_all(self.pool())))
            .await?;
        Ok(match row {
            Some((version,)) => Saved::Yes(version.unsigned_abs()),
            None => match self.document(table, name).await? {
                None if seen == 0 => Saved::Full,
                current => Saved::Stale(current),
            },
        })
    }

    /// All documents of a table, by name.
    pub(super) async fn documents(
        &self,
        table: &NamedDocuments,
    ) -> Result<Vec<StoredDocument>, StorageError> {
        let (time, sql) = table.list;
        let query = sqlx::query_as::<_, Row>(sql);
        let rows = self.timed(time, query.fetch_all(self.pool())).await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// One document of a table.
    pub(super) async fn document(
        &self,
        table: &NamedDocuments,
        name: &str,
    ) -> Result<Option<StoredDocument>, StorageError> {
        let (time, sql) = table.get;
        let query = sqlx::query_as::<_, Row>(sql).bind(name);
        let row = self.timed(time, query.fetch_optional(self.pool())).await?;
        Ok(row.map(read))
    }
}
