//! Filled lines over time, one over the other or stacked.

use leptos::prelude::*;

use crate::widgets::WidgetControls;
use crate::widgets::kind::{Kind, Schema};
use crate::widgets::options::{
    BAND, BINARY, CONNECT, CONNECT_ALL, EMPTY, LOG, MAX, MIN, STACKED, STEP, THRESHOLDS,
};
use crate::widgets::render::chart_style::Shape;
use crate::widgets::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::widgets::time_chart;
use protocol::{Kind as MetricKind, Metric, Widget, WidgetKind};
use telemetry::Dimension;

pub(super) use crate::widgets::render::chart_style::ChartOptions as Options;

/// As the page needs it.
pub(super) const KIND: Kind = time_chart::kind(WidgetKind::Area, "Areas");

/// As documents have it.
pub(super) const SCHEMA: Schema = time_chart::schema(
    "area",
    suits,
    &[
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
        EMPTY,
    ],
);

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

fn suits(metric: &Metric) -> u8 {
    match (metric.kind, metric.unit.dimension()) {
        (MetricKind::LastValue, Dimension::Size) => 60,
        (MetricKind::Summary | MetricKind::Distribution, _) => 15,
        _ => 40,
    }
}
