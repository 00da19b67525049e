//! People: who can sign in, with which roles; making, changing and removing them.

mod editor;
mod rows;

use leptos::html;
use leptos::prelude::*;
use protocol::{Action, Boot, PeopleBoot, User, paths};

use super::{AdminPage, ListTop, access, focus};
use crate::erased::part;
use crate::live::client;
use crate::shell::dialog::Confirm;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::toast::Toast;
use crate::shell::{Shell, boot, notice};
use crate::table::{LongTable, Rows};
use editor::{NewPerson, PersonEditor};
use rows::{LISTING, PersonRow};

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
    shortcut(&["n"], "New person", |page| page.open.set(Some(Open::New))),
    shortcut(&["Escape"], "Close the person", |page| page.open.set(None)),
];

impl PeoplePage {
    fn ask_removal(self, row: &PersonRow) {
        let (id, name) = (row.user.id, row.user.name.clone());
        let title = format!("Remove {name}?");
        let words = "The person is signed out everywhere at once, and what they changed about \
                     dashboards for themselves is gone for good.";
        let work = move || {
            let name = name.clone();
            async move {
                client::delete(&paths::admin_user(id)).await?;
                self.open.set(None);
                self.users
                    .update(|users| users.retain(|user| user.id != id));
                self.toast.show(format!("Removed {name}."));
                Ok(())
            }
        };
        self.confirm
            .ask(title, words.into(), "Remove the person", work);
    }
}

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
                        button="New person"
                        on_new=Callback::new(move |()| page.open.set(Some(Open::New)))
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
