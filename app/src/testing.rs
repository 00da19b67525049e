//! A page in a test without a browser: a store with some of everything, and views as HTML.
//!
//! Effects do not run on the server, so what is rendered is what a person sees first.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::history::{HistorySeries, HistoryStep};
use protocol::{
    Dashboard, DashboardBoot, DashboardPreferences, History, Metric, Preferences, SeriesInfo,
    StateName, TextKind, TextNode, Threshold, Widget, WidgetKind,
};
use serde_json::json;

use crate::arrangement::Arrangement;
use crate::browser::fake::Fake;
use crate::live::{Live, Resolution, Store};
use crate::shell::toast::Toast;
use crate::view::{View, Zone};
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::{Texts, WidgetControls, texts};

/// Where the time in the store begins, in ms since the epoch.
pub const T0: i64 = 1_700_000_000_000;
/// Where it ends.
pub const END: i64 = T0 + 60_000;

/// Text that would be markup if a view did not escape it.
pub const MARKUP: &str = "<b>\"&'</b>";

/// A page: its signals live as long as the owner.
pub struct TestPage {
    /// Keeps the signals.
    _owner: Owner,
    /// The clock and the network.
    pub fake: &'static Fake,
    /// What the widgets read.
    pub live: Live,
    /// How the dashboard is arranged.
    pub arrangement: Arrangement,
    /// Which widget fills the page.
    pub fullscreen: Fullscreen,
}

/// The metrics of the page: one of each kind, by the tag `route`.
pub fn metrics() -> Vec<Metric> {
    vec![
        Metric::counter("a.hit").named("hits").tags(["route"]),
        Metric::last_value("a.used").named("used").tags(["route"]),
        Metric::sum("a.bytes").named("bytes").tags(["route"]),
        Metric::summary("a.time").named("time").tags(["route"]),
        Metric::distribution("a.wait", [1.0, 2.0, 4.0])
            .named("wait")
            .tags(["route"]),
    ]
}

/// The row of a metric in which everything has this value.
fn row(metric: &str, value: f64) -> Vec<f64> {
    match metric {
        "hits" => vec![value],
        "bytes" => vec![1.0, value],
        "used" => vec![value; 3],
        "time" => vec![1.0, value, value, value, value, value, value],
        // Count, sum, smallest, largest, and the buckets.
        _ => vec![1.0, value, value, value, 1.0, 0.0, 0.0, 0.0],
    }
}

/// A minute in which each route of each metric had this value in every second.
pub fn store(routes: &[(&str, f64)]) -> Store {
    let values = |value: f64| vec![value; 60];
    let routes: Vec<(&str, Vec<f64>)> = routes.iter().map(|(r, v)| (*r, values(*v))).collect();
    store_of(&routes)
}

/// A minute in which each route of each metric had these values, one a second.
pub fn store_of(routes: &[(&str, Vec<f64>)]) -> Store {
    let metrics = metrics();
    let histories: Vec<History> = metrics
        .iter()
        .enumerate()
        .map(|(index, metric)| {
            let series = routes
                .iter()
                .zip(1_000 * index as u32..)
                .map(|((route, values), id)| {
                    let tags = BTreeMap::from([("route".to_owned(), (*route).to_owned())]);
                    let steps = values.iter().zip(1..);
                    let step = |(value, second): (&f64, i64)| {
                        HistoryStep(T0 + second * 1_000, row(&metric.name, *value))
                    };
                    HistorySeries {
                        info: SeriesInfo {
                            id,
                            metric: metric.name.clone(),
                            tags,
                        },
                        steps: steps.map(step).collect(),
                    }
                });
            History {
                metric: metric.name.clone(),
                from: T0,
                to: END,
                step_ms: 1_000,
                covered: vec![[T0, END]],
                series: series.collect(),
            }
        })
        .collect();
    let resolution = Resolution::of(60_000);
    Store::new(&metrics, resolution).past(&histories, T0, END, resolution, 0)
}

/// A widget of a kind that shows what the kind is for, with the title [`MARKUP`].
pub fn widget(kind: WidgetKind) -> Widget {
    let name = crate::kinds::schema(kind).name;
    let metrics = match kind {
        WidgetKind::Events | WidgetKind::Text => json!([]),
        WidgetKind::Histogram | WidgetKind::Heatmap => json!([{"metric": "wait"}]),
        WidgetKind::States => json!([{"metric": "used"}]),
        WidgetKind::Stat | WidgetKind::Gauge => json!([{"metric": "used"}]),
        _ => json!([{"metric": "used", "field": "avg", "by": "route"}]),
    };
    let options = match kind {
        WidgetKind::Text => json!({"text": format!("# {MARKUP}\n\nwords {MARKUP}")}),
        WidgetKind::States => json!({"states": [
            StateName { value: 1.0, name: MARKUP.into(), level: protocol::LogLevel::Error }]}),
        WidgetKind::Gauge | WidgetKind::BarList => {
            json!({"thresholds": [Threshold { at: 5.0, level: protocol::LogLevel::Warn }]})
        }
        _ => json!({}),
    };
    serde_json::from_value(json!({
        "id": format!("w-{name}"), "kind": name, "title": MARKUP, "metrics": metrics,
        "options": options, "place": {"x": 0, "y": 0, "w": 6, "h": 4},
    }))
    .expect("a widget")
}

/// The nodes of what a text widget of [`widget`] says.
pub fn words() -> Vec<TextNode> {
    let text = |words: String| vec![TextNode::leaf(TextKind::Text, words)];
    vec![
        TextNode::new(TextKind::Heading1, text(MARKUP.into())),
        TextNode::new(TextKind::Paragraph, text(format!("words {MARKUP}"))),
    ]
}

impl TestPage {
    /// A page of these widgets over this store, with times in UTC and what components expect.
    pub fn new(store: Store, widgets: Vec<Widget>) -> TestPage {
        let fake = Fake::install();
        let owner = Owner::new();
        owner.set();
        let usual = View {
            zone: Zone::Utc,
            ..View::live(60)
        };
        let live = Live::new(&[], usual.clone(), &usual);
        live.store.set_value(store);
        let said = Texts::new(texts(&widgets, |_| words()));
        let boot = DashboardBoot {
            metrics: metrics(),
            dashboard: Dashboard {
                id: "shop".into(),
                title: "Shop".into(),
                version: 1,
                widgets,
                ..Dashboard::default()
            },
            preferences: Preferences::default(),
            dashboard_preferences: DashboardPreferences::default(),
            texts: BTreeMap::new(),
            muted: Vec::new(),
            muted_events: Vec::new(),
            may_edit: false,
            variables: None,
        };
        let arrangement = Arrangement::new(&boot);
        let fullscreen = Fullscreen::new();
        provide_context(live);
        provide_context(arrangement);
        provide_context(fullscreen);
        provide_context(SharedCursor::new());
        provide_context(Toast::new());
        provide_context(said);
        TestPage {
            _owner: owner,
            fake,
            live,
            arrangement,
            fullscreen,
        }
    }

    /// The inside of a widget as the server writes it, and what its menu acts on.
    pub fn widget(&self, widget: &Widget) -> (String, WidgetControls) {
        let own = WidgetControls::new(widget, self.fullscreen);
        (html(crate::kinds::view(widget.clone(), own)), own)
    }
}

/// A view as HTML, without the marks by which the page finds its places in it.
pub fn html(view: impl IntoView) -> String {
    let html = view.into_view().to_html();
    let mut rest = html.as_str();
    let mut plain = String::with_capacity(html.len());
    while let Some((before, after)) = rest.split_once("<!") {
        plain += before;
        let end = if after.starts_with("--") { "-->" } else { ">" };
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    plain + rest
}

/// Fails unless `html` has each of these texts.
#[track_caller]
pub fn has(html: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(html.contains(text), "no {text:?} in {html}");
    }
}

/// Fails if `html` has any of these texts.
#[track_caller]
pub fn lacks(html: &str, unwanted: &[&str]) {
    for text in unwanted {
        assert!(!html.contains(text), "{text:?} in {html}");
    }
}
