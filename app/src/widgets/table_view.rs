//! A picture as a table, for who reads numbers rather than shapes. Invariant: it is filled only while
//! it is shown, and with at most [`MAX_ROWS`] rows.

use leptos::prelude::*;

use crate::erased::CollectAny;
use crate::parts::{Opened, late};
use crate::widgets::interact::menu::WidgetControls;

/// Most rows of a table.
pub const MAX_ROWS: usize = 200;

/// What stands in a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableView {
    /// Names of the columns; the first column names the rows.
    pub head: Vec<String>,
    /// As long as the head, each.
    pub rows: Vec<Vec<String>>,
}

/// The table, while its widget's menu says so.
#[component]
pub fn AsTable(
    /// The widget's title.
    title: String,
    /// The widget's own.
    own: WidgetControls,
    /// What it shows.
    cells: RwSignal<TableView>,
) -> impl IntoView {
    let name = StoredValue::new(format!("{title} as a table"));
    view! {
        <Show when=move || own.as_table.get()>
            {late(move || Opened::Table(name, cells))}
        </Show>
    }
}

/// The table of this name.
pub fn table(name: StoredValue<String>, cells: RwSignal<TableView>) -> AnyView {
    let head = move || {
        let head = cells.with(|cells| cells.head.clone());
        let cell = |words| view! { <th scope="col">{words}</th> };
        head.into_iter().map(cell).collect_any()
    };
    let body = move || {
        let rows = cells.with(|cells| cells.rows.clone());
        rows.into_iter().map(row).collect_any()
    };
    view! {
        <div class="points" tabindex="0" role="region" aria-label=name.get_value()>
            <table>
                <caption class="unseen">{format!("{}, at most {MAX_ROWS} rows", name.get_value())}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(cells: Vec<String>) -> impl IntoView {
    let mut cells = cells.into_iter();
    let first = cells.next();
    view! {
        <tr>
            <th scope="row">{first}</th>
            {cells.map(|cell| view! { <td>{cell}</td> }).collect_any()}
        </tr>
    }
}
