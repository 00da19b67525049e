//! What leaves the page: files to save, and what is put on the clipboard.

pub mod csv;
pub mod image;

use js_sys::{Array, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ClipboardItem, HtmlCanvasElement, HtmlElement, Url};

use crate::browser;

/// After this a saved file needs its address no more, in ms.
const SAVED_WITHIN_MS: u32 = 20_000;

/// Saves a text as a file.
pub fn save_text(name: &str, kind: &str, text: &str) -> bool {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&text.into());
    Blob::new_with_str_sequence_and_options(&parts, &options).is_ok_and(|blob| save(name, &blob))
}

/// Saves a canvas as a PNG file.
pub async fn save_png(name: &str, canvas: &HtmlCanvasElement) -> bool {
    let blob = JsFuture::from(png(canvas)).await;
    let blob = blob.ok().and_then(|blob| blob.dyn_into::<Blob>().ok());
    blob.is_some_and(|blob| save(name, &blob))
}

/// Puts a canvas on the clipboard as a PNG; false when the browser or the person refuses.
pub async fn copy_png(canvas: &HtmlCanvasElement) -> bool {
    let item = Object::new();
    // A plain object takes any key.
    drop(Reflect::set(&item, &"image/png".into(), &png(canvas)));
    let Some(clipboard) = browser::clipboard() else {
        return false;
    };
    let Ok(item) = ClipboardItem::new_with_record_from_str_to_blob_promise(&item) else {
        return false;
    };
    let written = clipboard.write(&Array::of1(&item));
    JsFuture::from(written).await.is_ok()
}

fn png(canvas: &HtmlCanvasElement) -> Promise {
    Promise::new(&mut |resolve, reject| {
        if let Err(error) = canvas.to_blob(&resolve) {
            drop(reject.call1(&JsValue::NULL, &error));
        }
    })
}

fn save(name: &str, blob: &Blob) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return false;
    };
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let Some(link) = link else { return false };
    let set = link
        .set_attribute("href", &address)
        .and_then(|()| link.set_attribute("download", name));
    link.click();
    leptos::task::spawn_local(async move {
        browser::sleep(SAVED_WITHIN_MS).await;
        // An address that is gone already needs no end.
        drop(Url::revoke_object_url(&address));
    });
    set.is_ok()
}
