//! What is shown, in words for the bar. Pure.

use charts::civil::{Civil, MONTHS};

use crate::view::{Compare, NARROWEST_MS, WIDEST_MS};

/// Spans to choose from, in seconds.
pub const SPANS_S: [u32; 10] = [
    60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800,
];

/// A span that goes on: `Last 5 minutes`.
pub fn span(seconds: u32) -> String {
    let (size, unit) = match seconds {
        s if s > 86_400 && s.is_multiple_of(86_400) => (86_400, "day"),
        s if s >= 3_600 && s.is_multiple_of(3_600) => (3_600, "hour"),
        s if s >= 60 && s.is_multiple_of(60) => (60, "minute"),
        _ => (1, "second"),
    };
    match seconds / size {
        1 => format!("Last {unit}"),
        count => format!("Last {count} {unit}s"),
    }
}

/// A span that stands still: `20 Nov 12:00 – 12:30`. Seconds where they are not zero, the second
/// date where it differs, years that are not `this_year`.
pub fn fixed(from: &Civil, to: &Civil, this_year: i64) -> String {
    let seconds = from.second != 0 || to.second != 0;
    let years = from.year != this_year || to.year != this_year;
    let date = |civil: &Civil| {
        let month = MONTHS[civil.month as usize - 1];
        if years {
            format!("{} {month} {} ", civil.day, civil.year)
        } else {
            format!("{} {month} ", civil.day)
        }
    };
    let time = |civil: &Civil| {
        let minutes = format!("{:02}:{:02}", civil.hour, civil.minute);
        if seconds {
            format!("{minutes}:{:02}", civil.second)
        } else {
            minutes
        }
    };
    let same_day = (from.year, from.month, from.day) == (to.year, to.month, to.day);
    let second_date = if same_day { String::new() } else { date(to) };
    format!("{}{} – {second_date}{}", date(from), time(from), time(to))
}

/// A moment: `16:13 today`, `19 Nov 16:13`, with the year where it is not that of `today`.
pub fn moment(at: &Civil, today: &Civil) -> String {
    let time = format!("{:02}:{:02}", at.hour, at.minute);
    let month = MONTHS[at.month as usize - 1];
    match (
        at.year == today.year,
        (at.month, at.day) == (today.month, today.day),
    ) {
        (true, true) => format!("{time} today"),
        (true, false) => format!("{} {month} {time}", at.day),
        (false, _) => format!("{} {month} {} {time}", at.day, at.year),
    }
}

/// What is compared with, behind `Compare with` and `vs`.
pub fn compare(compare: Compare) -> &'static str {
    match compare {
        Compare::Before => "the time before",
        Compare::Day => "a day earlier",
        Compare::Week => "a week earlier",
    }
}

/// A span of so many ms as one that goes on can be: in whole seconds, none beyond its bounds.
pub fn live_span_s(span_ms: f64) -> Option<u32> {
    let fits = span_ms >= NARROWEST_MS as f64 && span_ms <= WIDEST_MS as f64;
    fits.then_some((span_ms / 1_000.0) as u32)
}

/// Whether a time from–to, in ms since the epoch, can be shown.
///
/// # Errors
/// Names the field and what is wrong with it.
pub fn check(from_ms: f64, to_ms: f64, now_ms: f64) -> Result<(), String> {
    let wrong = match to_ms - from_ms {
        _ if from_ms < 0.0 => "From: nothing is kept from before 1970.",
        _ if from_ms >= now_ms => "From: this has not happened yet.",
        span if span <= 0.0 => "To: choose a time after From.",
        span if span < NARROWEST_MS as f64 => "To: at least a second after From.",
        span if span > WIDEST_MS as f64 => "To: at most 31 days after From.",
        _ => return Ok(()),
    };
    Err(wrong.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (seconds, want) in [
            (0, "Last 0 seconds"),
            (1, "Last second"),
            (60, "Last minute"),
            (90, "Last 90 seconds"),
            (300, "Last 5 minutes"),
            (3_600, "Last hour"),
            (5_400, "Last 90 minutes"),
            (86_400, "Last 24 hours"),
            (604_800, "Last 7 days"),
        ] {
            assert_eq!(span(seconds), want);
        }
    }

    #[test]
    fn fixed_times() {
        let check = |from: &str, to: &str, want: &str| {
            let civil = |text| Civil::parse(text).expect("a time");
            assert_eq!(fixed(&civil(from), &civil(to), 2026), want);
        };
        let at = "2026-11-20 12:00";
        check(at, "2026-11-20 12:30", "20 Nov 12:00 – 12:30");
        check(at, "2026-11-20 12:30:07", "20 Nov 12:00:00 – 12:30:07");
        check(at, "2026-11-21 00:00", "20 Nov 12:00 – 21 Nov 00:00");
        check(
            "2025-12-31 23:00",
            "2026-01-01 01:00",
            "31 Dec 2025 23:00 – 1 Jan 2026 01:00",
        );
    }

    #[test]
    fn moments() {
        let check = |at: &str, want: &str| {
            let civil = |text| Civil::parse(text).expect("a time");
            assert_eq!(moment(&civil(at), &civil("2026-11-20 18:00")), want);
        };
        check("2026-11-20 16:13", "16:13 today");
        check("2026-11-19 16:13", "19 Nov 16:13");
        check("2025-11-20 06:03", "20 Nov 2025 06:03");
    }

    #[test]
    fn what_can_be_shown() {
        let now = 1_795_176_330_000.0;
        let day = 86_400_000.0;
        for (from, to, want) in [
            (now - day, now, None),
            (now - day, now + day, None),
            (now - day, now - day, Some("To: choose a time after From.")),
            (
                now - day,
                now - 2.0 * day,
                Some("To: choose a time after From."),
            ),
            (
                now - 40.0 * day,
                now,
                Some("To: at most 31 days after From."),
            ),
            (now, now + day, Some("From: this has not happened yet.")),
            (-day, 0.0, Some("From: nothing is kept from before 1970.")),
        ] {
            assert_eq!(check(from, to, now).err().as_deref(), want, "{from} {to}");
        }
    }
}
