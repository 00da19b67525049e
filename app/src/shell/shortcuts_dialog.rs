//! The dialog that explains keys and gestures. Keys come from the list that the page listens to;
//! what belongs to charts, wherever they are, stands here.

use std::sync::Arc;

use leptos::prelude::*;

use super::dialog::Dialog;
use super::shortcuts::Bound;
use crate::erased::CollectAny;
use crate::parts::{Opened, late};

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

/// What keys do in a list or a matrix.
const IN_LISTS: [(&str, &str); 3] = [
    (
        "↑ ↓, Page Up, Page Down, Home, End",
        "Move through the rows",
    ),
    ("Enter", "Open the row, or fold the heading"),
    ("Click on a column's name", "Sort by it"),
];

/// The key by which pages with lists search.
const SEARCHES: &str = "/";
/// The key by which pages with charts choose their time.
const CHOOSES_TIME: &str = "t";

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
    let keys = StoredValue::new(shortcuts);
    view! {
        <Dialog name="keys" title=Signal::stored("Keys and gestures".to_string()) open closes=true>
            {late(move || Opened::Keys(keys.get_value()))}
        </Dialog>
    }
}

/// What the dialog holds.
pub fn keys(shortcuts: &[Bound]) -> AnyView {
    let page = shortcuts.iter().map(|one| row(one.spelled(), one.words));
    let given = |rows: &'static [(&str, &str)]| {
        let row = |(how, words): &(&str, &'static str)| row((*how).to_string(), words);
        rows.iter().map(row).collect_any()
    };
    let binds = |key| shortcuts.iter().any(|one| one.keys.contains(&key));
    let lists = binds(SEARCHES).then(|| {
        view! {
            <h3>"In lists"</h3>
            <dl>{given(&IN_LISTS)}</dl>
        }
        .into_any()
    });
    let charts = binds(CHOOSES_TIME).then(|| {
        view! {
            <section>
                <h3>"On charts"</h3>
                <dl>{given(&ON_CHARTS)}</dl>
                <h3>"On legends"</h3>
                <dl>{given(&ON_LEGENDS)}</dl>
            </section>
        }
        .into_any()
    });
    view! {
        <div class="columns">
            <section>
                <h3>"Everywhere"</h3>
                <dl>{page.collect_any()}</dl>
                {lists}
            </section>
            {charts}
        </div>
    }
    .into_any()
}

fn row(how: String, words: &'static str) -> impl IntoView {
    view! {
        <div>
            <dt><kbd>{how}</kbd></dt>
            <dd>{words}</dd>
        </div>
    }
}
