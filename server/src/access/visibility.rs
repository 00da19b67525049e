//! Which metrics a principal may see: the one place of this rule. A metric is visible when one of
//! the principal's roles is given it **and** the metric asks for no role, or for one of the
//! principal's. Built-in roles and those of the configuration are given every metric, roles that
//! admins made what their grants say, roles that nobody knows nothing; `admin` sees everything.
//!
//! Invariant: a metric that no table was made for is hidden, and a table never changes: it is
//! replaced by another with a higher generation.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use protocol::role::{ADMIN, GUEST};
use protocol::{Grant, Role};
use telemetry::MetricList;

use super::grant::{Described, Given, granted};
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
    open_dashboards: Arc<BTreeSet<String>>,
}

#[derive(Clone, Debug)]
struct MadeRole {
    grants: Vec<Grant>,
    given: Given,
    rights: Rights,
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
            return visible.without_annotations();
        }
        visible
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

    /// The table with these roles in place of those that admins made before.
    fn with_roles(&self, roles: &BTreeMap<String, Role>) -> Visibility {
        let made = roles.iter().map(|(name, role)| {
            let made = MadeRole {
                grants: role.metrics.clone(),
                given: granted(&role.metrics, &self.metrics),
                rights: role.rights.iter().copied().collect(),
            };
            (name.clone(), made)
        });
        Visibility {
            generation: self.generation + 1,
            made: made.collect(),
            open_dashboards: Arc::new(opened(roles)),
            ..self.clone()
        }
    }

    fn has_roles(&self, roles: &BTreeMap<String, Role>) -> bool {
        let same = |((made_name, made), (name, role)): ((&String, &MadeRole), (&String, &Role))| {
            let rights: Rights = role.rights.iter().copied().collect();
            made_name == name && made.grants == role.metrics && made.rights == rights
        };
        self.made.len() == roles.len()
            && self.made.iter().zip(roles).all(same)
            && *self.open_dashboards == opened(roles)
    }

    /// Dashboards that people open who are not signed in.
    pub(super) fn open_dashboards(&self) -> &BTreeSet<String> {
        &self.open_dashboards
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

/// The dashboards that the role for people who are not signed in opens.
fn opened(roles: &BTreeMap<String, Role>) -> BTreeSet<String> {
    let guest = roles.get(GUEST).into_iter();
    guest
        .flat_map(|role| role.dashboards.iter().cloned())
        .collect()
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

    /// Takes over all roles that admins made, with their grants. Streams that are open follow
    /// within a second; whatever is asked for later follows at once.
    pub(super) fn take_roles(&self, roles: &BTreeMap<String, Role>) {
        if !self.visibility.load().has_roles(roles) {
            // Streams are woken after the table is in place.
            self.visibility.rcu(|table| table.with_roles(roles));
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
mod tests {
    use protocol::Right;
    use telemetry::{Metric, MetricId};

    use super::*;

    fn set(ids: &[u16]) -> MetricSet {
        ids.iter().copied().map(MetricId).collect()
    }

    fn with_roles(roles: &[&str]) -> Vec<String> {
        roles.iter().map(|role| (*role).to_owned()).collect()
    }

    fn list() -> MetricList {
        MetricList::new(vec![
            Metric::counter("a.all"),
            Metric::counter("a.admin").required_roles(["admin"]),
            Metric::counter("a.either").required_roles(["ops", "shop"]),
            Metric::counter("b.all").category("shop"),
        ])
        .expect("a list")
    }

    fn table() -> Visibility {
        let fixed = ["admin", "viewer", "ops"].map(str::to_owned);
        Visibility::new(&fixed).with_metrics(&list())
    }

    fn check(table: &Visibility, roles: &[&str], visible: &[u16]) {
        let seen = table.of(&with_roles(roles));
        assert_eq!(*seen.metrics(), set(visible), "{roles:?}");
    }

    fn made(roles: &[(&str, &[Grant])]) -> BTreeMap<String, Role> {
        let role = |(name, grants): &(&str, &[Grant])| {
            let role = Role {
                metrics: grants.to_vec(),
                ..Role::default()
            };
            ((*name).to_owned(), role)
        };
        roles.iter().map(role).collect()
    }

    #[test]
    fn rights_add_up_over_roles() {
        let mut roles = made(&[("editors", &[]), ("none", &[])]);
        let editors = roles.get_mut("editors").expect("made");
        editors.rights = vec![Right::EditDashboards];
        let table = table().with_roles(&roles);
        assert!(
            table.has_roles(&roles) && !table.has_roles(&made(&[("editors", &[]), ("none", &[])]))
        );
        let check = |roles: &[&str], want: &[Right]| {
            let names: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
            assert_eq!(table.rights(&names).to_vec(), want, "{roles:?}");
        };
        check(&[], &[]);
        check(&["gone"], &[]);
        check(&["none"], &[]);
        check(&["viewer"], &[Right::Annotate]);
        check(&["ops"], &[Right::Annotate]);
        check(&["editors", "none"], &[Right::EditDashboards]);
        check(
            &["editors", "viewer"],
            &[Right::EditDashboards, Right::Annotate],
        );
        check(&["none", "admin"], &Right::ALL);
    }

    #[test]
    fn roles_of_the_configuration_see_what_asks_for_none_or_for_them() {
        let table = table();
        check(&table, &["viewer"], &[0, 3]);
        check(&table, &["ops"], &[0, 2, 3]);
        check(&table, &["viewer", "ops"], &[0, 2, 3]);
        check(&table, &["admin"], &[0, 1, 2, 3]);
        for unknown in [&[][..], &["Admin"], &["shop"], &["gone"]] {
            check(&table, unknown, &[]);
        }
    }

    #[test]
    fn roles_that_admins_made_see_what_they_are_given_and_add_up() {
        let all = [Grant::pattern("*")];
        let roles = made(&[
            (
                "shop",
                &[Grant::category("shop"), Grant::metric("a.either")],
            ),
            ("all", &all),
            ("a", &[Grant::pattern("a.*")]),
            ("none", &[]),
        ]);
        let table = table().with_roles(&roles);
        check(&table, &["shop"], &[2, 3]);
        check(&table, &["a"], &[0]);
        check(&table, &["none"], &[]);
        check(&table, &["a", "shop"], &[0, 2, 3]);
        // What a metric asks for is a floor that no grant lowers.
        check(&table, &["all"], &[0, 3]);
        check(&table, &["all", "a", "none"], &[0, 3]);
        // The one role is given the metric, the other is what it asks for.
        check(&table, &["all", "ops"], &[0, 2, 3]);
        check(&table, &["all", "admin"], &[0, 1, 2, 3]);
        check(&table, &["viewer", "none"], &[0, 3]);
    }

    #[test]
    fn conditions_give_a_part_of_what_has_the_tag_and_the_floor_stays() {
        let list = MetricList::new(vec![
            Metric::counter("a.all").tags(["service", "host"]),
            Metric::counter("a.untagged"),
            Metric::counter("a.ops")
                .tags(["service"])
                .required_roles(["ops"]),
        ]);
        let fixed = ["admin", "viewer", "ops"].map(str::to_owned);
        let table = Visibility::new(&fixed).with_metrics(&list.expect("a list"));
        let shop = [Grant::pattern("a.*").with("service", "shop")];
        let host = [Grant::pattern("a.*").with("host", "*1")];
        let table = table.with_roles(&made(&[("shop", &shop), ("host", &host)]));
        let seen = |roles: &[&str]| table.of(&with_roles(roles));
        let id = MetricId(0);
        check(&table, &["shop"], &[0]);
        check(&table, &["shop", "viewer"], &[0, 1]);
        assert!(seen(&["shop"]).sees_tags(id, &["shop", "h2"]));
        assert!(!seen(&["shop"]).sees_tags(id, &["vault", "h1"]));
        assert!(seen(&["shop", "host"]).sees_tags(id, &["vault", "h1"]));
        assert!(seen(&["shop", "viewer"]).contains_whole(id));
        let mut classes = Classes::default();
        let mut of = |roles: &[&str]| classes.get(&table, with_roles(roles));
        assert!(Arc::ptr_eq(&of(&["shop"]), &of(&["shop"])));
        assert!(Arc::ptr_eq(&of(&["shop"]), &of(&["gone", "shop"])));
        assert!(!Arc::ptr_eq(&of(&["shop"]), &of(&["host"])));
    }

    #[test]
    fn a_role_that_admins_made_stands_before_one_of_the_configuration() {
        let table = table().with_roles(&made(&[("ops", &[Grant::metric("a.either")])]));
        check(&table, &["ops"], &[2]);
    }

    #[test]
    fn without_a_table_nothing_is_visible() {
        for roles in [&["admin"][..], &["viewer"], &[]] {
            let seen = Visibility::default().of(&with_roles(roles));
            assert!(seen.is_empty());
        }
    }

    #[test]
    fn a_longer_list_is_seen_as_grants_and_definitions_say() {
        let roles = made(&[("shop", &[Grant::pattern("c.*"), Grant::category("shop")])]);
        let table = table().with_roles(&roles);
        let more = vec![
            Metric::counter("c.all"),
            Metric::counter("c.ops").required_roles(["ops"]),
            Metric::counter("a.all").required_roles(["ops"]),
        ];
        let longer = list().extended(more).expect("compatible").list;
        let next = table.with_metrics(&longer);
        check(&next, &["viewer"], &[3, 4]);
        check(&next, &["ops"], &[0, 2, 3, 4, 5]);
        check(&next, &["shop"], &[3, 4]);
        check(&next, &["admin"], &[0, 1, 2, 3, 4, 5]);
        assert_eq!(next.generation, table.generation + 1);
        assert!(next.has_roles(&roles) && !next.has_roles(&made(&[])));
    }
}
