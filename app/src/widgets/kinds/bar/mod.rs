//! Bars over time, one for each step, side by side or stacked.

use leptos::prelude::*;

use crate::widgets::WidgetControls;
use crate::widgets::kind::{Kind, Schema};
use crate::widgets::options::{BINARY, EMPTY, LOG, MAX, MIN, STACKED, THRESHOLDS};
use crate::widgets::render::chart_style::Shape;
use crate::widgets::render::snapshot::{Picture, Snapshot, SvgDrawn};
use crate::widgets::time_chart;
use protocol::{Kind as MetricKind, Metric, Widget, WidgetKind};

pub(super) use crate::widgets::render::chart_style::ChartOptions as Options;

/// As the page needs it.
pub(super) const KIND: Kind = time_chart::kind(WidgetKind::Bar, "Bars");

/// As documents have it.
pub(super) const SCHEMA: Schema = time_chart::schema(
    "bar",
    suits,
    &[MIN, MAX, THRESHOLDS, STACKED, LOG, BINARY, EMPTY],
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
    Shape::Bars {
        stacked: options.stacked,
    }
}

fn suits(metric: &Metric) -> u8 {
    match metric.kind {
        MetricKind::Counter | MetricKind::Sum => 60,
        _ => 10,
    }
}
