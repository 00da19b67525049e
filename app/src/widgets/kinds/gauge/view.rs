//! A gauge in the page: an arc on a canvas, and its value as text and as a meter.

use charts::Scratch;
use leptos::html;
use leptos::prelude::*;

use super::draw;
use super::model::{self, Dial, spoken};
use crate::erased::{CollectAny, effect, part};
use crate::frame_loop;
use crate::live::Live;
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::options::level_name;
use crate::widgets::render::canvas_surface;
use crate::widgets::state::{State, StateLine, waiting_for};
use protocol::Widget;

/// The gauge.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let node = NodeRef::<html::Canvas>::new();
    let shown = RwSignal::new(Dial::default());
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = heading_id(&widget.id);
    let title = widget.title.clone();
    let thresholds = StoredValue::new(widget.options.thresholds());
    effect(move || {
        live.second_tick.track();
        let before = shown.with_untracked(|dial| dial.symbol);
        let next = live.visible_store(|store| model::read(store, &widget, live.end_ms(), before));
        state.set(match (live.now_ms() > 0, next.value.is_finite()) {
            (false, _) => State::Loading,
            (true, false) => State::Waiting,
            (true, true) => State::Shown,
        });
        if shown.with_untracked(|old| *old != next) {
            shown.set(next);
            frame_loop::request();
        }
    });
    let mut scratch = Scratch::default();
    canvas_surface::follow(
        node,
        move |_| shown.with_untracked(|s| (s.value.to_bits(), s.min.to_bits(), s.max.to_bits())),
        move |layer, sheet| {
            let (palette, size) = (&sheet.palette, sheet.size);
            thresholds.with_value(|thresholds| {
                shown.with_untracked(|dial| {
                    layer.draw_fine((0, size.0 as i32), size.1, |area| {
                        // The canvas backend cannot fail but for text, of which there is none.
                        drop(draw::arc(
                            area,
                            &mut scratch,
                            dial,
                            (thresholds, palette),
                            size,
                        ));
                    });
                });
            });
        },
    );
    let level = move || shown.with(|s| s.passed.as_ref().map(|p| level_name(p.0)));
    let known = move || state.get() == State::Shown;
    let of = move |part: fn(&Dial) -> f64| move || known().then(|| shown.with(part).to_string());
    view! {
        <header><h2 id=heading.clone()>{title}</h2></header>
        <div
            class="dial"
            data-state=move || state.get().name()
            role="meter"
            aria-labelledby=heading
            aria-valuenow=of(|s| s.value.clamp(s.min, s.max))
            aria-valuemin=of(|s| s.min)
            aria-valuemax=of(|s| s.max)
            aria-valuetext=move || known().then(|| shown.with(spoken))
        >
            <div class="arc"><canvas node_ref=node aria-hidden="true"></canvas></div>
            <p class="value" data-level=level>
                <b>{part(move || shown.with(|s| s.number.clone()))}</b>
                <small style:min-width=move || shown.with(|s| format!("{}ch", s.symbol_room))>
                    {part(move || shown.with(|s| s.symbol))}
                </small>
            </p>
            <p class="ends" aria-hidden="true">
                {part(move || shown.with(|s| s.ends.clone()).map(|end| view! { <span>{end}</span> }).collect_any())}
            </p>
            <p class="passed" data-level=level>
                {part(move || shown.with(|s| s.passed.as_ref().map(|p| format!("▲ {}", p.1))))}
            </p>
            <StateLine state waiting/>
        </div>
    }    .into_any()
}
