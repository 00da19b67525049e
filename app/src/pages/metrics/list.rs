//! The list: a row for each metric, and what stands in its columns.

use std::sync::Arc;

use crate::base::at;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use protocol::{DashboardLink, Metric, MetricsBoot, Unit, escaped, paths};

use super::charts;
use crate::erased::{CollectAny, part};
use crate::format::Format;
use crate::live::Live;
use crate::live::metric_query::{self, Taken};
use crate::table::{Column, Listing};
use crate::widgets::muted::MutedLists;

/// Seconds that a rate is taken over, as stat widgets do.
const WINDOW_S: u32 = 10;

/// One metric with what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRow {
    /// Its definition.
    pub metric: Metric,
    /// The heading that it stands under.
    pub category: String,
    /// Number of series when the page was loaded.
    pub series: u32,
    /// The dashboards that show it.
    pub dashboards: Vec<DashboardLink>,
    /// What a search looks in, in small letters.
    text: String,
}

/// The rows, in the order of the metric list.
pub fn rows(boot: &MetricsBoot) -> Arc<[MetricRow]> {
    let row = |listed: &protocol::ListedMetric| {
        let metric = listed.metric.clone();
        let dashboards = listed.dashboards.iter();
        let dashboards = dashboards
            .filter_map(|at| boot.dashboards.get(*at as usize))
            .cloned();
        let words = [
            &*metric.name,
            &*metric.description,
            &*listed.category,
            metric.kind.name(),
            &*metric.tags.join(" "),
        ];
        MetricRow {
            text: words.join("\n").to_lowercase(),
            category: listed.category.clone(),
            series: listed.series,
            dashboards: dashboards.collect(),
            metric,
        }
    };
    boot.metrics.iter().map(row).collect()
}

/// The rows that are listed: without those of muted categories, until they are asked for.
pub fn listed(rows: Arc<[MetricRow]>, muted: MutedLists) -> Memo<Arc<[MetricRow]>> {
    let is_listed = |row: &&MetricRow| !muted.has_category(&row.category);
    let few: Arc<[MetricRow]> = rows.iter().filter(is_listed).cloned().collect();
    Memo::new(move |_| if muted.is_whole() { &rows } else { &few }.clone())
}

/// The table of metrics.
pub static LISTING: Listing<MetricRow> = Listing {
    label: "Metrics",
    columns: &[
        Column {
            title: "Metric",
            class: "name",
            compare: Some(|a, b| a.metric.name.cmp(&b.metric.name)),
            cell: name,
        },
        Column {
            title: "Kind",
            class: "kind",
            compare: Some(|a, b| a.metric.kind.name().cmp(b.metric.kind.name())),
            cell: |row| kind_words(&row.metric).into_any(),
        },
        Column {
            title: "Unit",
            class: "unit",
            compare: Some(|a, b| unit_words(a.metric.unit).cmp(unit_words(b.metric.unit))),
            cell: |row| unit_words(row.metric.unit).into_any(),
        },
        Column {
            title: "Tags",
            class: "tags",
            compare: Some(|a, b| a.metric.tags.cmp(&b.metric.tags)),
            cell: |row| row.metric.tags.join(", ").into_any(),
        },
        Column {
            title: "Series",
            class: "series number",
            compare: Some(|a, b| a.series.cmp(&b.series)),
            cell: |row| series(row).into_any(),
        },
        // Numbers of different units have no order.
        Column {
            title: "Newest",
            class: "newest number",
            compare: None,
            cell: |row| newest(&row.metric).into_any(),
        },
        Column {
            title: "Dashboards",
            class: "dashboards",
            compare: Some(|a, b| a.dashboards.len().cmp(&b.dashboards.len())),
            // The panel has them again, where keys reach them.
            cell: |row| links(&row.dashboards, Some("-1")).into_any(),
        },
    ],
    group: |row| &row.category,
    last_group: "",
    text: |row| &row.text,
    key: |row| &row.metric.name,
    empty: "There are no metrics that you may see.",
};

/// The address at which the charts of a metric are.
pub fn address(metric: &str) -> String {
    format!("{}?metric={}", paths::METRICS_PAGE, escaped(metric))
}

/// The name is a link, so that its charts can be opened in another tab; a plain click is the row's.
fn name(row: &MetricRow) -> AnyView {
    let plain = |event: MouseEvent| {
        if event.ctrl_key() || event.meta_key() || event.shift_key() {
            event.stop_propagation();
        } else {
            event.prevent_default();
        }
    };
    let metric = &row.metric;
    view! {
        <a href=at(&address(&metric.name)) tabindex="-1" on:click=plain>{metric.name.clone()}</a>
        <small title=metric.description.clone()>{metric.description.clone()}</small>
    }
    .into_any()
}

/// Links to dashboards; a click on one is not one on its row.
pub fn links(
    dashboards: &[DashboardLink],
    tabindex: Option<&'static str>,
) -> impl IntoView + use<> {
    let link = |dashboard: &DashboardLink| {
        view! {
            <a
                href=at(&paths::dashboard_page(&dashboard.id))
                tabindex=tabindex
                on:click=|event| event.stop_propagation()
            >
                {dashboard.title.clone()}
            </a>
        }
    };
    dashboards.iter().map(link).collect_any()
}

/// The newest value, as it changes.
pub fn newest(metric: &Metric) -> impl IntoView + use<> {
    let live = expect_context::<Live>();
    let reference = charts::newest(metric);
    let words = charts::newest_words(metric.kind);
    let before = StoredValue::new("");
    let value = move || {
        live.second_tick.track();
        let read = live.overview.with(|store| {
            let (unit, per_second) = metric_query::unit(store, &reference);
            let taken = Taken::over(WINDOW_S);
            let value = metric_query::stat(store, &reference, taken, store.newest_ms());
            let format = before
                .with_value(|before| Format::steady(unit, per_second, value.number, false, before));
            before.set_value(format.symbol);
            format!("{}{}", value.mark(), format.words(value.number))
        });
        read.unwrap_or_default()
    };
    view! {
        {(!words.is_empty()).then(|| view! { <small>{words}" "</small> }.into_any())}
        <span class="value">{part(value)}</span>
    }
}

/// The number of series, as it changes.
pub fn series(row: &MetricRow) -> impl IntoView + use<> {
    let live = expect_context::<Live>();
    let (name, loaded) = (row.metric.name.clone(), row.series);
    let count = move || {
        live.second_tick.track();
        let now = live.overview.with(|store| {
            let known = store.newest_ms() > 0;
            known.then(|| store.series_of(&name).count())
        });
        now.flatten().unwrap_or(loaded as usize)
    };
    part(count)
}

/// A kind as people call it.
pub fn kind_words(metric: &Metric) -> String {
    metric.kind.name().replace('_', " ")
}

/// A unit as it stands in a list; nothing for plain numbers.
pub fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::None => "",
        unit => unit.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{ListedMetric, Preferences};

    fn boot() -> MetricsBoot {
        let metric = |name: &str, dashboards: Vec<u32>| ListedMetric {
            metric: Metric {
                description: "How LONG it took".into(),
                ..Metric::summary(name).tags(["route"])
            },
            category: "Web".into(),
            series: 2,
            dashboards,
        };
        MetricsBoot {
            metrics: vec![metric("a.b", vec![1, 7]), metric("c.d", vec![])],
            dashboards: ["one", "two"]
                .map(|id| DashboardLink {
                    id: id.into(),
                    title: id.into(),
                })
                .into(),
            preferences: Preferences::default(),
            muted: vec!["Web".into()],
        }
    }

    #[test]
    fn muted_categories_are_not_listed() {
        let owner = Owner::new();
        owner.set();
        let mut boot = boot();
        boot.metrics[1].category = "Shop".into();
        let count = |categories: &[&str]| {
            let categories = categories.iter().map(|one| (*one).to_owned()).collect();
            let muted = MutedLists::new(categories, Vec::new(), &boot.preferences);
            listed(rows(&boot), muted).with(|rows| rows.len())
        };
        assert_eq!(count(&[]), 2);
        assert_eq!(count(&["Web"]), 1);
        assert_eq!(count(&["Web", "Shop", "None"]), 0);
    }

    #[test]
    fn what_a_search_finds() {
        let rows = rows(&boot());
        assert_eq!(rows.len(), 2);
        for word in ["a.b", "how long", "web", "summary", "route"] {
            assert!(rows[0].text.contains(word), "{word}");
        }
        let titles: Vec<&str> = rows[0]
            .dashboards
            .iter()
            .map(|d| d.title.as_str())
            .collect();
        assert_eq!(titles, ["two"], "one that is not there is left out");
    }

    #[test]
    fn addresses() {
        assert_eq!(address("a.b"), "/metrics-list?metric=a.b");
        assert_eq!(address("a&b c"), "/metrics-list?metric=a%26b%20c");
    }
}
