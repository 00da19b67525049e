//! What files change of the dashboards that are saved. Pure: compares, and says what would be done.
//!
//! Invariant: a document is changed where its text as a file differs, and nowhere else.

use std::collections::HashMap;

use app::editor::changes::{self, Change as Difference};
use protocol::{AuditCode, Dashboard};

use super::files::FileDashboard;
use super::{read, text};
use crate::access::{Actor, Change};
use crate::storage::{DashboardChange, StorageError, StoredDocument};

/// What comes of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum Planned {
    /// There is no such dashboard yet.
    New,
    /// It is another document; this is different.
    Changed(Vec<Difference>),
    /// It is there already.
    Same,
}

/// Files against dashboards that are saved, by id.
pub struct Saved(HashMap<String, (StoredDocument, Dashboard)>);

impl Saved {
    /// Of these documents.
    pub fn of(documents: Vec<StoredDocument>) -> Result<Saved, StorageError> {
        let with = |document: StoredDocument| {
            let dashboard = read(&document)?;
            Ok((document.id.clone(), (document, dashboard)))
        };
        let all = documents.into_iter().map(with);
        Ok(Saved(all.collect::<Result<_, StorageError>>()?))
    }

    /// The dashboard of this id.
    pub fn get(&self, id: &str) -> Option<&Dashboard> {
        self.0.get(id).map(|(_, dashboard)| dashboard)
    }

    /// What would come of a file.
    ///
    /// # Errors
    /// A number that cannot be written.
    pub fn plan(&self, file: &FileDashboard) -> serde_json::Result<Planned> {
        let Some(saved) = self.get(&file.dashboard.id) else {
            return Ok(Planned::New);
        };
        if text(saved)? == text(&file.dashboard)? {
            return Ok(Planned::Same);
        }
        Ok(Planned::Changed(changes::between(saved, &file.dashboard)))
    }

    /// The change that a file makes, and whom it belongs to afterwards.
    ///
    /// # Errors
    /// A number that cannot be written.
    pub fn change(
        &self,
        file: &FileDashboard,
        actor: &Actor,
        owner: Option<String>,
        now_ms: i64,
    ) -> serde_json::Result<DashboardChange> {
        let id = file.dashboard.id.clone();
        let saved = self.0.get(&id);
        let same = matches!(self.plan(file)?, Planned::Same);
        let body = match saved {
            Some((document, _)) if same => document.body.clone(),
            _ => serde_json::to_string(&file.dashboard)?,
        };
        let change = Change::new(AuditCode::DashboardSaved, id.clone()).after(&file.dashboard);
        let change = match saved {
            Some((_, before)) => change.before(before),
            None => change,
        };
        Ok(DashboardChange {
            id,
            seen: saved.map_or(0, |(document, _)| document.version),
            body: Some(body),
            file: owner,
            entry: change.entry(actor, now_ms),
        })
    }

    /// Removes a dashboard whose file is gone; none when it is not there.
    pub fn removal(&self, id: &str, actor: &Actor, now_ms: i64) -> Option<DashboardChange> {
        let (document, before) = self.0.get(id)?;
        let change = Change::new(AuditCode::DashboardRemoved, id).before(before);
        Some(DashboardChange {
            id: id.to_owned(),
            seen: document.version,
            body: None,
            file: None,
            entry: change.entry(actor, now_ms),
        })
    }
}
