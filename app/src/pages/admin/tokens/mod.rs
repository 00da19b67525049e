//! Tokens of programs: which there are, making one, whose secret is shown once, and revoking.

mod editor;
mod rows;

use leptos::html;
use leptos::prelude::*;
use protocol::{Action, Boot, Token, TokensBoot, paths};

use super::{AdminPage, ListTop, focus};
use crate::erased::part;
use crate::live::client;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use editor::{NewTokenPanel, TokenPanel};
use rows::{LISTING, TokenRow};

/// Every token.
pub const PAGE: Page = Page {
    path: paths::TOKENS_PAGE,
    title: "",
    menu: None,
    action: Action::Admin,
    bundle: Bundle::Admin,
    load: Some(|source, _| Box::pin(load(source))),
    view: |_| match boot::read() {
        Some(boot) => view! { <Tokens boot/> }.into_any(),
        None => notice::missing(),
    },
};

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

/// What is open beside the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Token(i64),
    New,
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct TokensPage {
    /// Who looks at it.
    me: StoredValue<String>,
    /// Names of all users.
    people: StoredValue<Vec<String>>,
    tokens: RwSignal<Vec<Token>>,
    open: RwSignal<Option<Open>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    confirm: Confirm,
    toast: Toast,
}

const SHORTCUTS: &[Shortcut<TokensPage>] = &[
    shortcut(&["/"], "Search", |page| focus(page.field)),
    shortcut(&["n"], "New token", |page| page.open.set(Some(Open::New))),
    shortcut(&["Escape"], "Close the token", |page| page.open.set(None)),
];

impl TokensPage {
    fn ask_revocation(self, row: &TokenRow) {
        let (id, name) = (row.token.id, row.token.name.clone());
        let title = format!("Revoke the token {name}?");
        let words = row.revocation();
        let work = move || {
            let name = name.clone();
            async move {
                client::delete(&paths::admin_token(id)).await?;
                self.open.set(None);
                self.tokens
                    .update(|tokens| tokens.retain(|token| token.id != id));
                self.toast.show(format!("Revoked {name}."));
                Ok(())
            }
        };
        self.confirm.ask(title, words, "Revoke the token", work);
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
        open: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        field: NodeRef::new(),
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.tokens.with(|tokens| rows::rows(tokens, now_ms)));
    let panel = move || match page.open.get()? {
        Open::New => Some(view! { <NewTokenPanel page/> }.into_any()),
        Open::Token(id) => {
            let row =
                listed.with_untracked(|rows| rows.iter().find(|row| row.token.id == id).cloned());
            row.map(|row| view! { <TokenPanel row page/> }.into_any())
        }
    };
    let open = Signal::derive(move || match page.open.get() {
        Some(Open::Token(id)) => Some(id.to_string()),
        _ => None,
    });
    let on_open =
        Callback::new(move |key: String| page.open.set(key.parse().ok().map(Open::Token)));
    view! {
        <AdminPage me here=paths::TOKENS_PAGE confirm=page.confirm shell keys=bind(SHORTCUTS, page)>
            <div class="list-page tokens" class:open=move || page.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    <ListTop
                        title="Tokens"
                        count=Signal::derive(move || page.tokens.with(Vec::len))
                        looks_in="name, owner, scope"
                        search=page.search
                        field=page.field
                        button="New token"
                        on_new=Callback::new(move |()| page.open.set(Some(Open::New)))
                    />
                    <LongTable
                        listing=&LISTING
                        rows=Signal::derive(move || Rows::Known(listed.get()))
                        search=page.search
                        open
                        on_open
                    />
                </section>
                {part(panel)}
            </div>
        </AdminPage>
    }
}
