//! A button with a panel below it. The browser's own `details`, so that it opens before the page's
//! program runs; it closes as [`overlay`](super::overlay) says, and when the focus moves elsewhere.

use leptos::ev::FocusEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

use super::overlay::{Dismissal, dismiss};
use crate::erased::effect;

/// The button, and the panel while it is open.
#[component]
pub fn Disclosure(
    /// Name for style sheets.
    class: &'static str,
    /// What the button does.
    #[prop(into)]
    title: String,
    /// What the button is called, where what it shows is no text.
    #[prop(optional, into)]
    label: Option<String>,
    /// What the button shows.
    mark: AnyView,
    /// Called when it opens.
    #[prop(optional)]
    on_open: Option<Callback<()>>,
    /// What the panel holds.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    let open = RwSignal::new(false);
    let close = Callback::new(move |why| {
        let Some(details) = node.get_untracked() else {
            return;
        };
        details.set_open(false);
        let summary = details.query_selector("summary").ok().flatten();
        if let (Dismissal::Escape, Some(summary)) = (why, summary.and_then(as_html)) {
            // An element that is there takes the focus.
            drop(summary.focus());
        }
    });
    dismiss(
        open,
        move || {
            let details = node.get_untracked();
            details.into_iter().map(Into::into).collect()
        },
        close,
    );
    // A press on something that takes no focus leaves it open: its own panel is such.
    let left = move |event: FocusEvent| {
        let to = event.related_target();
        let to = to.and_then(|target| target.dyn_into::<Node>().ok());
        if let (Some(details), Some(to)) = (node.get_untracked(), to)
            && !details.contains(Some(&to))
        {
            details.set_open(false);
        }
    };
    let toggled = move || {
        let now = node.get_untracked().is_some_and(|details| details.open());
        if open.get_untracked() == now {
            return;
        }
        open.set(now);
        if let Some(on_open) = on_open.filter(|_| now) {
            on_open.run(());
        }
    };
    // It may have been opened before the page's program ran.
    effect(move || {
        node.track();
        toggled();
    });
    view! {
        <details class=class node_ref=node on:focusout=left on:toggle=move |_| toggled()>
            <summary aria-label=label title=title>{mark}</summary>
            <div class="menu">{children()}</div>
        </details>
    }
}

fn as_html(element: web_sys::Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}
