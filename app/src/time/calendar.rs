//! The calendar of the time picker: one sheet, the chosen days marked. The first day that is chosen
//! is a whole day; the second makes it a stretch. Arrows, Home, End and the page keys go about it.

use charts::civil::{date_of, days_of};
use leptos::html;
use leptos::prelude::*;

use super::month::{self, CELLS};
use crate::erased::{CollectAny, effect, part};
use crate::live::Live;

/// Days from–to that are marked, where they can be read.
pub type Days = (Option<i64>, Option<i64>);

const WEEKDAYS: [(&str, &str); 7] = [
    ("Mo", "Monday"),
    ("Tu", "Tuesday"),
    ("We", "Wednesday"),
    ("Th", "Thursday"),
    ("Fr", "Friday"),
    ("Sa", "Saturday"),
    ("Su", "Sunday"),
];

/// What every cell needs.
#[derive(Clone, Copy)]
struct Sheet {
    /// The day that has the focus, and whose month is shown.
    at: RwSignal<i64>,
    today: Memo<i64>,
    days: Memo<Days>,
    choose: Callback<i64>,
}

/// The sheet of a month.
#[component]
pub fn Calendar(
    /// Knows today.
    live: Live,
    /// What is marked.
    days: Memo<Days>,
    /// Called with the first and the last day of what was chosen.
    mark: impl Fn(i64, i64) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let today = Memo::new(move |_| {
        let civil = live.zone.with(|zone| zone.civil(live.now_ms() as f64));
        days_of(civil.year, civil.month, civil.day)
    });
    let at = RwSignal::new(days.get_untracked().1.unwrap_or(today.get_untracked()));
    // What is typed is looked at.
    effect(move || {
        if let Some(day) = days.get().1.or(days.get().0) {
            at.set(day.min(today.get()));
        }
    });
    let begun = StoredValue::new(None::<i64>);
    let choose = Callback::new(move |day: i64| {
        if day > today.get_untracked() {
            return;
        }
        let first = begun.get_value();
        begun.set_value(if first.is_some() { None } else { Some(day) });
        let other = first.unwrap_or(day);
        mark(day.min(other), day.max(other));
        at.set(day);
    });
    let sheet = Sheet {
        at,
        today,
        days,
        choose,
    };
    let table = NodeRef::<html::Table>::new();
    let go = move |event: leptos::ev::KeyboardEvent| {
        let key = event.key();
        let Some(day) = month::moved(at.get_untracked(), &key) else {
            return;
        };
        event.prevent_default();
        at.set(day);
        // At once: the next key may come before the sheet is painted, and goes to the cell that has
        // the focus.
        focus(table, day - month::first_cell(day));
    };
    let turn = move |months| move |_| at.update(|day| *day = month::add_months(*day, months));
    let week = move |row: usize| {
        let cells = (0..7).map(move |column| view! { <Cell sheet index=row * 7 + column/> });
        view! { <tr>{cells.collect_any()}</tr> }
    };
    view! {
        <div class="calendar">
            <div class="head">
                <button type="button" class="icon" aria-label="Month before" on:click=turn(-1)>
                    "‹"
                </button>
                <b id="calendar-month" aria-live="polite">{part(move || month::title(at.get()))}</b>
                <button type="button" class="icon" aria-label="Month after" on:click=turn(1)>
                    "›"
                </button>
            </div>
            <table node_ref=table role="grid" aria-labelledby="calendar-month" on:keydown=go>
                <thead>
                    <tr>
                        {WEEKDAYS
                            .map(|(short, long)| view! { <th scope="col" abbr=long>{short}</th> })
                            .collect_any()}
                    </tr>
                </thead>
                <tbody>{(0..CELLS / 7).map(week).collect_any()}</tbody>
            </table>
        </div>
    }
}

/// Gives the focus to a cell, by its index on the sheet; the cells stay, and what they say changes.
fn focus(table: NodeRef<html::Table>, index: i64) {
    use wasm_bindgen::JsCast;
    let cell = table
        .get_untracked()
        .and_then(|table| table.query_selector_all("td button").ok())
        .and_then(|cells| cells.item(u32::try_from(index).ok()?))
        .and_then(|cell| cell.dyn_into::<web_sys::HtmlElement>().ok());
    // A cell that cannot take the focus leaves it where it is.
    if let Some(cell) = cell {
        drop(cell.focus());
    }
}

#[component]
fn Cell(sheet: Sheet, index: usize) -> impl IntoView {
    let Sheet {
        at,
        today,
        days,
        choose,
    } = sheet;
    let day = Memo::new(move |_| month::first_cell(at.get()) + index as i64);
    let marked = move || match days.get() {
        (Some(from), Some(to)) => (from..=to).contains(&day.get()),
        (one, other) => one.or(other) == Some(day.get()),
    };
    let edge = move || days.get().0 == Some(day.get()) || days.get().1 == Some(day.get());
    view! {
        <td role="gridcell" aria-selected=move || marked().to_string() class:edge=edge>
            <button
                type="button"
                class:outside=move || !month::same_month(day.get(), at.get())
                tabindex=move || if day.get() == at.get() { "0" } else { "-1" }
                aria-current=move || (day.get() == today.get()).then_some("date")
                aria-disabled=move || (day.get() > today.get()).then_some("true")
                aria-label=move || month::full(day.get())
                on:click=move |_| choose.run(day.get_untracked())
            >
                {part(move || date_of(day.get()).2)}
            </button>
        </td>
    }
}
