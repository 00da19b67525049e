//! Times as people write them: `now-10m`, `-2h`, `16:10`, `yesterday`, `2026-11-20 16:10`. Pure.
//!
//! Invariant: a text is read in one way or rejected; nothing is guessed, and no number is too large.

use charts::civil::{Civil, Unreadable, date_of, days_of};

/// What the fields accept, for messages and hints.
pub const ACCEPTED: &str = "2026-11-20 16:10, 16:10, yesterday, yesterday 9:00, -2h or now-10m";
/// What the field of a span accepts.
pub const ACCEPTED_SPAN: &str = "Write a span such as 45m, 2h or 1d 12h: from 1s to 31d.";

/// A time that was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Written {
    /// What a clock shows.
    At(Civil),
    /// A time of day without a day.
    Clock(Civil),
    /// A day by its name alone: a begin is its first second, an end its last.
    Day(Civil),
    /// So many ms before now.
    Before(f64),
}

/// Reads a time, where clocks show `now`.
///
/// # Errors
/// Says what is accepted, or which part of a date or time of day cannot be.
pub fn read(text: &str, now: &Civil) -> Result<Written, String> {
    let text = text.trim();
    if let Some(rest) = after_word(text, "now") {
        let rest = rest.trim_start();
        return match rest {
            "" => Ok(Written::Before(0.0)),
            rest => before(rest).ok_or_else(unaccepted),
        };
    }
    if text.starts_with(['-', '\u{2212}']) {
        return before(text).ok_or_else(unaccepted);
    }
    for (word, days) in [("today", 0), ("yesterday", 1)] {
        if let Some(rest) = after_word(text, word) {
            let day = midnight(now, days);
            return match rest.trim() {
                "" => Ok(Written::Day(day)),
                clock => of_day(clock, &day).map(Written::At),
            };
        }
    }
    match text.contains(':') && !text.contains('-') {
        true => of_day(text, now).map(Written::Clock),
        false => parsed(text).map(Written::At),
    }
}

/// Reads a span in ms: `45m`, `1d 12h`, also `-45m` and `now-45m`.
pub fn span_ms(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = after_word(text, "now").unwrap_or(text).trim();
    let text = text.strip_prefix(['-', '\u{2212}']).unwrap_or(text);
    let mut rest = text.trim_start();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        // Whole: the standard library's parser of fractions has tables of 10 KB.
        let count: u64 = rest[..digits].parse().ok()?;
        let after = rest[digits..].trim_start();
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        total += count as f64 * unit_ms(&after[..letters])?;
        rest = after[letters..].trim_start();
    }
    Some(total)
}

fn unit_ms(word: &str) -> Option<f64> {
    let seconds = match word {
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    };
    Some(seconds * 1_000.0)
}

/// `-2h` as a time before now.
fn before(text: &str) -> Option<Written> {
    text.starts_with(['-', '\u{2212}'])
        .then(|| span_ms(text).map(Written::Before))
        .flatten()
}

/// What follows a word, whatever its letters' case; none in front of other letters.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
    (ends && first.eq_ignore_ascii_case(word)).then_some(rest)
}

/// Midnight so many days before the day of `now`.
fn midnight(now: &Civil, days: i64) -> Civil {
    let (year, month, day) = date_of(days_of(now.year, now.month, now.day) - days);
    Civil {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
    }
}

/// A time of a day.
fn of_day(clock: &str, day: &Civil) -> Result<Civil, String> {
    let Civil {
        hour,
        minute,
        second,
        ..
    } = parsed(&format!("2000-01-01 {clock}"))?;
    Ok(Civil {
        hour,
        minute,
        second,
        ..*day
    })
}

fn parsed(text: &str) -> Result<Civil, String> {
    Civil::parse(text).map_err(|why| match why {
        Unreadable::Form => unaccepted(),
        why => format!("{why}."),
    })
}

fn unaccepted() -> String {
    format!("write {ACCEPTED}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn civil(text: &str) -> Civil {
        Civil::parse(text).expect("a time")
    }

    #[test]
    fn fields_take_times_as_people_write_them() {
        let now = civil("2026-03-01 09:30:15");
        for (text, want) in [
            ("now", Written::Before(0.0)),
            (" NOW ", Written::Before(0.0)),
            ("now-10m", Written::Before(600_000.0)),
            ("now - 10 min", Written::Before(600_000.0)),
            ("-2h", Written::Before(7_200_000.0)),
            ("\u{2212}1d 12h", Written::Before(129_600_000.0)),
            ("16:10", Written::Clock(civil("2026-03-01 16:10"))),
            ("9:05:07", Written::Clock(civil("2026-03-01 09:05:07"))),
            ("today", Written::Day(civil("2026-03-01"))),
            ("Yesterday", Written::Day(civil("2026-02-28"))),
            ("yesterday 9:00", Written::At(civil("2026-02-28 09:00"))),
            ("2026-11-20 16:10", Written::At(civil("2026-11-20 16:10"))),
            ("2026-11-20", Written::At(civil("2026-11-20"))),
        ] {
            assert_eq!(read(text, &now), Ok(want), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_time_gets_what_is_accepted() {
        let now = civil("2026-03-01 09:30");
        for text in [
            "",
            "soon",
            "-",
            "now-",
            "now+1h",
            "-2",
            "-h",
            "2h",
            "-2q",
            "nowhere",
            "yesterdays",
            "16",
            "-1.5h",
            "é",
        ] {
            assert_eq!(
                read(text, &now),
                Err(format!("write {ACCEPTED}.")),
                "{text:?}"
            );
        }
        for (text, want) in [
            ("25:00", "25"),
            ("16:75", "75"),
            ("yesterday 24:00", "24"),
            ("2026-02-30", "Feb has no day 30."),
        ] {
            let why = read(text, &now).expect_err(text);
            assert!(why.contains(want), "{text:?}: {why}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_rejected(text in ".{0,40}") {
            let now = civil("2026-03-01 09:30");
            if let Err(why) = read(&text, &now) {
                prop_assert!(why.ends_with('.'));
            }
            if let Some(ms) = span_ms(&text) {
                prop_assert!(ms >= 0.0);
            }
        }

        #[test]
        fn a_time_that_is_written_is_read_again(days in 0..40_000_i64, second in 0..86_400_u32) {
            let civil = Civil::of(days as f64 * 86_400_000.0 + f64::from(second) * 1_000.0);
            prop_assert_eq!(read(&civil.to_string(), &civil), Ok(Written::At(civil)));
            let clock = format!("{}:{:02}:{:02}", civil.hour, civil.minute, civil.second);
            prop_assert_eq!(read(&clock, &civil), Ok(Written::Clock(civil)));
        }

        #[test]
        fn parts_of_a_span_add_up(parts in prop::collection::vec((0..10_000_u32, 0..5_usize), 1..5)) {
            let units = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0), ("w", 604_800.0)];
            let text: String = parts.iter().map(|(count, unit)| format!("{count}{} ", units[*unit].0)).collect();
            let want: f64 = parts.iter().map(|(count, unit)| f64::from(*count) * units[*unit].1 * 1_000.0).sum();
            prop_assert_eq!(span_ms(&text), Some(want));
            let now = civil("2026-03-01 09:30");
            prop_assert_eq!(read(&format!("now-{text}"), &now), Ok(Written::Before(want)));
        }
    }
}
