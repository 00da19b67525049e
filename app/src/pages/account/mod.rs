//! The account of the signed-in user: name, password, second factor, sessions, and how pages look.
//!
//! Invariant: every section saves by itself and says what came of it; a secret that is shown is shown once.

mod credentials;
mod display;
mod second_factor;
mod sessions;
mod start;
mod tokens;

use leptos::prelude::*;
use protocol::{
    AccountBoot, Action, Boot, Dashboard, DashboardLink, Right, SecondFactor, Session, Token, paths,
};

use crate::base::at;
use crate::shell::dialog::{Confirm, ConfirmDialog};
use crate::shell::header::Header;
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot};
use credentials::{NameForm, PasswordForm};
use display::Display;
use second_factor::SecondFactorForms;
use sessions::Sessions;
use start::Start;
use tokens::Tokens;

/// One's own account.
pub const PAGE: Page = Page::admin(
    paths::ACCOUNT_PAGE,
    Action::Account,
    |source, _| Box::pin(load(source)),
    |_| boot::show(|boot| view! { <Account boot/> }.into_any()),
);

const SHORTCUTS: &[Shortcut<AccountPage>] = &[];

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let link = |one: Dashboard| DashboardLink {
        id: one.id,
        title: one.title,
    };
    let account = AccountBoot {
        defaults: source.defaults().await?,
        dashboards: source.dashboards().await?.into_iter().map(link).collect(),
        ..source.account().await?
    };
    Loaded::new(source, "Account", account)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct AccountPage {
    sessions: RwSignal<Vec<Session>>,
    second_factor: RwSignal<SecondFactor>,
    tokens: RwSignal<Vec<Token>>,
    now_ms: i64,
    confirm: Confirm,
    toast: Toast,
}

#[component]
fn Account(boot: Boot<AccountBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = AccountPage {
        sessions: RwSignal::new(loaded.sessions),
        second_factor: RwSignal::new(loaded.second_factor),
        tokens: RwSignal::new(loaded.tokens),
        now_ms: loaded.now_ms,
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    let name = me.name.clone();
    let roles = match me.roles.len() {
        1 => format!("role {}", me.roles.join("")),
        _ => format!("roles {}", me.roles.join(", ")),
    };
    let may_invite = me.may(Right::Invite);
    let vouched = loaded.vouched.then(|| {
        view! {
            <p class="hint">
                "You sign in with a provider, so that you need no password here. To have one too, ask an admin for a reset link."
            </p>
        }
        .into_any()
    });
    let invite = may_invite.then(|| {
        view! { <p><a href=at(paths::INVITATIONS_PAGE)>"Invite people"</a></p> }.into_any()
    });
    view! {
        <Header me=me.clone() here=paths::ACCOUNT_PAGE/>
        <main class="settings-page" aria-labelledby="page-title">
            <div class="top">
                <h1 id="page-title">"Account"</h1>
                <p class="hint">{format!("Signed in as {name} · {roles}")}</p>
                {vouched}
                {invite}
            </div>
            <NameForm name page/>
            <PasswordForm page/>
            <SecondFactorForms page/>
            <Sessions page/>
            <Tokens me page/>
            <Display preferences=loaded.preferences.clone()/>
            <Start
                preferences=loaded.preferences
                defaults=loaded.defaults
                dashboards=loaded.dashboards
                categories=loaded.categories
            />
        </main>
        <ConfirmDialog confirm=page.confirm/>
        {shell.end(bind(SHORTCUTS, page))}
    }
}

/// One section: a heading with what it is about, and beside it what can be changed.
#[component]
fn Section(
    /// Names the section in the page.
    id: &'static str,
    /// The heading.
    title: &'static str,
    /// What it is about.
    about: &'static str,
    /// What can be changed.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="settings" aria-labelledby=id>
            <div>
                <h2 id=id>{title}</h2>
                <p class="hint">{about}</p>
            </div>
            <div class="panel">{children()}</div>
        </section>
    }
}

/// One row of a list in a section: what it is, and what can be done with it.
#[component]
pub fn ListItem(
    /// What it is called.
    name: String,
    /// What else is known of it.
    about: String,
    /// What can be done.
    children: Children,
) -> impl IntoView {
    view! {
        <li>
            <div><b>{name}</b><small>{about}</small></div>
            {children()}
        </li>
    }
}

#[cfg(test)]
mod tests;
