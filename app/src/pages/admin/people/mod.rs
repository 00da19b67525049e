//! People: who can sign in, with which roles; making, changing and removing them.

mod editor;
mod questions;
mod rows;

use leptos::html;
use leptos::prelude::*;
use protocol::{Action, Boot, PeopleBoot, User, paths};

use super::invitations::InvitePanel;
use super::{AdminPage, ListTop, access, focus};
use crate::base::at;
use crate::erased::part;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use editor::{NewPerson, PersonEditor};
use rows::LISTING;

/// Everybody who can sign in.
pub const PAGE: Page = Page {
    path: paths::PEOPLE_PAGE,
    title: "",
    menu: Some(super::MENU),
    action: Action::Admin,
    bundle: Bundle::Admin,
    load: Some(|source, _| Box::pin(load(source))),
    view: |_| match boot::read() {
        Some(boot) => view! { <People boot/> }.into_any(),
        None => notice::missing(),
    },
};

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let page = PeopleBoot {
        users: source.users().await?,
        roles: access::names(&source.roles().await?),
        now_ms: source.now_ms(),
    };
    Loaded::new(source, "People", page)
}

/// What is open beside the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Person(i64),
    Invite,
    New,
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct PeoplePage {
    users: RwSignal<Vec<User>>,
    roles: StoredValue<Vec<String>>,
    open: RwSignal<Option<Open>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    confirm: Confirm,
    toast: Toast,
}

const SHORTCUTS: &[Shortcut<PeoplePage>] = &[
    shortcut(&["/"], "Search", |page| focus(page.field)),
    shortcut(&["n"], "Invite somebody", |page| {
        page.open.set(Some(Open::Invite));
    }),
    shortcut(&["Shift+N"], "New person with a password", |page| {
        page.open.set(Some(Open::New));
    }),
    shortcut(&["Escape"], "Close the person", |page| page.open.set(None)),
];

#[component]
fn People(boot: Boot<PeopleBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = PeoplePage {
        users: RwSignal::new(loaded.users),
        roles: StoredValue::new(loaded.roles),
        open: RwSignal::new(None),
        search: RwSignal::new(String::new()),
        field: NodeRef::new(),
        confirm: Confirm::new(),
        toast: expect_context(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.users.with(|users| rows::rows(users, now_ms)));
    let panel = move || match page.open.get()? {
        Open::Invite => {
            let roles = page.roles.get_value();
            let on_close = Callback::new(move |()| page.open.set(None));
            // Invitations are listed on a page of their own.
            let on_made = Callback::new(|_| ());
            let instead = move |_| page.open.set(Some(Open::New));
            let inside = view! {
                <InvitePanel roles on_close on_made>
                    <div class="form-actions">
                        <button type="button" on:click=instead>"Choose a password for somebody instead"</button>
                    </div>
                    <p class="hint"><a href=at(paths::INVITATIONS_PAGE)>"Open invitations"</a></p>
                </InvitePanel>
            };
            Some(inside.into_any())
        }
        Open::New => Some(view! { <NewPerson page/> }.into_any()),
        Open::Person(id) => {
            let row =
                listed.with_untracked(|rows| rows.iter().find(|row| row.user.id == id).cloned());
            row.map(|row| view! { <PersonEditor row page/> }.into_any())
        }
    };
    let open = Signal::derive(move || match page.open.get() {
        Some(Open::Person(id)) => Some(id.to_string()),
        _ => None,
    });
    let on_open =
        Callback::new(move |key: String| page.open.set(key.parse().ok().map(Open::Person)));
    view! {
        <AdminPage me here=paths::PEOPLE_PAGE confirm=page.confirm shell keys=bind(SHORTCUTS, page)>
            <div class="list-page people" class:open=move || page.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    <ListTop
                        title="People"
                        count=Signal::derive(move || page.users.with(Vec::len))
                        looks_in="name, role"
                        search=page.search
                        field=page.field
                        button="Invite"
                        on_new=Callback::new(move |()| page.open.set(Some(Open::Invite)))
                    />
                    <LongTable
                        listing=&LISTING
                        rows=Signal::derive(move || Rows::Known(listed.get()))
                        search=page.search
                        open
                        on_open
                    />
                </section>
                {part(panel)}
            </div>
        </AdminPage>
    }
}
