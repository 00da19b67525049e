//! The folder of provisioned dashboards: read at the start, and again whenever one of its files is
//! another one.
//!
//! Invariant: a dashboard has one owner. What people saved is never taken over by a file, and a file
//! that does not hold leaves the dashboard as its last good version made it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use telemetry::Registry;

use super::files::{FileDashboard, Folder, finding, read_folder};
use super::import::{Planned, Saved};
use super::{built_in_one, is_delivered};
use crate::access::{Access, Actor};
use crate::check::Finding;
use crate::clock;
use crate::config::{Config, Limits};
use crate::contract::{LOG, count_rejected};
use crate::metrics::MetricCatalog;
use crate::storage::{BatchLimits, BatchSaved, DashboardChange, Storage, StorageError};

/// Between two looks at the folder. Folders of other machines, and those that containers mount, report
/// no changes, so it is looked at and not listened to.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks after which a folder with rejected files is read again: what they need may be there by now.
const LOOKS_UNTIL_AGAIN: u32 = 30;
/// Attempts while people save.
const ATTEMPTS: usize = 3;
/// Findings that are listed among the events each time; the log has all of them.
const MAX_LISTED: usize = 20;

/// Names, lengths and times of files.
type Fingerprint = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// The folder, and what was found in it.
pub struct Provisioned {
    folder: Option<PathBuf>,
    storage: Storage,
    access: Arc<Access>,
    metrics: Arc<MetricCatalog>,
    registry: Arc<Registry>,
    limits: Limits,
    /// What does not hold.
    findings: Mutex<Vec<Finding>>,
}

impl Provisioned {
    /// Reads the folder of the configuration for the first time. Without one, people own what files
    /// owned before.
    pub async fn start(
        config: &Config,
        storage: Storage,
        access: Arc<Access>,
        metrics: Arc<MetricCatalog>,
        registry: Arc<Registry>,
    ) -> Result<Provisioned, StorageError> {
        let provisioned = Provisioned {
            folder: config.dashboards_dir.clone(),
            limits: config.limits.clone(),
            findings: Mutex::default(),
            storage,
            access,
            metrics,
            registry,
        };
        match &provisioned.folder {
            // Whoever looks at dashboards is not kept from all of them by one that cannot be read.
            Some(folder) => {
                if let Err(error) = provisioned.read(folder).await {
                    tracing::error!(%error, "dashboards of files were not taken");
                }
            }
            None => {
                let released = provisioned.storage.release_dashboard_files().await?;
                if released > 0 {
                    tracing::info!(
                        "{released} dashboards that came from files belong to people now: \
                         `dashboards_dir` is not set"
                    );
                }
            }
        }
        Ok(provisioned)
    }

    /// How many findings there are about files that are not taken; none without a folder.
    pub fn rejected(&self) -> Option<usize> {
        self.folder.as_ref().map(|_| self.findings().len())
    }

    /// Reads the folder again after each change of it, once it has stood still between two looks. Never
    /// ends.
    pub async fn follow(&self) {
        let Some(folder) = &self.folder else {
            return std::future::pending().await;
        };
        let mut taken = fingerprint(folder).await;
        let mut last = taken.clone();
        let mut looks = 0;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = fingerprint(folder).await;
            looks += 1;
            let is_settled = now == last;
            let again = looks >= LOOKS_UNTIL_AGAIN && !self.findings().is_empty();
            if is_settled && (now != taken || again) {
                looks = 0;
                match self.read(folder).await {
                    Ok(()) => taken = now.clone(),
                    Err(error) => tracing::error!(%error, "dashboards of files were not taken"),
                }
            }
            last = now;
        }
    }

    /// Takes what the folder holds now.
    async fn read(&self, folder: &Path) -> Result<(), StorageError> {
        let (path, limits) = (folder.to_owned(), self.limits.clone());
        let metrics = self.metrics.list();
        let read = tokio::task::spawn_blocking(move || read_folder(&path, &metrics, &limits));
        let mut findings = match read.await {
            // Whoever takes the folder away for a moment takes no dashboard away.
            Ok(Err(unreadable)) => {
                let message = format!("{}; its dashboards stay as they are", unreadable.source);
                vec![finding(&unreadable.path.display().to_string(), message)]
            }
            Ok(Ok(found)) => self.take(found).await?,
            Err(panicked) => vec![finding(&folder.display().to_string(), panicked.to_string())],
        };
        std::mem::swap(&mut *self.findings(), &mut findings);
        self.report(&findings);
        Ok(())
    }

    async fn take(&self, found: Folder) -> Result<Vec<Finding>, StorageError> {
        let mut findings = found.findings;
        let mut changed = false;
        let mut stored = self.stored().await?;
        for file in &found.dashboards {
            let made =
                |saved: &Saved, owned: &HashMap<String, String>| self.change_of(file, saved, owned);
            match self.attempt(&mut stored, made).await? {
                Ok(made) => changed |= made,
                Err(message) => findings.push(finding(&file.shown, message)),
            }
        }
        for (id, name) in self.storage.dashboard_files().await? {
            let stays = found.dashboards.iter().any(|file| file.name == name);
            if stays || found.broken.contains(&id) {
                continue;
            }
            let made = |saved: &Saved, _: &HashMap<String, String>| gone(&id, &name, saved);
            match self.attempt(&mut stored, made).await? {
                Ok(made) => changed |= made,
                Err(message) => findings.push(finding(&name, message)),
            }
        }
        if changed {
            self.access.take_over().await;
        }
        Ok(findings)
    }

    /// What is stored, and which file owns what.
    async fn stored(&self) -> Result<(Saved, HashMap<String, String>), StorageError> {
        let saved = Saved::of(self.storage.dashboards().await?)?;
        let owned = self.storage.dashboard_files().await?;
        Ok((saved, owned.into_iter().collect()))
    }

    /// Makes a change, again while people save in between; whether there was one, or why not. Each change
    /// is of one dashboard, so `stored` is read again only when it was too old for that one.
    async fn attempt(
        &self,
        stored: &mut (Saved, HashMap<String, String>),
        make: impl Fn(&Saved, &HashMap<String, String>) -> Result<Option<DashboardChange>, String>,
    ) -> Result<Result<bool, String>, StorageError> {
        for _ in 0..ATTEMPTS {
            let change = match make(&stored.0, &stored.1) {
                Ok(Some(change)) => change,
                Ok(None) => return Ok(Ok(false)),
                Err(message) => return Ok(Err(message)),
            };
            let limits = BatchLimits::of(&self.limits);
            match self.storage.change_dashboards(&[change], limits).await? {
                BatchSaved::Yes => return Ok(Ok(true)),
                BatchSaved::Full => {
                    let most = limits.dashboards;
                    let message =
                        format!("there are {most} dashboards already: `limits.max_dashboards`");
                    return Ok(Err(message));
                }
                BatchSaved::Stale(_) => *stored = self.stored().await?,
            }
        }
        Ok(Err("somebody else keeps changing the dashboard".to_owned()))
    }

    /// What a file changes, if anything; a sentence when its dashboard belongs to people.
    fn change_of(
        &self,
        file: &FileDashboard,
        saved: &Saved,
        owned: &HashMap<String, String>,
    ) -> Result<Option<DashboardChange>, String> {
        let text = |error: serde_json::Error| error.to_string();
        let id = &file.dashboard.id;
        if owned.get(id) == Some(&file.name) {
            if saved.plan(file).map_err(text)? == Planned::Same {
                return Ok(None);
            }
        } else if let Some(current) = saved.get(id)
            && !is_delivered(current).map_err(|error| error.to_string())?
        {
            return Err(format!(
                "people own the dashboard `{id}`, so the file is not taken; remove it there, or give \
                 the file's dashboard another id"
            ));
        }
        let (actor, owner) = (Actor::file(&file.name), Some(file.name.clone()));
        let change = saved.change(file, &actor, owner, clock::now_ms());
        change.map(Some).map_err(text)
    }

    /// Logs what is new, and lists it among the events.
    fn report(&self, before: &[Finding]) {
        let findings = self.findings();
        let new = findings.iter().filter(|finding| !before.contains(finding));
        for (place, finding) in new.enumerate() {
            let Finding {
                file,
                path,
                message,
                ..
            } = finding;
            let place_in_file = if path.is_empty() {
                String::new()
            } else {
                format!(" {path}:")
            };
            let words = format!("dashboard file {file}:{place_in_file} {message}");
            tracing::error!("{words}");
            count_rejected(&self.registry, "dashboard_file", 1);
            if place < MAX_LISTED {
                let metadata = [
                    ("level", "error".into()),
                    ("message", words.as_str().into()),
                    ("source", "pulseboard".into()),
                ];
                LOG.execute_on(&self.registry, &[], &metadata);
            }
        }
    }

    fn findings(&self) -> std::sync::MutexGuard<'_, Vec<Finding>> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A dashboard whose file is gone is removed; a built-in one goes back to what is delivered. What people
/// set for themselves stays, for the case that it comes back.
fn gone(id: &str, name: &str, saved: &Saved) -> Result<Option<DashboardChange>, String> {
    let (actor, now_ms) = (Actor::file(name), clock::now_ms());
    match built_in_one(id).map_err(|error| error.to_string())? {
        None => Ok(saved.removal(id, &actor, now_ms)),
        Some(dashboard) => {
            let delivered = FileDashboard {
                name: name.to_owned(),
                shown: name.to_owned(),
                dashboard,
            };
            let change = saved.change(&delivered, &actor, None, now_ms);
            change.map(Some).map_err(|error| error.to_string())
        }
    }
}

/// What would be another one after a change of any file.
async fn fingerprint(folder: &Path) -> Fingerprint {
    let folder = folder.to_owned();
    let look = move || {
        let mut found = Fingerprint::new();
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_file = path
                .extension()
                .is_some_and(|extension| extension == "json");
            // As it is read: through links.
            if is_file && let Ok(file) = std::fs::metadata(&path) {
                found.push((path, file.len(), file.modified().ok()));
            }
        }
        found.sort();
        found
    };
    let looked = tokio::task::spawn_blocking(look).await;
    looked.unwrap_or_default()
}
