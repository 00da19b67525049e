//! Lines over time, one for each entry or for each value of its tag.

use leptos::prelude::*;

use crate::widgets::WidgetControls;
use crate::widgets::kind::{Kind, Schema};
use crate::widgets::options::{
    BAND, BINARY, CONNECT, CONNECT_ALL, EMPTY, LOG, MAX, MIN, STEP, THRESHOLDS,
};
use crate::widgets::render::chart_style::Shape;
use crate::widgets::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::widgets::time_chart;
use protocol::{Kind as MetricKind, Metric, Widget, WidgetKind};

pub(super) use crate::widgets::render::chart_style::ChartOptions as Options;

/// As the page needs it.
pub(super) const KIND: Kind = time_chart::kind(WidgetKind::Line, "Lines");

/// As documents have it.
pub(super) const SCHEMA: Schema = time_chart::schema(
    "line",
    suits,
    &[
        MIN,
        MAX,
        THRESHOLDS,
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

fn shape(_: &Options) -> Shape {
    Shape::Lines
}

fn suits(metric: &Metric) -> u8 {
    match metric.kind {
        MetricKind::Summary => 90,
        MetricKind::Distribution => 40,
        _ => 80,
    }
}
