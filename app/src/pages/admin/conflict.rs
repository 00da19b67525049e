//! Somebody else saved a role while an admin changed it: who, when and what, and the choice between
//! both versions.
//!
//! Invariant: what the admin changed stays on the page until they choose the other version.

use leptos::prelude::*;
use protocol::{AuditCode, AuditEntry, AuditPage, AuditParams, Conflict, ErrorCode, Role, json};

use super::audit::{FieldChange, changes, time};
use crate::erased::{CollectAny, part};
use crate::live::client::{self, ClientError};
use crate::view::Zone;

/// Entries of the audit log in which the change is looked for: the name may stand in others too.
const LOOKED_AT: u32 = 20;

/// A role that two people changed.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleConflict {
    /// The role's name.
    pub name: String,
    /// As the server has it; none when it was removed.
    pub theirs: Option<Role>,
    /// Who changed it, and when.
    pub words: String,
    /// What they changed.
    pub changes: Vec<FieldChange>,
}

/// What the server has, when that is why a role was not saved: another version of it, or none any more.
pub fn current_role(error: &ClientError) -> Option<Option<Role>> {
    match error {
        ClientError::Rejected {
            code: ErrorCode::StaleVersion,
            body,
            ..
        } => json::read::<Conflict<Option<Role>>>(body)
            .ok()
            .map(|conflict| conflict.current),
        _ => None,
    }
}

impl RoleConflict {
    /// Asks who it was that changed the version `base` of a role.
    pub async fn of(base: &Role, name: &str, theirs: Option<Role>) -> RoleConflict {
        let params = AuditParams {
            what: vec![AuditCode::RoleSaved, AuditCode::RoleRemoved],
            search: Some(name.to_string()),
            limit: LOOKED_AT,
            ..AuditParams::default()
        };
        let page = client::get::<AuditPage>(&params.address()).await;
        // Without an answer it is said that somebody did.
        let mut entries = page.map(|page| page.entries).unwrap_or_default();
        entries.retain(|one| one.object == name);
        RoleConflict {
            words: words(entries.first(), theirs.is_none(), base.version == 0),
            changes: theirs
                .as_ref()
                .map_or_else(Vec::new, |theirs| differences(base, theirs)),
            name: name.to_string(),
            theirs,
        }
    }
}

fn words(entry: Option<&AuditEntry>, is_gone: bool, is_new: bool) -> String {
    let done = match (is_gone, is_new) {
        (true, _) => "Removed",
        (false, true) => "Made",
        (false, false) => "Changed",
    };
    match entry {
        Some(entry) => {
            let at = time(entry.t, &Zone::Local);
            format!("{done} by {} at {at} meanwhile", entry.who.name)
        }
        None => format!("{done} by somebody else meanwhile"),
    }
}

/// What differs between two versions, apart from their numbers.
fn differences(base: &Role, theirs: &Role) -> Vec<FieldChange> {
    let state = |role: &Role| {
        let text = serde_json::to_string(role).ok()?;
        json::read(&text).ok()
    };
    let mut all = changes(state(base).as_ref(), state(theirs).as_ref());
    all.retain(|one| one.path != "version" && one.path != "name");
    all
}

/// What happened, and the choice.
#[component]
pub fn ConflictNote(
    /// The conflict.
    conflict: RoleConflict,
    /// Saves what is on the page over the other version.
    on_keep: Callback<RoleConflict>,
    /// Shows the other version.
    on_take: Callback<RoleConflict>,
) -> impl IntoView {
    let one = |FieldChange {
                   path,
                   before,
                   after,
               }: FieldChange| {
        let value = |text: Option<String>| text.unwrap_or_else(|| "–".into());
        view! {
            <li><b>{path}</b>" "{value(before)}" → "{value(after)}</li>
        }
    };
    let (kept, taken) = (conflict.clone(), conflict.clone());
    let theirs = match conflict.theirs {
        Some(_) => "Take theirs",
        None => "Let it go",
    };
    let changed = conflict.changes.into_iter().map(one).collect_any();
    let has_changes = !changed.is_empty();
    view! {
        <div class="conflict" role="alert">
            <p><b>{format!("{}: ", conflict.name)}</b>{conflict.words}". Yours is not saved yet."</p>
            {has_changes.then(|| view! { <ul>{changed}</ul> }.into_any())}
            <div class="form-actions">
                <button type="button" on:click=move |_| on_take.run(taken.clone())>{theirs}</button>
                <button type="button" class="primary" on:click=move |_| on_keep.run(kept.clone())>
                    "Keep mine"
                </button>
            </div>
        </div>
    }
}

/// The conflicts of a page, each with its choice.
pub fn notes(
    conflicts: Signal<Vec<RoleConflict>>,
    on_keep: Callback<RoleConflict>,
    on_take: Callback<RoleConflict>,
) -> impl IntoView {
    let note = move |conflict| view! { <ConflictNote conflict on_keep on_take/> };
    part(move || conflicts.get().into_iter().map(note).collect_any())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::{Fake, Reply};
    use crate::testing::{has, html};
    use protocol::{AuditActor, AuditActorKind, Grant};

    fn role(version: u64, pattern: &str) -> Role {
        Role {
            name: "shop".into(),
            version,
            metrics: vec![Grant::pattern(pattern)],
            ..Role::default()
        }
    }

    #[test]
    fn a_conflict_names_who_changed_what_and_offers_both_versions() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        let entry = |object: &str, name: &str| AuditEntry {
            id: 1,
            t: 1_700_000_000_000,
            who: AuditActor {
                kind: AuditActorKind::User,
                id: Some(1),
                name: name.into(),
            },
            what: AuditCode::RoleSaved,
            object: object.into(),
            address: String::new(),
            before: None,
            after: None,
        };
        fake.serve(move |request| {
            let want = "/api/admin/audit?what=role_saved%2Crole_removed&search=shop&limit=20";
            assert_eq!(request.path, want);
            Reply::json(&AuditPage {
                entries: vec![entry("shop-2", "eve"), entry("shop", "grace")],
                next: None,
                dropped: 0,
            })
        });
        let found = fake
            .now(async { RoleConflict::of(&role(1, "a.*"), "shop", Some(role(2, "b.*"))).await });
        assert!(
            found.words.starts_with("Changed by grace at 2023-11-1"),
            "{found:?}"
        );
        let paths: Vec<&str> = found.changes.iter().map(|one| &*one.path).collect();
        assert_eq!(paths, ["metrics[0].pattern"]);
        let none = Callback::new(|_| ());
        let note = html(view! { <ConflictNote conflict=found on_keep=none on_take=none/> });
        has(&note, &["Keep mine", "Take theirs", "a.*", "b.*"]);
    }

    #[test]
    fn without_an_entry_it_is_said_that_somebody_did() {
        for (is_gone, is_new, want) in [
            (true, false, "Removed by somebody else meanwhile"),
            (false, true, "Made by somebody else meanwhile"),
            (false, false, "Changed by somebody else meanwhile"),
        ] {
            assert_eq!(words(None, is_gone, is_new), want);
        }
    }
}
