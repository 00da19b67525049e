//! The page's program for the pages that most visits are for. It differs from the one in `lib.rs`
//! in the table of pages, and in parts of dashboards that it holds in files of their own: the linker
//! leaves out what nothing here needs, and `cargo xtask site` cuts at each `wasm_split`.
#![cfg_attr(target_arch = "wasm32", no_main)]

#[cfg(target_arch = "wasm32")]
mod opened;
#[cfg(target_arch = "wasm32")]
mod start;

#[cfg(target_arch = "wasm32")]
mod page {
    use app::WidgetControls;
    use app::parts::{self, Parts};
    use futures::FutureExt;
    use leptos::prelude::*;
    use leptos::wasm_split::{SplitLoaderError, wasm_split};
    use protocol::Widget;
    use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

    use super::opened;

    /// The kinds of widgets that few dashboards have are in a file of their own as well.
    const PARTS: Parts = Parts {
        rare: |widget, controls| rare(widget, controls).now_or_never()?.ok(),
        ..opened::PARTS
    };

    #[wasm_split(kinds, wasm_split_path = leptos::wasm_split, preload(load_kinds), fallible)]
    fn rare(widget: Widget, controls: WidgetControls) -> Result<AnyView, SplitLoaderError> {
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

    /// Called once by the script in the document.
    #[wasm_bindgen]
    pub fn hydrate() {
        super::start::start(|| app::viewing(PARTS));
    }
}

/// Hosts have no use for it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
