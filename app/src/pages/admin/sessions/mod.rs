//! Sessions of everybody: where people are signed in, and the end of it.

mod rows;

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{Action, Boot, Session, SessionsBoot, paths};

use super::list::{ListState, LoadedList, Open, Panel, row_of};
use super::moment;
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::source::PageSource;
use crate::shell::{Shell, boot};
use rows::{LISTING, SessionRow};

/// Every session.
pub const PAGE: Page = Page::admin(
    paths::SESSIONS_PAGE,
    Action::Admin,
    |source, _| Box::pin(load(source)),
    |_| boot::show(|boot| view! { <Sessions boot/> }.into_any()),
);

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let page = SessionsBoot {
        sessions: source.sessions().await?,
        now_ms: source.now_ms(),
    };
    Loaded::new(source, "Sessions", page)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct SessionsPage {
    sessions: RwSignal<Vec<Session>>,
    list: ListState,
}

impl SessionsPage {
    fn ask_end(self, row: &SessionRow) {
        let (id, user) = (row.session.id.clone(), &row.session.user);
        let title = format!("End the session of {user} on {}?", row.device);
        let words = match row.session.current {
            true => "This is your own session: you are signed out at once.",
            false => {
                "That browser is signed out at once, and what is open in it stops within a second."
            }
        };
        let path = paths::admin_session(&id);
        let done = Arc::new(move || self.forget(|session| session.id == id));
        let confirm = self.list.confirm;
        confirm.ask_deletion(title, words.into(), "End the session", path, done);
    }

    fn ask_end_of_user(self, row: &SessionRow) {
        let id = row.session.user_id;
        let title = format!("Sign {} out everywhere?", row.session.user);
        let count = self.sessions.with_untracked(|all| {
            let mut own = all.iter().filter(|session| session.user_id == id);
            (own.clone().count(), own.any(|session| session.current))
        });
        let words = format!(
            "{} at once, and what is open in them stops within a second. The person can sign in again.{}",
            match count.0 {
                1 => "One session ends".to_string(),
                all => format!("All {all} sessions end"),
            },
            if count.1 {
                " This is you: this page ends too."
            } else {
                ""
            }
        );
        let path = paths::admin_user_sessions(id);
        let done = Arc::new(move || self.forget(|session| session.user_id == id));
        let confirm = self.list.confirm;
        confirm.ask_deletion(title, words, "Sign out everywhere", path, done);
    }

    fn forget(self, ended: impl Fn(&Session) -> bool) {
        self.list.close();
        self.sessions
            .update(|sessions| sessions.retain(|session| !ended(session)));
        self.list.toast.show("Signed out.");
    }
}

#[component]
fn Sessions(boot: Boot<SessionsBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = SessionsPage {
        sessions: RwSignal::new(loaded.sessions),
        list: ListState::new(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.sessions.with(|all| rows::rows(all, now_ms)));
    let list = page.list;
    let panel = Callback::new(move |open| {
        let Open::Row(key) = open else { return None };
        let row = row_of(&LISTING, &listed.get_untracked(), &key)?;
        Some(view! { <SessionPanel row page/> }.into_any())
    });
    view! {
        <LoadedList
            me
            here=paths::SESSIONS_PAGE
            class="sessions"
            shell
            list
            listing=&LISTING
            rows=listed
            looks_in="name, browser, address"
            panel
        />
    }
}

#[component]
fn SessionPanel(row: SessionRow, page: SessionsPage) -> impl IntoView {
    let title = format!("{} on {}", row.session.user, row.device);
    let (one, all) = (row.clone(), row.clone());
    let address = match row.session.address.is_empty() {
        true => "unknown".to_string(),
        false => row.session.address.clone(),
    };
    view! {
        <Panel title list=page.list>
            <dl>
                <div><dt>"Address"</dt><dd>{address}</dd></div>
                <div><dt>"Signed in"</dt><dd>{moment(Some(row.session.created_ms), row.since.clone())}</dd></div>
                <div><dt>"Last seen"</dt><dd>{moment(Some(row.session.last_seen_ms), row.seen.clone())}</dd></div>
                <div><dt>"Ends if not used"</dt><dd>{moment(Some(row.session.expires_ms), format!("in {}", row.left))}</dd></div>
            </dl>
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_end_of_user(&all)>
                    "Sign out everywhere…"
                </button>
                <button type="button" class="danger" on:click=move |_| page.ask_end(&one)>
                    "End this session…"
                </button>
            </div>
        </Panel>
    }
}
