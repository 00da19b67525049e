//! What stands around every page: the document, the header, messages, shortcuts. Knows no dashboard.

mod account;
pub mod boot;
pub mod dialog;
mod disclosure;
pub mod document;
pub mod fields;
pub mod files;
pub mod form;
pub mod guest;
pub mod header;
pub mod navigation;
pub mod notice;
pub mod ordered;
pub mod overlay;
pub mod page;
mod preview;
pub mod shortcuts;
pub mod shortcuts_dialog;
pub mod source;
pub mod task;
#[cfg(test)]
mod tests;
pub mod theme;
pub mod toast;
pub mod upgrade;

use std::sync::Arc;

use leptos::prelude::*;

use crate::command_palette;
use crate::parts::{Opened, late, load_before_use};
pub use disclosure::Disclosure;
use shortcuts::{Bound, Shortcut, bind, shortcut};
use shortcuts_dialog::ShortcutsDialog;
use toast::{Toast, ToastLine};

/// What every page has around its content: copied freely.
#[derive(Clone, Copy)]
pub struct Shell {
    /// What came of the last action.
    toast: Toast,
    /// Whether the dialog of shortcuts is open.
    explained: RwSignal<bool>,
    /// Whether the palette is open.
    searching: RwSignal<bool>,
}

/// Keys of every page.
pub const SHORTCUTS: &[Shortcut<Shell>] = &[
    Shortcut {
        keys: &[command_palette::KEY],
        words: "Go to a dashboard, widget, metric or page, or do something",
        in_fields: true,
        action: Shell::search,
    },
    shortcut(&["?"], "Show all keys", Shell::explain),
];

impl Shell {
    /// Of a page that begins; every component of it finds this and the toast in its context.
    pub fn provide() -> Self {
        let shell = Shell {
            toast: Toast::new(),
            explained: RwSignal::new(false),
            searching: RwSignal::new(false),
        };
        provide_context(shell.toast);
        provide_context(shell);
        shell
    }

    /// Shows the list of all keys.
    pub fn explain(self) {
        self.explained.set(true);
    }

    /// Opens the palette.
    pub fn search(self) {
        self.searching.set(true);
    }

    /// Listens to the shortcuts of a page and to those of every page; what this returns belongs at
    /// the end of the page.
    pub fn end(self, own: Vec<Bound>) -> impl IntoView {
        let shortcuts: Arc<[Bound]> = own.into_iter().chain(bind(SHORTCUTS, self)).collect();
        load_before_use();
        let (explained, searching) = (self.explained, self.searching);
        shortcuts::listen(Arc::clone(&shortcuts), move || {
            explained.get_untracked() || searching.get_untracked()
        });
        let keys = StoredValue::new(Arc::clone(&shortcuts));
        // Its dialog stays from then on: it gives the focus back when it closes.
        let was_searched = Memo::new(move |was| was == Some(&true) || searching.get());
        view! {
            <ToastLine toast=self.toast/>
            <Show when=move || was_searched.get()>
                {late(move || Opened::Palette(keys.get_value(), searching))}
            </Show>
            <ShortcutsDialog shortcuts open=self.explained/>
        }
    }
}
