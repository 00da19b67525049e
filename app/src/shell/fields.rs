//! Fields of forms: a label over what is filled in, a group of boxes, and a text to copy.

use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::erased::{CollectAny, effect, part};

/// A label over one control, with a hint below.
#[component]
pub fn Field(
    /// What is asked for.
    label: &'static str,
    /// What is taken; empty for nothing to say.
    #[prop(optional)]
    hint: &'static str,
    /// The control.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            {children()}
            {(!hint.is_empty()).then(|| view! { <small>{hint}</small> }.into_any())}
        </label>
    }
}

/// Boxes of which any may be checked.
#[component]
pub fn Choices(
    /// What is asked for.
    label: &'static str,
    /// What can be chosen: its value, and its words.
    choices: Vec<(String, String)>,
    /// What is chosen, in the order in which it was.
    chosen: RwSignal<Vec<String>>,
) -> impl IntoView {
    let boxes = choices.into_iter().map(|(value, words)| {
        let (is, changed) = (value.clone(), value);
        let checked = move || chosen.with(|chosen| chosen.contains(&is));
        let change = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|one| *one == changed) {
                Some(place) => drop(chosen.remove(place)),
                None => chosen.push(changed.clone()),
            });
        };
        view! {
            <label>
                <input type="checkbox" prop:checked=checked.clone() checked=checked on:change=change/>
                {words}
            </label>
        }
    });
    view! {
        <fieldset class="choices">
            <legend>{label}</legend>
            {boxes.collect_any()}
        </fieldset>
    }
}

/// What can be chosen in a `select`: its value, and its words.
pub fn options(all: impl IntoIterator<Item = (String, String)>, chosen: &str) -> Vec<AnyView> {
    let option = |(value, words): (String, String)| {
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{words}</option> }
    };
    all.into_iter().map(option).collect_any()
}

/// A text that is shown once, with a button that copies it.
#[component]
pub fn CopyField(
    /// What it is.
    label: &'static str,
    /// The text.
    text: String,
    /// Whether it takes the focus: it stands where a form was that had it.
    #[prop(optional)]
    takes_focus: bool,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    if takes_focus {
        effect(move || {
            if let Some(field) = field.get() {
                // An element that is there takes the focus.
                drop(field.focus());
            }
        });
    }
    let said = RwSignal::new("Copy");
    let copied = text.clone();
    let copy = move |_| {
        let text = copied.clone();
        browser::spawn(async move {
            let done = browser::copy_text(&text).await;
            // The dialog may be gone.
            let words = if done {
                "Copied"
            } else {
                "Mark it and copy it by hand"
            };
            said.try_set(words);
        });
    };
    let mark_all = |event: leptos::ev::FocusEvent| {
        event_target::<web_sys::HtmlInputElement>(&event).select();
    };
    view! {
        <div class="copy">
            <Field label>
                <input type="text" readonly value=text node_ref=field on:focus=mark_all/>
            </Field>
            <button type="button" on:click=copy>
                <span role="status">{part(move || said.get())}</span>
            </button>
        </div>
    }
}
