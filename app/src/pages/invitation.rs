//! The page behind an invitation: name and password of a new user, who is then signed in.

use leptos::prelude::*;

use crate::address::Address;
use crate::base::at;
use crate::shell::form::{ClosedForm, FormPage, FormState, NewPasswordField};
use crate::shell::page::{Bundle, Page};
use protocol::{Action, ErrorCode, paths};

/// The page that an invitation leads to.
pub const PAGE: Page = Page {
    path: paths::INVITATION_PAGE,
    title: "Invitation",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |token| match FormState::here() {
        FormState::LinkInvalid => LinkInvalid().into_any(),
        _ => {
            let token = token.to_string();
            view! { <NewPerson token/> }.into_any()
        }
    },
};

/// Shown before anybody types: the form would be rejected.
#[component]
fn LinkInvalid() -> impl IntoView {
    view! {
        <ClosedForm title="This invitation does not work">
            <p>"It was used, has expired or was revoked, or the address is mistyped."</p>
            <p class="hint">"Ask an admin for a new one. If you have made your user already, sign in."</p>
            <a class="primary" href=at(paths::SIGN_IN_PAGE)>"Sign in"</a>
        </ClosedForm>
    }
}

/// Name and password of the new user.
#[component]
fn NewPerson(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let address = Address::here();
    let problem = match address.parameter(paths::FAILED) {
        Some(_) => {
            "No user was made. The name may be in use; it has 1 to 64 characters, without spaces at its ends, and a password at least 8."
        }
        None => "",
    };
    let name = address.parameter(paths::NAME).unwrap_or_default();
    // Both errors are about the name.
    let codes = format!("{} {}", ErrorCode::BadName, ErrorCode::NameTaken);
    view! {
        <FormPage
            action=paths::INVITATION.to_string()
            next=paths::HOME_PAGE.to_string()
            title="Join Pulseboard"
            problem
            submit="Join and sign in"
        >
            <p class="hint">"This link works once. Choose the name and the password that you sign in with."</p>
            <input type="hidden" name="token" value=token/>
            <label>
                "Name"
                <input name="name" autocomplete="username" autocapitalize="none" required maxlength="64" autofocus data-code=codes value=name/>
            </label>
            <NewPasswordField autofocus=false/>
        </FormPage>
    }
}
