//! The page behind the one-time link: makes the first admin and signs in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::erased::part;
use crate::icons::Pulse;
use crate::live::client;
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths, role::Setup};

/// The page that the one-time link leads to.
pub const PAGE: Page = Page {
    path: paths::SETUP_PAGE,
    title: "First admin",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Viewing,
    load: None,
    view: |token| {
        let token = token.to_string();
        view! { <FirstAdmin token/> }.into_any()
    },
};

/// Name and password of the first admin.
#[component]
fn FirstAdmin(
    /// What the link holds.
    token: String,
) -> impl IntoView {
    let token = StoredValue::new(token);
    let error = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let (name, password) = (
        RwSignal::new("admin".to_string()),
        RwSignal::new(String::new()),
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(String::new());
        spawn_local(async move {
            let body = Setup {
                token: token.get_value(),
                name: name.get_untracked(),
                password: password.get_untracked(),
            };
            match client::post(paths::SETUP, &body).await {
                Ok(()) => browser::go(paths::HOME_PAGE),
                Err(refused) => {
                    error.set(refused.to_string());
                    busy.set(false);
                }
            }
        });
    };
    view! {
        <main class="plain">
            <form class="card" method="post" action=paths::SETUP on:submit=submit>
                <p class="brand"><Pulse/>"Pulseboard"</p>
                <h1>"Make the first admin"</h1>
                <p class="hint">"This link works once. The admin sees everything and makes the other users."</p>
                <input type="hidden" name="token" value=token.get_value()/>
                <label>
                    "Name"
                    <input name="name" autocomplete="username" autocapitalize="none" required maxlength="64" bind:value=name/>
                </label>
                <label>
                    "Password"
                    <input
                        name="password"
                        type="password"
                        autocomplete="new-password"
                        required
                        minlength="8"
                        autofocus
                        bind:value=password
                        aria-describedby="password-hint"
                    />
                </label>
                <p class="hint" id="password-hint">"At least 8 characters."</p>
                <p class="problem" role="alert">{part(move || error.get())}</p>
                <button class="primary" type="submit" disabled=move || busy.get()>
                    {part(move || if busy.get() { "One moment…" } else { "Make admin and sign in" })}
                </button>
            </form>
        </main>
    }
}
