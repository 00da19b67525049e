//! The sign-in page.

use leptos::prelude::*;

use crate::address::Address;
use crate::base::at;
use crate::shell::form::{ClosedForm, FormPage, FormState, SignInProvider};
use crate::shell::page::Page;
use protocol::{ErrorCode, paths};

/// The page for people who are not signed in.
pub const PAGE: Page = Page::form(paths::SIGN_IN_PAGE, "Sign in", |_| {
    match FormState::here() {
        FormState::NoUser => NoUser().into_any(),
        _ => SignIn().into_any(),
    }
});

/// The way to a provider, when there is one.
fn provider(next: Option<&str>) -> Option<AnyView> {
    let SignInProvider(name) = use_context().unwrap_or_default();
    let way = at(&paths::oidc(next));
    let button = |name| {
        view! { <a class="other" rel="external" href=way>{format!("Sign in with {name}")}</a> }
    };
    name.map(|name| button(name).into_any())
}

/// Where the first admin is made.
#[component]
fn NoUser() -> impl IntoView {
    view! {
        <ClosedForm title="Make the first admin">
            <p>"This server has no user yet, so nobody can sign in."</p>
            <p>"Open the one-time link that stands in the terminal, or the log, of the server:"</p>
            <p><code>"First admin: http://…/setup/…"</code></p>
            <p class="hint">"The link works for 24 hours, and once. A restart of the server prints a new one."</p>
            {provider(None)}
        </ClosedForm>
    }
}

/// Name and password.
#[component]
fn SignIn() -> impl IntoView {
    let address = Address::here();
    let next = address.parameter(paths::NEXT);
    let next = next.as_deref().and_then(paths::local_path);
    let problem = match address.parameter(paths::FAILED).as_deref() {
        Some(paths::LATER) => "There were too many attempts. Try again in a minute.",
        Some(paths::CODE) => {
            "This account takes a second step. Type the password again, and the code of your authenticator app."
        }
        Some(paths::WRONG_CODE) => {
            "The code is wrong, too old, or was used before. Type the password again, and the next code."
        }
        Some(paths::DENIED) => "That sign-in was not finished, or was rejected. Try again.",
        Some(paths::NO_PROVIDER) => {
            "The sign-in service does not answer as it should. Try again, or ask an admin: the log says more."
        }
        Some(paths::NO_ROLE) => {
            "You are known, but none of your groups may look at this server. Ask an admin."
        }
        Some(paths::NO_NAME) => "Your name is used by somebody else here. Ask an admin.",
        Some(_) => "Name or password is wrong.",
        None => "",
    };
    let failed = address.parameter(paths::FAILED);
    let takes_code = matches!(failed.as_deref(), Some(paths::CODE | paths::WRONG_CODE));
    // The script shows the field when the server asks for a code.
    let codes = format!("{} {}", ErrorCode::SecondFactorNeeded, ErrorCode::WrongCode);
    let ended = address.parameter(paths::ENDED).is_some();
    let name = address.parameter(paths::NAME).unwrap_or_default();
    let is_named = !name.is_empty();
    view! {
        <FormPage
            action=paths::sign_in_form(next)
            next=next.unwrap_or(paths::HOME_PAGE).to_string()
            title="Sign in"
            problem
            submit="Sign in"
            below=provider(next)
        >
            {ended.then(|| view! { <p class="hint" role="status">"Your session ended. Sign in to go on where you were."</p> })}
            <label>
                "Name"
                <input name="name" autocomplete="username" autocapitalize="none" required autofocus=!is_named value=name/>
            </label>
            <label>
                "Password"
                <input name="password" type="password" autocomplete="current-password" required autofocus=is_named/>
            </label>
            <label hidden=!takes_code>
                "Code"
                <input
                    name="code"
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="64"
                    data-code=codes
                    aria-describedby="code-hint"
                />
                <span class="hint" id="code-hint">"Of your authenticator app, or a recovery code."</span>
            </label>
        </FormPage>
    }
}
