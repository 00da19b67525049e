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
    let filled = StoredValue::new(Filled::default());
    // What is shown stands in the fields, also after a step to either side or in another zone.
    effect(move || {
        live.view.track();
        let now = Filled::of(live);
        from.set(now.from.0.clone());
        to.set(now.to.0.clone());
        filled.set_value(now);
        problem.set(String::new());
    });
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let texts = (&*from.get_untracked(), &*to.get_untracked());
        match filled.with_value(|filled| chosen(live, filled, texts)) {
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

/// What stands in the fields before anybody types: texts, and the times in ms since the epoch that
/// they were written from. Clocks that are put back show two times alike, and no parts of a second.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled {
    from: (String, f64),
    to: (String, f64),
}

impl Filled {
    /// Of the time that is shown; follows the zone.
    pub(super) fn of(live: Live) -> Filled {
        let end_ms = live.end_ms() as f64;
        let start_ms = end_ms - live.span_ms() as f64;
        live.zone.with(|zone| {
            let text = |at: f64| (zone.civil(at).to_string(), at);
            Filled {
                from: text(start_ms),
                to: text(end_ms),
            }
        })
    }

    /// The texts.
    #[cfg(test)]
    pub(super) fn texts(&self) -> (&str, &str) {
        (&self.from.0, &self.to.0)
    }
}

/// The times that the fields say, up to now. A text that nobody changed is the time that it was
/// written from. Of an hour that clocks show twice, what is typed as the end is the one that is
/// after the begin.
pub(super) fn chosen(
    live: Live,
    filled: &Filled,
    (from, to): (&str, &str),
) -> Result<(f64, f64), String> {
    let (from, to) = (
        FieldTime::read("From", from, &filled.from)?,
        FieldTime::read("To", to, &filled.to)?,
    );
    let now_ms = live.now_ms() as f64;
    let (from_ms, to_ms) = live.zone.with_untracked(|zone| {
        let from_ms = from.at(|civil| zone.at(civil));
        let to_ms = to.at(|civil| zone.at_after(civil, from_ms));
        (from_ms, to_ms.min(now_ms))
    });
    words::check(from_ms, to_ms, now_ms)?;
    Ok((from_ms, to_ms))
}

/// What a field says.
enum FieldTime {
    /// The time that its text was written from, in ms since the epoch.
    Same(f64),
    /// What somebody typed, or chose in the calendar.
    Typed(Civil),
}

impl FieldTime {
    fn read(field: &str, text: &str, (before, at): &(String, f64)) -> Result<FieldTime, String> {
        if !before.is_empty() && text == before {
            return Ok(FieldTime::Same(*at));
        }
        words::read(field, text).map(FieldTime::Typed)
    }

    fn at(&self, typed: impl Fn(&Civil) -> f64) -> f64 {
        match self {
            FieldTime::Same(at) => *at,
            FieldTime::Typed(civil) => typed(civil),
        }
    }
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
