//! The frame of a page that is one list: heading, search, the table, what is open beside it, and the
//! keys for that.
//!
//! Invariant: at most one thing is open, and Escape closes it.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use protocol::Me;

use super::{AdminPage, focus};
use crate::erased::part;
use crate::shell::Shell;
use crate::shell::dialog::Confirm;
use crate::shell::shortcuts::{Bound, Shortcut, bind, shortcut};
use crate::shell::toast::Toast;
use crate::table::{Listing, LongTable, Rows};

/// What is open beside a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// The row of this key.
    Row(String),
    /// The form that makes one more.
    New,
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

/// Keys of every list. A list that makes nothing has no [`NEW`].
pub const KEYS: &[Shortcut<ListState>] = &[
    shortcut(&["/"], "Search", |list| focus(list.field)),
    shortcut(&["Escape"], "Close what is open", |list| list.close()),
];

/// The key that makes one more.
pub const NEW: &[Shortcut<ListState>] = &[shortcut(&["n"], "Make a new one", |list| {
    list.open.set(Some(Open::New));
})];

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

/// The row of this key, without being told of later changes.
pub fn row_of<T: Clone + Send + Sync + 'static>(
    listing: &'static Listing<T>,
    rows: &Arc<[T]>,
    key: &str,
) -> Option<T> {
    rows.iter().find(|row| (listing.key)(row) == key).cloned()
}

/// The frame.
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
    /// Whether it makes things.
    #[prop(optional)]
    makes: bool,
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
    /// What is open.
    panel: Callback<Open, Option<AnyView>>,
) -> impl IntoView {
    let mut keys: Vec<Bound> = bind(KEYS, list);
    if makes {
        keys.extend(bind(NEW, list));
    }
    let open = Signal::derive(move || list.row());
    let on_open = Callback::new(move |key| list.open.set(Some(Open::Row(key))));
    view! {
        <AdminPage me here confirm=list.confirm shell keys>
            <div class=format!("list-page {class}") class:open=move || list.open.with(Option::is_some)>
                <section class="list" aria-labelledby="page-title">
                    {top}
                    <LongTable listing rows search open on_open/>
                    {foot}
                </section>
                {part(move || panel.run(list.open.get()?))}
            </div>
        </AdminPage>
    }
}
