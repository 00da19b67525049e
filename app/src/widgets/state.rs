//! What a widget says while it has no data: that it loads, what it waits for, or what is missing.

use leptos::prelude::*;

use crate::bidi::isolated;
use crate::live::Live;
use protocol::Widget;

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

/// What to say while there is no data. Which event would bring it, the page does not know.
pub fn waiting_for(widget: &Widget, live: Live) -> String {
    let metric = widget
        .metrics
        .iter()
        .map(|r| r.metric.as_str())
        .find(|name| !name.is_empty());
    match metric {
        Some(name) if live.store.with_value(|s| s.metric(name).is_some()) => {
            format!("No values of {} in this time.", isolated(name))
        }
        Some(name) => format!(
            "There is no metric {}. Declare it in pulseboard.toml.",
            isolated(name)
        ),
        None => "This widget names no metric.".into(),
    }
}
