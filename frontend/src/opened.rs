//! What opens after a click and how changes are saved, in a file of its own that is loaded when it is
//! needed: `cargo xtask site` cuts at each `wasm_split`. Invariant: the program's `SHOWN` alone says what that is.

use app::parts::{self, Opened, Parts, Save};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// What is in a file of its own is at hand without waiting once it is loaded; the kinds of widgets
/// belong to the program.
pub const PARTS: Parts = Parts {
    load: Some(|| Box::pin(load())),
    opened: |what| opened(what).now_or_never()?.ok(),
    save: |what| save(what).now_or_never()?.ok(),
    ..parts::WHOLE
};

/// Loads it; false when that failed.
pub async fn load() -> bool {
    load_opened().await.is_ok() && load_save().await.is_ok()
}

#[wasm_split(opened, wasm_split_path = leptos::wasm_split, preload(load_opened), fallible)]
fn opened(what: Opened) -> Result<AnyView, SplitLoaderError> {
    Ok((crate::SHOWN)(what))
}

#[wasm_split(opened, wasm_split_path = leptos::wasm_split, preload(load_save), fallible)]
fn save(what: Save) -> Result<(), SplitLoaderError> {
    parts::save(what);
    Ok(())
}
