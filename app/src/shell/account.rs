//! Who is signed in, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::disclosure::Disclosure;
use crate::browser;
use crate::erased::part;
use crate::live::client;
use protocol::{Me, paths};

/// The account menu.
#[component]
pub fn Account(
    /// The signed-in user.
    me: Me,
) -> impl IntoView {
    let problem = RwSignal::new(String::new());
    let leave = move |_| {
        spawn_local(async move {
            match client::delete(paths::SESSION).await {
                Ok(()) | Err(client::ClientError::SignedOut) => browser::go(paths::SIGN_IN_PAGE),
                Err(error) => problem.set(error.to_string()),
            }
        });
    };
    let label = format!("Account of {}", me.name);
    let mark = initials(&me.name).into_any();
    view! {
        <Disclosure class="account" title=label.clone() label=label mark>
            <p><b>{me.name.clone()}</b><small>{me.roles.join(", ")}</small></p>
            <button type="button" on:click=leave>"Sign out"</button>
            <p class="problem" role="alert">{part(move || problem.get())}</p>
        </Disclosure>
    }
}

/// `Anna Karlsson` is AK, `admin` is ad; the style sheet makes them capitals.
fn initials(name: &str) -> String {
    let mut words = name
        .split([' ', '.', '-', '_'])
        .filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some(first), Some(second)) => first
            .chars()
            .take(1)
            .chain(second.chars().take(1))
            .collect(),
        (Some(only), None) => only.chars().take(2).collect(),
        _ => "?".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_letters() {
        for (name, want) in [
            ("Anna Karlsson", "AK"),
            ("admin", "ad"),
            ("åsa.öberg", "åö"),
            ("", "?"),
            ("x", "x"),
        ] {
            assert_eq!(initials(name), want);
        }
    }
}
