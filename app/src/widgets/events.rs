//! The list of recent events, newest first, never more than the store keeps.

use leptos::prelude::*;

use crate::live::Live;
use crate::live::store::LOG_ENTRIES;
use crate::view::Zone;
use crate::wire::{LogEntry, LogLevel, Widget};

/// The events widget.
#[component]
pub fn Events(
    /// Its heading.
    widget: Widget,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let entries = Memo::new(move |before: Option<&Vec<LogEntry>>| {
        live.logged.track();
        live.beat.track();
        match (live.is_fixed(), before) {
            (true, Some(before)) => before.clone(),
            _ => live
                .store
                .with_value(|store| store.recent().cloned().collect::<Vec<_>>()),
        }
    });
    let ready = Memo::new(move |_| live.beat.get() > 0);
    let empty = move || {
        if ready.get() {
            "Nothing happened yet. Events appear here as they come."
        } else {
            "Loading…"
        }
    };
    view! {
        <header>
            <h2 id=format!("widget-{}", widget.id)>
                {widget.title}<small title=format!("The newest {LOG_ENTRIES}")>{move || entries.with(Vec::len)}</small>
            </h2>
        </header>
        <Show when=move || entries.with(|e| !e.is_empty()) fallback=move || view! { <p class="state">{empty}</p> }>
            <ol class="events" tabindex="0" aria-label="Recent events, newest first">
                {move || {
                    let zone = live.zone.get();
                    entries.get().into_iter().map(|entry| row(entry, &zone)).collect_view()
                }}
            </ol>
        </Show>
    }
}

fn row(entry: LogEntry, zone: &Zone) -> impl IntoView + use<> {
    let (level, class) = match entry.level {
        LogLevel::Info => ("info", "level is-info"),
        LogLevel::Warn => ("warn", "level is-warn"),
        LogLevel::Error => ("error", "level is-error"),
    };
    view! {
        <li title=entry.event>
            <time title=zone.full_time(entry.t)>{zone.time_of_day(entry.t)}</time>
            <span class=class>{level}</span>
            <span class="message">{entry.message}</span>
            <span class="source">{entry.source}</span>
        </li>
    }
}
