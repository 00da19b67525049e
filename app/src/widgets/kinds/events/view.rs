//! The list of events in the page, with what a person looks for. That is the page's, and not kept.

use leptos::html;
use leptos::prelude::*;

use super::filter::Filter;
use super::model::{self, Options};
use super::opened::Opened;
use crate::bidi::isolated;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::live::Live;
use crate::live::store::LOG_ENTRIES;
use crate::parts::{self, late};
use crate::view::{Window, Zone};
use crate::widgets::WidgetControls;
use crate::widgets::heading_id;
use crate::widgets::muted::MutedLists;
use crate::widgets::state::way_to;
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
    // Pictures of the server have nothing muted.
    let muted = use_context::<MutedLists>();
    let usual = Filter::new(lowest);
    let filter = RwSignal::new(usual.clone());
    let newest = Memo::new(move |_| {
        live.logged.track();
        live.second_tick.track();
        let time = live.view.with(|view| match view.window {
            Window::Fixed { from_ms, to_ms } => Some((from_ms, to_ms)),
            Window::Live { .. } => None,
        });
        let kept = |one: &&LogRecord| muted.is_none_or(|muted| !muted.leaves_out(&one.event));
        live.store
            .with_value(|store| model::shown(store.recent().filter(kept).cloned(), lowest, time))
    });
    // Nothing moves under a reader who scrolled down: what comes is counted until they go up again.
    let held = RwSignal::new(None::<Vec<LogRecord>>);
    let entries = Memo::new(move |_| held.get().unwrap_or_else(|| newest.get()));
    let list = NodeRef::<html::Ol>::new();
    let scrolled = move |_| {
        let is_down = list
            .get_untracked()
            .is_some_and(|list| list.scroll_top() > 0);
        match (is_down, held.with_untracked(Option::is_some)) {
            (true, false) => held.set(Some(newest.get_untracked())),
            (false, true) => held.set(None),
            _ => {}
        }
    };
    let time_shown = Memo::new(move |_| {
        live.view
            .with(|view| view.is_fixed().then_some(view.window))
    });
    effect(move || {
        time_shown.get();
        held.set(None);
    });
    let new = move || {
        let count = held.with(|held| {
            let held = held.as_ref()?;
            let count = |now: &Vec<LogRecord>| {
                let newer = now.iter().take(model::newer(held, now));
                filter.with(|filter| newer.filter(|e| filter.keeps(e, browser::small)).count())
            };
            Some(newest.with(count))
        });
        let up = move |_| {
            held.set(None);
            if let Some(list) = list.get_untracked() {
                list.set_scroll_top(0);
            }
        };
        count.filter(|count| *count > 0).map(|count| {
            view! {
                <button type="button" class="newer" on:click=up>{format!("{count} new")}</button>
            }
        })
    };
    // The one that is open, with everything that came of it.
    let open = Opened::new();
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
                kept.cloned()
                    .map(|entry| row(entry, &zone, open))
                    .collect_any()
            })
        })
    };
    let older = move || {
        let left = found.get().saturating_sub(most);
        (left > 0).then(|| view! { <li class="more">{format!("and {left} older")}</li> }.into_any())
    };
    let nothing = StoredValue::new(usual);
    let empty = move || {
        match (ready.get(), entries.with(Vec::is_empty)) {
        (false, _) => view! { <p class="state">"Loading…"</p> }.into_any(),
        (true, true) if live.is_fixed() => none_then(live, lowest).into_any(),
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
            <h2 id=heading_id(&widget.id)>
                <span class="title">{isolated(&widget.title)}</span><small title=format!("Of the newest {LOG_ENTRIES}")>{part(sum)}</small>
            </h2>
            <Looking filter lowest title=widget.title/>
        </header>
        {muted.and_then(MutedLists::note)}
        <Show when=move || found.get() != 0 fallback=empty>
            {part(new)}
            <ol
                class="events"
                node_ref=list
                tabindex="0"
                aria-label="Recent events, newest first"
                on:scroll=scrolled
            >
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
                {levels.map(option).collect_any()}
            </select>
        }
        .into_any()
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

/// What stands where no event is of the time shown: since when there are some, with a way there.
fn none_then(live: Live, lowest: LogLevel) -> impl IntoView {
    let oldest = live.store.with_value(|store| {
        let all = model::shown(store.recent().cloned(), lowest, None);
        all.last().map(|oldest| oldest.t)
    });
    let way = oldest.map(|at| way_to(live, at));
    view! { <p class="state">{way.is_none().then_some("No events in this time.")}{way}</p> }
}

fn row(entry: LogRecord, zone: &Zone, open: Opened) -> impl IntoView + use<> {
    let level = model::name(entry.level);
    let is_open = open.is(&entry);
    let all = is_open.then(|| {
        let of = (entry.clone(), zone.clone());
        late(move || parts::Opened::Event(open, Box::new(of.clone())))
    });
    let turned = entry.clone();
    view! {
        <li title=entry.event>
            <time title=zone.full_time(entry.t)>{zone.time_of_day(entry.t)}</time>
            <span class=format!("level is-{level}")>{level}</span>
            <button type="button" class="message" aria-expanded=is_open.to_string() on:click=move |_| open.turn(&turned)>
                {entry.message}
            </button>
            <span class="source">{entry.source}</span>
            {all}
        </li>
    }
}
