//! What a widget says while it has no data: that it loads, what it waits for, or what is missing.

use leptos::prelude::*;

use crate::bidi::isolated;
use crate::browser;
use crate::erased::{effect, part};
use crate::live::{self, Live};
use crate::time::words;
use protocol::{Options, Widget, option_name};

/// Whether a widget has something to show, and why not.
#[derive(Clone, Copy, PartialEq)]
pub enum State {
    /// Nothing has arrived yet.
    Loading,
    /// There is no data for what the widget names.
    Waiting,
    /// Every line is switched off.
    Off,
    /// It has.
    Shown,
}

impl State {
    /// As the style sheet names it.
    pub fn name(self) -> &'static str {
        match self {
            State::Loading => "loading",
            State::Waiting => "waiting",
            State::Off => "off",
            State::Shown => "shown",
        }
    }

    /// What the widget says instead of data; `waiting` while there is none.
    pub fn words(self, waiting: &str) -> String {
        match self {
            State::Loading => "Loading…".into(),
            State::Waiting => waiting.into(),
            State::Off => "Every line is hidden. Choose one above to show it.".into(),
            State::Shown => String::new(),
        }
    }
}

/// What a widget without data says.
#[derive(Clone)]
pub struct Waiting {
    /// In the place of values.
    pub words: String,
    metrics: Vec<String>,
}

/// What a document says in the place of values when nothing came.
pub fn empty_words(options: &Options) -> Option<&str> {
    options.text(option_name::EMPTY)
}

/// What to say while there is no data. Which event would bring it, the page does not know.
pub fn waiting_for(widget: &Widget, live: Live) -> Waiting {
    let names = widget.metrics.iter().map(|r| r.metric.as_str());
    let is_known = |name: &str| live.store.with_value(|s| s.metric(name).is_some());
    let mut named = names.filter(|name| !name.is_empty());
    let (words, is_there) = match named.next() {
        Some(name) if is_known(name) => match empty_words(&widget.options) {
            // Nothing is missing: nobody is led to an older time.
            Some(words) => (isolated(words), false),
            None => (
                format!("No values of {} in this time.", isolated(name)),
                true,
            ),
        },
        Some(name) => (
            format!(
                "There is no metric {}. Declare it in pulseboard.toml.",
                isolated(name)
            ),
            false,
        ),
        None => ("This widget names no metric.".into(), false),
    };
    let names = widget.metrics.iter().map(|r| r.metric.clone());
    let metrics = names.filter(|name| is_there && is_known(name)).collect();
    Waiting { words, metrics }
}

/// What a widget says instead of data. Of a past without any also since when there are some, with a way
/// there.
#[component]
pub fn StateLine(
    /// Of the widget.
    #[prop(into)]
    state: Signal<State>,
    /// What it says while it has no data.
    waiting: Waiting,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let oldest = RwSignal::new(None::<i64>);
    let asked = StoredValue::new(false);
    let metrics = StoredValue::new(waiting.metrics);
    effect(move || {
        let is_empty = state.get() == State::Waiting && live.is_fixed() && live.is_loaded();
        if is_empty && !metrics.with_value(Vec::is_empty) && !asked.get_value() {
            asked.set_value(true);
            browser::spawn(async move {
                // Without an answer the widget says what it says without a past.
                let found = live::oldest::oldest(&metrics.get_value(), live.now_ms()).await;
                oldest.try_set(found.unwrap_or(None));
            });
        }
    });
    let line = move || {
        let state = state.get();
        match oldest
            .get()
            .filter(|_| state == State::Waiting && live.is_fixed())
        {
            None => state.words(&waiting.words).into_any(),
            Some(at) => way_to(live, at).into_any(),
        }
    };
    view! { <p class="state">{part(line)}</p> }
}

/// When the oldest data are from, and a way there. Below it lies a chart, which takes what it is not
/// kept from.
pub fn way_to(live: Live, at_ms: i64) -> impl IntoView {
    let when = move || {
        let zone = live.zone.get();
        words::moment(&zone.civil(at_ms as f64), &zone.civil(live.now_ms() as f64))
    };
    let go = move |_| {
        let (at, span) = (at_ms as f64, live.span_ms() as f64);
        live.show_fixed(at - span / 10.0, at + span * 0.9);
    };
    view! {
        <span>
            "No data in this time; the oldest is from " {part(when)} ". "
            <button
                type="button"
                class="link"
                on:click=go
                on:pointerdown=|event| event.stop_propagation()
                on:keydown=|event| event.stop_propagation()
            >
                "Show it"
            </button>
        </span>
    }
}
