//! Which metrics a principal may see: the one place of this rule. A metric is visible when one of
//! the principal's roles is given it **and** the metric asks for no role, or for one of the
//! principal's. Built-in roles and those of the configuration are given every metric, roles that
//! admins made what their grants say, roles that nobody knows nothing; `admin` sees everything.
//!
//! Invariant: a metric that no table was made for is hidden, and a table never changes: it is
//! replaced by another with a higher generation.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use protocol::role::{ADMIN, GUEST};
use protocol::{Grant, Role, RoleDefaults};
use telemetry::MetricList;

use super::grant::{Described, Given, granted};
use super::open_dashboards::OpenDashboards;
use super::{Access, MetricSet, Principal, Rights, Visible};

/// Most classes of principals that are kept.
const MAX_CLASSES: usize = 1_000;

/// Who may see what, at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Visibility {
    generation: u64,
    metrics: Arc<[Described]>,
    /// What admins see.
    all: MetricSet,
    /// What asks for no role.
    open: MetricSet,
    /// What asks for a role, by role.
    required: BTreeMap<String, MetricSet>,
    /// Roles that are given every metric.
    fixed: Arc<[String]>,
    /// Roles that admins made.
    made: BTreeMap<String, MadeRole>,
    /// Dashboards that people open who are not signed in.
    open_dashboards: Arc<OpenDashboards>,
}

#[derive(Clone, Debug)]
struct MadeRole {
    grants: Vec<Grant>,
    given: Given,
    rights: Rights,
    defaults: RoleDefaults,
}

impl Visibility {
    /// Without metrics; these roles are given every metric that will be.
    pub(super) fn new(fixed: &[String]) -> Visibility {
        Visibility {
            fixed: fixed.into(),
            ..Visibility::default()
        }
    }

    /// What somebody may see.
    fn of(&self, roles: &[String]) -> Visible {
        if roles.iter().any(|role| role == ADMIN) {
            return Visible::new(self.all.clone(), BTreeMap::new());
        }
        let (mut asked, mut given) = (self.open.clone(), MetricSet::default());
        let mut partly: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for role in roles {
            if let Some(set) = self.required.get(role) {
                asked = asked.union(set);
            }
            if let Some(made) = self.made.get(role) {
                given = given.union(&made.given.whole);
                for (id, clauses) in &made.given.partly {
                    partly.entry(*id).or_default().extend_from_slice(clauses);
                }
            } else if self.fixed.contains(role) {
                given = self.all.clone();
            }
        }
        partly.retain(|id, _| asked.contains(*id));
        let visible = Visible::new(asked.intersection(&given), partly);
        if matches!(roles, [only] if only == GUEST) {
            return self.opened(visible);
        }
        visible
    }

    /// What people who are not signed in see of this: what the dashboards show that are open to them.
    fn opened(&self, given: Visible) -> Visible {
        let bound = self.open_dashboards.bound(&self.metrics, given.metrics());
        let seen = given.within(bound).without_annotations();
        if self.open_dashboards.lists_events {
            return seen;
        }
        seen.without_events()
    }

    /// The table for another list, under the same ids.
    fn with_metrics(&self, list: &MetricList) -> Visibility {
        let described = list.iter().map(|(_, metric)| Described {
            name: metric.name.clone(),
            category: metric.category.clone(),
            tags: metric.tags.clone(),
        });
        let mut next = Visibility {
            generation: self.generation + 1,
            metrics: described.collect(),
            fixed: self.fixed.clone(),
            made: self.made.clone(),
            open_dashboards: self.open_dashboards.clone(),
            ..Visibility::default()
        };
        for (id, metric) in list.iter() {
            next.all.insert(id);
            if metric.required_roles.is_empty() {
                next.open.insert(id);
            }
            for role in &metric.required_roles {
                next.required.entry(role.clone()).or_default().insert(id);
            }
        }
        for made in next.made.values_mut() {
            made.given = granted(&made.grants, &next.metrics);
        }
        next
    }

    /// The table with these roles and open dashboards in place of those before.
    fn with_roles(&self, roles: &BTreeMap<String, Role>, open: &Arc<OpenDashboards>) -> Visibility {
        let made = roles.iter().map(|(name, role)| {
            let made = MadeRole {
                grants: role.metrics.clone(),
                given: granted(&role.metrics, &self.metrics),
                rights: role.rights.iter().copied().collect(),
                defaults: role.defaults.clone(),
            };
            (name.clone(), made)
        });
        Visibility {
            generation: self.generation + 1,
            made: made.collect(),
            open_dashboards: open.clone(),
            ..self.clone()
        }
    }

    fn has_roles(&self, roles: &BTreeMap<String, Role>, open: &OpenDashboards) -> bool {
        let same = |((made_name, made), (name, role)): ((&String, &MadeRole), (&String, &Role))| {
            let rights: Rights = role.rights.iter().copied().collect();
            made_name == name
                && made.grants == role.metrics
                && made.rights == rights
                && made.defaults == role.defaults
        };
        self.made.len() == roles.len()
            && self.made.iter().zip(roles).all(same)
            && *self.open_dashboards == *open
    }

    /// Dashboards that people open who are not signed in.
    pub(super) fn open_dashboards(&self) -> &OpenDashboards {
        &self.open_dashboards
    }

    /// What a role sets for its people; only roles that admins made set anything.
    pub(super) fn defaults(&self, role: &str) -> Option<&RoleDefaults> {
        self.made.get(role).map(|made| &made.defaults)
    }

    /// Whether a metric has this category.
    pub(super) fn has_category(&self, category: &str) -> bool {
        self.metrics.iter().any(|one| one.category == category)
    }

    /// What people with these roles may do.
    fn rights(&self, roles: &[String]) -> Rights {
        let of = |role: &String| match self.made.get(role) {
            _ if role == ADMIN => Rights::all(),
            Some(made) => made.rights,
            None if self.fixed.contains(role) => Rights::usual(),
            None => Rights::NONE,
        };
        roles.iter().map(of).fold(Rights::NONE, Rights::union)
    }
}

/// What classes of principals see, by their roles, under one table.
#[derive(Default)]
pub(super) struct Classes {
    generation: u64,
    seen: HashMap<Vec<String>, Arc<Visible>>,
}

impl Classes {
    fn get(&mut self, table: &Visibility, roles: Vec<String>) -> Arc<Visible> {
        if table.generation > self.generation {
            self.seen.clear();
            self.generation = table.generation;
        }
        let is_current = table.generation == self.generation;
        if let Some(seen) = self.seen.get(&roles).filter(|_| is_current) {
            return seen.clone();
        }
        let seen = table.of(&roles);
        let mut others = self.seen.values().filter(|_| is_current);
        let same = others.find(|other| ***other == seen).cloned();
        let seen = same.unwrap_or_else(|| Arc::new(seen));
        if is_current {
            if self.seen.len() >= MAX_CLASSES {
                self.seen.clear();
            }
            self.seen.insert(roles, seen.clone());
        }
        seen
    }
}

impl Access {
    /// What a principal may see, now: the same value for everybody with the same roles, and for all
    /// who see the same, as far as they are kept.
    pub fn visibility(&self, principal: &Principal) -> Arc<Visible> {
        let table = self.visibility.load();
        let mut roles = principal.roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        classes.get(&table, roles)
    }

    /// What people with these roles may do, now.
    pub fn rights(&self, roles: &[String]) -> Rights {
        self.visibility.load().rights(roles)
    }

    /// Grows with every change of what somebody may see or do.
    pub fn visibility_generation(&self) -> u64 {
        self.visibility.load().generation
    }

    /// Takes over a metric list that extends the former one.
    pub fn extend_metrics(&self, list: &MetricList) {
        self.visibility.rcu(|table| table.with_metrics(list));
        self.changed();
    }

    /// Takes over all roles that admins made, with their grants, and the dashboards that are open to
    /// people who are not signed in. Streams that are open follow within a second; whatever is asked
    /// for later follows at once.
    pub(super) fn take_roles(&self, roles: &BTreeMap<String, Role>, open: OpenDashboards) {
        if !self.visibility.load().has_roles(roles, &open) {
            // Streams are woken after the table is in place.
            let open = Arc::new(open);
            self.visibility.rcu(|table| table.with_roles(roles, &open));
            self.changed();
        }
    }

    /// Names of the roles that admins made and that users can have.
    pub(super) fn made_roles(&self) -> Vec<String> {
        let table = self.visibility.load();
        let names = table.made.keys().filter(|name| *name != GUEST);
        names.cloned().collect()
    }
}

#[cfg(test)]
mod tests;
