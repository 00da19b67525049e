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
use crate::pages::admin::current_role;
use crate::pages::admin::grants::{self, TooMany};
use crate::shell::toast::Toast;

/// Most changes that can be taken back; the oldest is forgotten.
const MAX_UNDO: usize = 100;

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

    /// Allows what a role does not see of a line, or takes the line away when it is all allowed.
    pub fn toggle(self, column: usize, line: &MatrixLine) {
        let found = self
            .columns
            .with_untracked(|columns| columns.get(column).cloned());
        let Some(RoleColumn { role, made, .. }) = found.as_ref() else {
            return;
        };
        if !made {
            let words = format!(
                "{} is part of the server: it is given every metric.",
                role.name
            );
            self.toast.show(words);
            return;
        }
        let allows = found
            .as_ref()
            .is_some_and(|column| column.mark(&line.places).allows_next());
        let metrics = self.metrics.get_value();
        let next = match allows {
            true => grants::allow(&role.metrics, &line.places, line.broad.as_ref(), &metrics),
            false => grants::deny(&role.metrics, &line.places, &metrics),
        };
        let before = role.metrics.clone();
        match next {
            Ok(next) => {
                self.toast.show(words(role, allows, line, &next));
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
        if !self.saving.with_untracked(is_saving) {
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
                Err(error) => match (current_role(&error), self.saved(&name)) {
                    (Some(current), _) => {
                        let words =
                            format!("Somebody else changed {name}: your change is not saved.");
                        (current, Some(words))
                    }
                    (None, Some(saved)) => (saved, Some(format!("{name} is not saved. {error}"))),
                    (None, None) => return,
                },
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

    /// Nothing of a role is on its way any more: shows what the server has.
    fn end(self, server: Role, problem: Option<String>) {
        let metrics = self.metrics.get_value();
        let name = server.name.clone();
        self.saving
            .update(|saving| saving.retain(|role| role.name != name));
        let Some(problem) = problem else { return };
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

/// What a change does, and that a broad grant became narrower ones.
fn words(role: &Role, allows: bool, line: &MatrixLine, next: &[Grant]) -> String {
    let what = match line.level {
        3 => line.words.clone(),
        _ => format!("{} ({})", line.words, counted(line.places.len(), "metric")),
    };
    let done = match allows {
        true => format!("{} sees {what}.", role.name),
        false => format!("{} does not see {what} any more.", role.name),
    };
    let broad = |grant: &&Grant| grant.metric.is_none() && !next.contains(grant);
    match role.metrics.iter().find(broad) {
        Some(grant) if !allows => {
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
