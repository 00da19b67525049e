//! The list of people: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{User, role};

use crate::erased::CollectAny;
use crate::pages::admin::{ago, moment};
use crate::table::{Column, Listing};

/// The group of those who cannot sign in.
const DISABLED: &str = "Disabled";

/// One person with what is shown of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// The user.
    pub user: User,
    /// The id as a text.
    key: String,
    /// How long there is this user.
    pub since: String,
    /// When the user was last seen.
    pub seen: String,
    /// What is special about the user; may be empty.
    marks: Vec<&'static str>,
    /// What a search looks in, in small letters.
    text: String,
}

impl PersonRow {
    /// Whether the person may change everything.
    pub fn is_admin(&self) -> bool {
        self.user.roles.iter().any(|one| one == role::ADMIN)
    }
}

/// The rows of a page that was loaded at `now_ms`.
pub fn rows(users: &[User], now_ms: i64) -> Arc<[PersonRow]> {
    let row = |user: &User| {
        let marks = [
            (user.disabled, "disabled"),
            (user.second_factor, "second factor"),
        ];
        let marks: Vec<_> = marks.into_iter().filter(|(is, _)| *is).collect();
        let marks: Vec<_> = marks.into_iter().map(|(_, words)| words).collect();
        let [name, roles, special] = [user.name.clone(), user.roles.join("\n"), marks.join("\n")];
        let seen = user.last_seen_ms.map(|at_ms| ago(now_ms, at_ms));
        PersonRow {
            key: user.id.to_string(),
            since: ago(now_ms, user.created_ms),
            seen: seen.unwrap_or_else(|| "never".into()),
            text: format!("{name}\n{roles}\n{special}").to_lowercase(),
            marks,
            user: user.clone(),
        }
    };
    users.iter().map(row).collect()
}

/// What is listed.
pub static LISTING: Listing<PersonRow> = Listing {
    label: "People",
    columns: &[
        Column {
            title: "Name",
            class: "name",
            compare: Some(|a, b| a.text.cmp(&b.text)),
            cell: |row| {
                let marks = row.marks.iter();
                let marks = marks.map(|mark| view! { <small class="badge">{*mark}</small> });
                view! { <b>{row.user.name.clone()}</b>{marks.collect_any()} }.into_any()
            },
        },
        Column {
            title: "Roles",
            class: "given",
            compare: Some(|a, b| a.user.roles.cmp(&b.user.roles)),
            cell: |row| row.user.roles.join(", ").into_any(),
        },
        Column {
            title: "Last seen",
            class: "seen number",
            compare: Some(|a, b| b.user.last_seen_ms.cmp(&a.user.last_seen_ms)),
            cell: |row| moment(row.user.last_seen_ms, row.seen.clone()),
        },
        Column {
            title: "Added",
            class: "since number",
            compare: Some(|a, b| b.user.created_ms.cmp(&a.user.created_ms)),
            cell: |row| moment(Some(row.user.created_ms), row.since.clone()),
        },
    ],
    group: |row| match (row.user.disabled, row.is_admin()) {
        (true, _) => DISABLED,
        (false, true) => "Admins",
        (false, false) => "Others",
    },
    last_group: DISABLED,
    text: |row| &row.text,
    key: |row| &row.key,
    empty: "There is nobody yet.",
};
