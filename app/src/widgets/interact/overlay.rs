//! What lies over a chart's canvases: crosshair, dots, selection, tooltip. It moves in the animation
//! frame, by transforms; no canvas is painted for it. Invariant: crosshair and dots stand at the point,
//! or at the bar, whose value is said.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use crate::frame_loop;
use crate::widgets::interact::cursor::{Cursor, SharedCursor};
use crate::widgets::interact::legend::key_color;
use crate::widgets::interact::tooltip::{self, Tip};
use crate::widgets::render::plot_geometry::PlotGeometry;
use crate::widgets::time_chart::chart_controller::ChartController;
use crate::widgets::time_chart::{Moment, Reading};

/// The middle of the element that has the dots, from the chart's corner to the upper left, in CSS
/// pixels, as the style sheet puts it.
const DOTS_PX: f64 = 2_000.0;

/// The elements over one chart; copied freely.
#[derive(Clone, Copy)]
pub struct Overlay {
    /// The chart's own element.
    pub frame: NodeRef<html::Div>,
    /// The time of the cursor.
    pub line: NodeRef<html::I>,
    /// A dot on each line: an element out of sight, which has them as shadows.
    pub dots: NodeRef<html::I>,
    /// What is selected.
    pub mark: NodeRef<html::I>,
    /// The values at the cursor.
    pub tooltip: NodeRef<html::Div>,
    /// What they are.
    pub tip: RwSignal<Option<Tip>>,
    /// Grows when the cursor of all charts reads something else on this one: the legend follows.
    pub moved: RwSignal<u64>,
}

impl Overlay {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        Overlay {
            frame: NodeRef::new(),
            line: NodeRef::new(),
            dots: NodeRef::new(),
            mark: NodeRef::new(),
            tooltip: NodeRef::new(),
            tip: RwSignal::new(None),
            moved: RwSignal::new(0),
        }
    }

    /// Follows the page's cursor until the owner goes.
    pub fn follow(self, chart: Rc<ChartController>, shared: SharedCursor) {
        let mut drawn = None;
        frame_loop::register_overlay(move || {
            let cursor = shared.get().and_then(|c| Some((c, chart.geometry()?)));
            let place = cursor.map(|(cursor, shown)| {
                let (moment, readings) = chart.readings(time(&chart, &cursor));
                (cursor, shown, moment, readings)
            });
            let over = place.as_ref().map(|(_, shown, moment, readings)| {
                let x = shown.x(moment.middle());
                (x, shown.rows(), dots(shown, readings))
            });
            if chart.point(place.as_ref().map(|(_, _, moment, _)| *moment)) {
                self.moved.update(|n| *n += 1);
            }
            match place.filter(|(cursor, ..)| cursor.widget == chart.widget.id) {
                Some((cursor, shown, moment, readings)) => {
                    let corner = (shown.x(moment.middle()), shown.rows());
                    self.say(tip_of(&chart, &moment, readings), &cursor, corner);
                }
                None if self.tip.with_untracked(Option::is_some) => self.tip.set(None),
                None => {}
            }
            if drawn != over {
                self.draw(over.as_ref());
                drawn = over;
            }
        });
    }

    /// Marks from one place to another, in CSS pixels from the chart's left edge; or nothing.
    pub fn mark(&self, places: Option<(f64, f64)>) {
        let Some(mark) = self.mark.get_untracked() else {
            return;
        };
        let style = match places {
            Some((a, b)) => format!(
                "visibility:visible;transform:translateX({}px);width:{}px",
                a.min(b),
                (a - b).abs()
            ),
            None => String::new(),
        };
        write_style(&mark, &style);
    }

    fn draw(&self, place: Option<&(f64, (f64, f64), String)>) {
        if let Some(line) = self.line.get_untracked() {
            let style = place.map_or_else(String::new, |(x, (top, height), _)| {
                format!("visibility:visible;transform:translate({x}px,{top}px);height:{height}px")
            });
            write_style(&line, &style);
        }
        if let Some(node) = self.dots.get_untracked() {
            write_style(&node, place.map_or("", |(_, _, dots)| dots));
        }
    }

    fn say(&self, tip: Tip, cursor: &Cursor, (x, (top, height)): (f64, (f64, f64))) {
        if self.tip.with_untracked(|old| old.as_ref() != Some(&tip)) {
            self.tip.set(Some(tip));
        }
        let Overlay { frame, tooltip, .. } = *self;
        let pointer = cursor.pointer;
        // After the texts are in the page, and before this frame is painted: its size depends on
        // them.
        spawn_local(async move {
            if let (Some(frame), Some(node)) = (frame.get_untracked(), tooltip.get_untracked()) {
                let corner = frame.get_bounding_client_rect();
                let y = pointer.map_or(corner.top() + top + height / 2.0, |(_, y)| y);
                tooltip::put(&node, (corner.left() + x, y));
            }
        });
    }
}

/// What the tooltip says of `t`.
pub fn tip(chart: &ChartController, t: f64) -> Tip {
    let (moment, readings) = chart.readings(t);
    tip_of(chart, &moment, readings)
}

fn tip_of(chart: &ChartController, moment: &Moment, readings: Vec<Reading>) -> Tip {
    let (end, span) = (moment.t as i64, moment.span_ms as i64);
    let time = chart.live.zone.with_untracked(|zone| match span {
        0 => zone.full_time(end),
        _ => zone.full_span(end - span, end),
    });
    let notes = chart.annotated(moment.middle(), moment.span_ms / 2.0);
    Tip::new(time, readings, chart.compared(), notes)
}

/// The style of an element whose shadows are a dot at each reading.
fn dots(shown: &PlotGeometry, readings: &[Reading]) -> String {
    let dot = |reading: &Reading| {
        let place = reading.place?;
        let (x, y) = (shown.x(place.t), shown.y(place.v, reading.right)?);
        let (x, y) = (x + DOTS_PX, y + DOTS_PX);
        let color = key_color(reading.index);
        Some(format!(
            "{x}px {y:.1}px 0 0 {color},{x}px {y:.1}px 0 1.5px var(--surface)"
        ))
    };
    let dots: Vec<String> = readings.iter().filter_map(dot).collect();
    match dots.is_empty() {
        true => String::new(),
        false => format!("visibility:visible;box-shadow:{}", dots.join(",")),
    }
}

fn time(chart: &ChartController, cursor: &Cursor) -> f64 {
    let live = chart.live;
    cursor.at.time(live.end_ms() as f64, live.span_ms() as f64)
}

/// The policy of the page forbids style elements, not what scripts set.
pub(super) fn write_style(element: &HtmlElement, style: &str) {
    element.style().set_css_text(style);
}
