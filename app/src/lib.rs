//! App.
use leptos::prelude::*;
/// Root.
#[component]
pub fn App() -> impl IntoView { view! { <p>"Pulseboard"</p> } }
