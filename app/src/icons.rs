//! Drawn symbols. Decorative: whatever carries one has its own words.

use leptos::prelude::*;

/// The brand's pulse line.
#[component]
pub fn Pulse() -> impl IntoView {
    view! {
        <svg class="pulse" viewBox="0 0 24 24" width="24" height="24" fill="none" aria-hidden="true">
            <path
                d="M1 13h5l3-8 5 15 3-7h6"
                stroke="currentColor"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
        </svg>
    }
}

/// Two bars: stop; or a triangle: go on.
#[component]
pub fn PauseMark(
    /// Whether it is paused now.
    paused: Signal<bool>,
) -> impl IntoView {
    let path = move || {
        if paused.get() {
            "M4 2l10 6-10 6z"
        } else {
            "M4 2h3v12H4zM9 2h3v12H9z"
        }
    };
    view! {
        <svg viewBox="0 0 16 16" width="14" height="14" fill="currentColor" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}

/// An arrow to an earlier or a later time.
#[component]
pub fn Arrow(
    /// To the earlier.
    back: bool,
) -> impl IntoView {
    let path = if back {
        "M10 3L5 8l5 5"
    } else {
        "M6 3l5 5-5 5"
    };
    view! {
        <svg viewBox="0 0 16 16" width="14" height="14" fill="none" aria-hidden="true">
            <path
                d=path
                stroke="currentColor"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
        </svg>
    }
}

/// Three lines: a menu.
#[component]
pub fn MenuMark() -> impl IntoView {
    view! {
        <svg viewBox="0 0 16 16" width="18" height="18" fill="none" aria-hidden="true">
            <path d="M2 4h12M2 8h12M2 12h12" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"></path>
        </svg>
    }
}
