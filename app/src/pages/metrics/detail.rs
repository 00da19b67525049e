//! The panel of one metric: what it is, and its charts, which are on no dashboard.

use leptos::prelude::*;

use super::charts;
use super::list::{self, MetricRow};
use crate::arrangement::Arrangement;
use crate::erased::CollectAny;
use crate::live::{Live, backfill};
use crate::widgets::heading_id;
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::fullscreen::Fullscreen;
use crate::widgets::interact::menu::{LeaveFull, Menu};
use crate::widgets::{self, WidgetControls};

/// The panel; `row` is none for a name that is not in the list, or not visible.
#[component]
pub fn Detail(
    /// The metric.
    row: Option<MetricRow>,
    /// Closes the panel.
    on_close: Callback<()>,
) -> impl IntoView {
    let body = match &row {
        Some(row) => view! { <Known row=row.clone()/> }.into_any(),
        None => view! {
            <p class="state">"There is no such metric, or it is not for your role."</p>
        }
        .into_any(),
    };
    let title = row.map_or("Unknown metric".to_string(), |row| row.metric.name);
    view! {
        <aside class="metric" aria-labelledby="metric-title">
            <div class="top">
                <h2 id="metric-title" tabindex="-1">{title}</h2>
                <button type="button" class="icon close" aria-label="Close" title="Close (Escape)" on:click=move |_| on_close.run(())>
                    "×"
                </button>
            </div>
            {body}
        </aside>
    }
}

#[component]
fn Known(row: MetricRow) -> impl IntoView {
    let live = expect_context::<Live>();
    let metric = &row.metric;
    let document = charts::document(metric);
    provide_context(Arrangement::passing(&document));
    provide_context(SharedCursor::new());
    let fullscreen = expect_context::<Fullscreen>();
    backfill::follow(live, Signal::stored(vec![metric.name.clone()]));
    let term = |words: &'static str, value: AnyView| {
        view! { <div><dt>{words}</dt><dd>{value}</dd></div> }
    };
    let unit = match list::unit_words(metric.unit) {
        "" => "none",
        unit => unit,
    };
    let tags = match metric.tags.as_slice() {
        [] => "none".to_string(),
        tags => tags.join(", "),
    };
    let dashboards = match row.dashboards.as_slice() {
        [] => "on none".into_any(),
        some => view! { <span class="links">{list::links(some, None)}</span> }.into_any(),
    };
    let chart = |widget: protocol::Widget| {
        let own = WidgetControls::new(&widget, fullscreen);
        let id = widget.id.clone();
        let heading = heading_id(&widget.id);
        let whole = StoredValue::new(widget.clone());
        view! {
            <article
                class="widget is-chart"
                class:full=move || own.full.get()
                data-widget=id
                aria-labelledby=heading
            >
                {widgets::kinds::view(widget, own)}
                <LeaveFull own/>
                <Menu widget=whole own/>
            </article>
        }
    };
    view! {
        <p class="description">{metric.description.clone()}</p>
        <dl>
            {term("Newest", list::newest(metric).into_any())}
            {term("Kind", list::kind_words(metric).into_any())}
            {term("Unit", unit.into_any())}
            {term("Tags", tags.into_any())}
            {term("Series", list::series(&row).into_any())}
            {term("Dashboards", dashboards)}
        </dl>
        <div class="charts">{document.widgets.into_iter().map(chart).collect_any()}</div>
    }
}
