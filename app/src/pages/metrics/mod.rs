//! Every metric that a person may see, with its newest value, and the charts of any of them.
//!
//! Invariant: one stream brings the newest values of all; the past is loaded for the metric alone
//! whose charts are shown.

mod charts;
mod detail;
mod list;

use std::collections::HashMap;

use leptos::html;
use leptos::prelude::*;
use protocol::{
    Action, Boot, DashboardLink, ListedMetric, Metric, MetricsBoot, StreamParams, escaped, paths,
};

use crate::address::{self, Address};
use crate::browser;
use crate::erased::{effect, part};
use crate::live::{Live, Store, backfill, connection};
use crate::shell::header::Header;
use crate::shell::page::{Bundle, LoadError, Loaded, Page};
use crate::shell::shortcuts::{Shortcut, bind, shortcut};
use crate::shell::source::PageSource;
use crate::shell::upgrade::Upgrade;
use crate::shell::{Shell, boot};
use crate::table::{LongTable, Rows};
use crate::time::{self, Time, TimePicker};
use crate::time_zone;
use crate::view::View;
use crate::widgets;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::muted::MutedLists;
use crate::widgets::render::palette::{self, Swatches};
use detail::Detail;
use list::{LISTING, MetricRow};

/// Every metric.
pub const PAGE: Page = Page {
    path: paths::METRICS_PAGE,
    title: "",
    menu: Some(TITLE),
    action: Action::SignedIn,
    bundle: Bundle::Full,
    load: Some(|source, _| Box::pin(load(source))),
    view: |_| boot::show(|boot| view! { <Metrics boot/> }.into_any()),
};

const TITLE: &str = "Metrics";
/// Frames a second that the stream brings: values in a list need no more.
const RATE: u64 = 1;

async fn load(source: &dyn PageSource) -> Result<Loaded, LoadError> {
    let metrics = source.metrics();
    let mut links = Vec::new();
    let mut shown_on: HashMap<String, Vec<u32>> = HashMap::new();
    for dashboard in source.dashboards().await? {
        let names = widgets::needs(&dashboard.widgets);
        if names.is_empty() {
            continue;
        }
        for name in names {
            shown_on.entry(name).or_default().push(links.len() as u32);
        }
        links.push(DashboardLink {
            id: dashboard.id,
            title: dashboard.title,
        });
    }
    let listed = metrics.into_iter().map(|metric| ListedMetric {
        category: metric.category.clone(),
        series: source.series(&metric.name),
        dashboards: shown_on.remove(&metric.name).unwrap_or_default(),
        metric,
    });
    let preferences = source.preferences().await?;
    let page = MetricsBoot {
        metrics: listed.collect(),
        dashboards: links,
        muted: source.muted(&preferences).categories,
        preferences,
    };
    Loaded::new(source, TITLE, page)
}

/// What is shown of the list: copied freely.
#[derive(Clone, Copy)]
struct Chosen {
    live: Live,
    rows: StoredValue<std::sync::Arc<[MetricRow]>>,
    /// The metric whose charts are shown.
    open: RwSignal<Option<String>>,
    search: RwSignal<String>,
    field: NodeRef<html::Input>,
    /// The chart that fills the page, if one does.
    fullscreen: Fullscreen,
}

/// Keys of this page, beside those of time and of every page.
const SHORTCUTS: &[Shortcut<Chosen>] = &[
    shortcut(&["/"], "Search", |page| {
        if let Some(field) = page.field.get_untracked() {
            // An element that is there takes the focus.
            drop(field.focus());
        }
    }),
    shortcut(
        &["Escape"],
        "Leave full screen, close the charts",
        |page| match page.fullscreen.is_on() {
            true => page.fullscreen.leave(),
            false => page.show(None),
        },
    ),
];

impl Chosen {
    fn row(&self, name: &str) -> Option<MetricRow> {
        self.rows
            .with_value(|rows| rows.iter().find(|row| row.metric.name == name).cloned())
    }

    /// Shows the charts of a metric, or none.
    fn show(&self, name: Option<String>) {
        if self.open.with_untracked(|open| *open == name) {
            return;
        }
        self.fullscreen.leave();
        let live = self.live;
        live.past.set_value(None);
        live.earlier.set_value(None);
        live.backfilled.set(false);
        live.backfill_error.set(None);
        let metric = name.as_deref().and_then(|name| self.row(name));
        let metrics: Vec<Metric> = metric.into_iter().map(|row| row.metric).collect();
        let resolution = live.resolution.get_value();
        let store = live.overview.with(|all| all.narrowed(&metrics, resolution));
        live.store
            .set_value(store.unwrap_or_else(|| Store::new(&metrics, resolution)));
        live.resume();
        self.open.set(name);
    }

    /// Loads the past of what is shown, now and whenever the stream begins again.
    fn follow(self) {
        let live = self.live;
        effect(move || {
            let open = self.open.get();
            let begun = live.stream_epoch.get() > 0;
            if let Some(name) = open.filter(|name| begun && self.row(name).is_some()) {
                let from_ms = live.store.with_value(Store::frames_from_ms);
                browser::spawn(backfill::fill(live, vec![name], from_ms));
            }
        });
    }

    /// Loads the page again once a metric of the list is hidden: nothing of it may stay.
    fn leave_hidden(self) {
        let live = self.live;
        effect(move || {
            if live.access_epoch.get() > 0 && self.is_narrowed() {
                browser::go(&browser::host().address());
            }
        });
    }

    /// Whether a metric of the list is not defined any more.
    fn is_narrowed(&self) -> bool {
        let is_gone = |all: &Store| {
            self.rows.with_value(|rows| {
                rows.iter()
                    .any(|row| all.metric(&row.metric.name).is_none())
            })
        };
        self.live.overview.with(is_gone) == Some(true)
    }

    /// The parameters of the address: what is searched for, what is open, and the time unless it is
    /// the usual one.
    fn query(&self, usual: &View) -> String {
        let search = self.search.with(|text| escaped(text.trim()));
        let search = Some(search).filter(|text| !text.is_empty());
        let metric = self.open.with(|open| open.as_deref().map(escaped));
        let time = self
            .live
            .view
            .with(|view| (view != usual).then(|| view.query(usual)));
        let parts = [
            search.map(|text| format!("{Q}={text}")),
            metric.map(|name| format!("{METRIC}={name}")),
            time,
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("&")
    }
}

/// Parameter of the address: what is searched for.
const Q: &str = "q";
/// Parameter of the address: the metric whose charts are shown.
const METRIC: &str = "metric";

/// The address of the charts of a metric.
pub fn charts_of(metric: &str) -> String {
    format!("{}?{METRIC}={}", paths::METRICS_PAGE, escaped(metric))
}

#[component]
fn Metrics(boot: Boot<MetricsBoot>) -> impl IntoView {
    let Boot { me, page } = boot;
    let address = Address::here();
    let usual = time::usual(&page.preferences);
    let rows = list::rows(&page);
    let muted = MutedLists::new(page.muted.clone(), Vec::new(), &page.preferences);
    let open = address.parameter(METRIC);
    let charted = rows
        .iter()
        .filter(|row| Some(&row.metric.name) == open.as_ref());
    let charted: Vec<Metric> = charted.map(|row| row.metric.clone()).collect();
    let live = Live::new(&charted, address::read(&usual), &usual);
    let all: Vec<Metric> = rows.iter().map(|row| row.metric.clone()).collect();
    live.overview.keep(&all);
    provide_context(live);
    let shell = Shell::provide();
    let fullscreen = Fullscreen::new();
    fullscreen.follow();
    provide_context(fullscreen);
    let chosen = Chosen {
        live,
        rows: StoredValue::new(rows.clone()),
        open: RwSignal::new(open),
        search: RwSignal::new(address.parameter(Q).unwrap_or_default()),
        field: NodeRef::new(),
        fullscreen,
    };
    let params = StreamParams {
        rate: RATE,
        ..StreamParams::default()
    };
    time_zone::follow(live);
    connection::connect_to(live, params.address(), Vec::new());
    chosen.follow();
    chosen.leave_hidden();
    let (usually, restored) = (usual.clone(), usual);
    address::keep(
        move || chosen.query(&usually),
        move |search| {
            chosen.show(address::parameter_of(search, METRIC));
            chosen
                .search
                .set(address::parameter_of(search, Q).unwrap_or_default());
            live.show(address::view_of(&restored, search));
        },
    );
    effect(|| {
        browser::follow_paper();
        palette::follow_theme();
    });
    let time = TimePicker {
        live,
        open: RwSignal::new(false),
        save_span: Callback::new(|_| ()),
        save_zone: Callback::new(|_| ()),
    };
    provide_context(time);
    let mut keys = bind(time::SHORTCUTS, time);
    keys.extend(bind(SHORTCUTS, chosen));
    let close = Callback::new(move |()| chosen.show(None));
    let detail = move || {
        let name = chosen.open.get()?;
        let row = chosen.row(&name);
        Some(view! { <Detail row on_close=close/> })
    };
    let listed = list::listed(rows, muted);
    let count = move || listed.with(|rows| rows.len());
    let on_open = Callback::new(move |name| chosen.show(Some(name)));
    view! {
        <Header me here=paths::METRICS_PAGE controls=view! { <Time/> }.into_any()/>
        <main class="metrics" class:open=move || chosen.open.with(Option::is_some) data-status=move || live.status.get().name()>
            <Upgrade server=live.server_build.into() unsaved=Signal::derive(|| false)/>
            <section class="list" aria-labelledby="page-title">
                <div class="top">
                    <h1 id="page-title">"Metrics"<small>{part(count)}</small></h1>
                    <input
                        type="search"
                        aria-label="Search metrics"
                        placeholder="Search name, description, tag (/)"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=chosen.field
                        bind:value=chosen.search
                    />
                </div>
                {muted.note()}
                <LongTable
                    listing=&LISTING
                    rows=Signal::derive(move || Rows::Known(listed.get()))
                    search=chosen.search
                    open=chosen.open.into()
                    on_open
                />
            </section>
            {part(detail)}
        </main>
        {shell.end(keys)}
        <Swatches/>
    }
}
