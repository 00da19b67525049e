//! Pages as the server loads and writes them: what is in them, and what a hidden metric leaves.

use leptos::prelude::*;
use protocol::role::Setup;
use protocol::{AcceptInvitation, ResetPassword, SignIn, WidgetKind, paths};

use super::server::{Server, load, show};
use crate::address::Address;
use crate::pages::{Admin, App, full, viewing};
use crate::parts;
use crate::shell::boot::{BootText, Found};
use crate::shell::page::LoadError;
use crate::testing::{MARKUP, TestPage, has, html, lacks, store, widget};

#[test]
fn a_dashboard_has_a_frame_for_each_widget() {
    let kinds = [
        WidgetKind::Line,
        WidgetKind::Gauge,
        WidgetKind::Text,
        WidgetKind::BarList,
    ];
    let server = Server::new(kinds.map(widget).into());
    for path in ["/", "/d/shop"] {
        let shown = show(&server, path, "");
        assert_eq!(shown.matches("<article").count(), kinds.len());
        has(
            &shown,
            &[
                "class=\"board\"",
                "Last 15 minutes",
                "account of ada",
                "Connecting",
            ],
        );
        has(
            &shown,
            &[
                "id=\"palette\"",
                "data-found=\"page\"",
                "id=\"how-to-move\"",
            ],
        );
        lacks(
            &shown,
            &[
                MARKUP,
                "Every widget is hidden",
                "class=\"catalogue\"",
                "banner",
            ],
        );
    }
}

#[test]
fn the_page_that_edits_has_every_metric_and_is_for_those_who_may_edit() {
    let mut server = Server::new(vec![widget(WidgetKind::Line), widget(WidgetKind::Text)]);
    let path = paths::edit_page("shop");
    assert!(matches!(
        load(&server, &path),
        Some(Err(LoadError::Forbidden))
    ));
    server.me.rights = vec![protocol::Right::EditDashboards];
    let shown = show(&server, &path, "");
    assert_eq!(shown.matches("<article").count(), 2);
    has(
        &shown,
        &[
            "Undo",
            "Save",
            "No changes",
            "\"name\":\"hits\"",
            "href=\"/d/shop\"",
        ],
    );
    lacks(&shown, &[MARKUP, "banner"]);
    let gone = load(&server, &paths::edit_page("gone"));
    assert!(matches!(gone, Some(Err(LoadError::Missing))));
}

#[test]
fn a_dashboard_shows_the_time_of_its_address() {
    let server = Server::new(vec![widget(WidgetKind::Line)]);
    let shown = show(&server, "/d/shop", "range=60");
    has(&shown, &["Last minute", "from=-60000"]);
    let shown = show(&server, "/d/shop", "from=1000&to=61000");
    has(
        &shown,
        &[
            "Fixed time",
            "data-paused=\"true\"",
            "from=1000&amp;to=61000",
        ],
    );
    has(
        &show(&server, "/d/shop", "from=9&to=5"),
        &["Last 15 minutes"],
    );
}

#[test]
fn an_empty_dashboard_says_so_and_what_to_do() {
    let shown = show(&Server::new(Vec::new()), "/", "");
    has(
        &shown,
        &[
            "class=\"grid\"",
            "--rows:0",
            "no widgets yet",
            "href=\"/d/gallery\"",
        ],
    );
    lacks(&shown, &["<article", "Every widget is hidden"]);
    let full = show(&Server::new(vec![widget(WidgetKind::Line)]), "/", "");
    lacks(&full, &["no widgets yet"]);
}

#[test]
fn a_withheld_widget_leaves_no_name_of_its_metric() {
    let mut hidden = widget(WidgetKind::Line);
    hidden.metrics = vec![protocol::MetricRef::default()];
    let mut server = Server::new(vec![hidden]);
    server.metrics.retain(|metric| metric.name != "used");
    let shown = show(&server, "/", "");
    has(&shown, &["Not visible for your role"]);
    lacks(&shown, &["\"used\"", "a.used", "class=\"still\""]);
}

#[test]
fn what_cannot_be_loaded_is_an_error_and_not_a_page() {
    let server = Server::new(Vec::new());
    assert!(matches!(
        load(&server, "/d/gone"),
        Some(Err(LoadError::Missing))
    ));
    let down = Server {
        fails: true,
        ..Server::new(Vec::new())
    };
    for path in [
        "/",
        "/d/shop",
        paths::METRICS_PAGE,
        paths::ROLES_PAGE,
        paths::VISIBILITY_PAGE,
    ] {
        let failed = load(&down, path).expect("a page with data");
        assert!(
            failed.is_err_and(|error| !matches!(error, LoadError::Missing)),
            "{path}"
        );
    }
    for path in [paths::SIGN_IN_PAGE, "/setup/abc"] {
        assert!(load(&down, path).is_none(), "{path} needs no data");
    }
}

#[test]
fn a_page_without_its_data_is_no_page() {
    let _page = TestPage::new(store(&[]), Vec::new());
    for (path, text) in [("/", ""), (paths::METRICS_PAGE, "{}"), ("/nowhere", "")] {
        provide_context(Address {
            path: path.into(),
            search: String::new(),
        });
        provide_context(BootText::new(text));
        has(&html(view! { <App/> }), &["There is no such page"]);
    }
    provide_context(Found::Forbidden);
    has(
        &html(view! { <App/> }),
        &["This page is not for your role", "data-found=\"forbidden\""],
    );
}

#[test]
fn rare_kinds_are_waited_for_where_a_dashboard_was_found_that_has_one() {
    for (kind, found, needed) in [
        (WidgetKind::Gauge, Found::Page, true),
        (WidgetKind::Line, Found::Page, false),
        (WidgetKind::Gauge, Found::Nothing, false),
        (WidgetKind::Gauge, Found::Forbidden, false),
    ] {
        let server = Server::new(vec![widget(kind)]);
        let _page = TestPage::new(store(&[]), Vec::new());
        let path = "/d/shop";
        provide_context(Address {
            path: path.into(),
            search: String::new(),
        });
        provide_context(found);
        let loaded = load(&server, path).expect("a page").expect("it is loaded");
        provide_context(BootText::new(&loaded.json));
        assert_eq!(parts::needs_rare(), needed, "{kind:?} {found:?}");
    }
}

#[test]
fn each_program_has_its_pages_alone() {
    let server = Server::new(vec![widget(WidgetKind::Text)]);
    let _page = TestPage::new(store(&[]), Vec::new());
    let (dashboard, list, roles) = ("/d/shop", paths::METRICS_PAGE, paths::ROLES_PAGE);
    for (program, has_dashboard, has_list, has_roles) in [
        ("viewing", true, false, false),
        ("full", false, true, false),
        ("admin", false, false, true),
        ("every", true, true, true),
    ] {
        for (path, is_there) in [
            (dashboard, has_dashboard),
            (list, has_list),
            (roles, has_roles),
            (paths::SIGN_IN_PAGE, program == "none"),
        ] {
            provide_context(Address {
                path: path.into(),
                search: String::new(),
            });
            if let Some(Ok(loaded)) = load(&server, path) {
                provide_context(BootText::new(&loaded.json));
            }
            let shown = match program {
                "viewing" => html(viewing(parts::WHOLE)),
                "full" => html(full(parts::WHOLE)),
                "admin" => html(view! { <Admin/> }),
                // On forms no program runs: the view is the one that the server found.
                _ if path == paths::SIGN_IN_PAGE => continue,
                _ => html(view! { <App/> }),
            };
            let is_missing = shown.contains("There is no such page");
            assert_eq!(is_missing, !is_there, "{path} in {program}");
        }
    }
}

#[test]
fn the_list_has_every_metric_that_may_be_seen() {
    let mut server = Server::new(vec![widget(WidgetKind::Line)]);
    server.metrics[0].description = MARKUP.into();
    let shown = show(&server, paths::METRICS_PAGE, "");
    has(
        &shown,
        &[
            "Metrics<small>5</small>",
            "id=\"row-hits\"",
            "id=\"row-wait\"",
        ],
    );
    has(
        &shown,
        &[
            "href=\"/d/shop\"",
            "last value",
            "aria-label=\"Search metrics\"",
        ],
    );
    lacks(
        &shown,
        &[MARKUP, "class=\"metric\"", "aria-selected=\"true\""],
    );
    assert_eq!(
        shown.matches("href=\"/d/shop\"").count(),
        1,
        "one is on a dashboard"
    );

    server.metrics.retain(|metric| metric.name != "used");
    let shown = show(&server, paths::METRICS_PAGE, "");
    has(&shown, &["Metrics<small>4</small>"]);
    lacks(&shown, &["row-used", "\"used\""]);
}

#[test]
fn the_list_follows_its_address() {
    let server = Server::new(Vec::new());
    let rows = |search: &str| {
        show(&server, paths::METRICS_PAGE, search)
            .matches("id=\"row-")
            .count()
    };
    for (search, want) in [
        ("", 5),
        ("q=route", 5),
        ("q=distribution", 1),
        ("q=%20HITS%20", 1),
        ("q=none-such", 0),
    ] {
        assert_eq!(rows(search), want, "{search}");
    }
    let shown = show(&server, paths::METRICS_PAGE, "q=none-such");
    has(&shown, &["No matches for “none-such”."]);
    let shown = show(&server, paths::METRICS_PAGE, "metric=wait");
    has(
        &shown,
        &[
            "id=\"metric-title\"",
            "Buckets over time",
            "on none",
            "aria-selected=\"true\"",
        ],
    );
    let shown = show(&server, paths::METRICS_PAGE, "metric=%3Cb%3E");
    has(
        &shown,
        &[
            "Unknown metric",
            "There is no such metric, or it is not for your role.",
        ],
    );
}

#[test]
fn the_fields_of_a_form_are_those_of_what_it_sends() {
    fn check<T: serde::de::DeserializeOwned>(path: &str) {
        let shown = show(&Server::new(Vec::new()), path, "");
        let (_, form) = shown.split_once("<form").expect("a form");
        let (form, _) = form.split_once("</form>").expect("the end of the form");
        let names = form.split(" name=\"").skip(1);
        let names = names.filter_map(|rest| rest.split_once('"'));
        let body: serde_json::Map<_, _> = names
            .map(|(name, _)| (name.to_string(), "x".into()))
            .collect();
        let read = serde_json::from_value::<T>(body.clone().into());
        assert!(read.is_ok(), "{path}: {body:?} {:?}", read.err());
    }
    check::<SignIn>(paths::SIGN_IN_PAGE);
    check::<Setup>("/setup/abc");
    check::<AcceptInvitation>(&paths::invitation_page("abc"));
    check::<ResetPassword>(&paths::reset_page("abc"));
}

#[test]
fn versions_of_a_dashboard_are_restored_by_those_who_may_edit_it() {
    let mut server = Server::new(vec![widget(WidgetKind::Line)]);
    let path = paths::versions_page("shop");
    let shown = show(&server, &path, "");
    has(
        &shown,
        &[
            "Version 2",
            "Newest",
            "CPU: moved",
            "2 min ago",
            "not known by whom",
        ],
    );
    lacks(&shown, &["Restore version", MARKUP]);
    server.me.rights = vec![protocol::Right::EditDashboards];
    let shown = show(&server, &path, "");
    has(&shown, &["Restore version 1"]);
    lacks(&shown, &["Restore version 2"]);
    let gone = load(&server, &paths::versions_page("gone"));
    assert!(matches!(gone, Some(Err(LoadError::Missing))));
}
