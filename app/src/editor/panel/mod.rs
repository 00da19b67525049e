//! The options of the widget that is selected.

use leptos::prelude::*;

use super::Editor;
use crate::erased::{CollectAny, part};

/// The side panel, at the right of the grid.
#[component]
pub fn SidePanel() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let heading = move || match editor.selected_widget() {
        Some(widget) => widget.title,
        None => match editor.selected.with(|all| all.len()) {
            0 => "Nothing is selected".to_owned(),
            n => format!("{n} widgets are selected"),
        },
    };
    let faults = move || {
        let id = editor.selected_widget().map(|widget| widget.id);
        let faults = id.map(|id| editor.errors_of(&id)).unwrap_or_default();
        faults
            .into_iter()
            .map(|fault| view! { <li>{fault.path}": "{fault.message}</li> })
            .collect_any()
    };
    view! {
        <aside class="edit-panel" aria-label="Widget">
            <h2>{part(heading)}</h2>
            <ul class="problems">{part(faults)}</ul>
        </aside>
    }
}
