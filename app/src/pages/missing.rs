//! Nothing stands at this address.

use leptos::prelude::*;

/// The page for addresses that lead nowhere.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <main class="plain">
            <h1>"There is no such page"</h1>
            <p>"The address may be old or mistyped."</p>
            <p><a href=protocol::paths::HOME_PAGE>"Open the System dashboard"</a></p>
        </main>
    }
}
