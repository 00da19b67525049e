//! The page's program for every page, or for those that have no program of their own: takes over
//! what the server rendered. `viewing.rs` is the one for the pages that most visits are for,
//! `admin.rs` that for administration, `editing.rs` that for editing dashboards. Nothing else lives here.
#![cfg(target_arch = "wasm32")]

#[cfg(not(feature = "every-page"))]
mod opened;
mod start;

use wasm_bindgen::prelude::wasm_bindgen;

/// Shows what opens.
#[cfg(not(feature = "every-page"))]
const SHOWN: fn(app::parts::Opened) -> leptos::prelude::AnyView = app::parts::opened;

/// Called once by the script in the document.
#[wasm_bindgen]
pub fn hydrate() {
    #[cfg(feature = "bench")]
    if app::bench::is_here() {
        return start::start(app::bench::here);
    }
    #[cfg(feature = "every-page")]
    start::start(app::App);
    #[cfg(not(feature = "every-page"))]
    start::start(|| app::full(opened::PARTS));
}
