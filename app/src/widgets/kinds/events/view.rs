//! The list of events in the page, with what a person looks for. That is the page's, and not kept.

use leptos::prelude::*;

use super::filter::Filter;
use super::model::{self, Options};
use crate::browser;
use crate::erased::part;
use crate::live::Live;
use crate::live::store::LOG_ENTRIES;
use crate::view::Zone;
use crate::widgets::WidgetControls;
use protocol::{LogLevel, LogRecord, Widget};

/// The levels to choose from, with what is shown then.
const LEVELS: [(LogLevel, &str, &str); 3] = [
    (LogLevel::Info, "info", "All levels"),
    (LogLevel::Warn, "warn", "Warnings and errors"),
    (LogLevel::Error, "error", "Errors"),
];

/// The events widget.
pub fn view(widget: Widget, _: WidgetControls) -> AnyView {
    let live = expect_context::<Live>();
    let Options { rows: most, lowest } = Options::of(&widget.options);
    let usual = Filter::new(lowest);
    let filter = RwSignal::new(usual.clone());
    let entries = Memo::new(move |before: Option<&Vec<LogRecord>>| {
        live.logged.track();
        live.second_tick.track();
        match (live.is_fixed(), before) {
            (true, Some(before)) => before.clone(),
            _ => live.store.with_value(|store| {
                let entries = store.recent().filter(|entry| entry.level >= lowest);
                entries.cloned().collect::<Vec<_>>()
            }),
        }
    });
    let ready = Memo::new(move |_| live.second_tick.get() > 0);
    let found = Memo::new(move |_| {
        filter.with(|filter| {
            entries.with(|all| {
                all.iter()
                    .filter(|e| filter.keeps(e, browser::small))
                    .count()
            })
        })
    });
    let sum = move || {
        let (found, all) = (found.get(), entries.with(Vec::len));
        match found == all {
            true => all.to_string(),
            false => format!("{found} of {all}"),
        }
    };
    let rows = move || {
        let zone = live.zone.get();
        filter.with(|filter| {
            entries.with(|all| {
                let kept = all
                    .iter()
                    .filter(|entry| filter.keeps(entry, browser::small))
                    .take(most);
                kept.cloned().map(|entry| row(entry, &zone)).collect_view()
            })
        })
    };
    let older = move || {
        let left = found.get().saturating_sub(most);
        (left > 0).then(|| view! { <li class="more">{format!("and {left} older")}</li> })
    };
    let nothing = StoredValue::new(usual);
    let empty = move || {
        match (ready.get(), entries.with(Vec::is_empty)) {
        (false, _) => view! { <p class="state">"Loading…"</p> }.into_any(),
        (true, true) => {
            view! { <p class="state">"Nothing happened yet. Events appear here as they come."</p> }
                .into_any()
        }
        (true, false) => view! {
            <p class="state">
                "No events match. "
                <button type="button" class="link" on:click=move |_| filter.set(nothing.get_value())>
                    "Show all"
                </button>
            </p>
        }
        .into_any(),
    }
    };
    view! {
        <header>
            <h2 id=format!("widget-{}", widget.id)>
                {widget.title.clone()}<small title=format!("Of the newest {LOG_ENTRIES}")>{part(sum)}</small>
            </h2>
            <Looking filter lowest title=widget.title/>
        </header>
        <Show when=move || found.get() != 0 fallback=empty>
            <ol class="events" tabindex="0" aria-label="Recent events, newest first">
                {part(rows)}
                {part(older)}
            </ol>
        </Show>
    }
    .into_any()
}

/// What a person looks for: from which level on, and with which words.
#[component]
fn Looking(filter: RwSignal<Filter>, lowest: LogLevel, title: String) -> impl IntoView {
    let choose = move |event| {
        let value = event_target_value(&event);
        if let Some((level, ..)) = LEVELS.iter().find(|(_, name, _)| *name == value) {
            filter.update(|filter| filter.level = *level);
        }
    };
    let option = |(level, name, words): (LogLevel, &'static str, &'static str)| {
        view! {
            <option value=name selected=move || filter.with(|filter| filter.level == level)>
                {words}
            </option>
        }
    };
    let levels = LEVELS.into_iter().filter(|(level, ..)| *level >= lowest);
    let choice = (lowest < LogLevel::Error).then(|| {
        view! {
            <select aria-label=format!("Levels of {title}") on:change=choose>
                {levels.map(option).collect_view()}
            </select>
        }
    });
    view! {
        <div class="looking">
            {choice}
            <input
                type="search"
                placeholder="Filter"
                aria-label=format!("Filter {title}")
                prop:value=move || filter.with(|filter| filter.words().to_owned())
                on:input=move |event| filter.update(|f| f.look_for(&event_target_value(&event), browser::small))
            />
        </div>
    }
}

fn row(entry: LogRecord, zone: &Zone) -> impl IntoView + use<> {
    let level = model::name(entry.level);
    view! {
        <li title=entry.event>
            <time title=zone.full_time(entry.t)>{zone.time_of_day(entry.t)}</time>
            <span class=format!("level is-{level}")>{level}</span>
            <span class="message">{entry.message}</span>
            <span class="source">{entry.source}</span>
        </li>
    }
}
