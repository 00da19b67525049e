//! The frame of a page that is one list: heading, search, the table, what is open beside it, and the
//! keys for that.
//!
//! Invariant: at most one thing is open, and Escape closes it.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use protocol::Me;

use super::{AdminPage, focus};
use crate::browser;
use crate::erased::part;
use crate::shell::Shell;
use crate::shell::dialog::Confirm;
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::toast::Toast;
use crate::table::{Listing, LongTable, Rows};

/// What is open beside a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The row of this key.
    Row(String),
    /// The form that makes one more.
    New,
    /// The form that invites somebody, of a list in which [`Open::New`] is another way.
    Invite,
}

/// A list, apart from its rows: copied freely.
#[derive(Clone, Copy)]
pub struct ListState {
    /// What is open.
    pub open: RwSignal<Option<Open>>,
    /// What is searched for.
    pub search: RwSignal<String>,
    /// The search field.
    pub field: NodeRef<html::Input>,
    /// The questions of the page.
    pub confirm: Confirm,
    /// What is said about what was done.
    pub toast: Toast,
}

/// The table.
const GRID: &str = "[role=grid]";

/// Keys of every list.
const KEYS: &[Shortcut<ListState>] = &[
    shortcut(&["/"], "Search", |list| focus(list.field)),
    Shortcut {
        in_fields: true,
        ..shortcut(&["Escape"], "Close what is open", |list: ListState| {
            list.close();
        })
    },
];

/// How a list gets one more row.
pub struct Makes {
    /// What the button over the list says.
    pub button: &'static str,
    /// What the button opens.
    pub form: Open,
    /// The keys that open forms.
    pub keys: &'static [Shortcut<ListState>],
}

impl ListState {
    /// Nothing is open. The page has a [`Shell`] already.
    pub fn new() -> ListState {
        ListState {
            open: RwSignal::new(None),
            search: RwSignal::new(String::new()),
            field: NodeRef::new(),
            confirm: Confirm::new(),
            toast: expect_context(),
        }
    }

    /// Opens it in the place of what is open.
    pub fn show(self, what: Open) {
        self.open.set(Some(what));
    }

    /// Closes what is open.
    pub fn close(self) {
        self.open.set(None);
    }

    /// The key of the row that is open; reactive.
    fn row(self) -> Option<String> {
        match self.open.get() {
            Some(Open::Row(key)) => Some(key),
            _ => None,
        }
    }
}

/// The row of this key.
pub fn row_of<T: Clone>(listing: &Listing<T>, rows: &[T], key: &str) -> Option<T> {
    rows.iter().find(|row| (listing.key)(row) == key).cloned()
}

/// The frame, around rows that come in any way.
#[component]
pub fn ListFrame<T: Send + Sync + 'static>(
    /// The signed-in user.
    me: Me,
    /// Path of the page.
    here: &'static str,
    /// Class of the page for the style sheet.
    class: &'static str,
    /// Shell of the page.
    shell: Shell,
    /// The list.
    list: ListState,
    /// Keys beside those of every list.
    #[prop(optional)]
    keys: &'static [Shortcut<ListState>],
    /// What is listed.
    listing: &'static Listing<T>,
    /// The rows.
    rows: Signal<Rows<T>>,
    /// What is searched for in the rows that are here; empty where the server searches.
    search: RwSignal<String>,
    /// What stands over the table.
    top: AnyView,
    /// What stands below it.
    #[prop(optional)]
    foot: Option<AnyView>,
    /// Asks again for rows that could not be had.
    #[prop(optional)]
    on_retry: Option<Callback<()>>,
    /// What is open.
    panel: Callback<Open, Option<AnyView>>,
) -> impl IntoView {
    let mut bound = bind(KEYS, list);
    bound.extend(bind(keys, list));
    let open = Signal::derive(move || list.row());
    // What is closed gives the focus back: to the list, or to the button that opened it.
    let opener = StoredValue::new(GRID);
    browser::keep_focus(move || {
        match list.open.get() {
            Some(Open::Row(_)) => opener.set_value(GRID),
            Some(_) => {
                opener.set_value(".list > .top .primary");
                browser::focus_soon(".panel [autofocus]");
            }
            None => {}
        }
        opener.get_value()
    });
    let on_open = Callback::new(move |key| list.show(Open::Row(key)));
    view! {
        <AdminPage me here confirm=list.confirm shell keys=bound>
            <div class=format!("list-page {class}") class:open=move || list.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    {top}
                    <LongTable listing rows search open on_open on_retry/>
                    {foot}
                </section>
                {part(move || panel.run(list.open.get()?))}
            </div>
        </AdminPage>
    }
}

/// The frame, around rows that came with the page.
#[component]
pub fn LoadedList<T: Send + Sync + 'static>(
    /// The signed-in user.
    me: Me,
    /// Path of the page.
    here: &'static str,
    /// Class of the page for the style sheet.
    class: &'static str,
    /// Shell of the page.
    shell: Shell,
    /// The list.
    list: ListState,
    /// How it gets one more row, where people make them.
    #[prop(optional)]
    makes: Option<&'static Makes>,
    /// What is listed; its label is the heading.
    listing: &'static Listing<T>,
    /// The rows.
    rows: Memo<Arc<[T]>>,
    /// What is looked in, for the field.
    looks_in: &'static str,
    /// What is open.
    panel: Callback<Open, Option<AnyView>>,
) -> impl IntoView {
    let count = Signal::derive(move || rows.with(|rows| rows.len()));
    let top = view! { <ListTop title=listing.label count looks_in list makes/> }.into_any();
    view! {
        <ListFrame
            me
            here
            class
            shell
            list
            keys=makes.map_or(&[], |makes| makes.keys)
            listing
            rows=Signal::derive(move || Rows::Known(rows.get()))
            search=list.search
            top
            panel
        />
    }
}

/// What stands over a list: how many rows there are, the search, and the button that makes one more.
#[component]
fn ListTop(
    title: &'static str,
    count: Signal<usize>,
    looks_in: &'static str,
    list: ListState,
    makes: Option<&'static Makes>,
) -> impl IntoView {
    let button = makes.map(|makes| {
        view! {
            <button type="button" class="primary" title="n" on:click=move |_| list.show(makes.form.clone())>
                {makes.button}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="top">
            <h1 id="page-title">{title}<small>{part(move || count.get())}</small></h1>
            <input
                type="search"
                aria-label=format!("Search {}", title.to_lowercase())
                placeholder=format!("Search {looks_in} (/)")
                autocomplete="off"
                spellcheck="false"
                node_ref=list.field
                bind:value=list.search
            />
            {button}
        </div>
    }
}

/// A panel beside a list, with its heading and a way out.
#[component]
pub fn Panel(
    /// The heading.
    title: String,
    /// The list.
    list: ListState,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="panel" aria-labelledby="panel-title">
            <div class="top">
                <h2 id="panel-title">{title}</h2>
                <button
                    type="button"
                    class="icon close"
                    aria-label="Close"
                    title="Close (Escape)"
                    on:click=move |_| list.close()
                >
                    "×"
                </button>
            </div>
            {children()}
        </aside>
    }
}
