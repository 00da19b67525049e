//! The navigation: the pages that have an entry and that this user may open.

use crate::base::at;
use leptos::prelude::*;

use protocol::Me;

use super::page::Entry;
use crate::erased::CollectAny;
use crate::pages;

/// Links to the pages; the one at `here` is marked.
pub fn links(me: &Me, here: &str) -> impl IntoView + use<> {
    let shown = offered(pages::entries(), me);
    let link = |(path, words): (&'static str, &'static str)| {
        view! { <a href=at(path) aria-current=(path == here).then_some("page")>{words}</a> }
    };
    shown.into_iter().map(link).collect_any()
}

/// Path and words of the entries that this user may open, in the order of the page table.
pub fn offered(entries: &[Entry], me: &Me) -> Vec<(&'static str, &'static str)> {
    let permitted = entries.iter().filter(|entry| entry.action.permits_user(me));
    permitted
        .filter_map(|entry| Some((entry.path, entry.menu?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Action;

    #[test]
    fn only_what_a_user_may_open() {
        let entry = |path, menu, action| Entry { path, menu, action };
        let entries = [
            entry("/", Some("Dashboards"), Action::SignedIn),
            entry("/d/{id}", None, Action::SignedIn),
            entry("/users", Some("Users"), Action::Admin),
            entry("/sign-in", None, Action::Public),
        ];
        let user = |admin| Me {
            admin,
            ..Me::default()
        };
        assert_eq!(offered(&entries, &user(false)), [("/", "Dashboards")]);
        let all = [("/", "Dashboards"), ("/users", "Users")];
        assert_eq!(offered(&entries, &user(true)), all);
    }
}
