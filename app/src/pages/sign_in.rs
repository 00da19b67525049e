//! The sign-in page.

use leptos::prelude::*;

use crate::address::Address;
use crate::shell::form::FormPage;
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths};

/// The page for people who are not signed in.
pub const PAGE: Page = Page {
    path: paths::SIGN_IN_PAGE,
    title: "Sign in",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |_| SignIn().into_any(),
};

/// Name and password.
#[component]
fn SignIn() -> impl IntoView {
    let address = Address::here();
    let next = address.parameter(paths::NEXT);
    let next = next.as_deref().and_then(paths::local_path);
    let problem = match address.parameter(paths::FAILED).as_deref() {
        Some(paths::LATER) => "There were too many attempts. Try again in a minute.",
        Some(_) => "Name or password is wrong.",
        None => "",
    };
    let ended = address.parameter(paths::ENDED).is_some();
    let name = address.parameter(paths::NAME).unwrap_or_default();
    view! {
        <FormPage
            action=paths::sign_in_form(next)
            next=next.unwrap_or(paths::HOME_PAGE).to_string()
            title="Sign in"
            problem
            submit="Sign in"
        >
            {ended.then(|| view! { <p class="hint" role="status">"Your session ended. Sign in to go on where you were."</p> })}
            <label>
                "Name"
                <input name="name" autocomplete="username" autocapitalize="none" required autofocus value=name/>
            </label>
            <label>
                "Password"
                <input name="password" type="password" autocomplete="current-password" required/>
            </label>
        </FormPage>
    }
}
