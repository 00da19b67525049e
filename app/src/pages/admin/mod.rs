//! Pages for admins: people, invitations, roles, who sees what, tokens, and sessions.
//!
//! Invariant: they show no chart and hold no stream, so that their program is small; whatever they
//! change goes through the same routes that other programs use.

mod access;
pub mod audit;
mod conflict;
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
use protocol::{Me, Role, Session, paths, role};

use crate::base::at;
use crate::browser;
use crate::erased::{CollectAny, effect};
use crate::pages;
use crate::shell::Shell;
use crate::shell::dialog::{Confirm, ConfirmDialog};
use crate::shell::header::Header;
use crate::shell::shortcuts::Bound;
use crate::view::Zone;

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

/// Those that this user may open: path and words.
pub fn tabs(me: &Me) -> Vec<(&'static str, &'static str)> {
    let entries = pages::entries();
    let may_open = |(path, _): &(&str, &str)| {
        let mut here = entries.iter().filter(|entry| entry.path == *path);
        here.any(|entry| entry.action.permits_user(me))
    };
    TABS.into_iter().filter(may_open).collect()
}

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
    let tabs = tabs(&me);
    let tab = |(path, words): (&'static str, &'static str)| {
        view! { <a href=at(path) aria-current=(path == here).then_some("page")>{words}</a> }
    };
    effect(browser::follow_paper);
    // On a narrow screen the tabs scroll: that of this page is seen.
    let bar = NodeRef::<html::Nav>::new();
    effect(move || {
        let current = bar
            .get()
            .and_then(|bar| bar.query_selector("[aria-current]").ok());
        if let (Some(bar), Some(Some(current))) = (bar.get(), current) {
            let (bar_box, tab) = (
                bar.get_bounding_client_rect(),
                current.get_bounding_client_rect(),
            );
            let middle = tab.left() - bar_box.left() - (bar_box.width() - tab.width()) / 2.0;
            bar.set_scroll_left(bar.scroll_left() + middle as i32);
        }
    });
    view! {
        <Header me here=ENTRY/>
        <main class="admin">
            <nav class="tabs" aria-label="Administration" node_ref=bar>{tabs.into_iter().map(tab).collect_any()}</nav>
            {children()}
        </main>
        <ConfirmDialog confirm/>
        {shell.end(keys)}
    }
}

/// How long ago something was, when the page was loaded.
pub(super) fn ago(now_ms: i64, at_ms: i64) -> String {
    match now_ms.saturating_sub(at_ms) {
        ms if ms < MINUTE_MS => "just now".into(),
        ms => format!("{} ago", span(ms)),
    }
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const MONTH_MS: i64 = DAY_MS * 365 / 12;

/// A span of at least a minute in one unit: two of a larger one say enough. The time itself stands in the
/// title.
fn span(ms: i64) -> String {
    match ms {
        ms if ms < 2 * HOUR_MS => format!("{} min", ms / MINUTE_MS),
        ms if ms < 2 * DAY_MS => format!("{} h", ms / HOUR_MS),
        ms if ms < 2 * MONTH_MS => format!("{} days", ms / DAY_MS),
        ms if ms < 24 * MONTH_MS => format!("{} months", ms / MONTH_MS),
        ms => format!("{} years", ms / (12 * MONTH_MS)),
    }
}

/// What browser a session is in.
pub(super) fn device(session: &Session) -> &str {
    match session.device.as_str() {
        "" => "Unknown browser",
        device => device,
    }
}

/// How long it is until a time, when the page was loaded. Rounded: three days that begin now are no two.
pub(super) fn left(now_ms: i64, end_ms: i64) -> String {
    let rounded = |ms: i64, unit_ms: i64| (ms + unit_ms / 2) / unit_ms * unit_ms;
    match end_ms.saturating_sub(now_ms) {
        ms if ms < MINUTE_MS => "less than a minute".into(),
        ms if ms < 2 * HOUR_MS => span(rounded(ms, MINUTE_MS)),
        ms if ms < 2 * DAY_MS => span(rounded(ms, HOUR_MS)),
        ms if ms < 2 * MONTH_MS => span(rounded(ms, DAY_MS)),
        ms => span(rounded(ms, MONTH_MS)),
    }
}

/// Words about a time, with the time itself on hover, on the clocks here. The server does not know these.
pub(super) fn moment(at_ms: Option<i64>, words: String) -> AnyView {
    let Some(at_ms) = at_ms else {
        return words.into_any();
    };
    view! { <time prop:title=move || audit::time(at_ms, &Zone::Local)>{words}</time> }.into_any()
}

/// Roles to choose from for somebody who signs in; that of admins says what it is.
fn role_choices(roles: Vec<String>) -> Vec<(String, String)> {
    let choice = |name: String| match name.as_str() {
        role::ADMIN => (name, "admin: sees and changes everything".to_string()),
        _ => (name.clone(), name),
    };
    let roles = roles.into_iter().filter(|name| name != role::GUEST);
    roles.map(choice).collect()
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
    use super::{DAY_MS, HOUR_MS, MINUTE_MS, ago, left};

    #[test]
    fn how_long_ago() {
        for (before_ms, want) in [
            (0, "just now"),
            (-MINUTE_MS, "just now"),
            (90_000, "1 min ago"),
            (2 * HOUR_MS - 1, "119 min ago"),
            (47 * HOUR_MS, "47 h ago"),
            (3 * DAY_MS, "3 days ago"),
            (136 * DAY_MS, "4 months ago"),
            (800 * DAY_MS, "2 years ago"),
        ] {
            assert_eq!(ago(1_000_000, 1_000_000 - before_ms), want);
        }
    }

    #[test]
    fn how_long_until() {
        for (until_ms, want) in [
            (-1, "less than a minute"),
            (60 * MINUTE_MS - 1, "60 min"),
            (DAY_MS - 1, "24 h"),
            (3 * DAY_MS - 1, "3 days"),
            (30 * DAY_MS - 1, "30 days"),
            (90 * DAY_MS, "3 months"),
            (365 * DAY_MS - 1, "12 months"),
        ] {
            assert_eq!(left(1_000_000, 1_000_000 + until_ms), want);
        }
    }
}
