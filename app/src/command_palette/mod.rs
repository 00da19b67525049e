//! The palette: dashboards, widgets, metrics, pages, and what can be done on the page, found by typing.
//!
//! Invariant: it offers what this person may open, and no more: the lists are the server's answers to them.

mod model;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use protocol::{DashboardOutline, Me, MetricOutline, PageOutline, paths};

use model::{Act, Entry, Group};

use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::live::client::{self, ClientError};
use crate::pages;
use crate::shell::dialog::Dialog;
use crate::shell::shortcuts::Bound;
use crate::shell::{boot, navigation};

/// What opens the palette.
pub const KEY: &str = "Ctrl+k";
/// Id of the list, and of its lines with their number behind it.
const LIST: &str = "palette-list";

/// What the palette knows.
#[derive(Clone, Copy)]
struct Known {
    entries: RwSignal<Vec<Entry>>,
    /// Answers of the server that are still to come.
    awaited: RwSignal<u32>,
    problems: RwSignal<Vec<String>>,
}

/// The dialog, given the keys of the page, and whether it is open.
pub fn view(keys: &Arc<[Bound]>, open: RwSignal<bool>) -> AnyView {
    let keys = StoredValue::new(Arc::clone(keys));
    view! {
        <Dialog name="palette" title=Signal::stored("Go to".to_string()) open closes=true>
            {keys.with_value(|keys| inside(keys, open))}
        </Dialog>
    }
    .into_any()
}

fn inside(keys: &Arc<[Bound]>, open: RwSignal<bool>) -> AnyView {
    let boot = boot::read::<PageOutline>();
    let here = boot.as_ref().and_then(|boot| boot.page.dashboard.as_ref());
    let here = here.map(|dashboard| paths::dashboard_page(&dashboard.id));
    let me = boot.map(|boot| boot.me);
    search(me, here.unwrap_or_default(), keys, open, browser::small)
}

fn search(
    me: Option<Me>,
    here: String,
    keys: &[Bound],
    open: RwSignal<bool>,
    small: fn(&str) -> String,
) -> AnyView {
    let known = Known {
        entries: RwSignal::new(of_page(me, keys, small)),
        awaited: RwSignal::new(2),
        problems: RwSignal::new(Vec::new()),
    };
    let first = here.clone();
    load::<DashboardOutline>(known, "Dashboards", paths::DASHBOARDS, move |all| {
        model::of_dashboards(all, &first, small)
    });
    load::<MetricOutline>(known, "Metrics", paths::METRICS, move |all| {
        model::of_metrics(all, pages::metric_charts, small)
    });
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new_with_compare(
        move |_| {
            let query = small(&query.read());
            known.entries.with(|entries| {
                let (best, all) = model::found(entries, &query);
                (best.into_iter().cloned().collect::<Vec<_>>(), all)
            })
        },
        |_, _| true,
    );
    let count = move || found.with(|(best, _)| best.len());
    let field = NodeRef::<html::Input>::new();
    let list = NodeRef::<html::Ul>::new();
    effect(move || {
        if let Some(field) = field.get() {
            // An element that is there takes the focus.
            drop(field.focus());
        }
    });
    effect(move || {
        let line = at.get();
        found.track();
        if let Some(list) = list.get() {
            show_line(&list, line);
        }
    });
    let run = Callback::new(move |index: usize| {
        let chosen = found.with_untracked(|(best, _)| best.get(index).cloned());
        if let Some(entry) = chosen {
            let here = here.clone();
            open.set(false);
            browser::spawn(async move {
                // The dialog gives the focus back first: an action may give it to something else.
                browser::sleep(0).await;
                act(entry.act, &here);
            });
        }
    });
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let last = untrack(count).saturating_sub(1);
        let now = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" if now >= last => 0,
            "ArrowDown" => now + 1,
            "ArrowUp" if now == 0 => last,
            "ArrowUp" => now - 1,
            "PageDown" => (now + PAGE).min(last),
            "PageUp" => now.saturating_sub(PAGE),
            "Enter" => {
                event.prevent_default();
                run.run(now);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        at.set(next);
    };
    let lines = move || {
        found.with(|(best, _)| {
            let line = |(index, entry): (usize, &Entry)| line(index, entry, at, run);
            best.iter().enumerate().map(line).collect_any()
        })
    };
    let status = move || {
        let (shown, all) = found.with(|(best, all)| (best.len(), *all));
        match (shown, known.awaited.get()) {
            (0, 0) => "Nothing matches.".to_string(),
            (_, 1..) => "Loading…".to_string(),
            (1, _) => "1 result".to_string(),
            _ if all > shown => format!("{shown} of {all} results: type more to narrow them"),
            _ => format!("{shown} results"),
        }
    };
    let problems = move || known.problems.get().join(" ");
    let active = move || (count() > 0).then(|| format!("{LIST}-{}", at.get()));
    view! {
        <input
            type="text"
            role="combobox"
            aria-label="Search dashboards, widgets, metrics, pages and actions"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls=LIST
            aria-activedescendant=active
            placeholder="Dashboard, widget, metric, page or action"
            autocomplete="off"
            spellcheck="false"
            maxlength="100"
            node_ref=field
            on:input=move |event| {
                query.set(event_target_value(&event));
                at.set(0);
            }
            on:keydown=pressed
        />
        <p class="problem" role="alert">{part(problems)}</p>
        <ul id=LIST role="listbox" aria-label="Results" node_ref=list>{part(lines)}</ul>
        <p class="hint" role="status">{part(status)}</p>
    }
    .into_any()
}

/// Lines that Page Up and Page Down go.
const PAGE: usize = 8;

fn line(
    index: usize,
    entry: &Entry,
    at: RwSignal<usize>,
    run: Callback<usize>,
) -> impl IntoView + use<> {
    let detail = (!entry.detail.is_empty())
        .then(|| view! { <small>{entry.detail.clone()}</small> }.into_any());
    view! {
        <li
            id=format!("{LIST}-{index}")
            role="option"
            aria-selected=move || (at.get() == index).to_string()
            on:pointermove=move |_| {
                if at.get_untracked() != index {
                    at.set(index);
                }
            }
            on:click=move |_| run.run(index)
        >
            <span>{entry.words.clone()}</span>
            {detail}
            <i>{entry.group.word()}</i>
        </li>
    }
}

/// Scrolls the list so that a line is seen.
fn show_line(list: &web_sys::HtmlUListElement, index: usize) {
    use wasm_bindgen::JsCast;
    let line = list.children().item(index as u32);
    let Some(line) = line.and_then(|line| line.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let (top, bottom) = (line.offset_top(), line.offset_top() + line.offset_height());
    let (seen, height) = (list.scroll_top(), list.client_height());
    if top < seen {
        list.set_scroll_top(top);
    } else if bottom > seen + height {
        list.set_scroll_top(bottom - height);
    }
}

/// What is known before any answer: pages and actions.
fn of_page(me: Option<Me>, keys: &[Bound], small: fn(&str) -> String) -> Vec<Entry> {
    let mut entries: Vec<Entry> = me.map_or_else(Vec::new, |me| {
        let mut offered = navigation::offered(pages::entries(), &me);
        // The entry of administration leads to the first of its pages.
        let admin = pages::admin_pages(&me);
        offered.retain(|(path, _)| !admin.iter().any(|(other, _)| other == path));
        offered.extend(admin);
        let account = (!me.guest && me.preview.is_none())
            .then_some((paths::ACCOUNT_PAGE, "Account settings"));
        let page = |(path, words): (&str, &str)| {
            let go = Act::Go(path.to_string());
            Entry::new(Group::Page, words.into(), String::new(), go, small)
        };
        offered.into_iter().chain(account).map(page).collect()
    });
    let own = keys
        .iter()
        .filter(|one| !one.keys.contains(&KEY) && !one.keys.contains(&"Escape"));
    entries.extend(own.map(|one| {
        let run = Act::Run(one.clone());
        Entry::new(Group::Action, one.words.into(), one.spelled(), run, small)
    }));
    entries
}

/// Asks the server for a list, and adds it; says why where there is none.
fn load<T: serde::de::DeserializeOwned + 'static>(
    known: Known,
    what: &'static str,
    path: &'static str,
    entries: impl FnOnce(Vec<T>) -> Vec<Entry> + 'static,
) {
    browser::spawn(async move {
        let answer: Result<Vec<T>, ClientError> = client::get(path).await;
        match answer {
            Ok(all) => drop(known.entries.try_update(|known| known.extend(entries(all)))),
            Err(error) => drop(known.problems.try_update(|problems| {
                problems.push(format!("{what} could not be loaded. {error}"));
            })),
        }
        known.awaited.try_update(|awaited| *awaited -= 1);
    });
}

fn act(act: Act, here: &str) {
    match act {
        Act::Run(bound) => bound.run(),
        Act::Go(address) => browser::go(&from_here(here, &browser::host().address(), address)),
    }
}

/// Where an address leads from the page that is open, which shows the dashboard at `here`: to a widget of the
/// same dashboard the page keeps its address, and with it the time that is shown.
fn from_here(here: &str, shown: &str, address: String) -> String {
    match address.split_once('#') {
        Some((to, place)) if to == here => format!("{shown}#{place}"),
        _ => address,
    }
}

#[cfg(test)]
mod tests;
