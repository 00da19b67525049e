//! Filled lines over time, one over the other or stacked.

use leptos::prelude::*;

use crate::widgets::WidgetControls;
use crate::widgets::kind::{Kind, Metrics, Schema, no_spans};
use crate::widgets::options::{
    BAND, BINARY, CONNECT, CONNECT_ALL, LOG, MAX, MIN, STACKED, STEP, THRESHOLDS, check_scale,
};
use crate::widgets::render::chart_style::Shape;
use crate::widgets::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::widgets::time_chart;
use protocol::{Widget, WidgetKind};

pub(super) use crate::widgets::render::chart_style::ChartOptions as Options;

/// As the page needs it.
pub(super) const KIND: Kind = Kind {
    kind: WidgetKind::Area,
    title: "Areas",
    class: "widget is-chart",
    smallest: (3, 4),
    has_table: true,
    is_time_chart: true,
    reads_events: false,
};

/// As documents have it.
pub(super) const SCHEMA: Schema = Schema {
    name: "area",
    metrics: Metrics::Any,
    about_first: false,
    merges_series: true,
    spans: no_spans,
    options: &[
        MIN,
        MAX,
        THRESHOLDS,
        STACKED,
        BAND,
        LOG,
        STEP,
        CONNECT,
        CONNECT_ALL,
        BINARY,
    ],
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
    if options.stacked {
        Shape::Stacked
    } else {
        Shape::Areas
    }
}
