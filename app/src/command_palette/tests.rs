//! The palette under a fake browser.

use leptos::prelude::*;
use protocol::Me;

use super::{KEY, from_here, search};
use crate::browser::fake::Reply;
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::testing::{TestPage, has, html, lacks, store};

static TABLE: [Shortcut<()>; 3] = [
    shortcut(&["p"], "Pause, or go on", |()| {}),
    shortcut(&["Escape"], "Leave", |()| {}),
    shortcut(&[KEY], "Search", |()| {}),
];

fn shown(page: &TestPage, dashboards: Reply) -> String {
    page.fake.serve(move |request| match &*request.path {
        "/api/dashboards" => dashboards.clone(),
        _ => Reply::Now(200, "[]".into()),
    });
    let me = Me {
        name: "eve".into(),
        ..Me::default()
    };
    let view = search(
        Some(me),
        String::new(),
        &bind(&TABLE, ()),
        RwSignal::new(true),
        str::to_lowercase,
    );
    page.fake.run();
    html(view)
}

#[test]
fn it_offers_dashboards_pages_and_actions_at_once_and_widgets_when_searched_for() {
    let page = TestPage::new(store(&[]), Vec::new());
    let one = r#"[{"id":"shop","title":"Shop","widgets":[
        {"id":"a","kind":"line","title":"Sales","place":{"x":0,"y":0,"w":1,"h":1}}]}]"#;
    let shown = shown(&page, Reply::Now(200, one.into()));
    has(
        &shown,
        &[
            "Shop",
            "Metrics",
            "Account settings",
            "Pause, or go on",
            "results",
        ],
    );
    // Neither what opened it, nor what closes it, nor pages of admins.
    lacks(&shown, &["Sales", "Leave", "Roles", "Loading"]);
}

#[test]
fn what_could_not_be_loaded_is_said_and_the_rest_is_offered() {
    let page = TestPage::new(store(&[]), Vec::new());
    let shown = shown(&page, Reply::NoAnswer);
    has(
        &shown,
        &[
            "Dashboards could not be loaded. No answer",
            "Pause, or go on",
        ],
    );
}

#[test]
fn a_widget_of_the_page_that_is_open_keeps_its_time() {
    for (here, shown, to, want) in [
        (
            "/d/a",
            "/d/a?range=60",
            "/d/a#widget-x",
            "/d/a?range=60#widget-x",
        ),
        ("/d/a", "/", "/d/a#widget-x", "/#widget-x"),
        ("/d/a", "/d/a?range=60", "/d/b#widget-x", "/d/b#widget-x"),
        ("/d/a", "/d/a?range=60", "/d/a", "/d/a"),
        ("", "/metrics-list", "/d/a#widget-x", "/d/a#widget-x"),
    ] {
        assert_eq!(from_here(here, shown, to.into()), want);
    }
}
