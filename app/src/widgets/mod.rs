//! What stands on the grid. One file per widget kind; [`body`] is the only place that knows all
//! of them. `canvas` owns the animation frames, `picture` what a chart has drawn.

pub mod canvas;
mod chart;
mod events;
mod layer;
pub mod palette;
mod picture;
mod shell;
mod stat;

pub use picture::LineWidth;
pub use shell::WidgetShell;

use leptos::prelude::*;

use crate::wire::{Widget, WidgetKind};

/// Longest pause in ms that a line bridges unless a widget says otherwise: polls come every
/// second and may be late by one.
const CONNECT_MS: u32 = 2500;

/// What is inside of a widget's frame, heading included.
pub(crate) fn body(widget: Widget) -> AnyView {
    match widget.kind {
        WidgetKind::Stat => view! { <stat::Stat widget/> }.into_any(),
        WidgetKind::Line => view! { <chart::Chart widget fill=false/> }.into_any(),
        WidgetKind::Area => view! { <chart::Chart widget fill=true/> }.into_any(),
        WidgetKind::Events => view! { <events::Events widget/> }.into_any(),
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
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the server blanked what the widget shows, since this person's role may not see it.
fn is_withheld(widget: &Widget) -> bool {
    !widget.metrics.is_empty() && widget.metrics.iter().all(|r| r.metric.is_empty())
}
