//! What lies over a chart's canvases: crosshair, selection, tooltip. It moves in the animation
//! frame, by transforms; no canvas is painted for it.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use crate::frame_loop;
use crate::widgets::interact::cursor::{At, Cursor, SharedCursor};
use crate::widgets::interact::tooltip::{self, Tip};
use crate::widgets::time_chart::chart_controller::ChartController;

/// The elements over one chart; copied freely.
#[derive(Clone, Copy)]
pub struct Overlay {
    /// The chart's own element.
    pub frame: NodeRef<html::Div>,
    /// The time of the cursor.
    pub line: NodeRef<html::I>,
    /// What is selected.
    pub mark: NodeRef<html::I>,
    /// The values at the cursor.
    pub tooltip: NodeRef<html::Div>,
    /// What they are.
    pub tip: RwSignal<Option<Tip>>,
}

impl Overlay {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        Overlay {
            frame: NodeRef::new(),
            line: NodeRef::new(),
            mark: NodeRef::new(),
            tooltip: NodeRef::new(),
            tip: RwSignal::new(None),
        }
    }

    /// Follows the page's cursor until the owner goes.
    pub fn follow(self, chart: Rc<ChartController>, shared: SharedCursor) {
        let mut drawn = None;
        frame_loop::register_overlay(move || {
            let cursor = shared.get().and_then(|c| Some((c, chart.geometry()?)));
            let place = cursor.as_ref().map(|(cursor, shown)| {
                let x = match cursor.at {
                    At::Ago(ms) => shown.x_ago(ms),
                    At::Time(_) => shown.x(time(&chart, cursor)),
                };
                (x, shown.rows())
            });
            if drawn != place {
                drawn = place;
                self.draw_line(place);
            }
            match cursor.filter(|(cursor, _)| cursor.widget == chart.widget.id) {
                Some((cursor, _)) => self.say(&chart, &cursor, place),
                None if self.tip.with_untracked(Option::is_some) => self.tip.set(None),
                None => {}
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

    fn draw_line(&self, place: Option<(f64, (f64, f64))>) {
        let Some(line) = self.line.get_untracked() else {
            return;
        };
        let style = place.map_or_else(String::new, |(x, (top, height))| {
            format!("visibility:visible;transform:translate({x}px,{top}px);height:{height}px")
        });
        write_style(&line, &style);
    }

    fn say(&self, chart: &Rc<ChartController>, cursor: &Cursor, place: Option<(f64, (f64, f64))>) {
        let tip = tip(chart, time(chart, cursor));
        if self.tip.with_untracked(|old| old.as_ref() != Some(&tip)) {
            self.tip.set(Some(tip));
        }
        let Some((x, (top, height))) = place else {
            return;
        };
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
    let live = chart.live;
    let time = live.zone.with_untracked(|zone| zone.full_time(t as i64));
    Tip::new(time, chart.readings(t), chart.annotated(t))
}

fn time(chart: &ChartController, cursor: &Cursor) -> f64 {
    let live = chart.live;
    cursor.at.time(live.end_ms() as f64, live.span_ms() as f64)
}

/// The policy of the page forbids style elements, not what scripts set.
fn write_style(element: &HtmlElement, style: &str) {
    element.style().set_css_text(style);
}
