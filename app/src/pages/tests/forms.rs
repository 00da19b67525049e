//! The forms: where they lead, where the focus is, and that none is offered that cannot succeed.

use protocol::paths;

use super::server::{Server, show, show_form};
use crate::shell::form::FormState;
use crate::testing::{has, lacks};

#[test]
fn signing_in_leads_back_to_pages_of_this_site() {
    let server = Server::new(Vec::new());
    let show = |search: &str| show(&server, paths::SIGN_IN_PAGE, search);
    let shown = show("");
    has(
        &shown,
        &[
            "data-next=\"/\"",
            "method=\"post\"",
            "type=\"password\"",
            "required",
        ],
    );
    lacks(&shown, &["is wrong", "session ended"]);
    has(
        &show("next=%2Fd%2Fshop"),
        &["data-next=\"/d/shop\"", "next=%2Fd%2Fshop"],
    );
    for elsewhere in [
        "%2F%2Fevil",
        "https%3A%2F%2Fevil",
        "%2F%5Cevil",
        "%2F%09%2Fevil",
        "",
    ] {
        has(&show(&format!("next={elsewhere}")), &["data-next=\"/\""]);
    }
    let shown = show("failed=1&ended=1&name=%3Cb%3E%22");
    has(
        &shown,
        &[
            "Name or password is wrong.",
            "Your session ended.",
            "value=\"&lt;b&gt;&quot;\"",
        ],
    );
}

#[test]
fn the_first_admin_has_the_secret_of_the_link() {
    let server = Server::new(Vec::new());
    let shown = show(&server, "/setup/abc", "");
    has(
        &shown,
        &[
            "name=\"token\"",
            "value=\"abc\"",
            "value=\"admin\"",
            "minlength=\"8\"",
        ],
    );
    lacks(&shown, &["No admin was made"]);
    let shown = show(&server, "/setup/abc", "failed=1&name=eve");
    has(&shown, &["No admin was made", "value=\"eve\""]);
}

#[test]
fn a_form_that_cannot_succeed_is_not_offered() {
    let server = Server::new(Vec::new());
    let stands = "stands in the terminal, or the log, of the server";
    for (path, state, words) in [
        (paths::SIGN_IN_PAGE, FormState::NoUser, stands),
        ("/setup/abc", FormState::LinkInvalid, stands),
        (
            "/setup/abc",
            FormState::LinkUsed,
            "this server has an admin",
        ),
    ] {
        let shown = show_form(&server, path, "", state);
        has(&shown, &[words]);
        lacks(&shown, &["<form", "<input"]);
    }
    has(
        &show_form(&server, "/setup/abc", "", FormState::LinkUsed),
        &["href=\"/sign-in\""],
    );
}

#[test]
fn the_focus_is_where_something_is_to_be_typed() {
    let server = Server::new(Vec::new());
    for (search, field) in [("", "name"), ("failed=1&name=eve", "password")] {
        let shown = show(&server, paths::SIGN_IN_PAGE, search);
        let focused = shown.split('<').find(|tag| tag.contains("autofocus"));
        let want = format!("name=\"{field}\"");
        assert!(focused.is_some_and(|tag| tag.contains(&want)), "{shown}");
        assert_eq!(shown.matches("autofocus").count(), 1);
        // Only the script can show what is typed.
        has(&shown, &["Show what is typed", "hidden"]);
    }
}
