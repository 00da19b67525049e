//! The sign-in page. Its form works before the page is up, too.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::address::Address;
use crate::browser;
use crate::erased::part;
use crate::icons::Pulse;
use crate::live::client;
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths};

/// The page for people who are not signed in.
pub const PAGE: Page = Page {
    path: paths::SIGN_IN_PAGE,
    title: "Sign in",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Viewing,
    load: None,
    view: |_| SignIn().into_any(),
};

/// Name and password.
#[component]
fn SignIn() -> impl IntoView {
    let address = Address::here();
    let failed = address.parameter(paths::FAILED).is_some();
    let next = address.parameter(paths::NEXT).filter(|next| is_local(next));
    let next = StoredValue::new(next.unwrap_or_else(|| paths::HOME_PAGE.into()));
    let error = RwSignal::new(
        if failed {
            "Name or password is wrong."
        } else {
            ""
        }
        .to_string(),
    );
    let busy = RwSignal::new(false);
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(String::new());
        spawn_local(async move {
            let body = protocol::SignIn {
                name: name.get_untracked(),
                password: password.get_untracked(),
            };
            match client::post(paths::SESSION, &body).await {
                Ok(()) => browser::go(&next.get_value()),
                Err(refused) => {
                    error.set(refused.to_string());
                    busy.set(false);
                }
            }
        });
    };
    view! {
        <main class="plain">
            <form class="card" method="post" action=paths::SESSION on:submit=submit>
                <p class="brand"><Pulse/>"Pulseboard"</p>
                <h1>"Sign in"</h1>
                <label>
                    "Name"
                    <input name="name" autocomplete="username" autocapitalize="none" required autofocus bind:value=name/>
                </label>
                <label>
                    "Password"
                    <input name="password" type="password" autocomplete="current-password" required bind:value=password/>
                </label>
                <p class="problem" role="alert">{part(move || error.get())}</p>
                <button class="primary" type="submit" disabled=move || busy.get()>
                    {part(move || if busy.get() { "Signing in…" } else { "Sign in" })}
                </button>
            </form>
        </main>
    }
}

/// Only paths of this site: `//host` and `/\host` lead elsewhere.
fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path[1..].starts_with(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_site() {
        for (path, want) in [
            ("/", true),
            ("/d/system?x=1", true),
            ("//evil", false),
            ("/\\evil", false),
            ("https://evil", false),
            ("", false),
        ] {
            assert_eq!(is_local(path), want, "{path}");
        }
    }
}
