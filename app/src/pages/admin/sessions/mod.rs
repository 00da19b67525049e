//! Sessions of everybody: where people are signed in, and the end of it.

mod rows;

use leptos::html;
use leptos::prelude::*;
use protocol::{Action, Boot, Session, SessionsBoot, paths};

use super::{AdminPage, ListTop, Panel, focus};
use crate::erased::part;
use crate::live::client;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use rows::{LISTING, SessionRow};

/// Every session.
pub const PAGE: Page = Page {
    path: paths::SESSIONS_PAGE,
    title: "",
    menu: None,
    action: Action::Admin,
    bundle: Bundle::Admin,
    load: Some(|source, _| Box::pin(load(source))),
    view: |_| match boot::read() {
        Some(boot) => view! { <Sessions boot/> }.into_any(),
        None => notice::missing(),
    },
};

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
    open: RwSignal<Option<String>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    confirm: Confirm,
    toast: Toast,
}

const SHORTCUTS: &[Shortcut<SessionsPage>] = &[
    shortcut(&["/"], "Search", |page| focus(page.field)),
    shortcut(&["Escape"], "Close the session", |page| page.open.set(None)),
];

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
        let work = move || {
            let id = id.clone();
            async move {
                client::delete(&paths::admin_session(&id)).await?;
                self.forget(|session| session.id == id);
                Ok(())
            }
        };
        self.confirm
            .ask(title, words.into(), "End the session", work);
    }

    fn ask_end_of_user(self, row: &SessionRow) {
        let (id, user) = (row.session.user_id, row.session.user.clone());
        let title = format!("End all sessions of {user}?");
        let words = "The person is signed out everywhere at once, and can sign in again.";
        let work = move || async move {
            client::delete(&paths::admin_user_sessions(id)).await?;
            self.forget(|session| session.user_id == id);
            Ok(())
        };
        self.confirm
            .ask(title, words.into(), "End all of them", work);
    }

    fn forget(self, ended: impl Fn(&Session) -> bool) {
        self.open.set(None);
        self.sessions
            .update(|sessions| sessions.retain(|session| !ended(session)));
        self.toast.show("Signed out.");
    }
}

#[component]
fn Sessions(boot: Boot<SessionsBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = SessionsPage {
        sessions: RwSignal::new(loaded.sessions),
        open: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        field: NodeRef::new(),
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.sessions.with(|all| rows::rows(all, now_ms)));
    let panel = move || {
        let id = page.open.get()?;
        let row =
            listed.with_untracked(|rows| rows.iter().find(|row| row.session.id == id).cloned());
        row.map(|row| view! { <SessionPanel row page/> }.into_any())
    };
    let on_open = Callback::new(move |key: String| page.open.set(Some(key)));
    view! {
        <AdminPage me here=paths::SESSIONS_PAGE confirm=page.confirm shell keys=bind(SHORTCUTS, page)>
            <div class="list-page sessions" class:open=move || page.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    <ListTop
                        title="Sessions"
                        count=Signal::derive(move || page.sessions.with(Vec::len))
                        looks_in="name, browser, address"
                        search=page.search
                        field=page.field
                    />
                    <LongTable
                        listing=&LISTING
                        rows=Signal::derive(move || Rows::Known(listed.get()))
                        search=page.search
                        open=Signal::derive(move || page.open.get())
                        on_open
                    />
                </section>
                {part(panel)}
            </div>
        </AdminPage>
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
        <Panel title on_close=Callback::new(move |()| page.open.set(None))>
            <dl>
                <div><dt>"Address"</dt><dd>{address}</dd></div>
                <div><dt>"Signed in"</dt><dd>{row.since.clone()}</dd></div>
                <div><dt>"Last seen"</dt><dd>{row.seen.clone()}</dd></div>
                <div><dt>"Ends unless used, in"</dt><dd>{row.left.clone()}</dd></div>
            </dl>
            <div class="form-actions">
                <button type="button" class="danger" on:click=move |_| page.ask_end_of_user(&all)>
                    "End all of this person…"
                </button>
                <button type="button" class="danger" on:click=move |_| page.ask_end(&one)>
                    "End this session…"
                </button>
            </div>
        </Panel>
    }
}
