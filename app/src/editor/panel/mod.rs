//! The side panel: everything that the table of kinds declares of the widget that is selected, or what can
//! be done with several.
//!
//! Invariant: the panel knows no kind by its name, and every field writes into the document at once, also
//! what does not hold: the check of documents explains it beside the field, by its path.

mod fields;
mod json;
mod kinds;
mod list;
mod metric;
mod metrics;
mod model;
mod options;
mod several;
mod tags;
#[cfg(test)]
mod tests;
mod widget;

use leptos::prelude::*;
use protocol::{Widget, WidgetKind};

use super::Editor;
use super::catalogue::convert::Memory;
use super::catalogue::sheets::{Sheet, Sheets};
use crate::check::Invalid;
use crate::erased::part;
use crate::parts::{Opened, late};
use several::Several;
use widget::WidgetPanel;

/// The widget that a panel is of: copied freely.
#[derive(Clone, Copy)]
pub struct Panel {
    /// What is edited.
    pub editor: Editor,
    /// The widget's id.
    id: StoredValue<String>,
    /// What does not hold of the widget.
    faults: Memo<Vec<Invalid>>,
}

impl Panel {
    fn new(editor: Editor, id: String) -> Panel {
        let id = StoredValue::new(id);
        Panel {
            editor,
            id,
            faults: Memo::new(move |_| id.with_value(|id| editor.errors_of(id))),
        }
    }

    /// Its id.
    pub fn id(self) -> String {
        self.id.get_value()
    }

    /// Something of the widget, followed as it changes; the default once the widget is gone.
    pub fn follow<T>(self, read: impl Fn(&Widget) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + PartialEq + Send + Sync + 'static,
    {
        Memo::new(move |_| self.read(&read))
    }

    /// Something of the widget; reactive.
    pub fn read<T: Default>(self, read: impl Fn(&Widget) -> T) -> T {
        self.editor.document.with(|document| {
            let found = self
                .id
                .with_value(|id| document.widgets.iter().find(|one| one.id == *id).map(&read));
            found.unwrap_or_default()
        })
    }

    /// Something of the widget as it is now.
    pub fn now<T: Default>(self, read: impl Fn(&Widget) -> T) -> T {
        untrack(|| self.read(read))
    }

    /// Changes the widget; undo calls it by `part`, such as `title`.
    pub fn change(self, part: &str, change: impl FnOnce(&mut Widget)) {
        let title = self.now(|widget| widget.title.clone());
        let label = match title.trim() {
            "" => part.to_owned(),
            title => format!("{part} of {title}"),
        };
        self.id
            .with_value(|id| self.editor.change_widget(&label, id, change));
    }

    /// What does not hold at a path, or below it.
    pub fn fault(self, path: String) -> Memo<Option<String>> {
        Memo::new(move |_| {
            self.faults.with(|faults| {
                let found = faults.iter().find(|fault| model::is_at(&fault.path, &path));
                found.map(|fault| fault.message.clone())
            })
        })
    }
}

/// The side panel, at the right of the grid.
#[component]
pub fn SidePanel() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let sheets = expect_context::<Sheets>();
    provide_context(StoredValue::new(Memory::default()));
    // Made again for another widget or another kind, whose options are others.
    let shown = Memo::new(move |_| {
        let count = editor.selected.with(|selected| selected.len());
        let one = editor.selected_widget();
        (count, one.map(|widget| (widget.id, widget.kind)))
    });
    view! {
        <aside
            id="edit-panel"
            class="edit-panel"
            class:open=move || sheets.is_open(Sheet::Panel)
            aria-label="Options"
        >
            {part(move || match shown.get() {
                (0, _) => nothing().into_any(),
                (_, widget) => late(move || Opened::EditPanel(widget.clone())).into_any(),
            })}
        </aside>
    }
}

/// What the panel holds: of one widget, or else of all that are selected.
pub fn inside(widget: Option<(String, WidgetKind)>) -> AnyView {
    match widget {
        Some((id, kind)) => view! { <WidgetPanel id kind/> }.into_any(),
        None => view! { <Several/> }.into_any(),
    }
}

fn nothing() -> impl IntoView {
    view! {
        <h2>"Nothing is selected"</h2>
        <p class="hint">
            "Click a widget to change what it shows. Shift-click selects several."
        </p>
    }
}
