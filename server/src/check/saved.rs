//! Dashboards that people saved in the server's database.
//!
//! Invariant: the database is read, never made, migrated or written to.

use std::path::Path as FilePath;
use std::sync::Arc;

use telemetry::Registry;

use super::load::unknown_keys;
use super::{Code, Finding, Path, Source, Subject};
use crate::document::{self, Misread};
use crate::storage::{Storage, StorageError};

/// Adds what is saved in this database to the subject, and answers what cannot be read as a
/// dashboard. Where there is no file, nobody saved anything.
pub async fn load_saved(
    database: &FilePath,
    subject: &mut Subject,
) -> Result<Vec<Finding>, StorageError> {
    if !database.exists() {
        return Ok(Vec::new());
    }
    let storage = Storage::open_to_read(database, &Arc::new(Registry::new())).await?;
    let stored = storage.dashboards().await;
    storage.close().await;
    let mut findings = Vec::new();
    for saved in stored? {
        let source = Source::saved(&saved.id);
        match document::read(&saved.body) {
            Ok((dashboard, unknown)) => {
                findings.extend(unknown_keys(&source, &unknown));
                subject.dashboards.push((source, dashboard));
            }
            Err(Misread { key, message, .. }) => {
                let path = Path::parse(&key);
                findings.push(source.finding(&path, Code::DashboardInvalid, message));
            }
        }
    }
    Ok(findings)
}
