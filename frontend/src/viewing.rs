//! The page's program for the pages that most visits are for. It differs from the one in `lib.rs`
//! in the table of pages, and in the kinds of widgets that it holds in a file of their own: the linker
//! leaves out what nothing here needs.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
mod kinds;
#[cfg(target_arch = "wasm32")]
mod opened;
#[cfg(target_arch = "wasm32")]
mod start;

/// Shows what opens.
#[cfg(target_arch = "wasm32")]
const SHOWN: fn(app::parts::Opened) -> leptos::prelude::AnyView = app::parts::opened;

/// Called once by the script in the document.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    start::start(|| app::viewing(kinds::PARTS));
}

/// Hosts have no use for it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
