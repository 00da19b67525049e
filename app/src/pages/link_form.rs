//! The parts of pages behind one-time links: the form, its fields, and what stands in its place when the
//! link does not work.
//!
//! Invariant: the secret of the link goes to the server in the body of the form alone.

use leptos::prelude::*;
use protocol::paths;

use crate::address::Address;
use crate::base::at;
use crate::shell::form::{ClosedForm, FormPage};

/// The form behind a link.
#[component]
pub fn LinkForm(
    /// Where the form is sent.
    action: &'static str,
    /// Where success leads.
    next: &'static str,
    /// The heading.
    title: &'static str,
    /// What the button does.
    submit: &'static str,
    /// What follows from sending it.
    hint: &'static str,
    /// What is said after the server has rejected it.
    rejected: &'static str,
    /// The secret of the link.
    token: String,
    /// Fields.
    children: Children,
) -> impl IntoView {
    let failed = Address::here().parameter(paths::FAILED);
    let problem = failed.map_or("", |_| rejected);
    view! {
        <FormPage action=action.to_string() next=next.to_string() title problem submit>
            <p class="hint">{hint}</p>
            <input type="hidden" name="token" value=token/>
            {children()}
        </FormPage>
    }
}

/// Stands in the place of the form, where signing in may be the way.
#[component]
pub fn DeadLink(
    /// The heading.
    title: &'static str,
    /// Why the link does not work.
    why: &'static str,
    /// What to do.
    hint: &'static str,
) -> impl IntoView {
    view! {
        <ClosedForm title>
            <p>{why}</p>
            <p class="hint">{hint}</p>
            <a class="primary" href=at(paths::SIGN_IN_PAGE)>"Sign in"</a>
        </ClosedForm>
    }
}

/// The field of a name that is chosen. What was typed stays when the server rejects it.
#[component]
pub fn NewNameField(
    /// What stands in it at first.
    #[prop(optional)]
    first: &'static str,
    /// Whether typing begins here.
    #[prop(optional)]
    autofocus: bool,
    /// Codes of the errors that are about the name.
    codes: String,
) -> impl IntoView {
    let typed = Address::here().parameter(paths::NAME);
    view! {
        <label>
            "Name"
            <input
                name="name"
                autocomplete="username"
                autocapitalize="none"
                required
                maxlength="64"
                autofocus=autofocus
                data-code=codes
                value=typed.unwrap_or_else(|| first.into())
            />
        </label>
    }
}
