//! The entries as rows, and what stands in their columns.

use leptos::prelude::*;
use protocol::{AuditActor, AuditActorKind, AuditCode, AuditEntry};

use crate::table::{Column, Listing};
use crate::view::Zone;

/// One entry with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// The entry.
    pub entry: AuditEntry,
    /// The id as a text.
    key: String,
    /// When, on the clocks here.
    pub when: String,
}

impl AuditRow {
    /// The row of an entry, with times on the clocks of this zone.
    pub fn new(entry: AuditEntry, zone: &Zone) -> AuditRow {
        AuditRow {
            key: entry.id.to_string(),
            when: time(entry.t, zone),
            entry,
        }
    }
}

/// `2026-11-27 09:04:48`, which sorts as it reads.
pub fn time(at_ms: i64, zone: &Zone) -> String {
    let at = zone.civil(at_ms as f64);
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    )
}

/// What was done, in words: the code of it without its underscores.
pub fn what(code: AuditCode) -> String {
    let mut words = code.name().replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// What somebody is; nothing of a user, who is most.
pub fn kind(who: &AuditActor) -> &'static str {
    match who.kind {
        AuditActorKind::User => "",
        AuditActorKind::Token => "token",
        AuditActorKind::CommandLine => "on the server's machine",
        AuditActorKind::Setup => "by the first link",
        AuditActorKind::Nobody => "not signed in",
        AuditActorKind::File => "a file",
        AuditActorKind::Unknown => "of a newer server",
    }
}

/// What is listed; the order is that of the log.
pub static LISTING: Listing<AuditRow> = Listing {
    label: "Audit log",
    columns: &[
        Column {
            title: "When",
            class: "when",
            compare: None,
            cell: |row| row.when.clone().into_any(),
        },
        Column {
            title: "Who",
            class: "name",
            compare: None,
            cell: |row| {
                view! {
                    <b>{row.entry.who.name.clone()}</b>
                    <small class="kind">{kind(&row.entry.who)}</small>
                    <small class="at">{row.when.clone()}</small>
                }
                .into_any()
            },
        },
        Column {
            title: "What",
            class: "what",
            compare: None,
            cell: |row| {
                view! {
                    <b>{what(row.entry.what)}</b>
                    <small title=row.entry.object.clone()>{row.entry.object.clone()}</small>
                }
                .into_any()
            },
        },
        Column {
            title: "From",
            class: "from",
            compare: None,
            cell: |row| row.entry.address.clone().into_any(),
        },
    ],
    group: |_| "",
    last_group: "",
    text: |_| "",
    key: |row| &row.key,
    empty: "No entries match this filter.",
};
