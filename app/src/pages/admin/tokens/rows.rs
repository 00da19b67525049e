//! The list of tokens: a row for each, and what stands in its columns.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Scope, Token};

use crate::pages::admin::{ago, left, moment};
use crate::table::{Column, Listing};

/// One token with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenRow {
    /// The token.
    pub token: Token,
    /// The id as a text.
    key: String,
    /// Whose it is.
    pub owner: String,
    /// How long there is this token.
    pub since: String,
    /// How long it works.
    pub expires: String,
    /// How long ago it was used.
    pub used: String,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows of a page that was loaded at `now_ms`.
pub fn rows(tokens: &[Token], now_ms: i64) -> Arc<[TokenRow]> {
    let row = |token: &Token| {
        let owner = token.owner.as_ref().map_or("nobody", |owner| &owner.name);
        let text = [
            &token.name,
            &token.description,
            &scopes(&token.scopes),
            owner,
        ]
        .join("\n");
        let used = token.last_used_ms.map(|used_ms| ago(now_ms, used_ms));
        TokenRow {
            key: token.id.to_string(),
            owner: owner.into(),
            since: ago(now_ms, token.created_ms),
            expires: expires(now_ms, token.expires_ms),
            used: used.unwrap_or_else(|| "never".into()),
            text: text.to_lowercase(),
            token: token.clone(),
        }
    };
    tokens.iter().map(row).collect()
}

/// Scopes as a list.
fn scopes(scopes: &[Scope]) -> String {
    let names = scopes.iter().map(|scope| scope.name());
    names.collect::<Vec<_>>().join(", ")
}

fn expires(now_ms: i64, at_ms: Option<i64>) -> String {
    match at_ms {
        None => "never".into(),
        Some(at_ms) if at_ms <= now_ms => "expired".into(),
        Some(at_ms) => format!("in {}", left(now_ms, at_ms)),
    }
}

impl TokenRow {
    /// What revoking it does.
    pub fn revocation(&self) -> String {
        let used = match &self.token.last_used_ms {
            Some(_) => format!("It was last used {}.", self.used),
            None => "It was never used.".into(),
        };
        let streams = match self.token.scopes.contains(&Scope::Read) {
            true => ", and its streams end within a second",
            false => "",
        };
        format!(
            "{used} Programs that send it are rejected from then on{streams}. It cannot be brought back."
        )
    }
}

/// What is listed.
pub static LISTING: Listing<TokenRow> = Listing {
    label: "Tokens",
    columns: &[
        Column {
            title: "Name",
            class: "name",
            compare: Some(|a, b| a.text.cmp(&b.text)),
            cell: |row| {
                let Token {
                    name, description, ..
                } = &row.token;
                view! { <b>{name.clone()}</b><small>{description.clone()}</small> }.into_any()
            },
        },
        Column {
            title: "May",
            class: "given",
            compare: None,
            cell: |row| scopes(&row.token.scopes).into_any(),
        },
        Column {
            title: "Owner",
            class: "owner",
            compare: Some(|a, b| a.owner.cmp(&b.owner)),
            cell: |row| row.owner.clone().into_any(),
        },
        Column {
            title: "Expires",
            class: "expires number",
            compare: Some(|a, b| end(a).cmp(&end(b))),
            cell: |row| moment(row.token.expires_ms, row.expires.clone()),
        },
        Column {
            title: "Last used",
            class: "used number",
            compare: Some(|a, b| b.token.last_used_ms.cmp(&a.token.last_used_ms)),
            cell: |row| moment(row.token.last_used_ms, row.used.clone()),
        },
    ],
    group: |_| "",
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.key,
    empty: "There are no tokens. Programs need one to send events: make it with the button above.",
};

fn end(row: &TokenRow) -> i64 {
    row.token.expires_ms.unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use protocol::TokenOwner;

    use super::*;

    #[test]
    fn a_row_says_whose_it_is_how_long_it_works_and_what_revoking_does() {
        let token = Token {
            id: 1,
            name: "ci".into(),
            description: "Saves".into(),
            scopes: vec![Scope::Read],
            created_ms: 0,
            expires_ms: Some(90_000_000),
            last_used_ms: Some(3_540_000),
            owner: Some(TokenOwner {
                id: 1,
                name: "Ada".into(),
            }),
        };
        let bare = Token {
            scopes: vec![Scope::Ingest],
            expires_ms: None,
            last_used_ms: None,
            owner: None,
            ..token.clone()
        };
        let expired = Token {
            expires_ms: Some(3_600_000),
            ..token.clone()
        };
        let found = rows(&[token, bare, expired], 3_600_000);
        let said = |row: &TokenRow| format!("{}|{}|{}", row.owner, row.expires, row.used);
        let said: Vec<String> = found.iter().map(said).collect();
        assert_eq!(
            said,
            [
                "Ada|in 24 h|1 min ago",
                "nobody|never|never",
                "Ada|expired|1 min ago",
            ]
        );
        assert_eq!(
            found[0].revocation(),
            "It was last used 1 min ago. Programs that send it are rejected from then on, and its \
             streams end within a second. It cannot be brought back."
        );
        assert_eq!(
            found[1].revocation(),
            "It was never used. Programs that send it are rejected from then on. It cannot be \
             brought back."
        );
        assert!(found[0].text.contains("saves") && found[0].text.contains("ada"));
    }
}
