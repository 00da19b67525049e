//! The WASM entry: takes over the page that the server rendered. Nothing else lives here.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script that the server puts into the page.
#[wasm_bindgen]
pub fn hydrate() {
    // Where it happened; the browser adds the stack of the trap that follows.
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    #[cfg(feature = "bench")]
    if app::bench::is_here() {
        return leptos::mount::hydrate_body(app::bench::here);
    }
    leptos::mount::hydrate_body(app::App);
}
