//! The bar: where one is, whether it is live, how much time is shown, and what one may do.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::arrangement::{Arrangement, Saving};
use crate::browser;
use crate::erased::part;
use crate::icons::Pulse;
use crate::live::Live;
use crate::live::client;
use crate::live::status::{self, Status};
use crate::pages::dashboard::dashboard_picker::DashboardPicker;
use crate::time::Time;
use protocol::{Me, paths};

/// The bar.
#[component]
pub fn Header(
    /// Who is signed in.
    me: Me,
    /// The dashboard's title.
    title: String,
) -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let edit = move |_| arrangement.editing.update(|editing| *editing = !*editing);
    view! {
        <header class="bar">
            <a class="brand" href=paths::HOME_PAGE><Pulse/>"Pulseboard"</a>
            <span class="slash" aria-hidden="true">"/"</span>
            <DashboardPicker title/>
            <span class="space"></span>
            <Show when=move || arrangement.editing.get()>
                <Arranging/>
            </Show>
            <Connection/>
            <Time/>
            <button type="button" class="primary" aria-pressed=move || arrangement.editing.get().to_string() on:click=edit>
                {part(move || if arrangement.editing.get() { "Done" } else { "Edit" })}
            </button>
            <Account me/>
        </header>
    }
}

/// Live or not, and since when.
#[component]
fn Connection() -> impl IntoView {
    let live = expect_context::<Live>();
    let paused = move || live.is_fixed();
    let state = move || match live.status.get() {
        Status::Live if paused() => ("paused", "Paused"),
        other => (other.name(), other.word()),
    };
    let since = move || match live.status.get() {
        Status::Live | Status::Stale => {
            format!("Connected: {}", status::duration(live.connected_s.get()))
        }
        Status::Reconnecting => format!("last data {} ago", status::duration(live.age_s.get())),
        Status::Connecting => String::new(),
    };
    let age = move || match live.status.get() {
        Status::Stale => format!("no data for {} · ", status::duration(live.age_s.get())),
        _ => String::new(),
    };
    view! {
        <p class="connection" data-status=move || state().0>
            <i class="dot" aria-hidden="true"></i>
            <b role="status">{part(move || state().1)}</b>
            <span class="since">{part(age)}{part(since)}</span>
        </p>
    }
}

/// What stands in the bar while the dashboard is edited.
#[component]
fn Arranging() -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let saving = move || {
        match arrangement.saving.get() {
        Saving::Untouched => view! { <span class="saving">"Drag to arrange"</span> }.into_any(),
        Saving::Saving => view! { <span class="saving" data-saving="saving">"Saving…"</span> }.into_any(),
        Saving::Saved => view! { <span class="saving" data-saving="saved">"Saved"</span> }.into_any(),
        Saving::Failed(why) => view! {
            <span class="saving is-bad" role="alert" data-saving="failed">
                "Not saved. "{why}" "
                <button type="button" class="link" on:click=move |_| arrangement.retry()>"Try again"</button>
            </span>
        }
        .into_any(),
    }
    };
    view! {
        {part(saving)}
        <span class="arranging">
            <button type="button" disabled=move || !arrangement.undo_state.get().0 on:click=move |_| arrangement.undo()>"Undo"</button>
            <button type="button" disabled=move || !arrangement.undo_state.get().1 on:click=move |_| arrangement.redo()>"Redo"</button>
            <button type="button" on:click=move |_| arrangement.reset()>"Reset"</button>
        </span>
    }
}

/// Who is signed in, and the way out.
#[component]
fn Account(me: Me) -> impl IntoView {
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
    view! {
        <details class="account">
            <summary aria-label=label.clone() title=label>{initials(&me.name)}</summary>
            <div class="menu">
                <p><b>{me.name.clone()}</b><small>{me.roles.join(", ")}</small></p>
                <button type="button" on:click=leave>"Sign out"</button>
                <p class="problem" role="alert">{part(move || problem.get())}</p>
            </div>
        </details>
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
