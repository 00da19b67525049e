//! One file per page; a new page is one file and one line here.

pub(crate) mod dashboard;
mod missing;
mod setup;
mod sign_in;

pub use dashboard::BootText;

use leptos::prelude::*;

use crate::address::Address;
use protocol::paths;

/// One page.
pub struct Page {
    /// Its path as axum writes it: the last segment may be a parameter.
    pub path: &'static str,
    /// What its tab is called; empty for dashboards, which have titles of their own.
    pub(crate) title: &'static str,
    /// Given the parameter of the path.
    view: fn(&str) -> AnyView,
}

/// All pages.
pub static PAGES: [Page; 4] = [
    page(paths::HOME_PAGE, "", |_| {
        dashboard::DashboardPage().into_any()
    }),
    page(paths::DASHBOARD_PAGE, "", |_| {
        dashboard::DashboardPage().into_any()
    }),
    page(paths::SIGN_IN_PAGE, "Sign in", |_| {
        sign_in::SignInPage().into_any()
    }),
    page(paths::SETUP_PAGE, "First admin", |token| {
        let token = token.to_string();
        view! { <setup::SetupPage token/> }.into_any()
    }),
];

const fn page(path: &'static str, title: &'static str, view: fn(&str) -> AnyView) -> Page {
    Page { path, title, view }
}

/// The application. Pages are changed by full loads: each begins with what the server boots it with.
#[component]
pub fn App() -> impl IntoView {
    match found(&Address::here().path) {
        Some((page, parameter)) => (page.view)(parameter),
        None => missing::Missing().into_any(),
    }
}

/// The page at a path, and the parameter in the path.
pub(crate) fn found(path: &str) -> Option<(&'static Page, &str)> {
    PAGES
        .iter()
        .find_map(|page| Some((page, parameter(page.path, path)?)))
}

/// What stands for the parameter of a pattern, empty when it has none; None for other paths.
fn parameter<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    match pattern.split_once('{') {
        None => (pattern == path).then_some(""),
        Some((before, _)) => path
            .strip_prefix(before)
            .filter(|rest| !rest.is_empty() && !rest.contains('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::found;

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
            let found = found(path).map(|(page, parameter)| (page.path, parameter));
            assert_eq!(found, want, "{path}");
        }
    }
}
