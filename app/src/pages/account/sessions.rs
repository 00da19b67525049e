//! One's own sessions: where one is signed in, and the end of it.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Session, paths};

use super::{AccountPage, ListItem, Section};
use crate::erased::{CollectAny, part};
use crate::pages::admin::{ago, device};

impl AccountPage {
    fn ask_end(self, session: &Session) {
        let (id, name) = (session.id.clone(), device(session).to_string());
        let words =
            "That browser is signed out at once, and what is open in it stops within a second.";
        let title = format!("End the session on {name}?");
        let path = paths::my_session(&id);
        let done = Arc::new(move || {
            self.sessions
                .update(|sessions| sessions.retain(|session| session.id != id));
            self.toast.show("The session has ended.");
        });
        self.confirm
            .ask_deletion(title, words.into(), "End the session", path, done);
    }

    fn ask_end_others(self) {
        let others = self
            .sessions
            .with_untracked(|all| all.iter().filter(|session| !session.current).count());
        let words = match others {
            1 => "The other session ends at once, and what is open in it stops within a second."
                .into(),
            _ => format!(
                "{others} sessions end at once, and what is open in them stops within a second. This one goes on."
            ),
        };
        let done = Arc::new(move || {
            self.sessions
                .update(|sessions| sessions.retain(|session| session.current));
            self.toast.show("Your other sessions have ended.");
        });
        let (title, path) = ("End all other sessions?".into(), paths::MY_SESSIONS.into());
        self.confirm
            .ask_deletion(title, words, "End them", path, done);
    }
}

/// The section.
#[component]
pub fn Sessions(
    /// The page.
    page: AccountPage,
) -> impl IntoView {
    let listed = move || {
        let sessions = page.sessions.get();
        let rows = sessions.into_iter().map(|session| row(session, page));
        rows.collect_any()
    };
    let others = move || page.sessions.with(|all| all.iter().any(|one| !one.current));
    let below = move || match others() {
        true => view! {
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_end_others()>
                    "End all others…"
                </button>
            </div>
        }
        .into_any(),
        false => view! { <p class="hint">"You are signed in nowhere else."</p> }.into_any(),
    };
    view! {
        <Section
            id="about-sessions"
            title="Sessions"
            about="Browsers in which you are signed in. End those that you do not know, and change your password then."
        >
            <ul class="rows">{part(listed)}</ul>
            {part(below)}
        </Section>
    }
}

fn row(session: Session, page: AccountPage) -> impl IntoView {
    let name = device(&session).to_string();
    let seen = ago(page.now_ms, session.last_seen_ms);
    let address = match session.address.is_empty() {
        true => String::new(),
        false => format!("{} · ", session.address),
    };
    let end = if session.current {
        view! { <small class="badge">"This session"</small> }.into_any()
    } else {
        let label = format!("End the session on {name}");
        view! {
            <button type="button" aria-label=label on:click=move |_| page.ask_end(&session)>"End…"</button>
        }
        .into_any()
    };
    let about = format!("{address}last seen {seen}");
    view! { <ListItem name about>{end}</ListItem> }
}
