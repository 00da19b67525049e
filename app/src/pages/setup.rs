//! The page behind the one-time link: makes the first admin and signs in.

use leptos::prelude::*;
use protocol::{ErrorCode, paths};

use super::link_form::{DeadLink, LinkForm, NewNameField};
use crate::shell::form::{ClosedForm, FormState, NewPasswordField};
use crate::shell::page::Page;

/// The page that the one-time link leads to.
pub const PAGE: Page = Page::form(
    paths::SETUP_PAGE,
    "First admin",
    |token| {
        match FormState::here() {
        FormState::LinkUsed => view! {
            <DeadLink
                title="The first admin is made"
                why="A one-time link works as long as there is no user, and this server has an admin."
                hint="Sign in, or ask an admin for a user of your own."
            />
        }
        .into_any(),
        FormState::LinkInvalid => LinkInvalid().into_any(),
        _ => view! { <FirstAdmin token=token.to_string()/> }.into_any(),
    }
    },
);

/// Stands in the place of the form for a link that never made anybody.
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
    view! {
        <LinkForm
            action=paths::SETUP
            next=paths::HOME_PAGE
            title="Make the first admin"
            submit="Make admin and sign in"
            hint="This link works once. The admin sees everything and makes the other users."
            rejected="No admin was made. A name has 1 to 64 characters, without spaces at its ends; a password at least 8."
            token
        >
            <NewNameField first="admin" codes=ErrorCode::BadName.name().to_string()/>
            <NewPasswordField autofocus=true/>
        </LinkForm>
    }
}
