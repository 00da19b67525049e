//! What the page asks and tells about versions: the draft of an earlier page, what others saved, and
//! both versions of what both changed.

use leptos::prelude::*;
use serde_json::Value;

use super::merge::{About, Conflict};
use super::others::Others;
use super::{Editor, Saving, changes};
use crate::bidi::isolated;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::live::Live;
use crate::parts::{Opened, late};
use crate::shell::dialog::Dialog;

/// How long undoing a deletion is offered, in ms.
const OFFERED_MS: u32 = 10_000;
/// Most things that a banner names.
const MOST_NAMED: usize = 6;

/// What became of saving and what others did, over the grid.
#[component]
pub fn Banners() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let saving = move || match editor.saving.get() {
        Saving::Failed(why) => Some(banner("Not saved. ", why, editor)),
        Saving::Waiting(why) => {
            let words = format!("{why} Your edits are kept here, and saving is tried again.");
            Some(banner("Not saved yet. ", words, editor))
        }
        Saving::Idle | Saving::Saving => None,
    };
    let too_large = move || {
        (!editor.is_kept.get()).then(|| {
            view! {
                <p class="banner" role="alert">
                    "This browser cannot keep these edits as a draft: they would be lost by a reload. Save them."
                </p>
            }
        })
    };
    let others = move || {
        editor
            .others
            .get()
            .map(|others| told(editor, others).into_any())
    };
    view! {
        {part(saving)}
        {part(too_large)}
        {part(others)}
    }
}

fn banner(lead: &'static str, words: String, editor: Editor) -> AnyView {
    view! {
        <p class="banner" role="alert">
            {lead}{words}" "
            <button type="button" on:click=move |_| editor.save()>"Try again"</button>
        </p>
    }
    .into_any()
}

fn told(editor: Editor, others: Others) -> impl IntoView {
    let open = move || editor.conflicts.with(Vec::len);
    let words = match others {
        Others::Removed => {
            "Somebody removed this dashboard. What you see is still here, and Save makes it again."
                .into()
        }
        Others::Saved(who, changes) if changes.is_empty() => {
            format!("{} saved this dashboard.", name(who))
        }
        Others::Saved(who, changes) => {
            let named: Vec<String> = changes
                .iter()
                .take(MOST_NAMED)
                .map(|one| one.words())
                .collect();
            let more = match changes.len().saturating_sub(MOST_NAMED) {
                0 => String::new(),
                n => format!("; {n} more"),
            };
            format!(
                "{} saved this dashboard: {}{more}. It was taken over, and your edits stay.",
                name(who),
                named.join("; ")
            )
        }
    };
    let both = move || match open() {
        0 => None,
        n => Some(view! {
            <button type="button" on:click=move |_| editor.deciding.set(true)>
                {format!("Decide about {n}")}
            </button>
            " "
        }),
    };
    view! {
        <p class="banner" role="status">
            {words}" "
            {part(both)}
            <button type="button" on:click=move |_| editor.others.set(None)>"Dismiss"</button>
        </p>
    }
}

/// Who it was, as a sentence begins.
fn name(who: Option<String>) -> String {
    who.map_or_else(|| "Somebody".to_owned(), |who| isolated(&who))
}

/// What was deleted last, and the way back.
#[component]
fn Removed() -> impl IntoView {
    let editor = expect_context::<Editor>();
    effect(move || {
        let Some(label) = editor.removed.get() else {
            return;
        };
        browser::spawn(async move {
            browser::sleep(OFFERED_MS).await;
            if editor
                .removed
                .try_with_untracked(|now| now.as_ref() == Some(&label))
                == Some(true)
            {
                editor.removed.set(None);
            }
        });
    });
    let offer = move || {
        editor.removed.get().map(|label| {
            view! {
                <p class="toast removed" role="status">
                    {capital(&label)}" "
                    <button type="button" on:click=move |_| editor.undo()>"Undo"</button>
                </p>
            }
        })
    };
    part(offer)
}

/// `delete CPU` as `Deleted: CPU`.
fn capital(label: &str) -> String {
    let what = label.strip_prefix("delete ").unwrap_or(label);
    format!("Deleted: {what}")
}

/// The dialogs.
#[component]
pub fn Questions() -> impl IntoView {
    view! {
        <DraftDialog/>
        <ConflictDialog/>
        <Removed/>
    }
}

/// Offers the draft of an earlier page.
#[component]
fn DraftDialog() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let zone = expect_context::<Live>().zone;
    let open = RwSignal::new(false);
    effect(move || open.set(editor.offered.with(Option::is_some)));
    // Closed by Escape, nothing is lost: what goes on can be discarded.
    let mut was_open = false;
    effect(move || {
        let is_open = open.get();
        if std::mem::replace(&mut was_open, is_open) && !is_open {
            untrack(|| editor.continue_draft());
        }
    });
    let words = move || {
        let offered = editor.offered.get();
        offered.map(|draft| {
            let at = zone.get().full_time(draft.at_ms as i64);
            let at = at.get(..16).unwrap_or(&at).to_owned();
            let count = editor
                .saved
                .with(|saved| changes::between(saved, &draft.edited).len());
            let things = if count == 1 {
                "thing differs"
            } else {
                "things differ"
            };
            format!("You have an unsaved draft of {at}: {count} {things} from what is saved.")
        })
    };
    view! {
        <Dialog name="edit-draft" title=Signal::derive(|| "Unsaved draft".to_owned()) open closes=false>
            <p>{part(words)}</p>
            <div class="form-actions">
                <button type="button" on:click=move |_| editor.drop_draft()>"Discard"</button>
                <button type="button" class="primary" autofocus on:click=move |_| editor.continue_draft()>
                    "Continue"
                </button>
            </div>
        </Dialog>
    }
}

/// Both versions of what both changed, beside each other.
#[component]
fn ConflictDialog() -> impl IntoView {
    let editor = expect_context::<Editor>();
    view! {
        <Dialog
            name="edit-conflicts"
            title=Signal::derive(|| "You and somebody else changed the same".to_owned())
            open=editor.deciding
            closes=true
        >
            {late(|| Opened::EditConflicts)}
        </Dialog>
    }
}

/// Both versions of each, with the choice between them.
pub fn conflicts() -> AnyView {
    let editor = expect_context::<Editor>();
    let rows = move || {
        let conflicts = editor.conflicts.get();
        conflicts
            .into_iter()
            .map(|one| question(editor, one))
            .collect_any()
    };
    view! {
        <p>"What only one of you changed is merged. Choose for the rest; either choice can be undone."</p>
        <ul class="conflicts">{part(rows)}</ul>
    }
    .into_any()
}

fn question(editor: Editor, conflict: Conflict) -> impl IntoView {
    let title = match (&conflict.about, &conflict.mine, &conflict.theirs) {
        (About::Widget(_), Value::Null, _) => format!("{}: you deleted it", conflict.title),
        (About::Widget(_), _, Value::Null) => format!("{}: they deleted it", conflict.title),
        _ => conflict.title.clone(),
    };
    let side = |heading: &'static str, value: &Value| {
        view! {
            <div>
                <h4>{heading}</h4>
                <pre>{written(value)}</pre>
            </div>
        }
    };
    let (mine, theirs) = (
        side("Yours", &conflict.mine),
        side("Theirs", &conflict.theirs),
    );
    let (kept, taken) = (conflict.clone(), conflict);
    view! {
        <li>
            <h3>{title}</h3>
            <div class="sides">{mine}{theirs}</div>
            <div class="form-actions">
                <button type="button" on:click=move |_| editor.decide(&kept, false)>"Keep mine"</button>
                <button type="button" on:click=move |_| editor.decide(&taken, true)>"Take theirs"</button>
            </div>
        </li>
    }
}

/// A value for people: texts as they are, the rest as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::Null => "not there".into(),
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_for_people() {
        for (value, want) in [
            (Value::Null, "not there"),
            ("CPU".into(), "CPU"),
            (5.into(), "5"),
            (serde_json::json!({"x": 1}), "{\n  \"x\": 1\n}"),
        ] {
            assert_eq!(written(&value), want);
        }
    }
}
