//! The page behind an invitation: name and password of a new user, who is then signed in.

use leptos::prelude::*;
use protocol::{ErrorCode, paths};

use super::link_form::{DeadLink, LinkForm, NewNameField};
use crate::shell::form::{FormState, NewPasswordField};
use crate::shell::page::Page;

/// The page that an invitation leads to.
pub const PAGE: Page =
    Page::form(
        paths::INVITATION_PAGE,
        "Invitation",
        |token| match FormState::here() {
            FormState::LinkInvalid => view! {
                <DeadLink
                    title="This invitation does not work"
                    why="It was used, has expired or was revoked, or the address is mistyped."
                    hint="Ask an admin for a new one. If you have made your user already, sign in."
                />
            }
            .into_any(),
            _ => view! { <NewPerson token=token.to_string()/> }.into_any(),
        },
    );

/// Name and password of the new user.
#[component]
fn NewPerson(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    view! {
        <LinkForm
            action=paths::INVITATION
            next=paths::HOME_PAGE
            title="Join Pulseboard"
            submit="Join and sign in"
            hint="This link works once. Choose the name and the password that you sign in with."
            rejected="No user was made. The name may be in use; it has 1 to 64 characters, without spaces at its ends, and a password at least 8."
            token
        >
            <NewNameField autofocus=true codes=format!("{} {}", ErrorCode::BadName, ErrorCode::NameTaken)/>
            <NewPasswordField autofocus=false/>
        </LinkForm>
    }
}
