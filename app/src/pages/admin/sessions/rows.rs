//! The list of sessions, below the person whose they are: a row for each, and its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::Session;

use crate::pages::admin::{ago, device, left, moment};
use crate::table::{Column, Listing};

/// One session with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// What browser it is in.
    pub device: String,
    /// When somebody signed in.
    pub since: String,
    /// When it was last used.
    pub seen: String,
    /// How long it lasts without being used.
    pub left: String,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows of a page that was loaded at `now_ms`.
pub fn rows(sessions: &[Session], now_ms: i64) -> Arc<[SessionRow]> {
    let row = |session: &Session| {
        let device = device(session).to_string();
        SessionRow {
            since: ago(now_ms, session.created_ms),
            seen: ago(now_ms, session.last_seen_ms),
            left: left(now_ms, session.expires_ms),
            text: format!("{}\n{device}\n{}", session.user, session.address).to_lowercase(),
            device,
            session: session.clone(),
        }
    };
    sessions.iter().map(row).collect()
}

/// What is listed.
pub static LISTING: Listing<SessionRow> = Listing {
    label: "Sessions",
    columns: &[
        Column {
            title: "Browser",
            class: "name",
            compare: Some(|a, b| a.device.cmp(&b.device)),
            cell: |row| {
                let mark = row
                    .session
                    .current
                    .then(|| view! { <small class="badge">"This session"</small> }.into_any());
                view! { <b>{row.device.clone()}</b>{mark} }.into_any()
            },
        },
        Column {
            title: "Address",
            class: "given",
            compare: Some(|a, b| a.session.address.cmp(&b.session.address)),
            cell: |row| row.session.address.clone().into_any(),
        },
        Column {
            title: "Last seen",
            class: "seen number",
            compare: Some(|a, b| b.session.last_seen_ms.cmp(&a.session.last_seen_ms)),
            cell: |row| moment(Some(row.session.last_seen_ms), row.seen.clone()),
        },
        Column {
            title: "Signed in",
            class: "since number",
            compare: Some(|a, b| b.session.created_ms.cmp(&a.session.created_ms)),
            cell: |row| moment(Some(row.session.created_ms), row.since.clone()),
        },
    ],
    group: |row| &row.session.user,
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.session.id,
    empty: "Nobody is signed in.",
};
