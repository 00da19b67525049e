//! Whether people of a role see a metric. Pure; the server has the same rule in
//! `server/src/access/visibility/mod.rs`, over sets of numbers.

use std::collections::BTreeMap;

use protocol::{AccessMetric, Grant, Roles, role};

/// How a role stands to a metric, when it is the only role of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Its people see it.
    Allowed,
    /// Its people see the series of it that fulfil conditions.
    Some,
    /// It is given, but the metric asks for other roles, which people may have beside it.
    Floor,
    /// Nothing gives it.
    Not,
}

/// Which metrics a role is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// Every one, whatever it asks for.
    Everything,
    /// Every one.
    All,
    /// What its grants say.
    By(Vec<Grant>),
}

impl Given {
    /// How a role of this name stands to a metric.
    pub fn sight(&self, role: &str, metric: &AccessMetric) -> Sight {
        let given = match self {
            Given::Everything => return Sight::Allowed,
            Given::All => Sight::Allowed,
            Given::By(grants) if is_given(grants, metric) => Sight::Allowed,
            Given::By(grants) if grants.iter().any(|one| gives(one, metric)) => Sight::Some,
            Given::By(_) => return Sight::Not,
        };
        let asked = &metric.required_roles;
        if asked.is_empty() || asked.iter().any(|one| one == role) {
            given
        } else {
            Sight::Floor
        }
    }

    /// How many of the metrics people of a role of this name see.
    pub fn seen(&self, role: &str, metrics: &[AccessMetric]) -> usize {
        let seen = |metric: &&AccessMetric| {
            matches!(self.sight(role, metric), Sight::Allowed | Sight::Some)
        };
        metrics.iter().filter(seen).count()
    }
}

/// Whether one of the grants gives all series of the metric.
pub fn is_given(grants: &[Grant], metric: &AccessMetric) -> bool {
    let mut whole = grants.iter().filter(|one| one.conditions.is_empty());
    whole.any(|one| gives(one, metric))
}

/// Whether a grant gives the metric, or some series of it: none of one that lacks a tag of its
/// conditions.
pub fn gives(grant: &Grant, metric: &AccessMetric) -> bool {
    let mut tags = grant.conditions.keys();
    grant.gives(&metric.name, &metric.category) && tags.all(|tag| metric.tags.contains(tag))
}

/// What a role of the program or of the configuration is given.
pub fn of_built_in(name: &str) -> Given {
    match name {
        role::ADMIN => Given::Everything,
        _ => Given::All,
    }
}

/// How many people have a role.
pub fn people(holders: &BTreeMap<String, u32>, role: &str) -> u32 {
    holders.get(role).copied().unwrap_or(0)
}

/// Names of all roles, those that admins made last.
pub fn names(roles: &Roles) -> Vec<String> {
    let made = roles.roles.iter().map(|role| role.name.clone());
    roles.built_in.iter().cloned().chain(made).collect()
}

/// A number with its noun: `1 metric`, `2 metrics`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_sees_what_it_is_given_above_the_floor() {
        let metric = |required: &[&str]| AccessMetric {
            name: "db.queries".into(),
            category: "Database".into(),
            required_roles: required.iter().map(|role| (*role).into()).collect(),
            tags: vec!["service".into()],
        };
        let by = |grant| Given::By(vec![grant]);
        let some = by(Grant::pattern("*").with("service", "shop"));
        for (given, role, required, want) in [
            (Given::Everything, "admin", &["ops"][..], Sight::Allowed),
            (Given::All, "viewer", &[], Sight::Allowed),
            (Given::All, "viewer", &["ops"], Sight::Floor),
            (Given::All, "ops", &["ops"], Sight::Allowed),
            (by(Grant::pattern("db.*")), "shop", &[], Sight::Allowed),
            (
                by(Grant::category("Database")),
                "shop",
                &["ops"],
                Sight::Floor,
            ),
            (by(Grant::metric("db.querie")), "shop", &[], Sight::Not),
            (Given::By(vec![]), "shop", &["shop"], Sight::Not),
            (some.clone(), "shop", &[], Sight::Some),
            (some, "shop", &["ops"], Sight::Floor),
            (
                by(Grant::pattern("*").with("region", "*")),
                "shop",
                &[],
                Sight::Not,
            ),
        ] {
            assert_eq!(given.sight(role, &metric(required)), want, "{given:?}");
            let seen = usize::from(matches!(want, Sight::Allowed | Sight::Some));
            assert_eq!(given.seen(role, &[metric(required)]), seen);
        }
    }

    #[test]
    fn counts() {
        let found = [0, 1, 2].map(|count| counted(count, "metric"));
        assert_eq!(found, ["0 metrics", "1 metric", "2 metrics"]);
    }
}
