//! On a narrow screen catalogue and panel are sheets that come up from below, one at a time.

use leptos::prelude::*;

use crate::arrangement::drag;
use crate::editor::Editor;

/// One of the sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The metrics.
    Catalogue,
    /// The options of what is selected.
    Panel,
}

/// Which sheet is up: copied freely. On a wide screen both are beside the grid, whichever it is.
#[derive(Clone, Copy)]
pub struct Sheets(RwSignal<Option<Sheet>>);

impl Sheets {
    /// None is.
    pub fn closed() -> Sheets {
        Sheets(RwSignal::new(None))
    }

    /// Whether this one is; reactive.
    pub fn is_open(self, sheet: Sheet) -> bool {
        self.0.get() == Some(sheet)
    }

    /// Brings one up.
    pub fn open(self, sheet: Sheet) {
        self.0.set(Some(sheet));
    }

    /// Puts away what is up.
    pub fn close(self) {
        self.0.set(None);
    }

    /// Whether one covers a part of the grid.
    pub fn is_open_over_grid(self) -> bool {
        self.0.get_untracked().is_some() && drag::is_narrow()
    }
}

/// The buttons of the sheets, at the lower edge of a narrow screen.
#[component]
pub fn SheetTabs() -> impl IntoView {
    let sheets = expect_context::<Sheets>();
    let editor = expect_context::<Editor>();
    let is_none = move || editor.selected.with(|selected| selected.is_empty());
    let tab =
        move |sheet: Sheet, words: &'static str, controls: &'static str, off: Signal<bool>| {
            let toggle = move |_| match sheets.0.get_untracked() == Some(sheet) {
                true => sheets.close(),
                false => sheets.open(sheet),
            };
            view! {
                <button
                    type="button"
                    aria-expanded=move || sheets.is_open(sheet).to_string()
                    aria-controls=controls
                    disabled=move || off.get()
                    on:click=toggle
                >
                    {words}
                </button>
            }
        };
    view! {
        <div class="edit-tabs" role="group" aria-label="Sheets">
            {tab(Sheet::Catalogue, "Add a widget", "edit-catalogue", Signal::derive(|| false))}
            {tab(Sheet::Panel, "Options", "edit-panel", Signal::derive(is_none))}
        </div>
    }
}
