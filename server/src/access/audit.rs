//! What goes into the audit log: who changed what, from where.
//!
//! Invariant: a change that cannot be recorded is answered as failed, and no state that is recorded
//! holds a secret: states are documents of the protocol, which have none.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use protocol::{AuditActor, AuditActorKind, AuditCode, AuditPage};
use serde::Serialize;
use serde_json::json;

use super::{Access, Principal, PrincipalKind};
use crate::clock;
use crate::storage::{AuditFilter, NewAuditEntry, StorageError};

/// Longest state of an entry in bytes.
const MAX_STATE_BYTES: usize = 32 * 1024;
/// Names and addresses whose failed attempts are counted apart in one minute.
const MAX_FAILED: usize = 200;
/// Between two entries for the same failed attempts.
const SUMMARISE_EVERY: Duration = Duration::from_secs(60);

/// Who does something, and from where.
#[derive(Clone, Debug)]
pub struct Actor {
    who: AuditActor,
    address: String,
}

impl Actor {
    /// The principal of a request from this address.
    pub fn of(principal: &Principal, address: Option<IpAddr>) -> Actor {
        let (kind, id) = match principal.kind {
            PrincipalKind::User { id, .. } | PrincipalKind::Preview { id, .. } => {
                (AuditActorKind::User, id)
            }
            PrincipalKind::Token { id, .. } => (AuditActorKind::Token, id),
            PrincipalKind::Guest => return Actor::nobody(address),
        };
        Actor::new(kind, Some(id), &principal.name, address)
    }

    /// A user of this id and name, who came without a session.
    pub(super) fn user(id: i64, name: &str, address: Option<IpAddr>) -> Actor {
        Actor::new(AuditActorKind::User, Some(id), name, address)
    }

    /// Whoever is at the command line of the server's machine.
    pub fn command_line() -> Actor {
        Actor::new(AuditActorKind::CommandLine, None, "command line", None)
    }

    /// A file of the folder of provisioned dashboards.
    pub fn file(name: &str) -> Actor {
        Actor::new(AuditActorKind::File, None, name, None)
    }

    /// Who it is, without the address.
    pub fn who(&self) -> &AuditActor {
        &self.who
    }

    /// The configuration or the one-time link that make the first admin.
    pub fn setup(address: Option<IpAddr>) -> Actor {
        Actor::new(AuditActorKind::Setup, None, "setup", address)
    }

    /// Somebody who is not signed in.
    pub fn nobody(address: Option<IpAddr>) -> Actor {
        Actor::new(AuditActorKind::Nobody, None, "nobody", address)
    }

    fn new(kind: AuditActorKind, id: Option<i64>, name: &str, address: Option<IpAddr>) -> Actor {
        let name = name.to_owned();
        Actor {
            who: AuditActor { kind, id, name },
            address: address_text(address),
        }
    }
}

fn address_text(address: Option<IpAddr>) -> String {
    address.map_or_else(String::new, |address| address.to_canonical().to_string())
}

/// What was done to what.
#[derive(Clone, Debug)]
pub struct Change {
    what: AuditCode,
    object: String,
    before: Option<String>,
    after: Option<String>,
}

impl Change {
    /// Without states.
    pub fn new(what: AuditCode, object: impl Into<String>) -> Change {
        Change {
            what,
            object: object.into(),
            before: None,
            after: None,
        }
    }

    /// The state before; it must hold no secret.
    pub fn before(mut self, state: &impl Serialize) -> Change {
        self.before = Some(state_text(state));
        self
    }

    /// The state after; it must hold no secret.
    pub fn after(mut self, state: &impl Serialize) -> Change {
        self.after = Some(state_text(state));
        self
    }

    /// As the log takes it.
    pub(crate) fn entry(self, actor: &Actor, now_ms: i64) -> NewAuditEntry {
        NewAuditEntry {
            t: now_ms,
            who: actor.who.clone(),
            what: self.what,
            object: self.object,
            address: actor.address.clone(),
            before: self.before,
            after: self.after,
        }
    }
}

fn state_text(state: &impl Serialize) -> String {
    match serde_json::to_string(state) {
        Ok(text) if text.len() <= MAX_STATE_BYTES => text,
        Ok(text) => json!({ "longer_than_kept": text.len() }).to_string(),
        Err(error) => json!({ "unwritable": error.to_string() }).to_string(),
    }
}

/// Failed attempts to sign in that are not in the log yet, by name and address. An unknown name is
/// empty: people type passwords into the wrong field.
#[derive(Default)]
pub(super) struct FailedSignIns {
    counts: BTreeMap<(String, String), u64>,
}

impl FailedSignIns {
    fn add(&mut self, key: (String, String), attempts: u64) {
        let is_full = self.counts.len() >= MAX_FAILED && !self.counts.contains_key(&key);
        // The rest is counted together.
        let key = if is_full { Default::default() } else { key };
        *self.counts.entry(key).or_default() += attempts;
    }
}

impl Access {
    /// Appends an entry about a change that was made.
    pub async fn record(&self, actor: &Actor, change: Change) -> Result<(), StorageError> {
        let entry = change.entry(actor, clock::now_ms());
        self.storage
            .add_audit_entry(&entry, self.audit_limits)
            .await
    }

    /// The newest entries that match.
    pub async fn audit_page(&self, filter: &AuditFilter) -> Result<AuditPage, StorageError> {
        self.storage.audit_page(filter).await
    }

    /// Counts an attempt to sign in that failed; `name` is that of a user, else empty.
    pub(super) fn count_failed_sign_in(&self, name: &str, address: Option<IpAddr>) {
        let key = (name.to_owned(), address_text(address));
        self.failed_sign_ins().add(key, 1);
    }

    /// Records the failed attempts since the last time; those that cannot be written are kept.
    pub async fn record_failed_sign_ins(&self) -> Result<(), StorageError> {
        let counts = std::mem::take(&mut self.failed_sign_ins().counts);
        let mut failed = None;
        for ((name, address), attempts) in counts {
            let actor = Actor {
                address: address.clone(),
                ..Actor::nobody(None)
            };
            let change = Change::new(AuditCode::SignInFailed, name.clone());
            let change = change.after(&json!({ "attempts": attempts }));
            if let Err(error) = self.record(&actor, change).await {
                self.failed_sign_ins().add((name, address), attempts);
                failed = Some(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Records failed attempts and drops what is too old, again and again. Never ends.
    pub async fn keep_audit_log(&self) {
        loop {
            let now_ms = clock::now_ms();
            let dropped = self
                .storage
                .drop_old_audit_entries(now_ms, self.audit_limits);
            if let Err(error) = dropped.await {
                tracing::warn!(%error, "old entries of the audit log were not dropped");
            }
            tokio::time::sleep(SUMMARISE_EVERY).await;
            if let Err(error) = self.record_failed_sign_ins().await {
                tracing::error!(%error, "failed sign-ins are not in the audit log yet");
            }
        }
    }

    fn failed_sign_ins(&self) -> std::sync::MutexGuard<'_, FailedSignIns> {
        self.failed_sign_ins
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_sign_ins_are_bounded_and_none_is_lost() {
        let mut failed = FailedSignIns::default();
        for number in 0..MAX_FAILED + 50 {
            failed.add((String::new(), format!("address {number}")), 2);
        }
        failed.add((String::new(), "address 0".into()), 1);
        assert_eq!(failed.counts.len(), MAX_FAILED + 1);
        assert_eq!(failed.counts.values().sum::<u64>(), 2 * 250 + 1);
        assert_eq!(failed.counts[&Default::default()], 100);
    }

    #[test]
    fn a_state_that_is_too_long_is_its_length() {
        let text = |length: usize| state_text(&"x".repeat(length));
        assert_eq!(text(2), "\"xx\"");
        assert_eq!(text(MAX_STATE_BYTES), r#"{"longer_than_kept":32770}"#);
    }
}
