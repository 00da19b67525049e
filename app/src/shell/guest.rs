//! What stands in the account's place for people who are not signed in.

use leptos::prelude::*;
use protocol::paths;

use crate::address::Address;
use crate::base::at;

/// Leads to the sign-in page, and from there back to this page with what it shows.
#[component]
pub fn SignInLink() -> impl IntoView {
    let Address { path, search } = Address::here();
    let here = match search.is_empty() {
        true => path,
        false => format!("{path}?{search}"),
    };
    view! {
        <a class="sign-in" href=at(&paths::sign_in_page(Some(&here)))>"Sign in"</a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::header::Header;
    use crate::testing::{TestPage, has, html, lacks, store};
    use protocol::Me;

    #[test]
    fn a_header_of_somebody_who_is_not_signed_in_leads_to_sign_in_and_back() {
        let _page = TestPage::new(store(&[]), Vec::new());
        provide_context(Address {
            path: "/d/shop".into(),
            search: "range=60".into(),
        });
        let me = Me {
            name: "guest".into(),
            guest: true,
            ..Me::default()
        };
        let shown = html(view! { <Header me here=paths::HOME_PAGE/> });
        has(
            &shown,
            &["href=\"/sign-in?next=%2Fd%2Fshop%3Frange%3D60\"", "Sign in"],
        );
        lacks(&shown, &["account of", "Sign out", "Metrics", "Dashboards"]);
    }
}
