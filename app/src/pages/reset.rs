//! The page behind a link for a new password. Signing in follows, with the second factor if there is one.

use leptos::prelude::*;

use crate::address::Address;
use crate::base::at;
use crate::shell::form::{ClosedForm, FormPage, FormState, NewPasswordField};
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths};

/// The page that a link for a new password leads to.
pub const PAGE: Page = Page {
    path: paths::RESET_PAGE,
    title: "New password",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |token| match FormState::here() {
        FormState::LinkInvalid => LinkInvalid().into_any(),
        _ => {
            let token = token.to_string();
            view! { <NewPassword token/> }.into_any()
        }
    },
};

/// Shown before anybody types: the form would be rejected.
#[component]
fn LinkInvalid() -> impl IntoView {
    view! {
        <ClosedForm title="This link does not work">
            <p>"It was used, has expired or was replaced by a newer one, or the address is mistyped."</p>
            <p class="hint">"Ask an admin for a new one, or sign in if you know the password."</p>
            <a class="primary" href=at(paths::SIGN_IN_PAGE)>"Sign in"</a>
        </ClosedForm>
    }
}

/// The new password.
#[component]
fn NewPassword(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let problem = match Address::here().parameter(paths::FAILED) {
        Some(_) => "The password was not changed. It has at least 8 characters.",
        None => "",
    };
    view! {
        <FormPage
            action=paths::PASSWORD_RESET.to_string()
            next=paths::SIGN_IN_PAGE.to_string()
            title="Choose a new password"
            problem
            submit="Change password"
        >
            <p class="hint">"This link works once. All sessions end; sign in with the new password then."</p>
            <input type="hidden" name="token" value=token/>
            <NewPasswordField autofocus=true/>
        </FormPage>
    }
}
