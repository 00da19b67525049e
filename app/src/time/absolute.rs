//! A time from–to: two fields that can be typed into, and a calendar that writes into them. The
//! fields are the one truth; nothing is shown before it is applied.

use charts::civil::{Civil, date_of, days_of};
use leptos::prelude::*;

use super::calendar::Calendar;
use super::written::{self, Written};
use super::{TimePicker, words};
use crate::erased::{effect, part};
use crate::live::Live;
use crate::view::{View, Window};

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
        if let Some(span_s) = goes_on(texts) {
            live.show(View {
                window: Window::Live { span_s },
                ..live.view.get_untracked()
            });
            time.open.set(false);
            return;
        }
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
            <p class="hint">"Also 16:10, yesterday, -2h, now-10m"</p>
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
    let now_ms = live.now_ms() as f64;
    let now = live.zone.with_untracked(|zone| zone.civil(now_ms));
    let (from, to) = (
        FieldTime::read("From", from, &filled.from, &now)?,
        FieldTime::read("To", to, &filled.to, &now)?,
    );
    let (from_ms, to_ms) = live.zone.with_untracked(|zone| {
        let day_before = |civil: &Civil| at(day_of(civil) - 1, clock_of(civil));
        let day_after = |civil: &Civil| at(day_of(civil) + 1, clock_of(civil));
        let from_ms = match &from {
            FieldTime::Same(at_ms) => *at_ms,
            FieldTime::Typed(Written::Before(ms)) => now_ms - ms,
            FieldTime::Typed(Written::At(civil) | Written::Day(civil)) => zone.at(civil),
            // The last time that clocks showed it.
            FieldTime::Typed(Written::Clock(civil)) => match zone.at(civil) {
                today if today < now_ms => today,
                _ => zone.at(&day_before(civil)),
            },
        };
        let to_ms = match &to {
            FieldTime::Same(at_ms) => *at_ms,
            FieldTime::Typed(Written::Before(ms)) => now_ms - ms,
            FieldTime::Typed(Written::At(civil)) => zone.at_after(civil, from_ms),
            FieldTime::Typed(Written::Day(civil)) => {
                zone.at_after(&at(day_of(civil), [23, 59, 59]), from_ms)
            }
            // The first time after the begin that clocks showed it.
            FieldTime::Typed(Written::Clock(civil)) => {
                let begin = zone.civil(from_ms);
                let first = at(day_of(&begin), clock_of(civil));
                match zone.at_after(&first, from_ms) {
                    at_ms if at_ms > from_ms => at_ms,
                    _ => zone.at_after(&day_after(&first), from_ms),
                }
            }
        };
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
    Typed(Written),
}

impl FieldTime {
    fn read(
        field: &str,
        text: &str,
        (before, at): &(String, f64),
        now: &Civil,
    ) -> Result<FieldTime, String> {
        if !before.is_empty() && text == before {
            return Ok(FieldTime::Same(*at));
        }
        let read = written::read(text, now).map(FieldTime::Typed);
        read.map_err(|why| format!("{field}: {why}"))
    }
}

/// The span in seconds of a time that goes on: from so long ago to `now`, or to nothing.
pub(super) fn goes_on((from, to): (&str, &str)) -> Option<u32> {
    let to = to.trim();
    let is_now = to.is_empty() || to.eq_ignore_ascii_case("now");
    let is_relative = from.contains(char::is_alphabetic);
    let span_ms = written::span_ms(from).filter(|_| is_now && is_relative)?;
    words::live_span_s(span_ms)
}

fn day_of(civil: &Civil) -> i64 {
    days_of(civil.year, civil.month, civil.day)
}

fn clock_of(civil: &Civil) -> [u32; 3] {
    [civil.hour, civil.minute, civil.second]
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
