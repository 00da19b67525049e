//! What a page begins with: the server writes it into the document, the page reads it there.
//!
//! Both read the same text, so that the first render is the same on both.

use leptos::prelude::*;
use protocol::{Boot, json};
use serde::de::DeserializeOwned;

use super::notice;
use crate::address::Address;
use crate::browser;

/// The element of the document that holds it.
const BOOT: &str = "boot";
/// The attribute of that element which says what was found.
const FOUND: &str = "data-found";

/// What the server begins the page with, as JSON. Only the server writes it, so that the page has
/// no code that could.
#[derive(Clone)]
pub struct BootText(String);

impl BootText {
    /// Of JSON; nothing in it ends the element that it stands in.
    pub fn new(json: &str) -> BootText {
        BootText(json.replace('<', "\\u003c"))
    }
}

/// Whether there is a page at the address, and this user may open it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Found {
    /// There is.
    #[default]
    Page,
    /// There is none.
    Nothing,
    /// It is not for this user.
    Forbidden,
}

impl Found {
    const ALL: [Found; 3] = [Found::Page, Found::Nothing, Found::Forbidden];

    /// At this address: the server says it by context, and in the document.
    pub fn here() -> Found {
        if is_server() {
            return use_context().unwrap_or_default();
        }
        let word = browser::attribute_of(BOOT, FOUND).unwrap_or_default();
        Found::ALL
            .into_iter()
            .find(|found| found.name() == word)
            .unwrap_or_default()
    }

    fn name(self) -> &'static str {
        match self {
            Found::Page => "page",
            Found::Nothing => "nothing",
            Found::Forbidden => "forbidden",
        }
    }
}

/// What the page was loaded with; none when it was loaded with nothing. A text that cannot be read
/// is reported on the console: page and server are of different versions.
pub fn read<T: DeserializeOwned>() -> Option<Boot<T>> {
    let text = if is_server() {
        use_context::<BootText>().map(|text| text.0)
    } else {
        browser::text_of(BOOT)
    };
    let text = text.filter(|text| !text.is_empty())?;
    match json::read(&text) {
        Ok(boot) => Some(boot),
        Err(error) => {
            leptos::logging::error!("Pulseboard: the data of the page cannot be read: {error}");
            None
        }
    }
}

/// The view of a page with what it was loaded with; without that, there is no page.
pub fn show<T: DeserializeOwned>(view: fn(Boot<T>) -> AnyView) -> AnyView {
    read().map_or_else(notice::missing, view)
}

/// The element of the document that holds it.
#[component]
pub fn BootElement() -> impl IntoView {
    let text = use_context::<BootText>().map(|text| text.0);
    view! {
        <script
            type="application/json"
            id=BOOT
            data-found=Found::here().name()
            inner_html=text.unwrap_or_default()
        ></script>
    }
}

/// The server provides the address of each request.
fn is_server() -> bool {
    use_context::<Address>().is_some()
}
