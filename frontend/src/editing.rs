//! The page's program for the page that edits dashboards. It differs from the one in `lib.rs`
//! in the table of pages, and in the kinds of widgets that it holds in a file of their own: the linker
//! leaves out what nothing here needs.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
mod kinds;
#[cfg(target_arch = "wasm32")]
mod opened;
#[cfg(target_arch = "wasm32")]
mod start;

/// Shows what opens, what can be changed of a widget among it.
#[cfg(target_arch = "wasm32")]
const SHOWN: fn(app::parts::Opened) -> leptos::prelude::AnyView = app::parts::opened_while_editing;

/// What opens comes with all kinds of widgets: somebody may add one.
#[cfg(target_arch = "wasm32")]
const PARTS: app::parts::Parts = app::parts::Parts {
    load: Some(|| Box::pin(async { kinds::load_kinds().await.is_ok() && opened::load().await })),
    ..kinds::PARTS
};

/// Called once by the script in the document.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    start::start(|| app::editing(PARTS));
}

/// Hosts have no use for it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
