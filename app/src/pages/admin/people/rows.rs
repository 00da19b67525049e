//! The list of people: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{User, role};

use crate::pages::admin::ago;
use crate::table::{Column, Listing};

/// One person with what is shown of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    /// The user.
    pub user: User,
    /// The id as a text.
    key: String,
    /// How long there is this user.
    pub since: String,
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
    let row = |user: &User| PersonRow {
        key: user.id.to_string(),
        since: ago(now_ms, user.created_ms),
        text: format!("{}\n{}", user.name, user.roles.join("\n")).to_lowercase(),
        user: user.clone(),
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
            cell: |row| view! { <b>{row.user.name.clone()}</b> }.into_any(),
        },
        Column {
            title: "Roles",
            class: "given",
            compare: Some(|a, b| a.user.roles.cmp(&b.user.roles)),
            cell: |row| row.user.roles.join(", ").into_any(),
        },
        Column {
            title: "Made",
            class: "since number",
            compare: Some(|a, b| b.user.created_ms.cmp(&a.user.created_ms)),
            cell: |row| row.since.clone().into_any(),
        },
    ],
    group: |row| if row.is_admin() { "Admins" } else { "Others" },
    text: |row| &row.text,
    key: |row| &row.key,
    empty: "There is nobody yet.",
};
