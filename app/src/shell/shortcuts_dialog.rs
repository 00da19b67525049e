//! The dialog that explains keys and gestures. Keys come from the list that the page listens to;
//! what belongs to charts, wherever they are, stands here.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::shortcuts::Bound;
use crate::erased::{CollectAny, effect};

/// What hands do with a chart: how, and what comes of it.
const ON_CHARTS: [(&str, &str); 9] = [
    (
        "Point, tap",
        "Read the values, at the same time on all charts",
    ),
    ("Drag", "Zoom to what is marked; Escape takes it back"),
    ("Ctrl or Shift + wheel, pinch", "Zoom about the pointer"),
    ("Shift + drag, middle button", "Move through time"),
    ("Double-click", "Back to live"),
    ("← →", "Move the cursor of the focused chart by a step"),
    ("Page Up, Page Down", "By ten steps"),
    ("Home, End", "To the ends of what is shown"),
    ("Enter", "Begin a selection, and zoom to it"),
];

/// What hands do with a legend.
const ON_LEGENDS: [(&str, &str); 2] = [
    ("Click", "Show or hide a line, for you alone"),
    (
        "Double-click, Ctrl or Shift + click",
        "Show a line alone, and all again",
    ),
];

/// The dialog; the browser's own, which keeps the focus and closes by Escape.
#[component]
pub fn ShortcutsDialog(
    /// What the page listens to.
    shortcuts: Arc<[Bound]>,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // It is in the page and closed: nothing to fail.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let page = shortcuts.iter().map(|one| {
        let names = one.keys.iter().map(|name| spelled(name));
        row(names.collect::<Vec<_>>().join(", "), one.words)
    });
    let given = |rows: &'static [(&str, &str)]| {
        let row = |(how, words): &(&str, &'static str)| row((*how).to_string(), words);
        rows.iter().map(row).collect_any()
    };
    // Only what is around the dialog's content is the dialog itself.
    let around = move |event: leptos::ev::MouseEvent| {
        let target = event.target();
        if target.is_some() && target == dialog.get_untracked().map(Into::into) {
            open.set(false);
        }
    };
    view! {
        <dialog
            class="sheet"
            node_ref=dialog
            aria-labelledby="sheet-title"
            on:close=move |_| open.set(false)
            on:click=around
        >
            <div class="head">
                <h2 id="sheet-title">"Keys and gestures"</h2>
                <button type="button" class="link" on:click=move |_| open.set(false)>
                    "Close"
                </button>
            </div>
            <div class="columns">
                <section>
                    <h3>"Everywhere"</h3>
                    <dl>{page.collect_any()}</dl>
                </section>
                <section>
                    <h3>"On charts"</h3>
                    <dl>{given(&ON_CHARTS)}</dl>
                    <h3>"On legends"</h3>
                    <dl>{given(&ON_LEGENDS)}</dl>
                </section>
            </div>
        </dialog>
    }
}

fn row(how: String, words: &'static str) -> impl IntoView {
    view! {
        <div>
            <dt><kbd>{how}</kbd></dt>
            <dd>{words}</dd>
        </div>
    }
}

/// A key of the table as it stands on keyboards.
fn spelled(name: &str) -> String {
    if name.len() == 1 {
        return name.to_string();
    }
    name.replace("ArrowLeft", "←")
        .replace("ArrowRight", "→")
        .replace("Ctrl+Z", "Ctrl+Shift+Z")
        .replace("Ctrl+z", "Ctrl+Z")
        .replace("Ctrl+y", "Ctrl+Y")
        .replace('+', " + ")
}
