//! A chart over time in the page: its layers, and around them what a person reads and does.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use super::chart_controller::ChartController;
use super::text_alternative;
use crate::arrangement::Arrangement;
use crate::bidi::isolated;
use crate::browser;
use crate::erased::{effect, part};
use crate::frame_loop;
use crate::live::{Live, Store};
use crate::parts::{Opened, late};
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::interact::cursor::SharedCursor;
use crate::widgets::interact::legend::{Legend, LegendList, Looking};
use crate::widgets::interact::overlay::Overlay;
use crate::widgets::interact::pointer::ChartInput;
use crate::widgets::interact::tooltip::Tooltip;
use crate::widgets::placeholder::Placeholder;
use crate::widgets::render::axes_layer::AxesLayer;
use crate::widgets::render::chart_renderer::ChartRenderer;
use crate::widgets::render::chart_style::{ChartStyle, LineWidth, ShapeOf};
use crate::widgets::render::layer::Layer;
use crate::widgets::state::{State, StateLine, waiting_for};
use protocol::{OptionValue, Widget, option_name};

/// A chart's words change this often, in seconds: a screen reader is not interrupted.
const ANNOUNCED_EACH: i64 = 10;

/// A chart of lines, areas or bars.
pub fn view(widget: Widget, own: WidgetControls, shape: ShapeOf) -> AnyView {
    let live = expect_context::<Live>();
    let arrangement = expect_context::<Arrangement>();
    let cursor = expect_context::<SharedCursor>();
    let line = use_context::<LineWidth>().unwrap_or_default();
    let axes = NodeRef::<html::Div>::new();
    let data = NodeRef::<html::Canvas>::new();
    let legend = RwSignal::new(Legend::default());
    let looking = Looking::new();
    let wide = RwSignal::new(false);
    let state = RwSignal::new(State::Loading);
    let waiting = waiting_for(&widget, live);
    let heading = heading_id(&widget.id);
    let title = widget.title.clone();
    let id = StoredValue::new(widget.id.clone());
    let alternative = RwSignal::new(String::new());
    let alternative_id = format!("alternative-{}", widget.id);
    let handle = own.handle;
    let overlay = Overlay::new();
    let hand = ChartInput::new(handle, overlay);
    effect(move || {
        let (Some(axes), Some(data), Some(frame)) = (axes.get(), data.get(), overlay.frame.get())
        else {
            return;
        };
        let Some(data) = Layer::new(data) else {
            return;
        };
        let style_of = move |widget: &Widget| {
            live.store
                .with_value(|store| style(widget, shape, store, line))
        };
        let renderer = ChartRenderer::new(AxesLayer::new(axes.into()), data, style_of(&widget));
        let chart = Rc::new(ChartController::new(live, &widget, renderer));
        handle.set(&chart);
        let paint = Rc::clone(&chart);
        frame_loop::register(move || paint.paint());
        overlay.follow(Rc::clone(&chart), cursor);
        let resized = Rc::clone(&chart);
        browser::on_resize(&frame, move |width, height| {
            resized.size.set((width, height));
            frame_loop::request();
        });
        let shown = Rc::clone(&chart);
        browser::on_visible(&frame, move |visible| {
            shown.visible.set(visible);
            frame_loop::request();
        });
        let tuned = Rc::clone(&chart);
        // Also read by the next effect: what the legend says depends on it.
        let shared = widget.clone();
        let tuning = Memo::new(move |_| {
            let options = arrangement.effective_widget(&shared).options;
            let off = arrangement.off(&shared.id);
            (
                options.flag(option_name::LOG),
                options.flag(option_name::BAND),
                off,
            )
        });
        effect(move || {
            let (log, band, off) = tuning.get();
            let mut effective = tuned.widget.clone();
            effective
                .options
                .set(option_name::LOG, OptionValue::Flag(log));
            effective
                .options
                .set(option_name::BAND, OptionValue::Flag(band));
            tuned.change(style_of(&effective), off);
            frame_loop::request();
        });
        let marked = Rc::clone(&chart);
        // In the colours of paper.
        browser::on_paper(move |_| marked.mark());
        let marked = Rc::clone(&chart);
        effect(move || {
            live.second_tick.track();
            marked.mark();
            frame_loop::request();
        });
        let telling = Rc::clone(&chart);
        // Also once the past is there: it is not of the first second alone until the next time.
        let due = Memo::new(move |_| {
            live.second_tick.track();
            // By the clock of the server: a page that is given several seconds at once says it as often.
            let turn = live.now_ms() / (ANNOUNCED_EACH * 1_000);
            (turn, live.is_fixed(), live.is_loaded())
        });
        effect(move || {
            due.get();
            state.track();
            tuning.with(|_| ());
            alternative.set(text_alternative::sentences(&telling.summaries()));
        });
        effect(move || {
            live.second_tick.track();
            tuning.with(|_| ());
            overlay.moved.track();
            let (mut next, why) = chart.legend(wide.get_untracked());
            // A part of the past decides about the prefix as all of it does: until then it stays.
            if !live.is_loaded() {
                next.units = legend.with_untracked(|legend| legend.units.clone());
            }
            if state.get_untracked() != why {
                state.set(why);
            }
            if legend.with_untracked(|old| *old != next) {
                legend.set(next);
            }
        });
    });
    let full = own.full;
    let known = Signal::derive(move || state.get() != State::Loading);
    view! {
        <header>
            <h2 id=heading><span class="title">{isolated(&title)}</span><small>{part(move || legend.with(Legend::beside_title))}</small></h2>
            <LegendList id legend looking wide handle full/>
        </header>
        <div
            class="chart"
            node_ref=overlay.frame
            tabindex="0"
            role="application"
            aria-roledescription="chart"
            aria-label=format!("{}. Arrow keys read values, Enter selects.", text_alternative::over_time(&title))
            aria-describedby=alternative_id
            data-state=move || state.get().name()
            hidden=move || own.as_table.get()
            on:pointerdown=move |event| hand.down(&event)
            on:pointermove=move |event| hand.moved(&event)
            on:pointerup=move |event| hand.up(&event)
            on:pointercancel=move |_| hand.cancelled()
            on:pointerleave=move |event| hand.left(&event)
            on:wheel=move |event| hand.wheel(&event)
            on:dblclick=move |_| hand.twice()
            on:keydown=move |event| hand.key(&event)
            on:blur=move |_| hand.blurred()
        >
            <Placeholder id known/>
            <div node_ref=axes class="axes" aria-hidden="true"></div>
            <canvas node_ref=data class="data" aria-hidden="true"></canvas>
            <i class="selection" node_ref=overlay.mark aria-hidden="true"></i>
            <i class="crosshair" node_ref=overlay.line aria-hidden="true"></i>
            <i class="dots" node_ref=overlay.dots aria-hidden="true"></i>
            <p class="unseen" id=alternative_id.clone()>{part(move || alternative.get())}</p>
            <StateLine state waiting/>
            <Tooltip tip=overlay.tip node=overlay.tooltip/>
        </div>
        <Show when=move || own.as_table.get()>
            {late(move || Opened::Points(handle, id))}
        </Show>
        <Show when=move || wide.get()>
            {late(move || Opened::Summary(legend, looking))}
        </Show>
    }
    .into_any()
}

fn style(widget: &Widget, shape: ShapeOf, store: &Store, line: LineWidth) -> ChartStyle {
    ChartStyle {
        line,
        ..ChartStyle::of(widget, shape, store)
    }
}
