//! Which metrics a principal may see: the one place of this rule. A metric is visible when it asks
//! for no role, or when one of the principal's roles was given it; `admin` sees everything.
//!
//! Invariant: a metric that no table was made for is hidden, and a table never changes: it is
//! replaced by another with a higher generation.

use std::collections::BTreeMap;

use telemetry::{MetricId, MetricList};

use super::{Access, MetricSet, Principal};

/// Who may see what, at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Visibility {
    generation: u64,
    /// What admins see.
    all: MetricSet,
    /// What asks for no role.
    open: MetricSet,
    by_role: BTreeMap<String, MetricSet>,
    /// The roles that each metric's definition asks for, to notice when they change.
    required: Vec<Vec<String>>,
}

/// Why the visibility of a role does not change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VisibilityError {
    /// No such role.
    #[error("there is no role `{0}`; add it to `roles`")]
    Role(String),
    /// Admins see everything.
    #[error("the role `admin` sees every metric")]
    Admin,
    /// No such metric.
    #[error("there is no metric `{0}`")]
    Metric(String),
}

impl Visibility {
    /// What somebody with these roles may see.
    fn of(&self, principal: &Principal) -> MetricSet {
        if principal.is_admin() {
            return self.all.clone();
        }
        let given = principal.roles.iter();
        let given = given.filter_map(|role| self.by_role.get(role));
        given.fold(self.open.clone(), |seen, set| seen.union(set))
    }

    /// The table for a list that extends the former one. Metrics that are new, or ask for other
    /// roles than before, are given to the roles that they ask for; the others stay with those
    /// that they were given to.
    fn extended(&self, list: &MetricList) -> Visibility {
        let mut next = Visibility {
            generation: self.generation + 1,
            ..self.clone()
        };
        for (id, metric) in list.iter() {
            next.all.insert(id);
            let roles = &metric.required_roles;
            if self.required.get(usize::from(id.0)) == Some(roles) {
                continue;
            }
            next.by_role.values_mut().for_each(|set| set.remove(id));
            next.open.remove(id);
            if roles.is_empty() {
                next.open.insert(id);
            }
            for role in roles {
                next.by_role.entry(role.clone()).or_default().insert(id);
            }
        }
        let required = list.iter().map(|(_, metric)| metric.required_roles.clone());
        next.required = required.collect();
        next
    }
}

impl Access {
    /// The metrics that a principal may see, now.
    pub fn visibility(&self, principal: &Principal) -> MetricSet {
        self.visibility.load().of(principal)
    }

    /// Grows with every change of what somebody may see.
    pub fn visibility_generation(&self) -> u64 {
        self.visibility.load().generation
    }

    /// Takes over a metric list that extends the former one.
    pub fn extend_metrics(&self, list: &MetricList) {
        self.replace_visibility(|table| table.extended(list));
    }

    /// Gives a role exactly these metrics, beside those that ask for no role. Streams that are
    /// open follow within a second; whatever is asked for later follows at once.
    pub fn set_visibility(
        &self,
        role: &str,
        metrics: &[&str],
        list: &MetricList,
    ) -> Result<(), VisibilityError> {
        if role == protocol::role::ADMIN {
            return Err(VisibilityError::Admin);
        }
        if !self.has_role(role) {
            return Err(VisibilityError::Role(role.to_owned()));
        }
        let found = metrics.iter().map(|name| {
            let unknown = || VisibilityError::Metric((*name).to_owned());
            list.find(name).ok_or_else(unknown)
        });
        let given: MetricSet = found
            .collect::<Result<Vec<MetricId>, _>>()?
            .into_iter()
            .collect();
        self.replace_visibility(|table| {
            let mut next = table.clone();
            next.generation += 1;
            next.by_role.insert(role.to_owned(), given.clone());
            next
        });
        Ok(())
    }

    /// Streams are woken after the table is in place.
    fn replace_visibility(&self, next: impl Fn(&Visibility) -> Visibility) {
        self.visibility.rcu(|table| next(table));
        self.changed();
    }
}

#[cfg(test)]
mod tests {
    use telemetry::Metric;

    use super::*;
    use crate::access::PrincipalKind;

    fn set(ids: &[u16]) -> MetricSet {
        ids.iter().copied().map(MetricId).collect()
    }

    fn with_roles(roles: &[&str]) -> Principal {
        Principal {
            name: "x".into(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            kind: PrincipalKind::Token {
                id: 1,
                scopes: [].into(),
            },
        }
    }

    fn list() -> MetricList {
        MetricList::new(vec![
            Metric::counter("a.all"),
            Metric::counter("a.admin").required_roles(["admin"]),
            Metric::counter("a.either").required_roles(["ops", "dev"]),
        ])
        .expect("a list")
    }

    #[test]
    fn roles_decide() {
        let table = Visibility::default().extended(&list());
        let check = |roles: &[&str], visible: &[u16]| {
            assert_eq!(table.of(&with_roles(roles)), set(visible), "{roles:?}");
        };
        check(&[], &[0]);
        check(&["viewer"], &[0]);
        check(&["admin"], &[0, 1, 2]);
        check(&["dev"], &[0, 2]);
        check(&["Admin"], &[0]);
        check(&["viewer", "ops"], &[0, 2]);
    }

    #[test]
    fn without_a_table_nothing_is_visible() {
        for roles in [&["admin"][..], &["viewer"], &[]] {
            assert!(Visibility::default().of(&with_roles(roles)).is_empty());
        }
    }

    #[test]
    fn a_longer_list_leaves_what_was_given_and_adds_what_definitions_ask_for() {
        let mut table = Visibility::default().extended(&list());
        table.by_role.insert("ops".into(), set(&[1]));
        let more = vec![
            Metric::counter("b.dev").required_roles(["dev"]),
            Metric::counter("b.all"),
            Metric::counter("a.all").required_roles(["dev"]),
            Metric::counter("a.either")
                .required_roles(["ops", "dev"])
                .description("x"),
        ];
        let longer = list().extended(more).expect("compatible").list;
        let next = table.extended(&longer);
        let check = |roles: &[&str], visible: &[u16]| {
            assert_eq!(next.of(&with_roles(roles)), set(visible), "{roles:?}");
        };
        check(&["viewer"], &[4]);
        check(&["dev"], &[0, 2, 3, 4]);
        check(&["ops"], &[1, 4]);
        check(&["admin"], &[0, 1, 2, 3, 4]);
        assert_eq!(next.generation, table.generation + 1);
    }
}
