//! A time from–to: two fields that can be typed into, and a calendar that writes into them. The
//! fields are the one truth; nothing is shown before it is applied.

use charts::civil::{Civil, date_of, days_of};
use leptos::prelude::*;

use super::calendar::Calendar;
use super::{TimePicker, words};
use crate::erased::{effect, part};
use crate::live::Live;

/// The fields and the calendar.
#[component]
pub fn Absolute(
    /// What it changes.
    time: TimePicker,
) -> impl IntoView {
    let live = time.live;
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let problem = RwSignal::new(String::new());
    // What is shown stands in the fields, also after a step to either side or in another zone.
    effect(move || {
        live.view.track();
        let end_ms = live.end_ms() as f64;
        let start_ms = end_ms - live.span_ms() as f64;
        live.zone.with(|zone| {
            from.set(zone.civil(start_ms).to_string());
            to.set(zone.civil(end_ms).to_string());
        });
        problem.set(String::new());
    });
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match chosen(live, &from.get_untracked(), &to.get_untracked()) {
            Ok((from_ms, to_ms)) => {
                live.show_fixed(from_ms, to_ms);
                time.open.set(false);
            }
            Err(why) => problem.set(why),
        }
    };
    let wrong = move |field: &'static str| {
        move || {
            problem
                .with(|problem| problem.starts_with(field))
                .to_string()
        }
    };
    let days = Memo::new(move |_| (from.with(|text| day(text)), to.with(|text| day(text))));
    let mark = move |first: i64, last: i64| {
        problem.set(String::new());
        from.set(at(first, [0, 0, 0]).to_string());
        to.set(at(last, [23, 59, 59]).to_string());
    };
    view! {
        <form class="absolute" novalidate on:submit=apply>
            <label>
                "From"
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="32"
                    prop:value=move || from.get()
                    on:input=move |event| from.set(event_target_value(&event))
                    aria-invalid=wrong("From")
                    aria-describedby="time-problem"
                />
            </label>
            <label>
                "To"
                <input
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="32"
                    prop:value=move || to.get()
                    on:input=move |event| to.set(event_target_value(&event))
                    aria-invalid=wrong("To")
                    aria-describedby="time-problem"
                />
            </label>
            <Calendar live days mark/>
            <p class="problem" role="alert" id="time-problem">{part(move || problem.get())}</p>
            <button type="submit" class="primary">"Apply"</button>
        </form>
    }
}

/// The times that the fields say, up to now.
pub(super) fn chosen(live: Live, from: &str, to: &str) -> Result<(f64, f64), String> {
    let (from, to) = (words::read("From", from)?, words::read("To", to)?);
    let now_ms = live.now_ms() as f64;
    let (from_ms, to_ms) = live
        .zone
        .with_untracked(|zone| (zone.at(&from), zone.at(&to)));
    words::check(from_ms, to_ms, now_ms)?;
    Ok((from_ms, to_ms.min(now_ms)))
}

/// The day of a text that can be read, counted from 1970-01-01.
pub(super) fn day(text: &str) -> Option<i64> {
    let civil = Civil::parse(text).ok()?;
    Some(days_of(civil.year, civil.month, civil.day))
}

/// A time on a day.
pub(super) fn at(day: i64, [hour, minute, second]: [u32; 3]) -> Civil {
    let (year, month, day) = date_of(day);
    Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
    }
}
