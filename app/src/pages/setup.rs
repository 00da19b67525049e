//! The page behind the one-time link: makes the first admin and signs in.

use leptos::prelude::*;

use crate::address::Address;
use crate::shell::form::FormPage;
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths};

/// The page that the one-time link leads to.
pub const PAGE: Page = Page {
    path: paths::SETUP_PAGE,
    title: "First admin",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |token| {
        let token = token.to_string();
        view! { <FirstAdmin token/> }.into_any()
    },
};

/// Name and password of the first admin.
#[component]
fn FirstAdmin(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let address = Address::here();
    let problem = match address.parameter(paths::FAILED) {
        Some(_) => {
            "No admin was made: the link is used up or too old, or name or password was not accepted."
        }
        None => "",
    };
    let name = address
        .parameter(paths::NAME)
        .unwrap_or_else(|| "admin".into());
    view! {
        <FormPage
            action=paths::SETUP.to_string()
            next=paths::HOME_PAGE.to_string()
            title="Make the first admin"
            problem
            submit="Make admin and sign in"
        >
            <p class="hint">"This link works once. The admin sees everything and makes the other users."</p>
            <input type="hidden" name="token" value=token/>
            <label>
                "Name"
                <input name="name" autocomplete="username" autocapitalize="none" required maxlength="64" value=name/>
            </label>
            <label>
                "Password"
                <input
                    name="password"
                    type="password"
                    autocomplete="new-password"
                    required
                    minlength="8"
                    autofocus
                    aria-describedby="password-hint"
                />
            </label>
            <p class="hint" id="password-hint">"At least 8 characters."</p>
        </FormPage>
    }
}
