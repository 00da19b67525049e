//! Pages for admins: people, invitations, roles, who sees what, tokens, and sessions.
//!
//! Invariant: they show no chart and hold no stream, so that their program is small; whatever they
//! change goes through the same routes that other programs use.

mod access;
pub mod audit;
mod grants;
pub mod invitations;
mod list;
pub mod people;
pub mod roles;
pub mod sessions;
pub mod tokens;
pub mod visibility;

use leptos::html;
use leptos::prelude::*;
use protocol::{Conflict, ErrorCode, Me, Role, Session, json, paths, role};

use crate::base::at;
use crate::browser;
use crate::erased::{CollectAny, effect};
use crate::live::client::ClientError;
use crate::live::status;
use crate::pages;
use crate::shell::Shell;
use crate::shell::dialog::{Confirm, ConfirmDialog};
use crate::shell::header::Header;
use crate::shell::shortcuts::Bound;

/// The page that the entry of the navigation leads to.
const ENTRY: &str = paths::PEOPLE_PAGE;
/// What the entry of the navigation is called.
const MENU: &str = "Admin";

/// The pages, in the order of their tabs.
const TABS: [(&str, &str); 7] = [
    (paths::PEOPLE_PAGE, "People"),
    (paths::INVITATIONS_PAGE, "Invitations"),
    (paths::ROLES_PAGE, "Roles"),
    (paths::VISIBILITY_PAGE, "Visibility"),
    (paths::TOKENS_PAGE, "Tokens"),
    (paths::SESSIONS_PAGE, "Sessions"),
    (paths::AUDIT_PAGE, "Audit log"),
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
    let entries = pages::entries();
    let may_open = |(path, _): &(&str, &str)| {
        let mut here = entries.iter().filter(|entry| entry.path == *path);
        here.any(|entry| entry.action.permits_user(&me))
    };
    let tabs: Vec<_> = TABS.into_iter().filter(may_open).collect();
    let tab = |(path, words): (&'static str, &'static str)| {
        view! { <a href=at(path) aria-current=(path == here).then_some("page")>{words}</a> }
    };
    effect(browser::follow_paper);
    view! {
        <Header me here=ENTRY/>
        <main class="admin">
            <nav class="tabs" aria-label="Administration">{tabs.into_iter().map(tab).collect_any()}</nav>
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
pub(super) fn ago(now_ms: i64, at_ms: i64) -> String {
    match now_ms.saturating_sub(at_ms) / 1_000 {
        seconds if seconds < 60 => "just now".into(),
        seconds => format!("{} ago", status::duration(seconds.unsigned_abs())),
    }
}

/// What browser a session is in.
pub(super) fn device(session: &Session) -> &str {
    match session.device.as_str() {
        "" => "Unknown browser",
        device => device,
    }
}

/// How long it is until a time, when the page was loaded.
pub(super) fn left(now_ms: i64, end_ms: i64) -> String {
    let seconds = end_ms.saturating_sub(now_ms).max(0) / 1_000;
    status::duration(seconds.unsigned_abs())
}

/// Roles to choose from; that of admins says what it is.
fn role_choices(roles: Vec<String>) -> Vec<(String, String)> {
    let choice = |name: String| match name.as_str() {
        role::ADMIN => (name, "admin: sees and changes everything".to_string()),
        _ => (name.clone(), name),
    };
    roles.into_iter().map(choice).collect()
}

/// The way to see dashboards as people of a role do, with a sign where there is no room for words. Of
/// admins there is nothing to preview, and of guests only what is open to them.
fn see_as(role: &Role, sign: Option<&'static str>) -> Option<AnyView> {
    let page = match role.name.as_str() {
        role::ADMIN => return None,
        role::GUEST => paths::dashboard_page(role.dashboards.first()?),
        _ => paths::HOME_PAGE.to_string(),
    };
    let to = at(&format!("{}{page}", paths::preview(&role.name)));
    let words = format!("See dashboards as {}", role.name);
    let link = match sign {
        None => view! { <a href=to>{words}</a> }.into_any(),
        Some(sign) => view! {
            <a
                class="see-as"
                href=to
                title=words.clone()
                aria-label=words
                on:keydown=|event| event.stop_propagation()
            >
                {sign}
            </a>
        }
        .into_any(),
    };
    Some(link)
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
