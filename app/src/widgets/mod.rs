//! What stands on the grid. `kinds` has one folder per widget kind, `time_chart` what lines, areas
//! and bars share; `render` draws, `interact` is what a person does with widgets.

mod distribution;
mod export;
pub mod interact;
mod kinds;
pub mod placeholder;
pub mod render;
mod state;
pub mod still;
mod table_view;
mod time_chart;
mod widget_frame;

pub use interact::menu::WidgetControls;
pub use widget_frame::WidgetFrame;

use leptos::prelude::*;

use kinds::{events, gauge, heatmap, histogram, stat, states, table, text};
use protocol::{Widget, WidgetKind};

/// What is inside of a widget's frame, heading included.
pub(crate) fn body(widget: Widget, own: WidgetControls) -> AnyView {
    match widget.kind {
        WidgetKind::Stat => view! { <stat::Stat widget/> }.into_any(),
        WidgetKind::Line | WidgetKind::Area | WidgetKind::Bar => {
            view! { <time_chart::Chart widget own/> }.into_any()
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
