//! The page behind a link for a new password. Signing in follows, with the second factor if there is one.

use leptos::prelude::*;
use protocol::paths;

use super::link_form::{DeadLink, LinkForm};
use crate::shell::form::{FormState, NewPasswordField};
use crate::shell::page::Page;

/// The page that a link for a new password leads to.
pub const PAGE: Page = Page::form(paths::RESET_PAGE, "New password", |token| {
    match FormState::here() {
        FormState::LinkInvalid => view! {
            <DeadLink
                title="This link does not work"
                why="It was used, has expired or was replaced by a newer one, or the address is mistyped."
                hint="Ask an admin for a new one, or sign in if you know the password."
            />
        }
        .into_any(),
        _ => view! { <NewPassword token=token.to_string()/> }.into_any(),
    }
});

/// The new password.
#[component]
fn NewPassword(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    view! {
        <LinkForm
            action=paths::PASSWORD_RESET
            next=paths::SIGN_IN_PAGE
            title="Choose a new password"
            submit="Change password"
            hint="This link works once. All sessions end; sign in with the new password then."
            rejected="The password was not changed. It has at least 8 characters."
            token
        >
            <NewPasswordField autofocus=true/>
        </LinkForm>
    }
}
