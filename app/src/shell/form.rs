//! Pages that are one form: signing in, and making the first admin.
//!
//! They need none of the page's programs. Without scripts the form is sent and answered with a
//! redirect; with them, `form.js` sends it, and what was typed stays when it is rejected.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::base::at;
use crate::icons::Pulse;

const SCRIPT: &str = include_str!("form.js");

/// Whether filling a form in can succeed: the server says it by context, before anybody types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormState {
    /// It can.
    #[default]
    Open,
    /// Nobody can sign in: there is no user yet.
    NoUser,
    /// The one-time link was used, or a user was made in another way.
    LinkUsed,
    /// The one-time link is too old, was replaced by a newer one, or is mistyped.
    LinkInvalid,
}

impl FormState {
    /// Of the page that is rendered.
    pub fn here() -> FormState {
        use_context().unwrap_or_default()
    }
}

/// The provider that people may sign in with instead, by context: what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInProvider(pub Option<String>);

/// One form in the middle of the page.
#[component]
pub fn FormPage(
    /// Where the form is sent.
    action: String,
    /// Where success leads: a path that [`protocol::paths::local_path`] let pass.
    next: String,
    /// The heading.
    title: &'static str,
    /// What went wrong the last time; empty at first.
    problem: &'static str,
    /// What the button does.
    submit: &'static str,
    /// Another way, below the button.
    #[prop(optional_no_strip)]
    below: Option<AnyView>,
    /// Hints and fields.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="plain">
            <form class="card" method="post" action=at(&action) data-next=at(&next)>
                <p class="brand"><Pulse/>"Pulseboard"</p>
                <h1>{title}</h1>
                {children()}
                // The script shows it: without one it would do nothing.
                <label class="reveal" hidden>
                    <input type="checkbox"/>
                    "Show what is typed"
                </label>
                <p class="problem" role="alert">{(!problem.is_empty()).then_some(problem)}</p>
                <button class="primary" type="submit">{submit}</button>
                {below}
            </form>
        </main>
        <script nonce=use_nonce() inner_html=SCRIPT></script>
    }
}

/// The field of a password that is chosen.
#[component]
pub fn NewPasswordField(
    /// Whether typing begins here.
    autofocus: bool,
) -> impl IntoView {
    view! {
        <label>
            "Password"
            <input
                name="password"
                type="password"
                autocomplete="new-password"
                required
                minlength="8"
                autofocus=autofocus
                aria-describedby="password-hint"
            />
        </label>
        <p class="hint" id="password-hint">"At least 8 characters."</p>
    }
}

/// Stands in the place of a form that nobody can fill in: why, and what to do.
#[component]
pub fn ClosedForm(
    /// The heading.
    title: &'static str,
    /// Sentences.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="plain">
            <div class="card">
                <p class="brand"><Pulse/>"Pulseboard"</p>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}
