//! Time in the bar: what is shown, a step to either side, stop and go on; a panel to choose from.
//!
//! Which zone's clocks show what is not known before the page runs: until then, on the server too,
//! a span that stands still has no times.

mod absolute;
pub mod bound;
mod calendar;
mod month;
mod panel;
mod shortcuts;
#[cfg(test)]
mod tests;
pub mod words;
mod written;
mod zones;

use leptos::prelude::*;

use crate::erased::{effect, part};
use crate::icons::{Arrow, PauseMark};
use crate::live::Live;
use crate::time_zone;
use crate::view::{self, View, Window, Zone};
use protocol::Preferences;

pub use panel::inside as panel;
pub use shortcuts::SHORTCUTS;

/// The time picker of a page: copied freely.
#[derive(Clone, Copy)]
pub struct TimePicker {
    /// What it changes.
    pub live: Live,
    /// Whether the panel is open.
    pub open: RwSignal<bool>,
    /// Keeps a span in seconds as the person's preference.
    pub save_span: Callback<u32>,
    /// Keeps a zone as the person's preference.
    pub save_zone: Callback<Option<String>>,
}

/// What a person sees without anything in the address.
pub fn usual(preferences: &Preferences) -> View {
    let zone = preferences.zone.as_deref();
    View {
        zone: zone.map_or(Zone::Local, Zone::parse),
        ..View::live(preferences.range_s.unwrap_or(view::RANGE_S))
    }
}

/// How much time is shown, and whether it stands still.
#[component]
pub fn Time() -> impl IntoView {
    let time = expect_context::<TimePicker>();
    let live = time.live;
    let fixed = Signal::derive(move || live.is_fixed());
    let known = RwSignal::new(false);
    effect(move || known.set(true));
    let label = move || match live.view.with(|view| view.window) {
        Window::Live { span_s } => words::span(span_s),
        Window::Fixed { from_ms, to_ms } if known.get() => fixed_words(live, from_ms, to_ms),
        Window::Fixed { .. } => "Fixed time".into(),
    };
    let clocks = move || clocks(live, known.get());
    let compared = move || {
        let compare = live.view.with(|view| view.compare);
        compare.map(|compare| {
            view! { <small class="vs">"vs "{words::compare(compare)}</small> }.into_any()
        })
    };
    let busy = move || if live.loading.get() { "Loading" } else { "" };
    view! {
        <span class="time" data-fixed=move || fixed.get().to_string()>
            <button
                type="button"
                class="icon step"
                aria-label="Earlier"
                title="Earlier by half ([)"
                on:click=move |_| shortcuts::step(live, -shortcuts::STEP)
            >
                <Arrow back=true/>
            </button>
            <button
                type="button"
                class="range"
                title="Choose the time that is shown (t)"
                aria-haspopup="dialog"
                aria-expanded=move || time.open.get().to_string()
                aria-busy=move || live.loading.get().to_string()
                on:click=move |_| time.open.set(true)
            >
                <span class="unseen">"Time range: "</span>
                <span class="shown">{part(label)}</span>
                {part(move || clocks().map(|words| view! { <small>{words}</small> }.into_any()))}
                {part(compared)}
            </button>
            <button
                type="button"
                class="icon step"
                aria-label="Later"
                title="Later by half (])"
                disabled=move || !fixed.get()
                on:click=move |_| shortcuts::step(live, shortcuts::STEP)
            >
                <Arrow back=false/>
            </button>
        </span>
        <span class="unseen" role="status">{part(busy)}</span>
        <button
            type="button"
            class="icon pause"
            aria-pressed=move || fixed.get().to_string()
            aria-label=move || if fixed.get() { "Resume" } else { "Pause" }
            title=move || if fixed.get() { "Back to live (p)" } else { "Pause (p)" }
            on:click=move |_| live.toggle_pause()
        >
            <PauseMark paused=fixed/>
        </button>
        <panel::Panel time/>
    }
}

fn fixed_words(live: Live, from_ms: i64, to_ms: i64) -> String {
    live.zone.with(|zone| {
        let this_year = zone.civil(js_sys::Date::now()).year;
        let [from, to] = [from_ms, to_ms].map(|t| zone.civil(t as f64));
        words::fixed(&from, &to, this_year)
    })
}

/// Whose clocks: always for times, and for spans when it is not the browser's.
fn clocks(live: Live, known: bool) -> Option<String> {
    let window = live.view.with(|view| view.window);
    live.zone.with(|zone| match window {
        Window::Live { .. } => (*zone != Zone::Local).then(|| match zone {
            Zone::Named(name) => name.clone(),
            _ => "UTC".into(),
        }),
        Window::Fixed { from_ms, .. } if known => {
            Some(time_zone::offset_words(zone.offset_min(from_ms as f64)))
        }
        Window::Fixed { .. } => None,
    })
}
