//! The panel of one token with the form that changes it, and the panel that makes one and shows its
//! secret once.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use protocol::{ErrorCode, NewToken, Scope, Token, TokenCreated, paths};

use super::TokensPage;
use super::rows::TokenRow;
use crate::erased::{CollectAny, part};
use crate::live::client;
use crate::pages::admin::list::Panel;
use crate::pages::token_form::{SecretOnce, chosen_scopes, end_ms, scope_choices};
use crate::shell::fields::{Choices, Field, options};
use crate::shell::task::{Problem, SubmitButton, Task};

/// What a token may do, with words for people.
const SCOPES: [(Scope, &str); 4] = [
    (Scope::Ingest, "ingest: send events and metrics"),
    (Scope::Scrape, "scrape: read /metrics"),
    (Scope::Read, "read: what its owner sees"),
    (
        Scope::Dashboards,
        "dashboards: save those that its owner may",
    ),
];
/// For how many days a token works, with words for people.
const LIVES: [(&str, &str); 4] = [
    ("", "Never"),
    ("30", "In 30 days"),
    ("90", "In 90 days"),
    ("365", "In a year"),
];
/// The expiry stays as it is.
const KEEP: &str = "keep";

/// What is filled in about a token: copied freely.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    description: RwSignal<String>,
    scopes: RwSignal<Vec<String>>,
    life: RwSignal<String>,
}

impl Fields {
    fn new(name: &str, description: &str, scopes: &[Scope], life: &str) -> Fields {
        let scopes = scopes.iter().map(|scope| scope.name().to_string());
        Fields {
            name: RwSignal::new(name.into()),
            description: RwSignal::new(description.into()),
            scopes: RwSignal::new(scopes.collect()),
            life: RwSignal::new(life.into()),
        }
    }

    /// What is sent; `kept_ms` is the expiry that the token has.
    fn read(self, kept_ms: Option<i64>) -> NewToken {
        let expires_ms = match &*self.life.get_untracked() {
            KEEP => kept_ms,
            days => days.parse().ok().and_then(end_ms),
        };
        NewToken {
            name: self.name.get_untracked().trim().to_string(),
            description: self.description.get_untracked().trim().to_string(),
            expires_ms,
            scopes: chosen_scopes(self.scopes),
            owner: None,
        }
    }
}

#[component]
fn TokenFields(
    /// What is filled in.
    fields: Fields,
    /// What can be said about the expiry, with words for people.
    lives: Vec<(&'static str, String)>,
    /// What stands between the description and the scopes.
    #[prop(optional_no_strip)]
    owner: Option<AnyView>,
) -> impl IntoView {
    let life = fields.life;
    let lives = lives
        .into_iter()
        .map(|(days, words)| (days.to_string(), words));
    let lives = options(lives, &life.get_untracked());
    view! {
        <Field label="Name" hint="What it is for.">
            <input type="text" autocomplete="off" maxlength="64" required autofocus bind:value=fields.name/>
        </Field>
        <Field label="Description">
            <input type="text" autocomplete="off" maxlength="256" bind:value=fields.description/>
        </Field>
        {owner}
        <Choices label="May" choices=scope_choices(SCOPES) chosen=fields.scopes/>
        <Field label="Expires">
            <select on:change=move |event| life.set(event_target_value(&event))>{lives}</select>
        </Field>
    }
}

/// The panel of one token.
#[component]
pub fn TokenPanel(
    /// The token.
    row: TokenRow,
    /// The page.
    page: TokensPage,
) -> impl IntoView {
    let task = Task::new();
    let TokenRow {
        token,
        owner,
        since,
        expires,
        used,
        ..
    } = row.clone();
    let fields = Fields::new(&token.name, &token.description, &token.scopes, KEEP);
    let (id, kept_ms) = (token.id, token.expires_ms);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = fields.read(kept_ms);
        task.run(async move {
            let saved: Token = client::put(&paths::admin_token(id), &new).await?;
            page.list.toast.show(format!("Saved {}.", saved.name));
            page.tokens.update(|tokens| {
                if let Some(token) = tokens.iter_mut().find(|token| token.id == id) {
                    *token = saved;
                }
            });
            page.list.close();
            Ok(())
        });
    };
    let mut lives = vec![(KEEP, format!("As now: {expires}"))];
    lives.extend(LIVES.map(|(days, words)| (days, words.to_string())));
    let fact = |name: &'static str, words: String| {
        view! { <div><dt>{name}</dt><dd>{words}</dd></div> }
    };
    let facts = [
        fact("Owner", owner),
        fact("Created", since),
        fact("Last used", used),
        fact("Expires", expires),
    ];
    view! {
        <Panel title=token.name list=page.list>
            <dl>{facts.collect_any()}</dl>
            <form on:submit=save>
                <TokenFields fields lives/>
                <Problem task/>
                <p class="hint">
                    "Its secret was shown once and is not kept. If it is lost, make another token and revoke this one."
                </p>
                <div class="form-actions">
                    <button type="button" class="danger" on:click=move |_| page.ask_revocation(&row)>
                        "Revoke…"
                    </button>
                    <SubmitButton task words="Save" lacks=Signal::derive(move || fields.scopes.with(Vec::is_empty))/>
                </div>
            </form>
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
    let fields = Fields::new("", "", &[Scope::Ingest], "");
    let owner = RwSignal::new(page.me.get_value());
    let secret = RwSignal::new(None::<String>);
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let new = NewToken {
            owner: Some(owner.get_untracked().trim().to_string()),
            ..fields.read(None)
        };
        task.run(async move {
            let made: TokenCreated = client::made(paths::ADMIN_TOKENS, &new).await?;
            secret.set(Some(made.secret));
            page.tokens.set(client::get(paths::ADMIN_TOKENS).await?);
            Ok(())
        });
    };
    let form = move || {
        let people = page.people.get_value().into_iter();
        let people = people.map(|name| view! { <option value=name></option> });
        let owner = view! {
            <Field label="Owner" hint="It reads and saves at most what this person may at that time.">
                <input type="text" autocomplete="off" spellcheck="false" maxlength="64" required list="people" data-code=ErrorCode::BadField.name() bind:value=owner/>
            </Field>
            <datalist id="people">{people.collect_any()}</datalist>
        };
        let lives = LIVES.map(|(days, words)| (days, words.to_string()));
        view! {
            <form on:submit=save>
                <TokenFields fields lives=lives.into() owner=Some(owner.into_any())/>
                <Problem task/>
                <div class="form-actions">
                    <SubmitButton task words="Make token" lacks=Signal::derive(move || fields.scopes.with(Vec::is_empty))/>
                </div>
            </form>
        }
        .into_any()
    };
    let inside = move || match secret.get() {
        Some(secret) => view! {
            <SecretOnce label="Secret" secret/>
            <div class="form-actions">
                <button type="button" class="primary" autofocus on:click=move |_| page.list.close()>
                    "Done"
                </button>
            </div>
        }
        .into_any(),
        None => form(),
    };
    view! {
        <Panel title="New token".to_string() list=page.list>
            {part(inside)}
        </Panel>
    }
}
