//! The kinds of widgets that few dashboards have, in a file of their own, which a page that shows one loads
//! before it begins.

use app::WidgetControls;
use app::parts::{self, Parts};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use protocol::Widget;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::opened;

/// The parts of a program that holds neither what opens nor these kinds.
pub const PARTS: Parts = Parts {
    rare: |widget, controls| rare(widget, controls).now_or_never()?.ok(),
    ..opened::PARTS
};

/// A widget of such a kind.
#[wasm_split(kinds, wasm_split_path = leptos::wasm_split, preload(load_kinds), fallible)]
pub fn rare(widget: Widget, controls: WidgetControls) -> Result<AnyView, SplitLoaderError> {
    Ok(app::kinds::rare(widget, controls))
}

/// Called first by the script in the document; loads what the page cannot begin without.
///
/// # Errors
/// When that could not be loaded.
#[wasm_bindgen]
pub async fn ready() -> Result<(), JsValue> {
    match parts::needs_rare() {
        true => load_kinds()
            .await
            .map_err(|_| "Kinds of widgets could not be loaded.".into()),
        false => Ok(()),
    }
}
