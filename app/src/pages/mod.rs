//! The page table: a page is one file (or folder) here, and one line in [`ALL`].

mod account;
mod admin;
pub(crate) mod dashboard;
mod invitation;
mod link_form;
mod metrics;
mod reset;
mod setup;
mod sign_in;
mod token_form;
mod versions;

use leptos::prelude::*;
use protocol::Me;

use crate::address::Address;
use crate::editor;
use crate::parts::{self, Late, Parts};
use crate::shell::boot::{BootElement, Found};
use crate::shell::notice;
use crate::shell::page::{self, Bundle, Entry, Page, View};

/// Every page; the navigation has them in this order.
const ALL: [Page; 17] = [
    dashboard::START,
    dashboard::PAGE,
    editor::PAGE,
    versions::PAGE,
    metrics::PAGE,
    admin::people::PAGE,
    admin::roles::PAGE,
    admin::visibility::PAGE,
    admin::tokens::PAGE,
    admin::sessions::PAGE,
    admin::invitations::PAGE,
    account::PAGE,
    admin::audit::PAGE,
    sign_in::PAGE,
    setup::PAGE,
    invitation::PAGE,
    reset::PAGE,
];

/// Every page, for the server.
pub static PAGES: [Page; ALL.len()] = ALL;

/// Every page, as the navigation knows it.
static ENTRIES: [Entry; ALL.len()] = page::entries(&ALL);

/// What the pages of each program show. The tables are made while compiling: in none of them a
/// linker finds a page that belongs to another program.
static EVERY: [Option<View>; ALL.len()] = page::views(&ALL, &Bundle::PROGRAMS);
static FULL: [Option<View>; ALL.len()] = page::views(&ALL, &[Bundle::Full]);
static VIEWING: [Option<View>; ALL.len()] = page::views(&ALL, &[Bundle::Viewing]);
static EDITING: [Option<View>; ALL.len()] = page::views(&ALL, &[Bundle::Editing]);
static ADMIN: [Option<View>; ALL.len()] = page::views(&ALL, &[Bundle::Admin]);

/// The view that the server found, with the parameter of the path.
#[derive(Clone)]
pub struct FoundView(pub View, pub String);

/// The application with every page. Pages are changed by full loads: each begins with what the
/// server loaded.
#[component]
pub fn App() -> impl IntoView {
    Late::provide(parts::WHOLE);
    found_page(&EVERY)
}

/// The application with the pages of [`Bundle::Full`] alone.
pub fn full(parts: Parts) -> impl IntoView {
    Late::provide(parts);
    found_page(&FULL)
}

/// The application with the pages of [`Bundle::Admin`] alone.
#[component]
pub fn Admin() -> impl IntoView {
    Late::provide(parts::FORMS);
    found_page(&ADMIN)
}

/// The application with the pages of [`Bundle::Editing`] alone.
pub fn editing(parts: Parts) -> impl IntoView {
    Late::provide(parts);
    found_page(&EDITING)
}

/// The application with the pages of [`Bundle::Viewing`] alone.
pub fn viewing(parts: Parts) -> impl IntoView {
    Late::provide(parts);
    found_page(&VIEWING)
}

fn found_page(views: &[Option<View>]) -> impl IntoView + use<> {
    let view = match Found::here() {
        Found::Page => match use_context::<FoundView>() {
            Some(FoundView(view, parameter)) => view(&parameter),
            None => view_at(views, &Address::here().path),
        },
        Found::Nothing => notice::missing(),
        Found::Forbidden => notice::forbidden(),
    };
    view! {
        {view}
        <BootElement/>
    }
}

/// The pages of administration that this user may open: path and words.
pub(crate) fn admin_pages(me: &Me) -> Vec<(&'static str, &'static str)> {
    admin::tabs(me)
}

/// The address of the charts of a metric.
pub(crate) fn metric_charts(metric: &str) -> String {
    metrics::charts_of(metric)
}

/// What the navigation knows of every page.
pub(crate) fn entries() -> &'static [Entry] {
    &ENTRIES
}

fn view_at(views: &[Option<View>], path: &str) -> AnyView {
    let view = found(path).and_then(|(index, parameter)| Some(views[index]?(parameter)));
    view.unwrap_or_else(notice::missing)
}

/// Index of the page at a path, and the parameter in the path.
fn found(path: &str) -> Option<(usize, &str)> {
    let mut entries = ENTRIES.iter().enumerate();
    entries.find_map(|(index, entry)| Some((index, page::parameter(entry.path, path)?)))
}

#[cfg(test)]
mod tests;
