//! The table of pages, and pages as the server loads and writes them.

mod admin;
mod documents;
mod forms;
mod loaded;
mod server;

use super::*;
use protocol::Action;

#[test]
fn paths() {
    for (path, want) in [
        ("/", Some(("/", ""))),
        ("/d/one", Some(("/d/{id}", "one"))),
        ("/d/", None),
        ("/d", None),
        ("/d/one/more", None),
        ("/d/one/edit", Some(("/d/{id}/edit", "one"))),
        ("/d//edit", None),
        ("/d/one/versions", Some(("/d/{id}/versions", "one"))),
        ("/d/edit", Some(("/d/{id}", "edit"))),
        ("/metrics-list", Some(("/metrics-list", ""))),
        ("/sign-in", Some(("/sign-in", ""))),
        ("/sign-in/", None),
        ("/setup/abc", Some(("/setup/{token}", "abc"))),
        ("/join/abc", Some(("/join/{token}", "abc"))),
        ("/reset/abc", Some(("/reset/{token}", "abc"))),
        ("/setup", None),
        ("", None),
        ("//", None),
    ] {
        let found = found(path).map(|(index, parameter)| (PAGES[index].path, parameter));
        assert_eq!(found, want, "{path}");
    }
}

#[test]
fn every_page_is_in_its_program() {
    for (index, page) in PAGES.iter().enumerate() {
        let programs =
            [&VIEWING, &ADMIN, &FULL, &EDITING, &EVERY].map(|views| views[index].is_some());
        let want = match page.bundle {
            Bundle::Document => [false, false, false, false, false],
            Bundle::Viewing => [true, false, false, false, true],
            Bundle::Admin => [false, true, false, false, true],
            Bundle::Full => [false, false, true, false, true],
            Bundle::Editing => [false, false, false, true, true],
        };
        assert_eq!(programs, want, "{}", page.path);
        // A document without a program has nobody to load data for.
        assert!(
            page.bundle != Bundle::Document || page.load.is_none(),
            "{}",
            page.path
        );
    }
}

#[test]
fn what_is_loaded_is_for_users() {
    for page in &PAGES {
        let public = page.action == Action::Public;
        assert_eq!(page.load.is_none(), public, "{}", page.path);
        assert!(
            page.menu.is_none() || !page.path.contains('{'),
            "{}",
            page.path
        );
        assert_ne!(page.action, Action::Ingest, "{}", page.path);
    }
}
