//! The list of tokens: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Scope, Token};

use crate::pages::admin::ago;
use crate::table::{Column, Listing};

/// One token with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRow {
    /// The token.
    pub token: Token,
    /// The id as a text.
    key: String,
    /// How long there is this token.
    pub since: String,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows of a page that was loaded at `now_ms`.
pub fn rows(tokens: &[Token], now_ms: i64) -> Arc<[TokenRow]> {
    let row = |token: &Token| TokenRow {
        key: token.id.to_string(),
        since: ago(now_ms, token.created_ms),
        text: format!("{}\n{}", token.name, scopes(&token.scopes)).to_lowercase(),
        token: token.clone(),
    };
    tokens.iter().map(row).collect()
}

/// Scopes as a list.
pub fn scopes(scopes: &[Scope]) -> String {
    let names = scopes.iter().map(|scope| scope.name());
    names.collect::<Vec<_>>().join(", ")
}

/// What is listed.
pub static LISTING: Listing<TokenRow> = Listing {
    label: "Tokens",
    columns: &[
        Column {
            title: "Name",
            class: "name",
            compare: Some(|a, b| a.text.cmp(&b.text)),
            cell: |row| view! { <b>{row.token.name.clone()}</b> }.into_any(),
        },
        Column {
            title: "May",
            class: "given",
            compare: None,
            cell: |row| scopes(&row.token.scopes).into_any(),
        },
        Column {
            title: "Made",
            class: "since number",
            compare: Some(|a, b| b.token.created_ms.cmp(&a.token.created_ms)),
            cell: |row| row.since.clone().into_any(),
        },
    ],
    group: |_| "Tokens",
    text: |row| &row.text,
    key: |row| &row.key,
    empty: "There are no tokens. Programs need one to send events.",
};
