//! The list of roles: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Grant, Role, RolesBoot, role};

use super::guest::{is_guest, open_words};

use crate::pages::admin::access::{self, Given};
use crate::table::{Column, Listing};

/// One role with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleRow {
    /// The role; one of the program or of the configuration has no grants.
    pub role: Role,
    /// Whether an admin made it.
    pub made: bool,
    /// How many metrics its people see.
    pub seen: usize,
    /// How many people have it.
    pub people: u32,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows: first those that admins made.
pub fn rows(boot: &RolesBoot) -> Arc<[RoleRow]> {
    let row = |role: &Role, made: bool| {
        let given = match made {
            true => Given::By(role.metrics.clone()),
            false => access::of_built_in(&role.name),
        };
        let grants = role.metrics.iter().map(words);
        let words = [
            &*role.name,
            &*role.description,
            &*grants.collect::<Vec<_>>().join("\n"),
        ];
        RoleRow {
            text: words.join("\n").to_lowercase(),
            seen: given.seen(&role.name, &boot.metrics),
            people: access::people(&boot.holders, &role.name),
            role: role.clone(),
            made,
        }
    };
    let made = boot.roles.roles.iter();
    let (guest, made): (Vec<_>, Vec<_>) = made.partition(|role| is_guest(role));
    let [guest, made] = [guest, made].map(|roles| roles.into_iter().map(|role| row(role, true)));
    let built_in = boot.roles.built_in.iter().map(|name| {
        let role = Role {
            name: name.clone(),
            description: built_in_words(name).into(),
            ..Role::default()
        };
        row(&role, false)
    });
    made.chain(guest).chain(built_in).collect()
}

fn built_in_words(name: &str) -> &'static str {
    match name {
        role::ADMIN => "Sees every metric, and may change everything",
        role::VIEWER => "Sees every metric that asks for no role",
        _ => "Sees every metric that asks for no role, and what asks for it",
    }
}

/// A grant as people read it.
pub fn words(grant: &Grant) -> String {
    let named = match (&grant.metric, &grant.category, &grant.pattern) {
        (Some(name), _, _) => name.clone(),
        (_, Some(category), _) => format!("category {category}"),
        (_, _, Some(pattern)) => pattern.clone(),
        _ => String::new(),
    };
    match conditions(grant) {
        some if some.is_empty() => named,
        some => format!("{named} {some}"),
    }
}

/// The conditions of a grant as people read them; empty without one.
pub fn conditions(grant: &Grant) -> String {
    let one = |(tag, value): (&String, &String)| format!("{tag}={value}");
    let all: Vec<String> = grant.conditions.iter().map(one).collect();
    match all.as_slice() {
        [] => String::new(),
        some => format!("where {}", some.join(" and ")),
    }
}

/// What is listed.
pub static LISTING: Listing<RoleRow> = Listing {
    label: "Roles",
    columns: &[
        Column {
            title: "Name",
            class: "name",
            compare: Some(|a, b| a.role.name.cmp(&b.role.name)),
            cell: |row| {
                view! {
                    <b>{row.role.name.clone()}</b>
                    <small title=row.role.description.clone()>{row.role.description.clone()}</small>
                }
                .into_any()
            },
        },
        Column {
            title: "Given",
            class: "given",
            compare: None,
            cell: |row| given(row).into_any(),
        },
        Column {
            title: "Metrics",
            class: "seen number",
            compare: Some(|a, b| a.seen.cmp(&b.seen)),
            cell: |row| row.seen.into_any(),
        },
        Column {
            title: "People",
            class: "people number",
            compare: Some(|a, b| a.people.cmp(&b.people)),
            cell: |row| row.people.into_any(),
        },
    ],
    group: |row| {
        if row.made && !is_guest(&row.role) {
            "Made by admins"
        } else {
            "Part of the server"
        }
    },
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.role.name,
    empty: "There are no roles.",
};

/// What a role is given, in a line.
fn given(row: &RoleRow) -> String {
    if is_guest(&row.role) {
        return format!("{}; {}", open_words(&row.role), grants_words(row));
    }
    grants_words(row)
}

fn grants_words(row: &RoleRow) -> String {
    let grants = &row.role.metrics;
    match (row.made, grants.as_slice()) {
        (false, _) if row.role.name == role::ADMIN => "everything".into(),
        (false, _) => "every metric, as far as it asks for no other role".into(),
        (true, []) => "nothing".into(),
        (true, few) if few.len() < 4 => few.iter().map(words).collect::<Vec<_>>().join(", "),
        (true, many) => {
            let first: Vec<_> = many.iter().take(2).map(words).collect();
            format!("{}, and {} more", first.join(", "), many.len() - 2)
        }
    }
}

/// Why a role cannot be removed yet; none when it can.
pub fn kept(row: &RoleRow) -> Option<String> {
    let who = match row.people {
        0 => return None,
        1 => "1 person has".to_owned(),
        people => format!("{people} people have"),
    };
    let name = &row.role.name;
    Some(format!(
        "{who} the role {name}. Give them other roles first, then remove it."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{AccessMetric, Roles};

    #[test]
    fn a_row_says_what_a_role_gives_and_to_how_many() {
        let metric = |name: &str, required: &[&str]| AccessMetric {
            name: name.into(),
            category: String::new(),
            required_roles: required.iter().map(|role| (*role).into()).collect(),
            tags: vec!["service".into()],
        };
        let role = |name: &str, patterns: &[&str]| Role {
            name: name.into(),
            metrics: patterns.iter().map(|one| Grant::pattern(*one)).collect(),
            ..Role::default()
        };
        let boot = RolesBoot {
            roles: Roles {
                built_in: vec!["admin".into(), "viewer".into()],
                roles: vec![
                    Role {
                        dashboards: vec!["shop".into()],
                        ..role("guest", &["b"])
                    },
                    role("shop", &["a.*"]),
                    role("wide", &["a", "b", "c", "d"]),
                ],
            },
            metrics: vec![
                metric("a.x", &[]),
                metric("a.y", &["ops"]),
                metric("b", &[]),
            ],
            holders: [("shop".to_owned(), 2)].into(),
            ..RolesBoot::default()
        };
        let found = rows(&boot);
        let found: Vec<_> = found
            .iter()
            .map(|row| (&*row.role.name, given(row), row.seen, row.people))
            .collect();
        let want = [
            ("shop", "a.*", 1, 2),
            ("wide", "a, b, and 2 more", 1, 0),
            ("guest", "1 dashboard; b", 1, 0),
            ("admin", "everything", 3, 0),
            (
                "viewer",
                "every metric, as far as it asks for no other role",
                2,
                0,
            ),
        ];
        assert_eq!(found, want.map(|(a, b, c, d)| (a, b.to_owned(), c, d)));
        let why = rows(&boot).iter().map(kept).collect::<Vec<_>>();
        let words = "2 people have the role shop. Give them other roles first, then remove it.";
        assert_eq!(why, [Some(words.into()), None, None, None, None]);
    }
}
