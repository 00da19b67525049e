//! Light, dark, or as the system is: kept in this browser, not for the person, since it is about a
//! screen and where it stands. A script in the head of the document applies it before anything is drawn.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::erased::{CollectAny, effect};

/// Event of the window after a change.
pub const CHANGED: &str = "pulseboard-theme";
/// Key in the local storage, and what stands there: one of [`THEMES`].
const KEY: &str = "pulseboard.theme";
/// Names and words, the default first.
const THEMES: [(&str, &str); 3] = [("system", "System"), ("light", "Light"), ("dark", "Dark")];

/// Applies what was chosen, before the first paint.
#[component]
pub fn EarlyTheme() -> impl IntoView {
    let script = format!(
        "try{{const t=localStorage.getItem({KEY:?});if(t)document.documentElement.dataset.theme=t}}catch{{}}"
    );
    view! { <script nonce=use_nonce() inner_html=script></script> }
}

/// The choice, in the account menu.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let chosen = RwSignal::new(THEMES[0].0.to_string());
    effect(move || {
        if let Some(theme) = root().and_then(|root| root.get_attribute("data-theme")) {
            chosen.set(theme);
        }
    });
    let option = move |(name, words): (&'static str, &'static str)| {
        view! {
            <button
                type="button"
                aria-pressed=move || chosen.with(|chosen| chosen == name).to_string()
                on:click=move |_| {
                    choose(name);
                    chosen.set(name.into());
                }
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="themes" role="group" aria-label="Theme">{THEMES.map(option).collect_any()}</div>
    }
}

fn root() -> Option<web_sys::Element> {
    document().document_element()
}

/// Shows the theme, and keeps it where the browser lets the page.
fn choose(name: &str) {
    let shown = root().map(|root| root.set_attribute("data-theme", name));
    let kept = window()
        .local_storage()
        .map(|storage| storage.map(|s| s.set_item(KEY, name)));
    let told = web_sys::Event::new(CHANGED).and_then(|event| window().dispatch_event(&event));
    let failed: [Option<JsValue>; 3] = [
        shown.and_then(Result::err),
        kept.map_or_else(Some, |kept| kept.and_then(Result::err)),
        told.err(),
    ];
    for error in failed.into_iter().flatten() {
        leptos::logging::warn!("Pulseboard: the theme is not kept: {error:?}");
    }
}
