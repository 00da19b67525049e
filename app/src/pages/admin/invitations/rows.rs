//! The list of invitations: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::Invitation;

use crate::pages::admin::{ago, left, moment};
use crate::table::{Column, Listing};

/// One invitation with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct InvitationRow {
    /// The invitation.
    pub invitation: Invitation,
    /// The id as a text.
    key: String,
    /// For whom it is, or its number.
    pub words: String,
    /// Who made it.
    pub by: String,
    /// How long ago it was made.
    pub since: String,
    /// How long it works.
    pub left: String,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows of a page that was loaded at `now_ms`.
pub fn rows(invitations: &[Invitation], now_ms: i64) -> Arc<[InvitationRow]> {
    let row = |invitation: &Invitation| {
        let words = match invitation.note.is_empty() {
            true => format!("number {}", invitation.id),
            false => format!("for {}", invitation.note),
        };
        let by = match invitation.made_by.is_empty() {
            true => "the command line".to_string(),
            false => invitation.made_by.clone(),
        };
        InvitationRow {
            key: invitation.id.to_string(),
            since: ago(now_ms, invitation.created_ms),
            left: format!("in {}", left(now_ms, invitation.expires_ms)),
            text: format!("{words}\n{by}\n{}", invitation.roles.join("\n")).to_lowercase(),
            words,
            by,
            invitation: invitation.clone(),
        }
    };
    invitations.iter().map(row).collect()
}

/// What is listed.
pub static LISTING: Listing<InvitationRow> = Listing {
    label: "Invitations",
    columns: &[
        Column {
            title: "Invitation",
            class: "name",
            compare: Some(|a, b| a.text.cmp(&b.text)),
            cell: |row| {
                let (words, by) = (row.words.clone(), format!("by {}", row.by));
                view! { <b>{words}</b><small>{by}</small> }.into_any()
            },
        },
        Column {
            title: "Roles",
            class: "given",
            compare: Some(|a, b| a.invitation.roles.cmp(&b.invitation.roles)),
            cell: |row| row.invitation.roles.join(", ").into_any(),
        },
        Column {
            title: "Created",
            class: "since number",
            compare: Some(|a, b| b.invitation.created_ms.cmp(&a.invitation.created_ms)),
            cell: |row| moment(Some(row.invitation.created_ms), row.since.clone()),
        },
        Column {
            title: "Expires",
            class: "left number",
            compare: Some(|a, b| a.invitation.expires_ms.cmp(&b.invitation.expires_ms)),
            cell: |row| moment(Some(row.invitation.expires_ms), row.left.clone()),
        },
    ],
    group: |_| "",
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.key,
    empty: "No invitation is open. Invite somebody with the button above.",
};
