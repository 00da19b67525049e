//! Changes of the matrix: shown at once, saved role by role, taken back.
//!
//! Invariant: of one role one request is on its way at a time, and what the matrix shows when none is
//! on its way is what the server has.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{AccessMetric, Grant, Role, paths};

use super::model::{MatrixLine, RoleColumn};
use crate::browser;
use crate::live::client;
use crate::pages::admin::access::counted;
use crate::pages::admin::conflict::{RoleConflict, current_role};
use crate::pages::admin::grants::{self, TooMany};
use crate::shell::dialog::Confirm;
use crate::shell::toast::Toast;

/// Most changes that can be taken back; the oldest is forgotten.
const MAX_UNDO: usize = 100;

/// What is done about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// All of it is given.
    Allow,
    /// What gives all of it goes; conditions stay.
    Narrow,
    /// Everything that gives some of it goes.
    Deny,
}

/// One change that can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    role: String,
    before: Vec<Grant>,
    after: Vec<Grant>,
}

/// The roles of the matrix: copied freely.
#[derive(Clone, Copy)]
pub struct Changes {
    /// The columns, as they are shown.
    pub columns: RwSignal<Vec<RoleColumn>>,
    metrics: StoredValue<Arc<[AccessMetric]>>,
    /// Roles that the server has, of which a request is on its way.
    saving: RwSignal<Vec<Role>>,
    undo: RwSignal<Vec<Change>>,
    /// Roles that somebody else changed as well: they are saved once it is chosen which version holds.
    pub conflicts: RwSignal<Vec<RoleConflict>>,
    /// Why the last change was not saved; empty when it was.
    problem: RwSignal<String>,
    toast: Toast,
}

impl Changes {
    /// Nothing is changed yet.
    pub fn new(columns: Vec<RoleColumn>, metrics: Arc<[AccessMetric]>, toast: Toast) -> Changes {
        Changes {
            columns: RwSignal::new(columns),
            metrics: StoredValue::new(metrics),
            saving: RwSignal::new(Vec::new()),
            undo: RwSignal::new(Vec::new()),
            conflicts: RwSignal::new(Vec::new()),
            problem: RwSignal::new(String::new()),
            toast,
        }
    }

    /// Whether a change is on its way.
    pub fn is_saving(self) -> bool {
        self.saving.with(|saving| !saving.is_empty())
    }

    /// Why the last change was not saved.
    pub fn problem(self) -> String {
        self.problem.get()
    }

    /// Whether there is a change to take back.
    pub fn can_undo(self) -> bool {
        self.undo.with(|undo| !undo.is_empty())
    }

    /// Allows what a role does not see of a line, or takes back what gives all of it when it is all
    /// allowed. Conditions stay in both.
    pub fn toggle(self, column: usize, line: &MatrixLine) {
        let Some(shown) = self.changeable(column) else {
            return;
        };
        let step = match shown.mark(&line.places).allows_next() {
            true => Step::Allow,
            false => Step::Narrow,
        };
        self.take(&shown.role, step, line);
    }

    /// Takes a line away with its conditions, and asks first when there are any.
    pub fn take_away(self, column: usize, line: &MatrixLine, confirm: Confirm) {
        let Some(RoleColumn { role, .. }) = self.changeable(column) else {
            return;
        };
        let metrics = self.metrics.get_value();
        let lost = grants::conditional(&role.metrics, &line.places, &metrics);
        if lost.is_empty() {
            return self.take(&role, Step::Deny, line);
        }
        let lost: Vec<String> = lost
            .into_iter()
            .map(crate::pages::admin::roles::words)
            .collect();
        let what = what(line);
        let title = format!("Take {what} away from {}?", role.name);
        let words = format!(
            "A condition is lost for it: {}. Its people see nothing of it any more.",
            lost.join("; ")
        );
        let line = line.clone();
        confirm.ask(title, words, "Take it away", move || {
            // What was changed while the question stood there stays.
            if let Some(shown) = self.changeable(column) {
                self.take(&shown.role, Step::Deny, &line);
            }
            async { Ok(()) }
        });
    }

    /// A column that can be changed; says why another one cannot.
    fn changeable(self, column: usize) -> Option<RoleColumn> {
        let found = self
            .columns
            .with_untracked(|columns| columns.get(column).cloned());
        let found = found?;
        if !found.made {
            let words = format!(
                "{} is part of the server: it is given every metric.",
                found.role.name
            );
            self.toast.show(words);
            return None;
        }
        Some(found)
    }

    fn take(self, role: &Role, step: Step, line: &MatrixLine) {
        let metrics = self.metrics.get_value();
        let (grants, places) = (&role.metrics, &line.places);
        let next = match step {
            Step::Allow => grants::allow(grants, places, line.broad.as_ref(), &metrics),
            Step::Narrow => grants::narrow(grants, places, &metrics),
            Step::Deny => grants::deny(grants, places, &metrics),
        };
        let before = role.metrics.clone();
        match next {
            Ok(next) => {
                let sees_some = !grants::conditional(&next, places, &metrics).is_empty();
                self.toast.show(words(role, step, sees_some, line, &next));
                self.undo.update(|undo| {
                    if undo.len() == MAX_UNDO {
                        undo.remove(0);
                    }
                    undo.push(Change {
                        role: role.name.clone(),
                        before,
                        after: next.clone(),
                    });
                });
                self.give(&role.name, next);
            }
            Err(TooMany(count)) => self.problem.set(format!(
                "{} would need {count} grants; a role has at most {}. Change a heading instead.",
                role.name,
                protocol::role_document::MAX_GRANTS,
            )),
        }
    }

    /// Takes the last change back.
    pub fn undo(self) {
        let Some(last) = self.undo.try_update(Vec::pop).flatten() else {
            return;
        };
        let now = self.columns.with_untracked(|columns| {
            let found = columns.iter().find(|column| column.role.name == last.role);
            found.map(|column| column.role.metrics.clone())
        });
        if now.as_ref() != Some(&last.after) {
            let words = format!("{} was changed since: the change stays.", last.role);
            self.toast.show(words);
            return;
        }
        self.toast
            .show(format!("Took the last change of {} back.", last.role));
        self.give(&last.role, last.before);
    }

    /// Shows other grants of a role, and saves them.
    fn give(self, name: &str, grants: Vec<Grant>) {
        let metrics = self.metrics.get_value();
        let former = self.columns.try_update(|columns| {
            let column = columns.iter_mut().find(|column| column.role.name == name)?;
            let former = column.role.clone();
            column.give(grants, &metrics);
            Some(former)
        });
        let Some(former) = former.flatten() else {
            return;
        };
        self.problem.set(String::new());
        let is_saving = |saving: &Vec<Role>| saving.iter().any(|role| role.name == name);
        let waits = |all: &Vec<RoleConflict>| all.iter().any(|one| one.name == name);
        if !self.conflicts.with_untracked(waits) && !self.saving.with_untracked(is_saving) {
            self.saving.update(|saving| saving.push(former));
            browser::spawn(self.save(name.to_string()));
        }
    }

    /// Saves a role until the server has what is shown.
    async fn save(self, name: String) {
        loop {
            let shown = self.columns.try_with_untracked(|columns| {
                let found = columns.iter().find(|column| column.role.name == name);
                found.map(|column| column.role.clone())
            });
            // The page may be gone.
            let Some(Some(shown)) = shown else { return };
            let answer = client::put::<Role>(&paths::admin_role(&name), &shown).await;
            let (server, problem) = match answer {
                Ok(saved) => {
                    let went_on = self.answered(&saved);
                    if went_on {
                        continue;
                    }
                    (saved, None)
                }
                Err(error) => {
                    let Some(saved) = self.saved(&name) else {
                        return;
                    };
                    if let Some(theirs) = current_role(&error) {
                        let conflict = RoleConflict::of(&saved, &name, theirs).await;
                        return self.wait(conflict);
                    }
                    (saved, Some(format!("{name} is not saved. {error}")))
                }
            };
            self.end(server, problem);
            return;
        }
    }

    /// The server has this version; whether something was changed since it was sent.
    fn answered(self, saved: &Role) -> bool {
        let went_on = self.columns.try_update(|columns| {
            let column = columns
                .iter_mut()
                .find(|column| column.role.name == saved.name)?;
            column.role.version = saved.version;
            Some(column.role.metrics != saved.metrics)
        });
        self.saving.try_update(|saving| {
            if let Some(one) = saving.iter_mut().find(|role| role.name == saved.name) {
                *one = saved.clone();
            }
        });
        went_on.flatten() == Some(true)
    }

    fn saved(self, name: &str) -> Option<Role> {
        let found = self
            .saving
            .try_with_untracked(|saving| saving.iter().find(|role| role.name == name).cloned());
        found.flatten()
    }

    /// Keeps what is shown of a role until it is chosen which version holds.
    fn wait(self, conflict: RoleConflict) {
        // The page may be gone.
        self.saving
            .try_update(|saving| saving.retain(|role| role.name != conflict.name));
        self.conflicts.try_update(|all| all.push(conflict));
    }

    /// Saves what is shown of a role over what somebody else saved; the rest of the role is theirs.
    pub fn keep_mine(self, RoleConflict { name, theirs, .. }: RoleConflict) {
        self.conflicts
            .update(|all| all.retain(|one| one.name != name));
        let server = theirs.unwrap_or_else(|| Role {
            name: name.clone(),
            ..Role::default()
        });
        self.columns.update(|columns| {
            if let Some(column) = columns.iter_mut().find(|column| column.role.name == name) {
                let metrics = std::mem::take(&mut column.role.metrics);
                column.role = Role {
                    metrics,
                    ..server.clone()
                };
            }
        });
        self.saving.update(|saving| saving.push(server));
        browser::spawn(self.save(name));
    }

    /// Shows what somebody else saved.
    pub fn take_theirs(self, RoleConflict { name, theirs, .. }: RoleConflict) {
        self.conflicts
            .update(|all| all.retain(|one| one.name != name));
        match theirs {
            Some(theirs) => self.end(theirs, Some(String::new())),
            None => {
                self.undo.update(|undo| undo.retain(|one| one.role != name));
                self.columns
                    .update(|columns| columns.retain(|column| column.role.name != name));
            }
        }
    }

    /// Nothing of a role is on its way any more: shows what the server has.
    fn end(self, server: Role, problem: Option<String>) {
        let metrics = self.metrics.get_value();
        let name = server.name.clone();
        self.saving
            .update(|saving| saving.retain(|role| role.name != name));
        let Some(problem) = problem else { return };
        // Not what was said when it was about to be saved.
        self.toast.show(problem.clone());
        self.problem.set(problem);
        self.undo
            .update(|undo| undo.retain(|change| change.role != name));
        self.columns.update(|columns| {
            if let Some(column) = columns.iter_mut().find(|column| column.role.name == name) {
                let grants = server.metrics.clone();
                column.role = server;
                column.give(grants, &metrics);
            }
        });
    }
}

/// A line in words.
fn what(line: &MatrixLine) -> String {
    match line.level {
        3 => line.words.clone(),
        _ => format!("{} ({})", line.words, counted(line.places.len(), "metric")),
    }
}

/// What a change does, and that a broad grant became narrower ones.
fn words(role: &Role, step: Step, sees_some: bool, line: &MatrixLine, next: &[Grant]) -> String {
    let what = what(line);
    let done = match step {
        Step::Allow => format!("{} sees {what}.", role.name),
        _ if sees_some => format!("{} sees {what} as its conditions say.", role.name),
        _ => format!("{} does not see {what} any more.", role.name),
    };
    let broad = |grant: &&Grant| grant.metric.is_none() && !next.contains(grant);
    match role.metrics.iter().find(broad) {
        Some(grant) if step != Step::Allow => {
            let grant = crate::pages::admin::roles::words(grant);
            format!(
                "{done} Its grant “{grant}” became narrower ones: metrics to come are not in them."
            )
        }
        _ => done,
    }
}

#[cfg(test)]
mod tests;
