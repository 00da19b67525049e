//! The header of every page: brand, navigation, connection state where there is a stream, and the
//! account. What else a page has in it, it passes; on a narrow screen the navigation is a menu.

use leptos::prelude::*;

use super::account::Account;
use super::disclosure::Disclosure;
use super::guest::SignInLink;
use super::navigation;
use super::preview::PreviewNote;
use crate::base::at;
use crate::erased::part;
use crate::icons::{MenuMark, Pulse};
use crate::live::Live;
use crate::live::status::{self, Status};
use protocol::{Me, paths};

/// The header.
#[component]
pub fn Header(
    /// The signed-in user.
    me: Me,
    /// Path of the entry of the navigation that the page belongs to; empty for none.
    here: &'static str,
    /// What follows the navigation: where in its section the page is.
    #[prop(optional)]
    place: Option<AnyView>,
    /// What the page adds to the menu of a narrow screen.
    #[prop(optional)]
    menu: Option<AnyView>,
    /// What stands before the connection state.
    #[prop(optional)]
    notes: Option<AnyView>,
    /// What the page can be changed with.
    #[prop(optional)]
    controls: Option<AnyView>,
) -> impl IntoView {
    let live = use_context::<Live>();
    let [in_menu, in_bar] = [(); 2].map(|()| navigation::links(&me, here));
    let preview = me.preview.is_some();
    let note = me
        .preview
        .clone()
        .map(|role| view! { <PreviewNote role/> }.into_any());
    view! {
        {note}
        <header class="bar">
            <Disclosure class="nav-menu" title="Menu" label="Menu" mark=MenuMark().into_any()>
                <nav aria-label="Pages">{in_menu}</nav>
                {menu}
            </Disclosure>
            <a class="brand" href=at(paths::HOME_PAGE)><Pulse/>"Pulseboard"</a>
            <nav class="pages" aria-label="Pages">{in_bar}</nav>
            {place.map(|place| view! { <span class="slash" aria-hidden="true">"/"</span>{place} }.into_any())}
            <span class="space"></span>
            {notes}
            {live.map(|live| view! { <Connection live/> }.into_any())}
            {controls}
            {match (preview, me.guest) {
                // Of whoever previews nothing is shown.
                (true, _) => None,
                (false, true) => Some(view! { <SignInLink/> }.into_any()),
                (false, false) => Some(view! { <Account me/> }.into_any()),
            }}
        </header>
    }
}

/// Live or not, and since when.
#[component]
fn Connection(
    /// What says how the page stands to the server.
    live: Live,
) -> impl IntoView {
    let paused = move || live.is_fixed();
    let state = move || match live.status.get() {
        Status::Live | Status::Polling if paused() => ("paused", "Paused"),
        other => (other.name(), other.word()),
    };
    let since = move || match live.status.get() {
        Status::Live | Status::Stale => {
            format!("Connected: {}", status::duration(live.connected_s.get()))
        }
        Status::Polling => "asked every second: other tabs hold the connections".to_owned(),
        Status::Reconnecting => format!("last data {} ago", status::duration(live.age_s.get())),
        Status::Connecting => String::new(),
    };
    let age = move || match live.status.get() {
        Status::Stale => format!("no data for {} · ", status::duration(live.age_s.get())),
        _ => String::new(),
    };
    view! {
        <p class="connection" data-status=move || state().0>
            <i class="dot" aria-hidden="true"></i>
            <b role="status">{part(move || state().1)}</b>
            <span class="since">{part(age)}{part(since)}</span>
        </p>
    }
}
