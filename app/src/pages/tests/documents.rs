//! Pages as the server loads and writes them: what is in them, and what a hidden metric leaves.

use std::collections::BTreeMap;
use std::future::ready;

use futures::FutureExt;
use leptos::prelude::*;
use protocol::{
    Dashboard, DashboardPreferences, Me, Metric, Preferences, TextNode, Widget, WidgetKind, paths,
};

use crate::address::Address;
use crate::pages::{App, FoundView, PAGES, Viewing};
use crate::shell::boot::{BootText, Found};
use crate::shell::form::FormState;
use crate::shell::page::{LoadError, Loaded};
use crate::shell::source::{Answer, PageSource, SourceFailed};
use crate::testing::{MARKUP, TestPage, has, html, lacks, metrics, store, widget, words};

/// A server that shows this user these metrics and dashboards.
pub(super) struct Server {
    metrics: Vec<Metric>,
    dashboards: BTreeMap<String, Dashboard>,
    fails: bool,
}

impl Server {
    pub(super) fn new(widgets: Vec<Widget>) -> Server {
        let dashboard = Dashboard {
            id: "shop".into(),
            title: MARKUP.into(),
            version: 1,
            widgets,
        };
        Server {
            metrics: metrics(),
            dashboards: BTreeMap::from([(dashboard.id.clone(), dashboard)]),
            fails: false,
        }
    }

    fn answer<T: Send + 'static>(&self, value: T) -> Answer<'_, T> {
        Box::pin(ready(if self.fails {
            Err(SourceFailed)
        } else {
            Ok(value)
        }))
    }
}

impl PageSource for Server {
    fn me(&self) -> Me {
        Me {
            name: "ada".into(),
            roles: vec!["ops".into()],
            admin: false,
        }
    }

    fn metrics(&self) -> Vec<Metric> {
        self.metrics.clone()
    }

    fn parsed(&self, _: &str) -> Vec<TextNode> {
        words()
    }

    fn series(&self, metric: &str) -> u32 {
        metric.len() as u32
    }

    fn start_dashboard(&self) -> &str {
        "shop"
    }

    fn dashboard<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Dashboard>> {
        self.answer(self.dashboards.get(id).cloned())
    }

    fn dashboards(&self) -> Answer<'_, Vec<Dashboard>> {
        self.answer(self.dashboards.values().cloned().collect())
    }

    fn preferences(&self) -> Answer<'_, Preferences> {
        self.answer(Preferences {
            range_s: Some(900),
            zone: Some("utc".into()),
            ..Preferences::default()
        })
    }

    fn dashboard_preferences<'a>(&'a self, _: &'a str) -> Answer<'a, DashboardPreferences> {
        self.answer(DashboardPreferences::default())
    }
}

pub(super) fn load(server: &Server, path: &str) -> Option<Result<Loaded, LoadError>> {
    let (index, parameter) = super::found(path).expect("a page");
    PAGES[index].load.map(|load| {
        load(server, parameter)
            .now_or_never()
            .expect("nothing to wait for")
    })
}

/// The page at an address, as the program with all pages renders it, over what was loaded.
pub(super) fn show(server: &Server, path: &str, search: &str) -> String {
    show_form(server, path, search, FormState::Open)
}

pub(super) fn show_form(server: &Server, path: &str, search: &str, state: FormState) -> String {
    let _page = TestPage::new(store(&[]), Vec::new());
    provide_context(Address {
        path: path.into(),
        search: search.into(),
    });
    if let Some(Ok(loaded)) = load(server, path) {
        provide_context(BootText::new(&loaded.json));
    }
    provide_context(state);
    let (index, parameter) = super::found(path).expect("a page");
    provide_context(FoundView(PAGES[index].view, parameter.into()));
    html(view! { <App/> })
}

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
    for path in ["/", "/d/shop", paths::METRICS_PAGE] {
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
fn the_viewing_program_has_dashboards_alone() {
    let server = Server::new(vec![widget(WidgetKind::Text)]);
    let _page = TestPage::new(store(&[]), Vec::new());
    let show = |path: &str| {
        provide_context(Address {
            path: path.into(),
            search: String::new(),
        });
        if let Some(Ok(loaded)) = load(&server, path) {
            provide_context(BootText::new(&loaded.json));
        }
        html(view! { <Viewing/> })
    };
    has(&show("/d/shop"), &["class=\"board\""]);
    has(&show(paths::METRICS_PAGE), &["There is no such page"]);
    has(&show(paths::SIGN_IN_PAGE), &["There is no such page"]);
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
