//! A tab that was open while the server got another build of the page loads it.
//!
//! Invariant: a tab leaves a build by itself at most once, and never while something is unsaved.

use leptos::prelude::*;

use crate::browser;
use crate::erased::{effect, part};

/// The key in the tab's storage under which the build stands that it last left by itself.
pub const RELOADED: &str = "pulseboard.reloaded";

/// What a tab does about the build of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Response {
    /// Both are of one build, or the server's is not known yet.
    Stay,
    /// Loads the page again.
    Reload,
    /// Leaves that to the person.
    Offer,
}

/// `left` is the build that the tab last left by itself.
fn respond(own: &str, server: &str, left: Option<&str>, unsaved: bool) -> Response {
    if server.is_empty() || server == own {
        Response::Stay
    } else if unsaved || left == Some(own) {
        Response::Offer
    } else {
        Response::Reload
    }
}

/// Reloads the page when the server has another build of it, or shows a banner that offers to.
#[component]
pub fn Upgrade(
    /// The build that the server announced; empty until it did.
    server: Signal<String>,
    /// Whether something would be lost.
    unsaved: Signal<bool>,
) -> impl IntoView {
    let offered = RwSignal::new(false);
    effect(move || {
        let own = browser::build();
        let left = browser::remembered(RELOADED);
        let response = server.with(|server| respond(&own, server, left.as_deref(), unsaved.get()));
        offered.set(response == Response::Offer);
        // A tab that cannot remember would reload for ever.
        if response == Response::Reload {
            if browser::remember(RELOADED, &own) {
                browser::reload();
            } else {
                offered.set(true);
            }
        }
    });
    let banner = || {
        view! {
            <p class="banner" role="alert">
                "The server was upgraded, and this page is of the version before. "
                <button type="button" on:click=|_| browser::reload()>"Reload"</button>
            </p>
        }
    };
    part(move || offered.get().then(banner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses() {
        for (server, left, unsaved, want) in [
            ("", None, false, Response::Stay),
            ("a", None, true, Response::Stay),
            ("a", Some("a"), false, Response::Stay),
            ("b", None, false, Response::Reload),
            ("b", Some("b"), false, Response::Reload),
            ("b", None, true, Response::Offer),
            // It has come back to the build that it left.
            ("b", Some("a"), false, Response::Offer),
        ] {
            assert_eq!(
                respond("a", server, left, unsaved),
                want,
                "{server} {left:?} {unsaved}"
            );
        }
    }
}
