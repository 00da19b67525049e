//! The page behind the one-time link: makes the first admin and signs in.

use leptos::prelude::*;

use crate::address::Address;
use crate::base::at;
use crate::shell::form::{ClosedForm, FormPage, FormState, NewPasswordField};
use crate::shell::page::{Bundle, Page};
use protocol::{Action, ErrorCode, paths};

/// The page that the one-time link leads to.
pub const PAGE: Page = Page {
    path: paths::SETUP_PAGE,
    title: "First admin",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |token| match FormState::here() {
        FormState::LinkUsed => LinkUsed().into_any(),
        FormState::LinkInvalid => LinkInvalid().into_any(),
        _ => {
            let token = token.to_string();
            view! { <FirstAdmin token/> }.into_any()
        }
    },
};

/// Said before anybody types: the form would be rejected.
#[component]
fn LinkUsed() -> impl IntoView {
    view! {
        <ClosedForm title="The first admin is made">
            <p>"A one-time link works as long as there is no user, and this server has an admin."</p>
            <p class="hint">"Sign in, or ask an admin for a user of your own."</p>
            <a class="primary" href=at(paths::SIGN_IN_PAGE)>"Sign in"</a>
        </ClosedForm>
    }
}

/// The same for a link that never made anybody.
#[component]
fn LinkInvalid() -> impl IntoView {
    view! {
        <ClosedForm title="This link does not work">
            <p>"It is older than 24 hours, mistyped, or replaced by a newer one."</p>
            <p>"The newest link stands in the terminal, or the log, of the server:"</p>
            <p><code>"First admin: http://…/setup/…"</code></p>
            <p class="hint">"A restart of the server prints a new one."</p>
        </ClosedForm>
    }
}

/// Name and password of the first admin.
#[component]
fn FirstAdmin(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let address = Address::here();
    let problem = match address.parameter(paths::FAILED) {
        Some(_) => {
            "No admin was made. A name has 1 to 64 characters, without spaces at its ends; a password at least 8."
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
                <input name="name" autocomplete="username" autocapitalize="none" required maxlength="64" data-code=ErrorCode::BadName.name() value=name/>
            </label>
            <NewPasswordField autofocus=true/>
        </FormPage>
    }
}
