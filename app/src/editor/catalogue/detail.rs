//! The current metric of the catalogue: what it is, and every way to put it onto the dashboard, each one
//! click.

use leptos::prelude::*;
use protocol::{Metric, WidgetKind};

use super::preview::Previews;
use super::{CatalogueState, suggest};
use crate::erased::{CollectAny, part};
use crate::kinds::kind;
use crate::parts::{Opened, late};

/// Most kinds that are offered; the panel has all of them.
const MOST_KINDS: usize = 5;

/// The current metric; nothing without one.
#[component]
pub fn Detail() -> impl IntoView {
    let state = expect_context::<CatalogueState>();
    let current = Memo::new(move |_| {
        state.rows.track();
        let name = state.cursor.current.get()?;
        state.metric(&name)
    });
    let inside = move |metric: Metric| late(move || Opened::EditMetric(Box::new(metric.clone())));
    part(move || current.get().map(inside))
}

/// What is said of a metric, and the ways to add it.
pub fn of(metric: Metric) -> AnyView {
    let state = expect_context::<CatalogueState>();
    let previews = expect_context::<Previews>();
    let kinds = suggest::kinds_for(&metric);
    let unit = metric.unit.name();
    let facts = [
        metric.kind.name().replace('_', " "),
        if unit == "none" {
            String::new()
        } else {
            unit.to_owned()
        },
    ];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty());
    let facts = facts.collect::<Vec<_>>().join(" · ");
    let name = metric.name.clone();
    let series = move || {
        let known = previews.of(&name)?;
        (known.series > 1).then(|| format!(" · {} series", known.series))
    };
    let metric = StoredValue::new(metric);
    let add = move |kind: WidgetKind, tag: Option<String>| {
        let widget = metric.with_value(|metric| suggest::widget_for(metric, kind, tag.as_deref()));
        state.add(widget, None);
    };
    let as_kind = move |(place, of): (usize, WidgetKind)| {
        let class = if place == 0 { "primary" } else { "" };
        view! {
            <button type="button" class=class on:click=move |_| add(of, None)>
                {kind(of).title}
            </button>
        }
    };
    let split = metric.with_value(|metric| suggest::splitting(metric).next());
    let tags = metric.with_value(|metric| metric.tags.clone());
    let by = move |tag: String| {
        let label = format!("Add split by {tag}");
        let of = tag.clone();
        let click = move |_| {
            if let Some(kind) = split {
                add(kind, Some(of.clone()));
            }
        };
        view! {
            <button type="button" aria-label=label on:click=click>{tag}</button>
        }
    };
    let splits = (!tags.is_empty() && split.is_some()).then(|| {
        view! {
            <div class="ways" role="group" aria-label="Add split by">
                <span>"Split by"</span>
                {tags.into_iter().map(by).collect_any()}
            </div>
        }
        .into_any()
    });
    view! {
        <section class="edit-detail" aria-label="Chosen metric">
            <h3>{metric.with_value(|metric| metric.name.clone())}</h3>
            <p>{metric.with_value(|metric| metric.description.clone())}</p>
            <p class="facts">{facts}{part(series)}</p>
            <div class="ways" role="group" aria-label="Add as">
                <span>"Add as"</span>
                {kinds.into_iter().take(MOST_KINDS).enumerate().map(as_kind).collect_any()}
            </div>
            {splits}
        </section>
    }
    .into_any()
}
