//! What stands on the grid. `kinds` has one folder per widget kind, `time_chart` what lines, areas
//! and bars share; `render` draws, `interact` is what a person does with widgets.

mod distribution;
mod export;
pub mod interact;
pub mod kind;
pub mod kinds;
pub mod muted;
mod options;
pub mod placeholder;
pub mod render;
mod state;
pub mod table_view;
mod tag_rows;
pub mod time_chart;
mod widget_frame;

pub use interact::menu::WidgetControls;
pub use kinds::{Texts, texts};
pub use widget_frame::{WidgetFrame, grips};
pub(crate) use widget_frame::{cells, withheld};

use protocol::Widget;

/// Id of the heading of a widget in the page: names it for who does not see it, and addresses lead to it.
pub fn heading_id(widget: &str) -> String {
    format!("widget-{widget}")
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

/// Whether one of these lists events.
pub fn list_events(widgets: &[Widget]) -> bool {
    widgets.iter().any(|one| kinds::kind(one.kind).reads_events)
}

/// What a widget says of which nothing is shown to a role.
const WITHHELD: &str = "Not visible for your role. An admin can change that.";

/// Whether the server blanked what the widget shows, since this person's role may not see it: all of
/// it, or the metric that the others only describe.
pub(crate) fn is_withheld(widget: &Widget) -> bool {
    let mut hidden = widget.metrics.iter().map(|r| r.metric.is_empty());
    let Some(first) = hidden.next() else {
        return false;
    };
    first && (kinds::kind(widget.kind).about_first || hidden.all(|hidden| hidden))
}

#[cfg(test)]
mod tests;
