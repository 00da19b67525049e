//! The page's program for the page that edits dashboards. It differs from the one in `lib.rs`
//! in the table of pages alone: the linker leaves out what no page of the table needs.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
mod opened;
#[cfg(target_arch = "wasm32")]
mod start;

/// Called once by the script in the document.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    start::start(|| app::editing(opened::PARTS));
}

/// Hosts have no use for it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
