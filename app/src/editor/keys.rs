//! Keys that act on the whole document, and what is drawn while a widget is in hand.

use leptos::prelude::*;

use super::Editor;
use crate::arrangement::drag;
use crate::shell::shortcuts::{Shortcut, shortcut};
use crate::widgets::interact::fullscreen::Fullscreen;

/// What keys act on.
#[derive(Clone, Copy)]
pub struct Keyed {
    /// What is edited.
    pub editor: Editor,
    /// Which widget fills the page.
    pub fullscreen: Fullscreen,
}

/// All of them, in the order in which they are explained.
pub const SHORTCUTS: &[Shortcut<Keyed>] = &[
    shortcut(&["Ctrl+z"], "Undo", |page| page.editor.undo()),
    shortcut(&["Ctrl+Z", "Ctrl+y"], "Redo", |page| page.editor.redo()),
    Shortcut {
        keys: &["Ctrl+s"],
        words: "Save",
        in_fields: true,
        action: |page| page.editor.save(),
    },
    shortcut(&["Ctrl+d"], "Duplicate what is selected", |page| {
        let selected = page.editor.selected.get_untracked();
        page.editor.duplicate(&selected);
    }),
    shortcut(&["Delete"], "Delete what is selected", |page| {
        let selected = page.editor.selected.get_untracked();
        page.editor.remove(&selected);
    }),
    Shortcut {
        keys: &["Escape"],
        words: "Drop what is dragged, leave full screen, select nothing",
        in_fields: false,
        action: escape,
    },
];

fn escape(page: Keyed) {
    let arrangement = page.editor.arrangement;
    if arrangement.drag.with_untracked(Option::is_some) {
        drag::cancel(arrangement);
    } else if page.fullscreen.is_on() {
        page.fullscreen.leave();
    } else {
        page.editor.selected.update(|selected| selected.clear());
    }
}

/// Where the widget in hand would land; none while none is.
pub fn landing(editor: Editor) -> Option<impl IntoView> {
    let id = editor
        .arrangement
        .drag
        .with(|drag| drag.as_ref().map(|drag| drag.id.clone()))?;
    let items = editor.arrangement.items;
    let style = move || {
        let place = items.with(|items| {
            items
                .iter()
                .find(|item| item.id == id)
                .map(|item| item.place)
        })?;
        Some(format!(
            "--x:{};--y:{};--w:{};--h:{}",
            place.x, place.y, place.w, place.h
        ))
    };
    Some(view! { <div class="placeholder" aria-hidden="true" style=style></div> })
}
