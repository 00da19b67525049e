//! The metrics that one may see, to be put onto the dashboard.

pub mod convert;
pub mod suggest;

use leptos::prelude::*;

use super::Editor;
use crate::erased::part;

/// The catalogue, at the left of the grid.
#[component]
pub fn Catalogue() -> impl IntoView {
    let editor = expect_context::<Editor>();
    view! {
        <aside class="edit-catalogue" aria-label="Metrics">
            <h2>"Metrics"</h2>
            <p class="hint">{part(move || editor.metrics.with(|all| format!("{} may be shown.", all.len())))}</p>
        </aside>
    }
}
