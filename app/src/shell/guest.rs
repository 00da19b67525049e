//! What stands in the account's place for people who are not signed in.

use leptos::prelude::*;
use protocol::{Me, paths};

use crate::address::Address;
use crate::base::at;

/// In the context of a page that somebody opened who is not signed in, or in a preview of that.
#[derive(Clone, Copy)]
pub struct Guest {
    /// Whether an admin looks, who is signed in.
    is_preview: bool,
}

impl Guest {
    /// For this person, when they are not signed in.
    pub fn of(me: &Me) -> Option<Guest> {
        let is_preview = me.preview.is_some();
        me.guest.then_some(Guest { is_preview })
    }

    /// Stands where somebody who is signed in may see more; leads there and back.
    pub fn see_more(self) -> AnyView {
        const WORDS: &str = "Sign in to see more";
        if self.is_preview {
            return WORDS.into_any();
        }
        view! { <a href=sign_in()>{WORDS}</a> }.into_any()
    }
}

/// Leads to the sign-in page, and from there back to this page with what it shows.
#[component]
pub fn SignInLink() -> impl IntoView {
    view! { <a class="sign-in" href=sign_in()>"Sign in"</a> }
}

/// The address of the sign-in page, which leads back to this page with what it shows.
fn sign_in() -> String {
    at(&paths::sign_in_page(Some(&Address::here().link())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::header::Header;
    use crate::testing::{TestPage, has, html, lacks, store};

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
