//! The sign-in page.

use leptos::prelude::*;

use crate::address::Address;
use crate::shell::form::FormPage;
use crate::shell::page::{Bundle, Page};
use protocol::{Action, paths};

/// The page for people who are not signed in.
pub const PAGE: Page = Page {
    path: paths::SIGN_IN_PAGE,
    title: "Sign in",
    menu: None,
    action: Action::Public,
    bundle: Bundle::Document,
    load: None,
    view: |_| SignIn().into_any(),
};

/// Name and password.
#[component]
fn SignIn() -> impl IntoView {
    let address = Address::here();
    let next = address.parameter(paths::NEXT).filter(|next| is_local(next));
    // Passed on as it stands in the address, hence escaped already.
    let action = match address.escaped_parameter(paths::NEXT) {
        Some(next) => format!("{}?{}={next}", paths::SESSION, paths::NEXT),
        None => paths::SESSION.to_string(),
    };
    let problem = match address.parameter(paths::FAILED) {
        Some(_) => "Name or password is wrong.",
        None => "",
    };
    let ended = address.parameter(paths::ENDED).is_some();
    let name = address.parameter(paths::NAME).unwrap_or_default();
    view! {
        <FormPage
            action
            next=next.unwrap_or_else(|| paths::HOME_PAGE.into())
            title="Sign in"
            problem
            submit="Sign in"
        >
            {ended.then(|| view! { <p class="hint" role="status">"Your session ended. Sign in to go on where you were."</p> })}
            <label>
                "Name"
                <input name="name" autocomplete="username" autocapitalize="none" required autofocus value=name/>
            </label>
            <label>
                "Password"
                <input name="password" type="password" autocomplete="current-password" required/>
            </label>
        </FormPage>
    }
}

/// Only paths of this site: `//host` and `/\host` lead elsewhere, and so do both with a tab or the
/// end of a line in them, which browsers leave out.
fn is_local(path: &str) -> bool {
    let begins = path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
    begins && !path.bytes().any(|byte| byte.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_paths_of_this_site() {
        for (path, want) in [
            ("/", true),
            ("/d/system?x=1", true),
            ("//evil", false),
            ("/\\evil", false),
            ("https://evil", false),
            ("", false),
            ("/\t/evil", false),
            ("/\n\\evil", false),
            ("/d/\u{e9} x", true),
        ] {
            assert_eq!(is_local(path), want, "{path}");
        }
    }
}
