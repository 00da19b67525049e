//! What stands where no page is: the address leads nowhere, or to a page for others.

use crate::base::at;
use leptos::prelude::*;
use protocol::{Me, paths};

use super::boot;
use super::header::Header;

/// Nothing stands at this address.
pub fn missing() -> AnyView {
    notice(
        "There is no such page",
        "The address may be old or mistyped.",
    )
}

/// The page is not for this user.
pub fn forbidden() -> AnyView {
    notice(
        "This page is not for your role",
        "Ask an admin if you need it.",
    )
}

fn notice(title: &'static str, words: &'static str) -> AnyView {
    let me: Option<Me> = boot::read::<()>().map(|boot| boot.me);
    view! {
        {me.map(|me| view! { <Header me here=""/> })}
        <main class="plain">
            <h1>{title}</h1>
            <p>{words}</p>
            <p><a href=at(paths::HOME_PAGE)>"Open the home dashboard"</a></p>
        </main>
    }
    .into_any()
}
