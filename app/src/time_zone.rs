//! What the clocks of a zone show: by how much they are ahead of UTC at a time, and times written
//! as they show them. The one place that asks the browser about zones.
//!
//! Reads the browser, so nothing here is called before an effect or an event; what only reads
//! and writes is in [`charts::civil`].

use std::cell::RefCell;

use charts::civil::{self, Civil};
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::browser;
use crate::erased::effect;
use crate::frame_loop;
use crate::live::Live;
use crate::view::Zone;

/// Clocks change on a quarter of an hour: on the hour in most zones, on the half in some.
const QUARTER_MS: f64 = 900_000.0;
/// Quarters whose offset is remembered: a page asks for the same few again and again.
const REMEMBERED: usize = 128;

/// The clocks of the zone that was asked for last: all of a page asks for the same.
struct Clocks {
    zone: Zone,
    /// Grows with every other zone.
    generation: u64,
    /// Writes a time as the zone's clocks show it; none for the browser's zone and UTC.
    write: Option<Function>,
    /// Quarter and minutes ahead, by quarter modulo their number.
    known: [(i64, i32); REMEMBERED],
}

thread_local! {
    static CLOCKS: RefCell<Clocks> = const {
        RefCell::new(Clocks {
            zone: Zone::Local,
            generation: 0,
            write: None,
            known: [(i64::MIN, 0); REMEMBERED],
        })
    };
}

/// Keeps what canvases ask for the zone of the view, and has them drawn anew when it changes.
pub fn follow(live: Live) {
    effect(move || {
        live.zone
            .with(|zone| CLOCKS.with_borrow_mut(|clocks| clocks.turn_to(zone)));
        frame_loop::request();
    });
}

/// Minutes that the clocks of the view's zone are ahead of UTC at a time in ms since the epoch; for
/// canvases, which are drawn after the zone is known.
pub fn offset_min(at_ms: f64) -> i32 {
    CLOCKS.with_borrow_mut(|clocks| clocks.offset_min(at_ms))
}

/// Minutes that the clocks of a zone are ahead of UTC, as the browser has them.
pub fn offset_of(zone: &Zone, at_ms: f64) -> i32 {
    CLOCKS.with_borrow_mut(|clocks| {
        clocks.turn_to(zone);
        clocks.offset_min(at_ms)
    })
}

/// Grows with every other zone: what was written before is out of date.
pub fn generation() -> u64 {
    CLOCKS.with_borrow(|clocks| clocks.generation)
}

/// Names that the browser knows, in order; none when it does not tell.
pub fn names() -> Vec<String> {
    let names = intl("supportedValuesOf")
        .and_then(|all| all.call1(&JsValue::UNDEFINED, &"timeZone".into()).ok());
    let names = names.map(|names| Array::from(&names)).unwrap_or_default();
    names.iter().filter_map(|name| name.as_string()).collect()
}

impl Zone {
    /// Minutes that its clocks are ahead of UTC at a time in ms since the epoch. A name that the
    /// browser does not know is as UTC.
    pub fn offset_min(&self, at_ms: f64) -> i32 {
        browser::host().offset_min(self, at_ms)
    }

    /// What its clocks show at a time in ms since the epoch.
    pub fn civil(&self, at_ms: f64) -> Civil {
        Civil::of(at_ms + f64::from(self.offset_min(at_ms)) * 60_000.0)
    }

    /// When its clocks show that, in ms since the epoch; [`civil::at_local`] says which one when
    /// they are changed then.
    pub fn at(&self, civil: &Civil) -> f64 {
        civil::at_local(civil.local_ms(), &|at| self.offset_min(at))
    }

    /// The same, of the two times that clocks show twice the one that is after `after_ms`, where
    /// only that is.
    pub fn at_after(&self, civil: &Civil, after_ms: f64) -> f64 {
        let offset_min = |at: f64| self.offset_min(at);
        let first = civil::at_local(civil.local_ms(), &offset_min);
        let second = civil::at_local_again(civil.local_ms(), &offset_min);
        match second {
            Some(second) if first <= after_ms && after_ms < second => second,
            _ => first,
        }
    }

    /// The time so many days earlier at which its clocks show the same, in ms since the epoch.
    pub fn days_before(&self, at_ms: f64, days: i64) -> f64 {
        let local_ms = at_ms + f64::from(self.offset_min(at_ms)) * 60_000.0;
        let earlier_ms = local_ms - days as f64 * 86_400_000.0;
        civil::at_local(earlier_ms, &|at| self.offset_min(at))
    }

    /// Time of day, `12:05:41`.
    pub fn time_of_day(&self, at_ms: i64) -> String {
        let all = self.full(at_ms);
        all[all.len() - "12:05:41".len()..].to_string()
    }

    /// Date, time and how far the clocks are from UTC: `2026-11-20 12:05:41 UTC+1`.
    pub fn full_time(&self, at_ms: i64) -> String {
        let offset = self.offset_min(at_ms as f64);
        self.full(at_ms) + " " + &offset_words(offset)
    }

    /// The same with its milliseconds: `2026-11-20 12:05:15.041 UTC+1`.
    pub fn exact_time(&self, at_ms: i64) -> String {
        let offset = offset_words(self.offset_min(at_ms as f64));
        format!(
            "{}.{:03} {offset}",
            self.full(at_ms),
            at_ms.rem_euclid(1_000)
        )
    }

    /// A span of time: `2026-11-20 12:05:15 – 12:05:30 UTC+1`, with both dates if they differ.
    pub fn full_span(&self, from_ms: i64, to_ms: i64) -> String {
        let (from, to) = (self.full(from_ms), self.full_time(to_ms));
        let day = "2026-11-20 ".len();
        match from.get(..day) == to.get(..day) {
            true => format!("{from} – {}", &to[day..]),
            false => format!("{from} – {to}"),
        }
    }

    /// What it is called; for the browser's its name, too.
    pub fn words(&self) -> String {
        match self {
            Zone::Local => own_name(),
            Zone::Utc => "UTC".into(),
            Zone::Named(name) => name.clone(),
        }
    }

    /// Whether the browser knows it.
    pub fn is_known(&self) -> bool {
        match self {
            Zone::Local | Zone::Utc => true,
            Zone::Named(name) => writer(name).is_some(),
        }
    }

    fn full(&self, at_ms: i64) -> String {
        self.civil(at_ms as f64).to_string()
    }
}

/// How far clocks are from UTC: `UTC`, `UTC+1`, `UTC+5:30`, `UTC−3:30`.
pub fn offset_words(offset_min: i32) -> String {
    let (hours, minutes) = (offset_min.abs() / 60, offset_min.abs() % 60);
    let sign = if offset_min < 0 { '−' } else { '+' };
    match (hours, minutes) {
        (0, 0) => "UTC".into(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

impl Clocks {
    fn turn_to(&mut self, zone: &Zone) {
        if self.zone == *zone {
            return;
        }
        self.write = match zone {
            Zone::Named(name) => writer(name),
            Zone::Local | Zone::Utc => None,
        };
        self.zone = zone.clone();
        self.generation += 1;
        self.known = [(i64::MIN, 0); REMEMBERED];
    }

    fn offset_min(&mut self, at_ms: f64) -> i32 {
        let quarter = (at_ms / QUARTER_MS).floor() as i64;
        let place = quarter.rem_euclid(REMEMBERED as i64) as usize;
        if self.known[place].0 != quarter {
            self.known[place] = (quarter, self.ask(quarter as f64 * QUARTER_MS));
        }
        self.known[place].1
    }

    fn ask(&self, at_ms: f64) -> i32 {
        match (&self.zone, &self.write) {
            (Zone::Local, _) => -js_sys::Date::new(&at_ms.into()).get_timezone_offset() as i32,
            (Zone::Named(_), Some(write)) => {
                let text = write.call1(&JsValue::UNDEFINED, &at_ms.into()).ok();
                let text = text.and_then(|text| text.as_string());
                let local = text.and_then(|text| read_american(&text));
                local.map_or(0, |local| {
                    ((local.local_ms() - at_ms) / 60_000.0).round() as i32
                })
            }
            _ => 0,
        }
    }
}

/// The function that writes times as the clocks of a zone show them; none when the browser does
/// not know the zone.
fn writer(name: &str) -> Option<Function> {
    let options = Object::new();
    let numeric =
        ["year", "month", "day", "hour", "minute", "second"].map(|part| (part, "numeric"));
    for (key, value) in [("timeZone", name), ("hourCycle", "h23")]
        .iter()
        .chain(&numeric)
    {
        Reflect::set(&options, &(*key).into(), &(*value).into()).ok()?;
    }
    let make = intl("DateTimeFormat")?;
    // Throws for a name that is none.
    let format = Reflect::construct(&make, &Array::of2(&"en-US".into(), &options)).ok()?;
    Reflect::get(&format, &"format".into())
        .ok()?
        .dyn_into()
        .ok()
}

/// The name of the browser's zone.
fn own_name() -> String {
    let name = || {
        let format = intl("DateTimeFormat")?.call0(&JsValue::UNDEFINED).ok()?;
        let resolve = Reflect::get(&format, &"resolvedOptions".into()).ok()?;
        let options = resolve.dyn_into::<Function>().ok()?.call0(&format).ok()?;
        Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
    };
    name().unwrap_or_else(|| "local time".into())
}

fn intl(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}

/// Reads `11/20/2026, 12:05:30`, whatever stands between the numbers.
fn read_american(text: &str) -> Option<Civil> {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<u32>().ok());
    let mut next = || numbers.next().flatten();
    let (month, day, year) = (next()?, next()?, next()?);
    Some(Civil {
        year: i64::from(year),
        month: (1..=12).contains(&month).then_some(month)?,
        day: (1..=31).contains(&day).then_some(day)?,
        hour: next().filter(|hour| *hour < 24)?,
        minute: next().filter(|minute| *minute < 60)?,
        second: next().filter(|second| *second < 60)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_words() {
        for (minutes, want) in [
            (0, "UTC"),
            (60, "UTC+1"),
            (330, "UTC+5:30"),
            (-210, "UTC−3:30"),
            (-30, "UTC−0:30"),
            (840, "UTC+14"),
        ] {
            assert_eq!(offset_words(minutes), want);
        }
    }

    #[test]
    fn reads_what_browsers_write() {
        let check = |text: &str, want: Option<&str>| {
            let read = read_american(text).map(|civil| civil.to_string());
            assert_eq!(read.as_deref(), want, "{text}");
        };
        check("11/20/2026, 12:05:30", Some("2026-11-20 12:05:30"));
        check("1/2/2026 03:04:05", Some("2026-01-02 03:04:05"));
        check("11/20/2026,\u{202f}00:00:00", Some("2026-11-20 00:00:00"));
        check("", None);
        check("11/20/2026", None);
        check("13/20/2026, 12:05:30", None);
        check("11/20/2026, 24:05:30", None);
        check("99999999999/20/2026, 24:05:30", None);
    }
}
