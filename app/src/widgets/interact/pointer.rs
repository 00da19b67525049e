//! Mouse, pen, fingers, wheel and keys on a chart: what they mean for all charts together.

use std::rc::Rc;

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::browser;
use crate::widgets::interact::cursor::{At, Cursor, SharedCursor, beyond, stepped};
use crate::widgets::interact::gesture::{Gesture, GestureAction, Press, wheel_factor};
use crate::widgets::interact::overlay::Overlay;
use crate::widgets::render::plot_geometry::PlotGeometry;
use crate::widgets::time_chart::chart_controller::{ChartController, Handle};

/// After the last key that moves the cursor, its values are spoken, in ms.
const SPOKEN_AFTER_MS: u32 = 300;

/// What acts on one chart; copied freely.
#[derive(Clone, Copy)]
pub struct ChartInput {
    /// The chart.
    pub handle: Handle,
    /// What lies over it.
    pub overlay: Overlay,
    arrangement: Arrangement,
    cursor: SharedCursor,
    gesture: StoredValue<Gesture>,
    /// Where a selection by keyboard began, in ms since the epoch.
    marked: StoredValue<Option<f64>>,
    /// Counts keys, so that only the last one of many is spoken.
    keys: StoredValue<u32>,
}

impl ChartInput {
    /// On this chart.
    pub fn new(handle: Handle, overlay: Overlay) -> Self {
        ChartInput {
            handle,
            overlay,
            arrangement: expect_context::<Arrangement>(),
            cursor: expect_context::<SharedCursor>(),
            gesture: StoredValue::new(Gesture::Idle),
            marked: StoredValue::new(None),
            keys: StoredValue::new(0),
        }
    }

    /// A pointer goes down on the chart.
    pub fn down(&self, event: &PointerEvent) {
        let Some((chart, shown)) = self.chart() else {
            return;
        };
        let middle = event.button() == 1;
        let pans = middle || (event.button() == 0 && event.shift_key());
        if self.arrangement.editing.get_untracked() || !(event.button() == 0 || pans) {
            return;
        }
        if middle {
            // Or else the browser scrolls by itself.
            event.prevent_default();
        }
        if let Some(frame) = self.overlay.frame.get_untracked() {
            // Without capture a drag ends at the chart's edge, which is no harm.
            drop(frame.set_pointer_capture(event.pointer_id()));
        }
        let press = Press {
            pointer: event.pointer_id(),
            x: self.plot_x(event, &shown),
            finger: event.pointer_type() == "touch",
            pans,
        };
        let mut gesture = self.gesture.get_value();
        let deed = gesture.press(press, shown.span());
        self.gesture.set_value(gesture);
        self.act(deed, &chart, &shown, Some(event));
    }

    /// A pointer moves over the chart.
    pub fn moved(&self, event: &PointerEvent) {
        let Some((chart, shown)) = self.chart() else {
            return;
        };
        let mut gesture = self.gesture.get_value();
        // A finger that is down for nothing scrolls.
        if gesture == Gesture::Idle && event.pointer_type() == "touch" {
            return;
        }
        let x = self.plot_x(event, &shown);
        let deed = gesture.moved(event.pointer_id(), x);
        self.gesture.set_value(gesture);
        self.act(deed, &chart, &shown, Some(event));
    }

    /// A pointer goes up.
    pub fn up(&self, event: &PointerEvent) {
        let Some((chart, shown)) = self.chart() else {
            return;
        };
        let x = self.plot_x(event, &shown);
        let mut gesture = self.gesture.get_value();
        let deed = gesture.release(event.pointer_id(), x, shown.span());
        self.gesture.set_value(gesture);
        self.act(deed, &chart, &shown, Some(event));
    }

    /// The browser took the pointer, to scroll.
    pub fn cancelled(&self) {
        self.end();
        self.leave();
    }

    /// A pointer left. A finger does so whenever it is lifted: what it pointed at stays.
    pub fn left(&self, event: &PointerEvent) {
        if event.pointer_type() != "touch" && self.gesture.get_value() == Gesture::Idle {
            self.leave();
        }
    }

    /// The chart lost the focus.
    pub fn blurred(&self) {
        self.end();
        self.leave();
    }

    /// The wheel turns: with Ctrl, Meta or Shift it zooms, else the page scrolls.
    pub fn wheel(&self, event: &WheelEvent) {
        let held = event.ctrl_key() || event.meta_key() || event.shift_key();
        let Some((chart, shown)) = self.chart().filter(|_| held) else {
            return;
        };
        if self.arrangement.editing.get_untracked() {
            return;
        }
        event.prevent_default();
        // With Shift some browsers turn the wheel sideways.
        let delta = if event.delta_y() == 0.0 {
            event.delta_x()
        } else {
            event.delta_y()
        };
        let about = shown.span().time(self.plot_x(event, &shown));
        let lines = event.delta_mode() == WheelEvent::DOM_DELTA_LINE;
        chart.live.zoom(about, wheel_factor(delta, lines));
    }

    /// Clicked twice: back to what goes on.
    pub fn twice(&self) {
        if let Some((chart, _)) = self.chart() {
            self.end();
            chart.live.resume();
        }
    }

    /// A key on the focused chart.
    pub fn key(&self, event: &KeyboardEvent) {
        let Some((chart, shown)) = self.chart() else {
            return;
        };
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let busy = self.gesture.get_value() != Gesture::Idle
            || self.marked.get_value().is_some()
            || self.cursor.get().is_some();
        match event.key().as_str() {
            "Escape" if busy => self.cancelled(),
            "Enter" if event.target() == event.current_target() => self.mark(&chart),
            key => {
                let live = chart.live;
                let (end, span) = (live.end_ms() as f64, live.span_ms() as f64);
                let step = chart.cursor_step_ms();
                let read = |t: f64| chart.readings(t).0.middle();
                let at = read(self.at_ms(&chart));
                let step = |from: f64| stepped(key, from, step, end - span, end);
                let Some(t) = step(at).map(|t| beyond(at, t, read, step)) else {
                    return;
                };
                self.cursor.point(Cursor {
                    widget: chart.widget.id.clone(),
                    at: At::Time(t),
                    pointer: None,
                });
                if let Some(from) = self.marked.get_value() {
                    self.overlay.mark(Some((shown.x(from), shown.x(t))));
                }
                self.speak(Rc::clone(&chart), t);
            }
        }
        event.prevent_default();
        event.stop_propagation();
    }

    /// Begins a selection at the cursor, or zooms to the one that began.
    fn mark(&self, chart: &ChartController) {
        let at = self.at_ms(chart);
        match self.marked.get_value() {
            Some(from) if from != at => {
                self.end();
                chart.live.show_fixed(from, at);
            }
            _ => {
                self.marked.set_value(Some(at));
                self.arrangement
                    .announcement
                    .set("Selection begins here. Move, then Enter zooms to it.".into());
            }
        }
    }

    /// The cursor's time; the end without one.
    fn at_ms(&self, chart: &ChartController) -> f64 {
        let (end, span) = (chart.live.end_ms() as f64, chart.live.span_ms() as f64);
        let cursor = self.cursor.get();
        cursor.map_or(end, |cursor| cursor.at.time(end, span))
    }

    /// Says the values at `t`, unless another key follows soon.
    fn speak(&self, chart: Rc<ChartController>, t: f64) {
        let ChartInput {
            keys, arrangement, ..
        } = *self;
        keys.update_value(|n| *n = n.wrapping_add(1));
        let mine = keys.get_value();
        leptos::task::spawn_local(async move {
            browser::sleep(SPOKEN_AFTER_MS).await;
            if keys.try_get_value() == Some(mine) {
                arrangement
                    .announcement
                    .set(super::overlay::tip(&chart, t).words());
            }
        });
    }

    fn act(
        &self,
        deed: GestureAction,
        chart: &ChartController,
        shown: &PlotGeometry,
        event: Option<&PointerEvent>,
    ) {
        let live = chart.live;
        match deed {
            GestureAction::Nothing => {}
            GestureAction::Point(x) => self.cursor.point(Cursor {
                widget: chart.widget.id.clone(),
                at: At::Ago(shown.span().ago(x)),
                pointer: event.map(|e| (e.client_x().into(), e.client_y().into())),
            }),
            GestureAction::Mark(a, b) => {
                self.leave();
                let held = |x: f64| shown.left() + x.clamp(0.0, shown.span().width);
                self.overlay.mark(Some((held(a), held(b))));
            }
            GestureAction::Unmark => self.overlay.mark(None),
            GestureAction::Show(from, to) => {
                self.leave();
                live.show_fixed(from, to);
            }
            GestureAction::Zoom(from, to) => {
                self.end();
                live.show_fixed(from, to);
            }
        }
    }

    /// Ends whatever was going on, without an effect.
    fn end(&self) {
        self.gesture.set_value(Gesture::Idle);
        self.marked.set_value(None);
        self.overlay.mark(None);
    }

    fn leave(&self) {
        if let Some(chart) = self.handle.get() {
            self.cursor.leave(&chart.widget.id);
        }
    }

    /// CSS pixels from the plot's left edge.
    fn plot_x(&self, event: &MouseEvent, shown: &PlotGeometry) -> f64 {
        let frame = self.overlay.frame.get_untracked();
        let left = frame.map_or(0.0, |frame| frame.get_bounding_client_rect().left());
        f64::from(event.client_x()) - left - shown.left()
    }

    fn chart(&self) -> Option<(Rc<ChartController>, PlotGeometry)> {
        let chart = self.handle.get()?;
        let shown = chart.geometry()?;
        Some((chart, shown))
    }
}
