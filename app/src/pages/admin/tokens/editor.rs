//! The panel of one token, and the form that makes one and shows its secret once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{NewToken, Scope, TokenCreated, paths};

use super::TokensPage;
use super::rows::{TokenRow, scopes};
use crate::erased::part;
use crate::live::client;
use crate::pages::admin::Panel;
use crate::shell::fields::{Choices, CopyField, Field};
use crate::shell::task::{Problem, Task};

/// What a token may do, with words for people.
const SCOPES: [(Scope, &str); 2] = [
    (Scope::Ingest, "ingest: send events and metrics"),
    (Scope::Scrape, "scrape: read /metrics"),
];

/// The panel of one token.
#[component]
pub fn TokenPanel(
    /// The token.
    row: TokenRow,
    /// The page.
    page: TokensPage,
) -> impl IntoView {
    let (name, may) = (row.token.name.clone(), scopes(&row.token.scopes));
    view! {
        <Panel title=name on_close=Callback::new(move |()| page.open.set(None))>
            <p>"May "{may}". Made "{row.since.clone()}"."</p>
            <p class="hint">
                "Its secret was shown once, when it was made, and is not kept. Who lost it makes another token."
            </p>
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_revocation(&row)>
                    "Revoke…"
                </button>
            </div>
        </Panel>
    }
}

/// The panel that makes a token.
#[component]
pub fn NewTokenPanel(
    /// The page.
    page: TokensPage,
) -> impl IntoView {
    let task = Task::new();
    let name = RwSignal::new(String::new());
    let chosen = RwSignal::new(vec![Scope::Ingest.name().to_string()]);
    let secret = RwSignal::new(None::<String>);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = chosen.get_untracked();
        let is_chosen = |scope: &Scope| chosen.iter().any(|one| one == scope.name());
        let new = NewToken {
            name: name.get_untracked().trim().to_string(),
            description: String::new(),
            expires_ms: None,
            scopes: SCOPES
                .map(|(scope, _)| scope)
                .into_iter()
                .filter(is_chosen)
                .collect(),
        };
        task.run(async move {
            let made: TokenCreated = client::made(paths::ADMIN_TOKENS, &new).await?;
            secret.set(Some(made.secret));
            page.tokens.set(client::get(paths::ADMIN_TOKENS).await?);
            Ok(())
        });
    };
    let choices = SCOPES.map(|(scope, words)| (scope.name().to_string(), words.to_string()));
    let form = move || {
        view! {
            <form on:submit=save>
                <Field label="Name" hint="What it is for.">
                    <input type="text" autocomplete="off" maxlength="64" required autofocus bind:value=name/>
                </Field>
                <Choices label="May" choices=choices.clone().into() chosen/>
                <Problem task/>
                <div class="form-actions">
                    <button type="submit" class="primary" disabled=move || task.is_busy() || chosen.with(Vec::is_empty)>
                        {part(move || if task.is_busy() { "Saving…" } else { "Make token" })}
                    </button>
                </div>
            </form>
        }
        .into_any()
    };
    let shown = |secret: String| {
        view! {
            <p role="status">"The token is made. Copy it now: it is not shown again."</p>
            <CopyField label="Secret" text=secret/>
            <p class="hint">"Programs send it as Authorization: Bearer, or in PULSEBOARD_TOKEN."</p>
        }
        .into_any()
    };
    let inside = move || match secret.get() {
        Some(secret) => shown(secret),
        None => form(),
    };
    view! {
        <Panel title="New token".to_string() on_close=Callback::new(move |()| page.open.set(None))>
            {part(inside)}
        </Panel>
    }
}
