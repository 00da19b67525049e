//! The page table: a page is one file (or folder) here, and one line in [`ALL`].

pub(crate) mod dashboard;
mod setup;
mod sign_in;

use leptos::prelude::*;

use crate::address::Address;
use crate::shell::boot::{BootElement, Found};
use crate::shell::notice;
use crate::shell::page::{self, Entry, Page, View};

/// Every page; the navigation has them in this order.
const ALL: [Page; 4] = [
    dashboard::START,
    dashboard::PAGE,
    sign_in::PAGE,
    setup::PAGE,
];

/// Every page, for the server.
pub static PAGES: [Page; ALL.len()] = ALL;

/// Every page, as the navigation knows it.
static ENTRIES: [Entry; ALL.len()] = page::entries(&ALL);

/// What every page shows.
static VIEWS: [View; ALL.len()] = page::views(&ALL);

/// The view that the server found, with the parameter of the path.
#[derive(Clone)]
pub struct FoundView(pub View, pub String);

/// The application. Pages are changed by full loads: each begins with what the server loaded.
#[component]
pub fn App() -> impl IntoView {
    let view = match Found::here() {
        Found::Page => match use_context::<FoundView>() {
            Some(FoundView(view, parameter)) => view(&parameter),
            None => view_at(&Address::here().path),
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

fn view_at(path: &str) -> AnyView {
    match found(path) {
        Some((index, parameter)) => VIEWS[index](parameter),
        None => notice::missing(),
    }
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
