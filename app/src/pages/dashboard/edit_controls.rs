//! The controls of edit mode, and whether changes are saved: a failure is said in either mode, since a
//! legend, the range and an arrangement that is done are saved as well.

use leptos::prelude::*;

use crate::arrangement::{Arrangement, Saving};
use crate::erased::part;

/// What stands in the header while the dashboard is edited.
pub fn edit_controls() -> AnyView {
    let arrangement = expect_context::<Arrangement>();
    let saving = move || {
        match arrangement.saving.get() {
            Saving::Untouched => view! { <span class="saving">"For you alone"</span> }.into_any(),
            Saving::Saving => {
                view! { <span class="saving" data-saving="saving">"Saving…"</span> }.into_any()
            }
            Saving::Saved => {
                view! { <span class="saving" data-saving="saved">"Saved for you alone"</span> }
                    .into_any()
            }
            // The banner says it, also when nothing is edited.
            Saving::Failed(_) => {
                view! { <span class="saving is-bad" data-saving="failed">"Not saved"</span> }
                    .into_any()
            }
        }
    };
    view! {
        {part(saving)}
        {arrangement.may_edit.then(|| view! {
            <a class="button for-all" href=arrangement.edit_page() title="Edit the dashboard itself, for everybody (E)">
                "Edit for all"
            </a>
        })}
        <span class="arranging">
            <button type="button" disabled=move || !arrangement.undo_state.get().0 on:click=move |_| arrangement.undo()>"Undo"</button>
            <button type="button" disabled=move || !arrangement.undo_state.get().1 on:click=move |_| arrangement.redo()>"Redo"</button>
            <button type="button" on:click=move |_| arrangement.reset()>"Reset"</button>
        </span>
    }
    .into_any()
}

/// Says that changes are not on the server yet, why, and that they are not lost.
#[component]
pub fn Unsaved() -> impl IntoView {
    let arrangement = expect_context::<Arrangement>();
    let failed = move || match arrangement.saving.get() {
        Saving::Failed(why) => Some(view! {
            <p class="banner" role="alert">
                "Your changes are not saved yet. "{why}" They are kept in this tab. "
                <button type="button" on:click=move |_| arrangement.retry()>"Try again"</button>
            </p>
        }),
        _ => None,
    };
    part(failed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn whoever_may_edit_for_all_finds_the_way_there() {
        let page = TestPage::new(store(&[]), Vec::new());
        lacks(&html(edit_controls()), &["/edit"]);
        let mut arrangement = page.arrangement;
        arrangement.may_edit = true;
        provide_context(arrangement);
        has(&html(edit_controls()), &["href=\"/d/shop/edit\""]);
    }

    use super::*;
    use crate::testing::{TestPage, has, html, lacks, store};

    #[test]
    fn editing_says_that_it_is_for_one_person_alone_whatever_became_of_saving() {
        let page = TestPage::new(store(&[]), Vec::new());
        let check = |saving: Saving, wanted: &str, unwanted: &str| {
            page.arrangement.saving.set(saving);
            let shown = html(edit_controls());
            has(&shown, &[wanted, "Undo", "Redo", "Reset"]);
            lacks(&shown, &[unwanted]);
        };
        check(Saving::Untouched, "For you alone", "Saved");
        check(Saving::Saved, "Saved for you alone", "Saving…");
        check(Saving::Saving, "Saving…", "Saved");
        check(Saving::Failed("Why.".into()), "Not saved", "Saved for");
        let said = html(view! { <Unsaved/> });
        has(
            &said,
            &["Why.", "not saved yet", "kept in this tab", "Try again"],
        );
    }
}
