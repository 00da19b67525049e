//! A button with a panel below it. The browser's own `details`, so that it opens before the page's
//! program runs; Escape closes it, and so does moving the focus elsewhere.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

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
    let key = move |event: KeyboardEvent| {
        let Some(details) = node.get_untracked().filter(|details| details.open()) else {
            return;
        };
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            details.set_open(false);
            let summary = details.query_selector("summary");
            if let Ok(Some(summary)) = summary.map(|found| found.and_then(as_html)) {
                // An element that is there takes the focus.
                drop(summary.focus());
            }
        }
    };
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
    let opened = move |_| {
        let open = node.get_untracked().is_some_and(|details| details.open());
        if let Some(on_open) = on_open.filter(|_| open) {
            on_open.run(());
        }
    };
    view! {
        <details class=class node_ref=node on:keydown=key on:focusout=left on:toggle=opened>
            <summary aria-label=label title=title>{mark}</summary>
            <div class="menu">{children()}</div>
        </details>
    }
}

fn as_html(element: web_sys::Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}
