//! The lines of the matrix and what stands in its cells. Pure.
//!
//! Invariant: a heading stands for exactly the metrics that are listed below it.

use std::collections::BTreeSet;

use protocol::{AccessMetric, Grant, Role, Roles};

use crate::pages::admin::access::{self, Given, Sight};
use crate::pages::admin::grants;
use crate::table::Search;

/// One role.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleColumn {
    /// The role, as it is shown; one of the program or of the configuration has no grants.
    pub role: Role,
    /// Whether an admin made it, so that it can be changed.
    pub made: bool,
    /// How it stands to each metric.
    pub sights: Vec<Sight>,
}

impl RoleColumn {
    fn new(role: Role, made: bool, metrics: &[AccessMetric]) -> RoleColumn {
        let mut column = RoleColumn {
            role,
            made,
            sights: Vec::new(),
        };
        column.look(metrics);
        column
    }

    /// Takes over other grants.
    pub fn give(&mut self, grants: Vec<Grant>, metrics: &[AccessMetric]) {
        self.role.metrics = grants;
        self.look(metrics);
    }

    fn look(&mut self, metrics: &[AccessMetric]) {
        let given = match self.made {
            true => Given::By(self.role.metrics.clone()),
            false => access::of_built_in(&self.role.name),
        };
        let sights = metrics.iter().map(|one| given.sight(&self.role.name, one));
        self.sights = sights.collect();
    }

    /// How many metrics its people see.
    pub fn seen(&self) -> usize {
        self.sights
            .iter()
            .filter(|sight| matches!(sight, Sight::Allowed | Sight::Some))
            .count()
    }

    /// How it stands to the metrics of a line.
    pub fn mark(&self, places: &[usize]) -> Mark {
        let of = |sight| {
            places
                .iter()
                .filter(|at| self.sights.get(**at) == Some(&sight))
                .count()
        };
        let (allowed, floor) = (of(Sight::Allowed), of(Sight::Floor));
        match (allowed, floor, places.len()) {
            _ if of(Sight::Some) > 0 => Mark::Partly,
            (0, 0, _) => Mark::Not,
            (allowed, floor, all) if allowed + floor < all => Mark::Partly,
            (0, _, _) => Mark::Floor,
            _ => Mark::Allowed,
        }
    }
}

/// The columns: first roles that admins made.
pub fn columns(roles: &Roles, metrics: &[AccessMetric]) -> Vec<RoleColumn> {
    let made = roles.roles.iter().cloned();
    let made = made.map(|role| RoleColumn::new(role, true, metrics));
    let built_in = roles.built_in.iter().map(|name| {
        let role = Role {
            name: name.clone(),
            ..Role::default()
        };
        RoleColumn::new(role, false, metrics)
    });
    made.chain(built_in).collect()
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// All of it.
    Allowed,
    /// Some of it.
    Partly,
    /// Given, and still hidden: it asks for other roles.
    Floor,
    /// Nothing.
    Not,
}

impl Mark {
    /// Class for the style sheet, the sign, and the words of a cell.
    pub fn shown(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Mark::Allowed => ("allowed", "✓", "allowed"),
            Mark::Partly => ("partly", "◐", "partly allowed"),
            Mark::Floor => ("floor", "△", "given, but the metric asks for another role"),
            Mark::Not => ("not", "·", "not allowed"),
        }
    }

    /// Whether the key that changes a cell allows.
    pub fn allows_next(self) -> bool {
        matches!(self, Mark::Partly | Mark::Not)
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixLine {
    /// Names it among the lines.
    pub key: String,
    /// What it is called.
    pub words: String,
    /// 1 for a category, 2 for a prefix, 3 for a metric.
    pub level: u8,
    /// Indices of its metrics, those that match the search.
    pub places: Vec<usize>,
    /// What gives all of a heading, when all of it is listed.
    pub broad: Option<Grant>,
}

/// The metrics as the matrix has them: by category, those without one last, then by name.
pub fn sorted(mut metrics: Vec<AccessMetric>) -> Vec<AccessMetric> {
    charts::order::sort(&mut metrics, |a, b| {
        let none = a.category.is_empty().cmp(&b.category.is_empty());
        none.then_with(|| a.category.cmp(&b.category))
            .then_with(|| a.name.cmp(&b.name))
    });
    metrics
}

/// The lines of sorted metrics that match a search. Lines below a folded heading are left out.
pub fn lines(
    metrics: &[AccessMetric],
    search: &Search,
    folded: &BTreeSet<String>,
) -> Vec<MatrixLine> {
    let text = |at: usize| format!("{}\n{}", metrics[at].name, metrics[at].category).to_lowercase();
    let all: Vec<usize> = (0..metrics.len()).collect();
    let shown = all.iter().copied().filter(|at| search.matches(&text(*at)));
    let shown: Vec<usize> = shown.collect();
    let mut lines = Vec::new();
    let category = |at: &usize| &*metrics[*at].category;
    for of_category in shown.chunk_by(|a, b| category(a) == category(b)) {
        let Some(name) = of_category.first().map(category) else {
            continue;
        };
        let is_whole = all.iter().filter(|at| category(at) == name).count() == of_category.len();
        let key = format!("category {name}");
        let is_folded = folded.contains(&key);
        lines.push(MatrixLine {
            key,
            words: if name.is_empty() {
                "Other".into()
            } else {
                name.into()
            },
            level: 1,
            places: of_category.to_vec(),
            broad: grants::heading(name, None).filter(|_| is_whole),
        });
        if !is_folded {
            below(metrics, of_category, is_whole, folded, &mut lines);
        }
    }
    lines
}

fn below(
    metrics: &[AccessMetric],
    of_category: &[usize],
    is_whole: bool,
    folded: &BTreeSet<String>,
    lines: &mut Vec<MatrixLine>,
) {
    let prefix = |at: &usize| metrics[*at].name.split_once('.').map(|(first, _)| first);
    for group in of_category.chunk_by(|a, b| prefix(a) == prefix(b)) {
        let named = group.first().and_then(prefix);
        // One prefix for all of the category says nothing more.
        let named = named.filter(|_| group.len() > 1 && group.len() < of_category.len());
        let mut is_folded = false;
        if let Some(prefix) = named {
            let key = format!("{} {prefix}", metrics[group[0]].category);
            is_folded = folded.contains(&key);
            lines.push(MatrixLine {
                key,
                words: format!("{prefix}.*"),
                level: 2,
                places: group.to_vec(),
                broad: grants::heading("", Some(prefix)).filter(|_| is_whole),
            });
        }
        if !is_folded {
            lines.extend(group.iter().map(|at| MatrixLine {
                key: metrics[*at].name.clone(),
                words: metrics[*at].name.clone(),
                level: 3,
                places: vec![*at],
                broad: None,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics() -> Vec<AccessMetric> {
        let one = |(name, category): (&str, &str)| AccessMetric {
            name: name.into(),
            category: category.into(),
            required_roles: Vec::new(),
            tags: vec!["service".into()],
        };
        sorted(
            [
                ("loose", ""),
                ("http.requests", "Web"),
                ("http.errors", "Web"),
                ("tls.handshakes", "Web"),
                ("db.errors", "Database"),
                ("db.queries", "Database"),
            ]
            .map(one)
            .into(),
        )
    }

    fn shown(search: &str, folded: &[&str]) -> Vec<(String, u8, usize, bool)> {
        let folded = folded.iter().map(|one| (*one).to_owned()).collect();
        lines(&metrics(), &Search::new(search), &folded)
            .into_iter()
            .map(|line| {
                (
                    line.words,
                    line.level,
                    line.places.len(),
                    line.broad.is_some(),
                )
            })
            .collect()
    }

    #[test]
    fn headings_stand_for_the_metrics_below_them() {
        let line = |words: &str, level, count, broad| (words.to_owned(), level, count, broad);
        let all = [
            line("Database", 1, 2, true),
            line("db.errors", 3, 1, false),
            line("db.queries", 3, 1, false),
            line("Web", 1, 3, true),
            line("http.*", 2, 2, true),
            line("http.errors", 3, 1, false),
            line("http.requests", 3, 1, false),
            line("tls.handshakes", 3, 1, false),
            line("Other", 1, 1, false),
            line("loose", 3, 1, false),
        ];
        assert_eq!(shown("", &[]), all);
        let folded = [all[3].clone(), all[4].clone(), all[7].clone()];
        let found = shown("", &["category Database", "Web http"]);
        assert_eq!(found[1..4], folded);
        // What a search leaves out is not changed with its heading.
        let errors = [
            line("Database", 1, 1, false),
            line("db.errors", 3, 1, false),
            line("Web", 1, 1, false),
            line("http.errors", 3, 1, false),
        ];
        assert_eq!(shown("ERRORS", &[]), errors);
        assert_eq!(shown("none such", &[]), []);
    }

    #[test]
    fn a_cell_says_all_some_or_none() {
        let mut metrics = metrics();
        let roles = Roles {
            built_in: vec!["viewer".into()],
            roles: vec![Role {
                name: "shop".into(),
                metrics: vec![Grant::metric("db.errors"), Grant::category("Web")],
                ..Role::default()
            }],
        };
        let marks = |metrics: &[AccessMetric], places: &[usize]| {
            let columns = columns(&roles, metrics);
            let made: Vec<bool> = columns.iter().map(|column| column.made).collect();
            assert_eq!(made, [true, false]);
            [0, 1].map(|at: usize| columns[at].mark(places))
        };
        assert_eq!(marks(&metrics, &[0, 1]), [Mark::Partly, Mark::Allowed]);
        assert_eq!(marks(&metrics, &[2, 3]), [Mark::Allowed, Mark::Allowed]);
        assert_eq!(marks(&metrics, &[5]), [Mark::Not, Mark::Allowed]);
        metrics[2].required_roles = vec!["ops".into()];
        assert_eq!(marks(&metrics, &[2]), [Mark::Floor, Mark::Floor]);
        assert_eq!(marks(&metrics, &[2, 3]), [Mark::Allowed, Mark::Allowed]);
    }

    #[test]
    fn thousands_of_metrics_are_cheap() {
        let one = |i: usize| AccessMetric {
            name: format!("p{}.metric.{i:05}", i / 50),
            category: format!("C{}", i / 500),
            required_roles: Vec::new(),
            tags: Vec::new(),
        };
        let metrics = sorted((0..5_000).map(one).collect());
        let found = lines(&metrics, &Search::new(""), &BTreeSet::new());
        // Each metric is on one line, below one of ten categories and a hundred prefixes.
        assert_eq!(found.len(), 5_000 + 10 + 100);
    }
}
