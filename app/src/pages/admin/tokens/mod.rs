//! Tokens of programs: which there are, making one, whose secret is shown once, and revoking.

mod editor;
mod rows;

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Action, Boot, Token, TokensBoot, paths};

use super::list::{ListState, LoadedList, Makes, Open, row_of};
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::shortcut;
use crate::shell::source::PageSource;
use crate::shell::{Shell, boot};
use editor::{NewTokenPanel, TokenPanel};
use rows::{LISTING, TokenRow};

/// Every token.
pub const PAGE: Page = Page::admin(
    paths::TOKENS_PAGE,
    Action::Admin,
    |source, _| Box::pin(load(source)),
    |_| boot::show(|boot| view! { <Tokens boot/> }.into_any()),
);

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let page = TokensBoot {
        tokens: source.tokens().await?,
        people: source
            .users()
            .await?
            .into_iter()
            .map(|user| user.name)
            .collect(),
        now_ms: source.now_ms(),
    };
    Loaded::new(source, "Tokens", page)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct TokensPage {
    /// Who looks at it.
    me: StoredValue<String>,
    /// Names of all users.
    people: StoredValue<Vec<String>>,
    tokens: RwSignal<Vec<Token>>,
    list: ListState,
}

const MAKES: Makes = Makes {
    button: "New token",
    form: Open::New,
    keys: &[shortcut(&["n"], "New token", |list| list.show(Open::New))],
};

impl TokensPage {
    fn ask_revocation(self, row: &TokenRow) {
        let (id, name) = (row.token.id, row.token.name.clone());
        let title = format!("Revoke the token {name}?");
        let done = Arc::new(move || {
            self.list.close();
            self.tokens
                .update(|tokens| tokens.retain(|token| token.id != id));
            self.list.toast.show(format!("Revoked {name}."));
        });
        let (words, path) = (row.revocation(), paths::admin_token(id));
        let confirm = self.list.confirm;
        confirm.ask_deletion(title, words, "Revoke the token", path, done);
    }
}

#[component]
fn Tokens(boot: Boot<TokensBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = TokensPage {
        me: StoredValue::new(me.name.clone()),
        people: StoredValue::new(loaded.people),
        tokens: RwSignal::new(loaded.tokens),
        list: ListState::new(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.tokens.with(|tokens| rows::rows(tokens, now_ms)));
    let list = page.list;
    let panel = Callback::new(move |open| match open {
        Open::New => Some(view! { <NewTokenPanel page/> }.into_any()),
        Open::Invite => None,
        Open::Row(key) => {
            let row = row_of(&LISTING, &listed.get_untracked(), &key)?;
            Some(view! { <TokenPanel row page/> }.into_any())
        }
    });
    view! {
        <LoadedList
            me
            here=paths::TOKENS_PAGE
            class="tokens"
            shell
            list
            makes=&MAKES
            listing=&LISTING
            rows=listed
            looks_in="name, owner, scope"
            panel
        />
    }
}
