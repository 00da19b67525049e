//! People: who can sign in, with which roles; making, changing and removing them.

mod editor;
mod questions;
mod rows;

use leptos::prelude::*;
use protocol::{Action, Boot, PeopleBoot, User, paths};

use super::access;
use super::invitations::InvitePanel;
use super::list::{ListState, LoadedList, Makes, Open, row_of};
use crate::base::at;
use crate::shell::page::{LoadError, Loaded, Page};
use crate::shell::shortcuts::shortcut;
use crate::shell::source::PageSource;
use crate::shell::{Shell, boot};
use editor::{NewPerson, PersonEditor};
use rows::LISTING;

/// Everybody who can sign in.
pub const PAGE: Page = Page {
    menu: Some(super::MENU),
    ..Page::admin(
        paths::PEOPLE_PAGE,
        Action::Admin,
        |source, _| Box::pin(load(source)),
        |_| boot::show(|boot| view! { <People boot/> }.into_any()),
    )
};

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let page = PeopleBoot {
        users: source.users().await?,
        roles: access::names(&source.roles().await?),
        now_ms: source.now_ms(),
    };
    Loaded::new(source, "People", page)
}

/// The page: copied freely.
#[derive(Clone, Copy)]
struct PeoplePage {
    users: RwSignal<Vec<User>>,
    roles: StoredValue<Vec<String>>,
    list: ListState,
}

const MAKES: Makes = Makes {
    button: "Invite",
    form: Open::Invite,
    keys: &[
        shortcut(&["n"], "Invite somebody", |list| list.show(Open::Invite)),
        shortcut(&["N"], "New person with a password", |list| {
            list.show(Open::New);
        }),
    ],
};

#[component]
fn People(boot: Boot<PeopleBoot>) -> impl IntoView {
    let Boot { me, page: loaded } = boot;
    let shell = Shell::provide();
    let page = PeoplePage {
        users: RwSignal::new(loaded.users),
        roles: StoredValue::new(loaded.roles),
        list: ListState::new(),
    };
    let now_ms = loaded.now_ms;
    let listed = Memo::new(move |_| page.users.with(|users| rows::rows(users, now_ms)));
    let list = page.list;
    let panel = Callback::new(move |open| match open {
        Open::Invite => Some(view! { <Invite page/> }.into_any()),
        Open::New => Some(view! { <NewPerson page/> }.into_any()),
        Open::Row(key) => {
            let row = row_of(&LISTING, &listed.get_untracked(), &key)?;
            Some(view! { <PersonEditor row page/> }.into_any())
        }
    });
    view! {
        <LoadedList
            me
            here=paths::PEOPLE_PAGE
            class="people"
            shell
            list
            makes=&MAKES
            listing=&LISTING
            rows=listed
            looks_in="name, role"
            panel
        />
    }
}

/// The form that invites somebody, and the way to making a person right here.
#[component]
fn Invite(page: PeoplePage) -> impl IntoView {
    let (list, roles) = (page.list, page.roles.get_value());
    // Invitations are listed on a page of their own.
    let on_made = Callback::new(|_| ());
    view! {
        <InvitePanel roles list on_made>
            <div class="form-actions">
                <button type="button" on:click=move |_| list.show(Open::New)>
                    "Choose a password for somebody instead"
                </button>
            </div>
            <p class="hint"><a href=at(paths::INVITATIONS_PAGE)>"See open invitations"</a></p>
        </InvitePanel>
    }
}
