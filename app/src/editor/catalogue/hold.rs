//! Taking a metric out of the list and putting it down on the grid, by mouse anywhere on its name and by
//! finger at its handle.

use leptos::ev::PointerEvent;
use leptos::prelude::*;
use protocol::{Metric, Widget};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{CatalogueState, suggest};
use crate::arrangement::drag;
use crate::erased::{effect, part};

/// How far a pointer goes before a press is a drag, in CSS pixels.
const FAR_PX: f64 = 6.0;

/// What is held: copied freely.
#[derive(Clone, Copy)]
pub struct Hold {
    state: CatalogueState,
    held: RwSignal<Option<Held>>,
}

/// A metric in hand.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    widget: Widget,
    pointer: i32,
    start: (f64, f64),
    /// Where the pointer is in the window, once it went far enough.
    at: Option<(f64, f64)>,
}

impl Hold {
    /// Of nothing.
    pub fn new(state: CatalogueState) -> Hold {
        Hold {
            state,
            held: RwSignal::new(None),
        }
    }

    fn take(self, metric: &Metric, event: &PointerEvent) {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let is_handle = target.is_some_and(|target| target.matches(".grab") == Ok(true));
        let is_finger = event.pointer_type() != "mouse";
        if event.button() != 0 || (is_finger && !is_handle) || drag::is_narrow() {
            return;
        }
        let Some(kind) = suggest::kinds_for(metric).first().copied() else {
            return;
        };
        // From the press on: a quick pointer has left the row before it moved twice.
        let element = event
            .current_target()
            .and_then(|t| t.dyn_into::<Element>().ok());
        let is_taken = element.map(|element| element.set_pointer_capture(event.pointer_id()));
        if !matches!(is_taken, Some(Ok(()))) {
            return;
        }
        self.held.set(Some(Held {
            widget: suggest::widget_for(metric, kind, None),
            pointer: event.pointer_id(),
            start: position(event),
            at: None,
        }));
    }

    fn moved(self, event: &PointerEvent) {
        let Some(mut held) = self.mine(event) else {
            return;
        };
        let (x, y) = position(event);
        let is_far = (x - held.start.0).hypot(y - held.start.1) >= FAR_PX;
        if held.at.is_none() && !is_far {
            return;
        }
        event.prevent_default();
        held.at = Some((x, y));
        let place = held.widget.place;
        self.held.set(Some(held));
        let arrangement = self.state.editor.arrangement;
        match is_over_grid(x, y) {
            true => drag::bring(arrangement, (place.w, place.h), event),
            false => drag::take_away(arrangement),
        }
    }

    fn put_down(self, event: &PointerEvent) {
        let Some(held) = self.mine(event) else {
            return;
        };
        self.held.set(None);
        let place = drag::put_down(self.state.editor.arrangement);
        if let Some(place) = place.filter(|_| held.at.is_some()) {
            self.state.add(held.widget, Some(place));
        }
    }

    fn cancel(self) {
        if self.held.with_untracked(Option::is_some) {
            self.held.set(None);
            drag::take_away(self.state.editor.arrangement);
        }
    }

    fn mine(self, event: &PointerEvent) -> Option<Held> {
        let held = self.held.get_untracked();
        held.filter(|held| held.pointer == event.pointer_id())
    }
}

/// The name of a metric in its row, by which it is taken.
pub fn name(metric: &Metric) -> impl IntoView + use<> {
    let hold = expect_context::<Hold>();
    let held = StoredValue::new(metric.clone());
    view! {
        <div
            class="hold"
            title=metric.description.clone()
            on:pointerdown=move |event| held.with_value(|metric| hold.take(metric, &event))
            on:pointermove=move |event| hold.moved(&event)
            on:pointerup=move |event| hold.put_down(&event)
            on:pointercancel=move |_| hold.cancel()
        >
            <span class="grab" aria-hidden="true"></span>
            <span class="words">
                <b>{metric.name.clone()}</b>
                <small>{metric.description.clone()}</small>
            </span>
        </div>
    }
}

/// What is in hand, at the pointer.
#[component]
pub fn Ghost() -> impl IntoView {
    let hold = expect_context::<Hold>();
    let Hold { state, held } = hold;
    let arrangement = state.editor.arrangement;
    // Escape ends every drag: this one too.
    let was_over = StoredValue::new(false);
    effect(move || {
        let is_over = arrangement.drag.with(Option::is_some);
        let was = was_over.get_value();
        was_over.set_value(is_over);
        let at = held.with_untracked(|held| held.as_ref().and_then(|held| held.at));
        if was && !is_over && at.is_some_and(|(x, y)| is_over_grid(x, y)) {
            hold.cancel();
        }
    });
    part(move || {
        let held = held.get()?;
        let (x, y) = held.at?;
        let style = format!("left:{x}px;top:{y}px");
        Some(
            view! { <div class="edit-ghost" aria-hidden="true" style=style>{held.widget.title}</div> },
        )
    })
}

fn position(event: &PointerEvent) -> (f64, f64) {
    (event.client_x().into(), event.client_y().into())
}

fn is_over_grid(x: f64, y: f64) -> bool {
    let element = document().element_from_point(x as f32, y as f32);
    let canvas = element.and_then(|element| element.closest(".canvas").ok().flatten());
    canvas.is_some()
}
