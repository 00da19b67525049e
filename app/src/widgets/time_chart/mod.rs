//! What lines, areas and bars over time share: one model, one drawing, one view. A kind gives them
//! its shape and its options.

pub mod chart_controller;
mod draw;
mod drawn;
mod model;
pub mod points;
mod points_table;
#[cfg(test)]
mod tests;
mod text_alternative;
mod view;

pub use draw::snapshot;
pub use drawn::{Moment, nearest};
pub use model::Reading;
pub use points_table::points;
pub use text_alternative::over_time;
pub use view::view;

use super::kind::{Kind, Metrics, OptionSpec, Schema, no_spans};
use super::options::check_scale;
use protocol::{Metric, WidgetKind};

/// A kind of chart over time, as the page needs it.
pub const fn kind(kind: WidgetKind, title: &'static str) -> Kind {
    Kind {
        kind,
        title,
        class: "widget is-chart",
        smallest: (3, 4),
        has_table: true,
        is_time_chart: true,
        reads_events: false,
        about_first: false,
    }
}

/// A kind of chart over time, as documents have it.
pub const fn schema(
    name: &'static str,
    suits: fn(&Metric) -> u8,
    options: &'static [OptionSpec],
) -> Schema {
    Schema {
        name,
        metrics: Metrics::Any,
        size: (6, 6),
        suits,
        splits: true,
        merges_series: true,
        spans: no_spans,
        options,
        rule: check_scale,
    }
}
