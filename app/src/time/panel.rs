//! The panel of the time picker: spans that go on, a time from–to, what to compare with, the zone.
//! A sheet from below on narrow screens. The browser's own dialog: Escape closes it, and the focus
//! goes back to where it was.

use leptos::html;
use leptos::prelude::*;

use super::absolute::Absolute;
use super::words::{self, SPANS_S};
use super::zones::Zones;
use super::{TimePicker, shortcuts, written};
use crate::erased::{CollectAny, effect, part};
use crate::parts::{Opened, late};
use crate::view::{Compare, View, Window};

/// The dialog, empty while it is closed.
#[component]
pub fn Panel(
    /// What it changes.
    time: TimePicker,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !time.open.get()
            && dialog.open()
        {
            dialog.close();
        }
    });
    // Only what is around the panel is the dialog itself.
    let around = move |event: leptos::ev::MouseEvent| {
        let target = event.target();
        if target.is_some() && target == dialog.get_untracked().map(Into::into) {
            time.open.set(false);
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="picking"
            aria-label="Time range"
            on:close=move |_| time.open.set(false)
            on:click=around
        >
            <Show when=move || time.open.get()>
                {late(move || Opened::TimePanel(Box::new(time), dialog))}
            </Show>
        </dialog>
    }
}

/// What the dialog holds while it is open.
pub fn inside(time: TimePicker, dialog: NodeRef<html::Dialog>) -> AnyView {
    let live = time.live;
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        if dialog.show_modal().is_err() {
            leptos::logging::error!("Pulseboard: the time picker cannot be opened");
        }
    });
    let fixed = move || live.is_fixed();
    view! {
        <div class="inside">
            <div class="head">
                <h2>"Time range"</h2>
                <button
                    type="button"
                    class="icon close"
                    aria-label="Close"
                    on:click=move |_| time.open.set(false)
                >
                    "×"
                </button>
            </div>
            <Spans time/>
            <Absolute time/>
            <Comparing time/>
            <Zones time/>
            <div class="foot">
                <button type="button" title="[" on:click=move |_| shortcuts::step(live, -shortcuts::STEP)>
                    "‹ Earlier"
                </button>
                <button
                    type="button"
                    title="]"
                    disabled=move || !fixed()
                    on:click=move |_| shortcuts::step(live, shortcuts::STEP)
                >
                    "Later ›"
                </button>
                <button type="button" title="-" on:click=move |_| shortcuts::zoom(live, shortcuts::ZOOM)>
                    "Zoom out"
                </button>
                <button
                    type="button"
                    class="live"
                    title="l"
                    disabled=move || !fixed()
                    on:click=move |_| live.resume()
                >
                    "Back to live"
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// Spans that go on. Arrow keys go through them, and each is shown at once; a click or Enter
/// leaves the panel as well.
#[component]
fn Spans(time: TimePicker) -> impl IntoView {
    let live = time.live;
    let span_of = |view: &View| match view.window {
        Window::Live { span_s } => Some(span_s),
        Window::Fixed { .. } => None,
    };
    let shown = move || live.view.with(span_of);
    let first = live.view.with_untracked(span_of).unwrap_or(SPANS_S[0]);
    let option = move |span_s: u32| {
        let choose = move || {
            live.show(View {
                window: Window::Live { span_s },
                ..live.view.get_untracked()
            });
            time.save_span.run(span_s);
        };
        // The browser makes a click of a key too, with none counted. It comes before the change,
        // which a radio that is gone would not tell any more.
        let click = move |event: leptos::ev::MouseEvent| {
            if event.detail() > 0 {
                choose();
                time.open.set(false);
            }
        };
        let enter = move |event: leptos::ev::KeyboardEvent| {
            if event.key() == "Enter" {
                time.open.set(false);
            }
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="span"
                    value=span_s.to_string()
                    autofocus=first == span_s
                    prop:checked=move || shown() == Some(span_s)
                    on:change=move |_| choose()
                    on:click=click
                    on:keydown=enter
                />
                {words::span(span_s)}
            </label>
        }
    };
    view! {
        <fieldset class="spans">
            <legend>"Live"</legend>
            {SPANS_S.map(option).collect_any()}
            <OwnSpan time/>
        </fieldset>
    }
}

/// A span of one's own that goes on.
#[component]
fn OwnSpan(time: TimePicker) -> impl IntoView {
    let problem = RwSignal::new("");
    let apply = move |text: String| {
        if text.trim().is_empty() {
            return problem.set("");
        }
        match written::span_ms(&text).and_then(words::live_span_s) {
            Some(span_s) => {
                time.live.show(View {
                    window: Window::Live { span_s },
                    ..time.live.view.get_untracked()
                });
                // A longer one is in the address alone: preferences end with the longest of the list.
                if SPANS_S.last().is_some_and(|longest| span_s <= *longest) {
                    time.save_span.run(span_s);
                }
                time.open.set(false);
            }
            None => problem.set(written::ACCEPTED_SPAN),
        }
    };
    view! {
        <label class="own">
            "Own"
            <input
                type="text"
                placeholder="45m"
                autocomplete="off"
                spellcheck="false"
                maxlength="32"
                aria-invalid=move || (!problem.get().is_empty()).to_string()
                aria-describedby="span-problem"
                on:change=move |event| apply(event_target_value(&event))
            />
        </label>
        <p class="problem" role="alert" id="span-problem">{part(move || problem.get())}</p>
    }
}

/// What the shown time is compared with.
#[component]
fn Comparing(time: TimePicker) -> impl IntoView {
    let live = time.live;
    let chosen = move || live.view.with(|view| view.compare);
    let choose = move |event| {
        live.show(View {
            compare: Compare::parse(&event_target_value(&event)),
            ..live.view.get_untracked()
        });
    };
    let option = move |compare: Option<Compare>| {
        let name = compare.map_or("", Compare::name);
        let words = compare.map_or("nothing", words::compare);
        view! { <option value=name selected=move || chosen() == compare>{words}</option> }
    };
    let all = [
        None,
        Some(Compare::Before),
        Some(Compare::Day),
        Some(Compare::Week),
    ];
    view! {
        <label class="compare">
            "Compare with"
            <select on:change=choose>{all.map(option).collect_any()}</select>
        </label>
    }
}
