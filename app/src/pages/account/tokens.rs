//! One's own tokens: making one, whose secret is shown once, and revoking.

use std::sync::Arc;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{Me, NewToken, Right, Scope, Token, TokenCreated, paths};

use super::{AccountPage, ListItem, Section};
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::live::client;
use crate::pages::admin::{ago, left};
use crate::pages::token_form::{SecretOnce, chosen_scopes, end_ms, scope_choices};
use crate::shell::fields::{Choices, Field, options};
use crate::shell::task::{Problem, SubmitButton, Task};

/// For how many days a token works, with words for people; 0 for ever.
const LIVES: [(u32, &str); 4] = [
    (30, "In 30 days"),
    (90, "In 90 days"),
    (365, "In a year"),
    (0, "Never"),
];

/// What this person's tokens may do, with words for people. The server decides again.
pub(super) fn offered(me: &Me) -> Vec<(Scope, &'static str)> {
    let words = |scope: Scope| match scope {
        Scope::Read => "read: what you may see",
        Scope::Dashboards => "dashboards: save shared dashboards",
        Scope::Ingest => "ingest: send events and metrics",
        Scope::Scrape => "scrape: read /metrics",
    };
    let may = |scope: &Scope| match scope {
        Scope::Read => true,
        Scope::Dashboards => me.may(Right::EditDashboards),
        Scope::Ingest | Scope::Scrape => me.admin,
    };
    let all = [Scope::Read, Scope::Dashboards, Scope::Ingest, Scope::Scrape];
    let offered = all.into_iter().filter(may);
    offered.map(|scope| (scope, words(scope))).collect()
}

impl AccountPage {
    fn ask_revocation(self, token: &Token) {
        let (id, name) = (token.id, token.name.clone());
        let words = "Programs that send it are rejected from then on, and their streams end within a second. It cannot be brought back.";
        let title = format!("Revoke the token {name}?");
        let path = paths::my_token(id);
        let done = Arc::new(move || {
            self.tokens
                .update(|tokens| tokens.retain(|token| token.id != id));
            self.toast.show(format!("Revoked {name}."));
        });
        self.confirm
            .ask_deletion(title, words.into(), "Revoke the token", path, done);
    }
}

/// The section.
#[component]
pub fn Tokens(
    /// The signed-in user.
    me: Me,
    /// The page.
    page: AccountPage,
) -> impl IntoView {
    let scopes = offered(&me);
    let making = RwSignal::new(false);
    browser::keep_focus(move || {
        making.track();
        page.tokens.track();
        "[aria-labelledby=about-tokens] .form-actions button:last-child"
    });
    let listed = move || {
        let tokens = page.tokens.get();
        let rows = tokens.into_iter().map(|token| row(token, page));
        rows.collect_any()
    };
    let none = move || {
        let words = "There are none. A program needs one to ask for what you see.";
        let is_empty = page.tokens.with(Vec::is_empty);
        is_empty.then(|| view! { <p class="hint">{words}</p> }.into_any())
    };
    let below = move || match making.get() {
        true => {
            let scopes = scopes.clone();
            view! { <NewTokenForm scopes page making/> }.into_any()
        }
        false => view! {
            <div class="form-actions">
                <button type="button" on:click=move |_| making.set(true)>"New token…"</button>
            </div>
        }
        .into_any(),
    };
    view! {
        <Section
            id="about-tokens"
            title="Tokens"
            about="For programs. A token does at most what you may do yourself at that time."
        >
            <ul class="rows">{part(listed)}</ul>
            {part(none)}
            {part(below)}
        </Section>
    }
}

fn row(token: Token, page: AccountPage) -> impl IntoView {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
    let used = match token.last_used_ms {
        Some(at_ms) => format!("used {}", ago(page.now_ms, at_ms)),
        None => "never used".to_string(),
    };
    let works = match token.expires_ms {
        Some(end_ms) if end_ms <= page.now_ms => " · expired".to_string(),
        Some(end_ms) => format!(" · expires in {}", left(page.now_ms, end_ms)),
        None => String::new(),
    };
    let about = format!("{} · {used}{works}", scopes.join(", "));
    let label = format!("Revoke the token {}", token.name);
    view! {
        <ListItem name=token.name.clone() about>
            <button type="button" aria-label=label on:click=move |_| page.ask_revocation(&token)>
                "Revoke…"
            </button>
        </ListItem>
    }
}

#[component]
fn NewTokenForm(
    scopes: Vec<(Scope, &'static str)>,
    page: AccountPage,
    making: RwSignal<bool>,
) -> impl IntoView {
    let task = Task::new();
    let name = RwSignal::new(String::new());
    let days = RwSignal::new(LIVES[0].0);
    let chosen = RwSignal::new(vec![Scope::Read.name().to_string()]);
    let secret = RwSignal::new(None::<String>);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = NewToken {
            owner: None,
            name: name.get_untracked().trim().to_string(),
            description: String::new(),
            scopes: chosen_scopes(chosen),
            expires_ms: end_ms(days.get_untracked()),
        };
        task.run(async move {
            let made: TokenCreated = client::made(paths::MY_TOKENS, &new).await?;
            secret.set(Some(made.secret));
            page.tokens.set(client::get(paths::MY_TOKENS).await?);
            Ok(())
        });
    };
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            days.set(chosen);
        }
    };
    let choices = scope_choices(scopes);
    let form = move || {
        let lives = LIVES.map(|(days, words)| (days.to_string(), words.to_string()));
        let lives = options(lives, &days.get_untracked().to_string());
        view! {
            <form on:submit=save>
                <Field label="Name of the token" hint="What it is for.">
                    <input type="text" autocomplete="off" maxlength="64" required autofocus bind:value=name/>
                </Field>
                <Choices label="May" choices=choices.clone() chosen/>
                <Field label="Expires">
                    <select on:change=choose>{lives}</select>
                </Field>
                <Problem task/>
                <div class="form-actions">
                    <button type="button" on:click=move |_| making.set(false)>"Cancel"</button>
                    <SubmitButton task words="Make token" lacks=Signal::derive(move || chosen.with(Vec::is_empty))/>
                </div>
            </form>
        }
        .into_any()
    };
    let shown = move |secret: String| {
        view! {
            <SecretOnce label="Secret of the token" secret/>
            <div class="form-actions">
                <button type="button" class="primary" on:click=move |_| making.set(false)>"Done"</button>
            </div>
        }
        .into_any()
    };
    part(move || match secret.get() {
        Some(secret) => shown(secret),
        None => form(),
    })
}
