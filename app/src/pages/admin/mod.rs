//! Pages for admins: people, roles, who sees what, and tokens.
//!
//! Invariant: they show no chart and hold no stream, so that their program is small; whatever they
//! change goes through the same routes that other programs use.

mod access;
mod grants;
pub mod people;
pub mod roles;
pub mod tokens;
pub mod visibility;

use leptos::html;
use leptos::prelude::*;
use protocol::{Conflict, ErrorCode, Me, Role, json, paths};

use crate::base::at;
use crate::erased::{CollectAny, part};
use crate::live::client::ClientError;
use crate::live::status;
use crate::shell::Shell;
use crate::shell::dialog::{Confirm, ConfirmDialog};
use crate::shell::header::Header;
use crate::shell::shortcuts::Bound;

/// The page that the entry of the navigation leads to.
const ENTRY: &str = paths::PEOPLE_PAGE;
/// What the entry of the navigation is called.
const MENU: &str = "Admin";

/// The pages, in the order of their tabs.
const TABS: [(&str, &str); 4] = [
    (paths::PEOPLE_PAGE, "People"),
    (paths::ROLES_PAGE, "Roles"),
    (paths::VISIBILITY_PAGE, "Visibility"),
    (paths::TOKENS_PAGE, "Tokens"),
];

/// What every page for admins has around its content.
#[component]
fn AdminPage(
    /// The signed-in user.
    me: Me,
    /// Path of the page.
    here: &'static str,
    /// The questions of the page.
    confirm: Confirm,
    /// Shell of the page.
    shell: Shell,
    /// Keys of the page.
    keys: Vec<Bound>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let tab = |(path, words): (&'static str, &'static str)| {
        view! { <a href=at(path) aria-current=(path == here).then_some("page")>{words}</a> }
    };
    view! {
        <Header me here=ENTRY/>
        <main class="admin">
            <nav class="tabs" aria-label="Administration">{TABS.map(tab).collect_any()}</nav>
            {children()}
        </main>
        <ConfirmDialog confirm/>
        {shell.end(keys)}
    }
}

/// The role that the server has, when that is why a role was not saved.
fn current_role(error: &ClientError) -> Option<Role> {
    match error {
        ClientError::Rejected {
            code: ErrorCode::StaleVersion,
            body,
            ..
        } => json::read::<Conflict<Role>>(body)
            .ok()
            .map(|conflict| conflict.current),
        _ => None,
    }
}

/// How long ago something was, when the page was loaded.
fn ago(now_ms: i64, at_ms: i64) -> String {
    match now_ms.saturating_sub(at_ms) / 1_000 {
        seconds if seconds < 60 => "just now".into(),
        seconds => format!("{} ago", status::duration(seconds.unsigned_abs())),
    }
}

/// A panel beside a list, with its heading and a way out.
#[component]
fn Panel(
    /// The heading.
    title: String,
    /// Closes it.
    on_close: Callback<()>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="panel" aria-labelledby="panel-title">
            <div class="top">
                <h2 id="panel-title">{title}</h2>
                <button
                    type="button"
                    class="icon close"
                    aria-label="Close"
                    title="Close (Escape)"
                    on:click=move |_| on_close.run(())
                >
                    "×"
                </button>
            </div>
            {children()}
        </aside>
    }
}

/// What is over a list: how many there are, the search, and the button that makes one more.
#[component]
fn ListTop(
    /// The heading.
    title: &'static str,
    /// How many rows there are.
    #[prop(into)]
    count: Signal<usize>,
    /// What is looked in, for the field.
    looks_in: &'static str,
    /// What is searched for.
    search: RwSignal<String>,
    /// The field.
    field: NodeRef<html::Input>,
    /// What the button says.
    button: &'static str,
    /// Makes one more.
    on_new: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="top">
            <h1 id="page-title">{title}<small>{part(move || count.get())}</small></h1>
            <input
                type="search"
                aria-label=format!("Search {}", title.to_lowercase())
                placeholder=format!("Search {looks_in} (/)")
                autocomplete="off"
                spellcheck="false"
                node_ref=field
                bind:value=search
            />
            <button type="button" class="primary" title="n" on:click=move |_| on_new.run(())>
                {button}
            </button>
        </div>
    }
}

/// Gives the search field the focus.
fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        // An element that is there takes the focus.
        drop(field.focus());
    }
}

#[cfg(test)]
mod tests {
    use super::ago;

    #[test]
    fn how_long_ago() {
        for (at_ms, want) in [
            (1_000_000, "just now"),
            (2_000_000, "just now"),
            (1_000_000 - 90_000, "1m 30s ago"),
            (1_000_000 - 3 * 86_400_000, "3d 00h ago"),
        ] {
            assert_eq!(ago(1_000_000, at_ms), want);
        }
    }
}
