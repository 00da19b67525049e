//! The page table: a page is one file (or folder) here, and one line in [`ALL`].

pub(crate) mod dashboard;
mod metrics;
#[cfg(test)]
mod page_tests;
mod setup;
mod sign_in;

use leptos::prelude::*;

use crate::address::Address;
use crate::shell::boot::{BootElement, Found};
use crate::shell::notice;
use crate::shell::page::{self, Bundle, Entry, Page, View};

/// Every page; the navigation has them in this order.
const ALL: [Page; 5] = [
    dashboard::START,
    dashboard::PAGE,
    metrics::PAGE,
    sign_in::PAGE,
    setup::PAGE,
];

/// Every page, for the server.
pub static PAGES: [Page; ALL.len()] = ALL;

/// Every page, as the navigation knows it.
static ENTRIES: [Entry; ALL.len()] = page::entries(&ALL);

/// What the pages of each program show. The tables are made while compiling: in none of them a
/// linker finds a page that belongs to another program.
static FULL: [Option<View>; ALL.len()] = page::views(&ALL, Bundle::Full);
static VIEWING: [Option<View>; ALL.len()] = page::views(&ALL, Bundle::Viewing);

/// The view that the server found, with the parameter of the path.
#[derive(Clone)]
pub struct FoundView(pub View, pub String);

/// The application. Pages are changed by full loads: each begins with what the server loaded.
#[component]
pub fn App() -> impl IntoView {
    found_page(&FULL)
}

/// The application with the pages of [`Bundle::Viewing`] alone.
#[component]
pub fn Viewing() -> impl IntoView {
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
mod tests {
    use super::*;
    use protocol::Action;

    #[test]
    fn paths() {
        for (path, want) in [
            ("/", Some(("/", ""))),
            ("/d/one", Some(("/d/{id}", "one"))),
            ("/d/", None),
            ("/d", None),
            ("/d/one/more", None),
            ("/metrics-list", Some(("/metrics-list", ""))),
            ("/sign-in", Some(("/sign-in", ""))),
            ("/sign-in/", None),
            ("/setup/abc", Some(("/setup/{token}", "abc"))),
            ("/setup", None),
            ("", None),
            ("//", None),
        ] {
            let found = found(path).map(|(index, parameter)| (PAGES[index].path, parameter));
            assert_eq!(found, want, "{path}");
        }
    }

    #[test]
    fn every_page_is_in_its_program() {
        for (index, page) in PAGES.iter().enumerate() {
            let programs = (VIEWING[index].is_some(), FULL[index].is_some());
            let want = match page.bundle {
                Bundle::Document => (false, false),
                Bundle::Viewing => (true, true),
                Bundle::Full => (false, true),
            };
            assert_eq!(programs, want, "{}", page.path);
            // A document without a program has nobody to load data for.
            assert!(
                page.bundle != Bundle::Document || page.load.is_none(),
                "{}",
                page.path
            );
        }
    }

    #[test]
    fn what_is_loaded_is_for_users() {
        for page in &PAGES {
            let public = page.action == Action::Public;
            assert_eq!(page.load.is_none(), public, "{}", page.path);
            assert!(
                page.menu.is_none() || !page.path.contains('{'),
                "{}",
                page.path
            );
            assert_ne!(page.action, Action::Ingest, "{}", page.path);
        }
    }
}
