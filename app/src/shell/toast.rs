//! A short message about the last action, shown for a few seconds.

use leptos::prelude::*;

use crate::browser;
use crate::erased::part;

/// How long a message stays, in ms.
const SHOWN_MS: u32 = 6_000;

/// For every component of a page: copied freely.
#[derive(Clone, Copy)]
pub struct Toast {
    /// The message; empty when there is none.
    text: RwSignal<String>,
}

impl Toast {
    /// Shows nothing yet.
    pub fn new() -> Self {
        Toast {
            text: RwSignal::new(String::new()),
        }
    }

    /// Shows a message for a while. A later message replaces it.
    pub fn show(&self, text: impl Into<String>) {
        let message = text.into();
        self.text.set(message.clone());
        let text = self.text;
        browser::spawn(async move {
            browser::sleep(SHOWN_MS).await;
            // The page may be gone, and another message may have come.
            if text.try_with_untracked(|now| *now == message) == Some(true) {
                text.set(String::new());
            }
        });
    }
}

/// Where the message is shown.
#[component]
pub fn ToastLine(
    /// The message.
    toast: Toast,
) -> impl IntoView {
    let text = toast.text;
    view! {
        <p class="toast" class:idle=move || text.with(String::is_empty) role="status">
            {part(move || text.get())}
        </p>
    }
}
