//! Who is signed in, how the page looks, its keys, and the way out.

use leptos::prelude::*;

use super::Shell;
use super::disclosure::Disclosure;
use super::theme::ThemeChoice;
use crate::base::at;
use crate::browser;
use crate::erased::part;
use crate::live::client::{self, ClientError};
use protocol::{Me, paths};

/// The account menu.
#[component]
pub fn Account(
    /// The signed-in user.
    me: Me,
) -> impl IntoView {
    let problem = RwSignal::new(String::new());
    let leave = move |_| browser::spawn(sign_out(problem));
    let mark = initials(&me.name);
    let label = label(&me.name, &mark);
    let shell = use_context::<Shell>();
    let mark = mark.into_any();
    let account = (!me.guest).then(|| {
        view! { <a class="button" href=at(paths::ACCOUNT_PAGE)>"Account settings"</a> }.into_any()
    });
    view! {
        <Disclosure class="account" title=label.clone() label=label mark>
            <p><b>{me.name.clone()}</b><small>{me.roles.join(", ")}</small></p>
            <ThemeChoice/>
            {account}
            {shell
                .map(|shell| {
                    view! {
                        <button type="button" on:click=move |_| shell.search()>
                            "Search everything"
                        </button>
                        <button type="button" on:click=move |_| shell.explain()>
                            "Keys and gestures"
                        </button>
                    }
                })}
            <button type="button" on:click=leave>"Sign out"</button>
            <p class="problem" role="alert">
                {part(move || Some(problem.get()).filter(|problem| !problem.is_empty()))}
            </p>
        </Disclosure>
    }
}

/// What the button is called: who says what the button shows means it.
fn label(name: &str, mark: &str) -> String {
    format!("{mark}, account of {name}")
}

/// Ends the session and leads to the sign-in page, also when the session has ended before.
async fn sign_out(problem: RwSignal<String>) {
    match client::delete(paths::SESSION).await {
        Ok(()) | Err(ClientError::SignedOut) => browser::go(paths::SIGN_IN_PAGE),
        Err(error) => problem.set(error.to_string()),
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
    use super::*;
    use crate::browser::fake::{Fake, Reply};
    use crate::live::testing::rejected;
    use protocol::ErrorCode;

    #[test]
    fn signing_out_of_a_session_that_has_ended_leads_to_sign_in() {
        for (reply, leads, problem) in [
            (Reply::Now(204, String::new()), true, ""),
            (rejected(ErrorCode::SignInFirst), true, ""),
            (rejected(ErrorCode::Internal), false, "About internal."),
            (
                Reply::NoAnswer,
                false,
                "No answer from the server. Check that it runs, then try again.",
            ),
        ] {
            let (fake, owner) = (Fake::install(), Owner::new());
            owner.set();
            fake.set_address("/d/shop");
            fake.serve(move |_| reply.clone());
            let said = RwSignal::new(String::new());
            browser::spawn(sign_out(said));
            fake.run();
            // The last address wins: not that of a session that ended by itself.
            let last = fake.went().last().cloned();
            assert_eq!(last.as_deref(), leads.then_some(paths::SIGN_IN_PAGE));
            assert_eq!(said.get_untracked(), problem);
        }
    }

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
            assert!(label(name, want).contains(want), "the label has the text");
        }
    }
}
