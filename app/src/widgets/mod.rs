//! What stands on the grid. One file per widget kind; [`body`] is the only place that knows all
//! of them. `canvas` owns the animation frames, `picture` what a chart has drawn, `stage` what a
//! person does with all of them, `menu` with one.

mod actions;
mod backdrop;
pub mod canvas;
mod cells;
mod chart;
mod distribution;
mod draw;
mod events;
mod export;
pub mod first;
mod gauge;
mod heatmap;
mod histogram;
mod layer;
pub mod look;
mod marks;
mod menu;
pub mod palette;
mod pen;
mod picture;
mod plotted;
mod sheet;
mod shell;
mod shown;
pub mod stage;
mod stat;
mod states;
pub mod still;
mod table;
mod text;

pub use menu::Own;
pub use shell::WidgetShell;

use leptos::prelude::*;

use protocol::{Widget, WidgetKind};

/// What is inside of a widget's frame, heading included.
pub(crate) fn body(widget: Widget, own: Own) -> AnyView {
    match widget.kind {
        WidgetKind::Stat => view! { <stat::Stat widget/> }.into_any(),
        WidgetKind::Line | WidgetKind::Area | WidgetKind::Bar => {
            view! { <chart::Chart widget own/> }.into_any()
        }
        WidgetKind::Events => view! { <events::Events widget/> }.into_any(),
        WidgetKind::Table => view! { <table::Table widget/> }.into_any(),
        WidgetKind::Text => view! { <text::Text widget/> }.into_any(),
        WidgetKind::Gauge => view! { <gauge::Gauge widget/> }.into_any(),
        WidgetKind::Histogram => view! { <histogram::Histogram widget own/> }.into_any(),
        WidgetKind::Heatmap => view! { <heatmap::Heatmap widget own/> }.into_any(),
        WidgetKind::States => view! { <states::States widget own/> }.into_any(),
    }
}

/// The metrics that a widget needs from the stream, without repetition.
pub fn needs(widgets: &[Widget]) -> Vec<String> {
    let mut names: Vec<String> = widgets
        .iter()
        .flat_map(|w| &w.metrics)
        .flat_map(|r| {
            [
                Some(r.metric.clone()),
                r.share_of.as_ref().map(|of| of.metric.clone()),
            ]
        })
        .flatten()
        .filter(|name| !name.is_empty())
        .collect();
    charts::order::sort(&mut names, Ord::cmp);
    names.dedup();
    names
}

/// Whether the server blanked what the widget shows, since this person's role may not see it.
fn is_withheld(widget: &Widget) -> bool {
    !widget.metrics.is_empty() && widget.metrics.iter().all(|r| r.metric.is_empty())
}
