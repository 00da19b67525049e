//! The controls of edit mode, and whether changes are saved.

use leptos::prelude::*;

use crate::arrangement::{Arrangement, Saving};
use crate::erased::part;

/// What stands in the header while the dashboard is edited.
#[component]
pub fn EditControls() -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let saving = move || {
        match arrangement.saving.get() {
        Saving::Untouched => view! { <span class="saving">"Drag to arrange"</span> }.into_any(),
        Saving::Saving => view! { <span class="saving" data-saving="saving">"Saving…"</span> }.into_any(),
        Saving::Saved => view! { <span class="saving" data-saving="saved">"Saved"</span> }.into_any(),
        Saving::Failed(why) => view! {
            <span class="saving is-bad" role="alert" data-saving="failed">
                "Not saved. "{why}" "
                <button type="button" class="link" on:click=move |_| arrangement.retry()>"Try again"</button>
            </span>
        }
        .into_any(),
    }
    };
    view! {
        {part(saving)}
        <span class="arranging">
            <button type="button" disabled=move || !arrangement.undo_state.get().0 on:click=move |_| arrangement.undo()>"Undo"</button>
            <button type="button" disabled=move || !arrangement.undo_state.get().1 on:click=move |_| arrangement.redo()>"Redo"</button>
            <button type="button" on:click=move |_| arrangement.reset()>"Reset"</button>
        </span>
    }
}
