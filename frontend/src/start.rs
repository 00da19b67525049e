//! What all programs do first.

use leptos::IntoView;

/// Reports panics on the console and takes over the document's body as `page`.
pub fn start<V: IntoView>(page: impl FnOnce() -> V + 'static) {
    // The place in the source; the browser adds the stack of the trap that follows.
    std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    app::begin();
    leptos::mount::hydrate_body(page);
}
