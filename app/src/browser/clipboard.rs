//! The clipboard.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Browsers have one only on pages that came encrypted or from this machine.
pub fn clipboard() -> Option<web_sys::Clipboard> {
    let clipboard = window().navigator().clipboard();
    let known: &JsValue = clipboard.as_ref();
    (!known.is_undefined()).then_some(clipboard)
}

/// Puts a text on the clipboard; false when the browser or the person refuses.
pub async fn copy_text(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}
