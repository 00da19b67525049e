//! Bars over time, one for each step, side by side or stacked.

use leptos::prelude::*;

use crate::widgets::WidgetControls;
use crate::widgets::kind::{Kind, Metrics, Schema, no_spans};
use crate::widgets::options::{BINARY, LOG, MAX, MIN, STACKED, THRESHOLDS, check_scale};
use crate::widgets::render::chart_style::Shape;
use crate::widgets::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::widgets::time_chart;
use protocol::{Widget, WidgetKind};

pub(super) use crate::widgets::render::chart_style::ChartOptions as Options;

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Bar,
    title: "Bars",
    class: "widget is-chart",
    smallest: (3, 4),
    has_table: true,
    is_time_chart: true,
    reads_events: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "bar",
    metrics: Metrics::Any,
    about_first: false,
    merges_series: true,
    spans: no_spans,
    options: &[MIN, MAX, THRESHOLDS, STACKED, LOG, BINARY],
    rule: check_scale,
};

/// In the page.
pub(super) fn view(widget: Widget, controls: WidgetControls) -> AnyView {
    time_chart::view(widget, controls, shape)
}

/// As a snapshot.
pub(super) fn snapshot(snapshot: &Snapshot<'_>, picture: &mut Picture<'_>) -> SvgDrawn {
    time_chart::snapshot(snapshot, picture, shape)
}

fn shape(options: &Options) -> Shape {
    Shape::Bars {
        stacked: options.stacked,
    }
}
