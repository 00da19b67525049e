//! The bar over the grid: the title, undo and redo, what changed, discard and save.

use leptos::prelude::*;

use super::{Editor, Saving};
use crate::base::at;
use crate::erased::{CollectAny, part};
use protocol::paths;

/// The bar.
#[component]
pub fn Bar() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let title = move || editor.document.with(|document| document.title.clone());
    let rename = move |event| {
        let title = event_target_value(&event);
        editor.change("title of the dashboard", |document| document.title = title);
    };
    let next = editor.next_steps;
    let undo = move || next.with(|(undo, _)| words("Undo", undo.as_deref()));
    let redo = move || next.with(|(_, redo)| words("Redo", redo.as_deref()));
    let has_undo = move || next.with(|(undo, _)| undo.is_some());
    let has_redo = move || next.with(|(_, redo)| redo.is_some());
    let is_same = move || editor.changes.with(Vec::is_empty);
    let is_saving = move || editor.saving.with(|saving| *saving == Saving::Saving);
    let faults = move || editor.errors.with(Vec::len);
    let away = move || {
        at(&editor
            .document
            .with(|document| paths::dashboard_page(&document.id)))
    };
    view! {
        <div class="edit-bar" role="toolbar" aria-label="Edit dashboard">
            <input
                class="edit-title"
                aria-label="Title of the dashboard"
                maxlength="128"
                autocomplete="off"
                value=untrack(title)
                prop:value=title
                on:input=rename
            />
            <span class="arranging">
                <button type="button" disabled=move || !has_undo() title=undo on:click=move |_| editor.undo()>"Undo"</button>
                <button type="button" disabled=move || !has_redo() title=redo on:click=move |_| editor.redo()>"Redo"</button>
            </span>
            <span class="space"></span>
            {part(move || match faults() {
                0 => None,
                1 => Some(view! { <span class="faults">"1 fault"</span> }.into_any()),
                n => Some(view! { <span class="faults">{format!("{n} faults")}</span> }.into_any()),
            })}
            <Changes/>
            <a class="button" href=away>"Close"</a>
            <button type="button" disabled=is_same on:click=move |_| editor.discard()>"Discard"</button>
            <button
                type="button"
                class="primary"
                disabled=move || is_same() || is_saving()
                on:click=move |_| editor.save()
            >
                {part(move || if is_saving() { "Saving…" } else { "Save" })}
            </button>
        </div>
    }
}

/// How many things changed, and which.
#[component]
fn Changes() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let count = move || match editor.changes.with(Vec::len) {
        0 => "No changes".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    let rows = move || {
        let changes = editor.changes.get();
        let rows = changes.into_iter();
        rows.map(|change| view! { <li>{change.words()}</li> })
            .collect_any()
    };
    let versions = editor
        .document
        .with_untracked(|document| at(&paths::versions_page(&document.id)));
    view! {
        <details class="edit-changes">
            <summary>{part(count)}</summary>
            <ul>{part(rows)}</ul>
            <a href=versions>"Versions that were saved"</a>
        </details>
    }
}

/// `Undo title of CPU`.
fn words(verb: &str, label: Option<&str>) -> String {
    match label {
        None => verb.to_owned(),
        Some(label) => format!("{verb}: {label}"),
    }
}
