//! Fields of the panel: a label, the control, what is wrong with what stands in it, and what it does.

use leptos::prelude::*;

use super::Panel;
use crate::erased::part;

/// What every field has.
#[derive(Clone)]
pub struct About {
    /// The path of the value in the widget, such as `options.min`.
    pub path: String,
    /// What is asked for.
    pub label: String,
    /// What it does; may be empty.
    pub help: String,
    /// Whether the control stands before its label.
    pub is_inline: bool,
    /// Whether something is set, and what takes that away again.
    pub reset: Option<(Signal<bool>, Callback<()>)>,
}

impl About {
    /// A field that always has a value.
    pub fn new(path: impl Into<String>, label: impl Into<String>) -> About {
        About {
            path: path.into(),
            label: label.into(),
            help: String::new(),
            is_inline: false,
            reset: None,
        }
    }

    /// The element of the control: paths as ids have letters, digits and hyphens alone.
    pub fn element(&self) -> String {
        let path = self.path.chars();
        let path: String = path
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        format!("panel-{path}")
    }
}

/// The frame of a field around its control, which `control` makes of its id, what describes it, and
/// whether it is invalid.
pub fn field(
    panel: Panel,
    about: About,
    control: impl FnOnce(String, String, Memo<bool>) -> AnyView,
) -> AnyView {
    let id = about.element();
    let fault = panel.fault(about.path.clone());
    let is_broken = Memo::new(move |_| fault.with(Option::is_some));
    let (problem, help) = (format!("{id}-problem"), format!("{id}-help"));
    let described = match about.help.is_empty() {
        true => problem.clone(),
        false => format!("{problem} {help}"),
    };
    let label = about.label.clone();
    let reset = about.reset.map(|(is_set, reset)| {
        part(move || {
            let label = format!("Reset {label} to its default");
            is_set.get().then(|| {
                view! {
                    <button
                        type="button"
                        class="link"
                        aria-label=label
                        on:click=move |_| reset.run(())
                    >
                        "Reset"
                    </button>
                }
            })
        })
    });
    view! {
        <div class="panel-field" class:inline=about.is_inline class:broken=move || is_broken.get()>
            <div class="panel-label">
                <label for=id.clone()>{about.label}</label>
                {reset}
            </div>
            {control(id, described, is_broken)}
            <p class="problem" id=problem>{part(move || fault.get())}</p>
            {(!about.help.is_empty()).then(|| view! { <small id=help>{about.help}</small> }.into_any())}
        </div>
    }
    .into_any()
}

/// A field of one line. `late` writes when one leaves the field or takes a suggestion, and else with every
/// letter.
pub fn line(
    panel: Panel,
    about: About,
    placeholder: String,
    suggestions: Option<String>,
    value: Signal<String>,
    write: Callback<String>,
    late: bool,
) -> AnyView {
    field(panel, about, move |id, described, is_broken| {
        view! {
            <input
                id=id
                type="text"
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                list=suggestions
                aria-describedby=described
                aria-invalid=move || is_broken.get().to_string()
                prop:value=move || value.get()
                value=value.get_untracked()
                on:input=move |event| { if !late { write.run(event_target_value(&event)) } }
                on:change=move |event| { if late { write.run(event_target_value(&event)) } }
            />
        }
        .into_any()
    })
}

/// A field of several lines.
pub fn prose(
    panel: Panel,
    about: About,
    value: Signal<String>,
    write: Callback<String>,
) -> AnyView {
    field(panel, about, move |id, described, is_broken| {
        view! {
            <textarea
                id=id
                rows="8"
                aria-describedby=described
                aria-invalid=move || is_broken.get().to_string()
                prop:value=move || value.get()
                on:input=move |event| write.run(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
        }
        .into_any()
    })
}

/// A choice of a few.
pub fn choice(
    panel: Panel,
    about: About,
    choices: Signal<Vec<(String, String)>>,
    value: Signal<String>,
    write: Callback<String>,
) -> AnyView {
    field(panel, about, move |id, described, is_broken| {
        view! {
            <select
                id=id
                aria-describedby=described
                aria-invalid=move || is_broken.get().to_string()
                prop:value=move || value.get()
                on:change=move |event| write.run(event_target_value(&event))
            >
                {part(move || {
                    let value = value.get();
                    crate::shell::fields::options(choices.get(), &value)
                })}
            </select>
        }
        .into_any()
    })
}

/// A box that is on or off.
pub fn flag(panel: Panel, about: About, value: Signal<bool>, write: Callback<bool>) -> AnyView {
    let about = About {
        is_inline: true,
        ..about
    };
    field(panel, about, move |id, described, is_broken| {
        view! {
            <input
                id=id
                type="checkbox"
                aria-describedby=described
                aria-invalid=move || is_broken.get().to_string()
                prop:checked=move || value.get()
                checked=value.get_untracked()
                on:change=move |event| write.run(event_target_checked(&event))
            />
        }
        .into_any()
    })
}
