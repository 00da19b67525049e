//! Pages for admins as the server writes them.

use protocol::{Right, paths};

use super::server::{Server, show};
use crate::testing::{MARKUP, has, lacks};

fn shown(path: &str) -> String {
    let mut server = Server::new(Vec::new());
    server.me.admin = true;
    server.me.rights = Right::ALL.to_vec();
    let shown = show(&server, path, "");
    has(
        &shown,
        &[
            "aria-label=\"Administration\"",
            "id=\"page-title\"",
            "href=\"/admin/people\"",
            "href=\"/admin/visibility\"",
        ],
    );
    // One tab is marked, and no text from outside is markup.
    let (_, tabs) = shown.split_once("\"Administration\"").expect("tabs");
    let (tabs, _) = tabs.split_once("</nav>").expect("the end of tabs");
    assert_eq!(tabs.matches("aria-current=\"page\"").count(), 1, "{path}");
    lacks(&shown, &[MARKUP, "<canvas"]);
    shown
}

#[test]
fn people_are_listed_with_their_roles() {
    let shown = shown(paths::PEOPLE_PAGE);
    has(
        &shown,
        &["id=\"row-7\"", "shop, viewer", "3 days ago", "Others"],
    );
}

#[test]
fn roles_are_listed_with_what_they_give_and_to_how_many() {
    let shown = shown(paths::ROLES_PAGE);
    has(
        &shown,
        &[
            "Roles<small>4</small>",
            "id=\"row-shop\"",
            "*e*",
            "off; nothing",
            "Made by admins",
            "Part of the server",
        ],
    );
}

#[test]
fn the_matrix_has_a_column_for_each_role_and_a_line_for_each_metric() {
    let shown = shown(paths::VISIBILITY_PAGE);
    has(
        &shown,
        &[
            "role=\"grid\"",
            "aria-colcount=\"5\"",
            // A heading, and five metrics.
            "aria-rowcount=\"7\"",
            "shop, used: allowed",
            "shop, hits: not allowed",
            "shop, Other: partly allowed",
            "admin, hits: allowed",
            "Every change is saved",
        ],
    );
}

#[test]
fn tokens_are_listed_without_their_secrets() {
    let shown = shown(paths::TOKENS_PAGE);
    has(
        &shown,
        &[
            "id=\"row-5\"",
            "ingest",
            "nobody",
            "Expires",
            "Last used",
            "never",
        ],
    );
}

#[test]
fn sessions_are_listed_below_their_people() {
    let shown = shown(paths::SESSIONS_PAGE);
    has(
        &shown,
        &["id=\"row-there\"", "10.0.0.7", "1 min ago", "This session"],
    );
}

#[test]
fn invitations_are_listed_without_their_links() {
    let shown = shown(paths::INVITATIONS_PAGE);
    has(&shown, &["id=\"row-4\"", "viewer", "in 60 min"]);
}

#[test]
fn who_may_invite_is_offered_the_tab_of_invitations_alone() {
    let mut server = Server::new(Vec::new());
    server.me.rights = vec![Right::Invite];
    let invitations = show(&server, paths::INVITATIONS_PAGE, "");
    has(
        &invitations,
        &["id=\"row-4\"", "href=\"/admin/invitations\""],
    );
    lacks(&invitations, &["href=\"/admin/people\""]);
    let account = show(&server, paths::ACCOUNT_PAGE, "");
    has(&account, &["href=\"/admin/invitations\""]);
}

#[test]
fn the_account_shows_ones_own_sessions_and_second_factor() {
    let shown = show(&Server::new(Vec::new()), paths::ACCOUNT_PAGE, "");
    has(
        &shown,
        &[
            "id=\"page-title\"",
            "This session",
            "10.0.0.7",
            "9 recovery codes are left",
            "There are none.",
        ],
    );
    lacks(&shown, &[MARKUP, "<canvas"]);
}

#[test]
fn the_audit_log_says_that_it_loads_and_has_its_files() {
    let shown = shown(paths::AUDIT_PAGE);
    has(
        &shown,
        &[
            "aria-label=\"Audit log\"",
            "aria-busy=\"true\"",
            "Loading…",
            "href=\"/api/admin/audit/export?format=csv\"",
            "href=\"/api/admin/audit/export?format=json\"",
            "Role saved",
        ],
    );
}
