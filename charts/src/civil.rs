//! Dates and times of day as people write them, in the proleptic Gregorian calendar. Pure: what a
//! zone's clock is ahead of UTC is asked of the caller. Invariant: what is printed reads back as the
//! same time.

use std::fmt;

/// Three letters of each month.
pub const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const SECOND_MS: f64 = 1_000.0;
const MINUTE_MS: f64 = 60.0 * SECOND_MS;
const DAY_MS: f64 = 86_400.0 * SECOND_MS;

/// A date and a time of day, of no zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year; 2026.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
}

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not written as it should be.
    Form,
    /// There is no such month.
    Month(u32),
    /// The month has no such day.
    Day {
        /// The day that was written.
        day: u32,
        /// The month, 1 to 12.
        month: u32,
    },
    /// There is no such hour.
    Hour(u32),
    /// There is no such minute.
    Minute(u32),
    /// There is no such second.
    Second(u32),
}

impl Civil {
    /// What a clock shows that counts `local_ms` milliseconds from the epoch's midnight; parts of
    /// a second are cut off. What is no number is the epoch, what is too far the farthest year
    /// that can be counted.
    pub fn of(local_ms: f64) -> Civil {
        let seconds = (local_ms / SECOND_MS).floor() as i64;
        let (days, second) = (
            seconds.div_euclid(86_400),
            seconds.rem_euclid(86_400) as u32,
        );
        let (year, month, day) = date_of(days);
        Civil {
            year,
            month,
            day,
            hour: second / 3_600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// The inverse of [`Civil::of`], in whole seconds.
    pub fn local_ms(&self) -> f64 {
        let seconds = self.hour * 3_600 + self.minute * 60 + self.second;
        days_of(self.year, self.month, self.day) as f64 * DAY_MS + f64::from(seconds) * SECOND_MS
    }

    /// Reads `2026-11-20 12:05:30`; seconds, or all of the time of day, may be missing and are
    /// zero then. A `T` between date and time is fine, and so is space around.
    ///
    /// # Errors
    /// Names the first part that cannot be.
    pub fn parse(text: &str) -> Result<Civil, Unreadable> {
        let mut parts = text.trim().splitn(2, [' ', 'T']);
        let [year, month, day] = numbers(parts.next().unwrap_or_default(), '-', 3, 4)?;
        let [hour, minute, second] = match parts.next() {
            Some(time) => numbers(time.trim(), ':', 2, 2)?,
            None => [0; 3],
        };
        let civil = Civil {
            year: i64::from(year),
            month,
            day,
            hour,
            minute,
            second,
        };
        match civil {
            _ if !(1..=12).contains(&month) => Err(Unreadable::Month(month)),
            _ if !(1..=days_in(civil.year, month)).contains(&day) => {
                Err(Unreadable::Day { day, month })
            }
            _ if hour > 23 => Err(Unreadable::Hour(hour)),
            _ if minute > 59 => Err(Unreadable::Minute(minute)),
            _ if second > 59 => Err(Unreadable::Second(second)),
            _ => Ok(civil),
        }
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil {
            year, month, day, ..
        } = self;
        write!(f, "{year:04}-{month:02}-{day:02} ")?;
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Form => f.write_str("write it as 2026-11-20 12:05:30"),
            Unreadable::Month(month) => write!(f, "there is no month {month}"),
            Unreadable::Day { day, month } => {
                let name = MONTHS
                    .get((*month as usize).wrapping_sub(1))
                    .unwrap_or(&"that month");
                write!(f, "{name} has no day {day}")
            }
            Unreadable::Hour(hour) => write!(f, "there is no hour {hour}"),
            Unreadable::Minute(minute) => write!(f, "there is no minute {minute}"),
            Unreadable::Second(second) => write!(f, "there is no second {second}"),
        }
    }
}

/// The time, in ms since the epoch, at which a zone's clocks show `local_ms`. `offset_min` tells by
/// how many minutes they are ahead of UTC at a time.
///
/// Clocks that are put back show an hour twice: the first of the two is meant. Clocks that are put
/// forward leave one out: a time in it is as far after the change as it is after the clock's jump,
/// so that 02:30 becomes 03:30. The calendar of JavaScript's `Temporal` does the same, as
/// `compatible`.
pub fn at_local(local_ms: f64, offset_min: &dyn Fn(f64) -> i32) -> f64 {
    let offset_ms = |at: f64| f64::from(offset_min(at)) * MINUTE_MS;
    // No zone is a day away from UTC, and none changes twice in two days.
    let before = offset_ms(local_ms - DAY_MS);
    let after = offset_ms(local_ms + DAY_MS);
    let (first, second) = (local_ms - before, local_ms - after);
    if offset_ms(first) != before && offset_ms(second) == after {
        second
    } else {
        first
    }
}

/// The second time at which a zone's clocks show `local_ms`, where they were put back and show it
/// twice.
pub fn at_local_again(local_ms: f64, offset_min: &dyn Fn(f64) -> i32) -> Option<f64> {
    let offset_ms = |at: f64| f64::from(offset_min(at)) * MINUTE_MS;
    let first = at_local(local_ms, offset_min);
    let second = local_ms - offset_ms(local_ms + DAY_MS);
    (second > first && second + offset_ms(second) == local_ms).then_some(second)
}

/// Days from 1970-01-01 to a date, as in Howard Hinnant's `days_from_civil`: years begin in March
/// there, so that the leap day is the last.
pub fn days_of(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of a day counted from 1970-01-01: the inverse of [`days_of`].
pub fn date_of(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// Days of a month, 1 to 12.
pub fn days_in(year: i64, month: u32) -> u32 {
    let next = if month >= 12 {
        days_of(year + 1, 1, 1)
    } else {
        days_of(year, month + 1, 1)
    };
    (next - days_of(year, month, 1)) as u32
}

/// `least` to three numbers of one or two digits; the first may have to have exactly four.
fn numbers(text: &str, between: char, least: usize, first: usize) -> Result<[u32; 3], Unreadable> {
    let mut found = [0; 3];
    let mut count = 0;
    for part in text.split(between) {
        let digits = if count == 0 && first > 2 {
            first..=first
        } else {
            1..=2
        };
        let is_number = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let place = found.get_mut(count).filter(|_| is_number);
        *place.ok_or(Unreadable::Form)? = part.parse().map_err(|_| Unreadable::Form)?;
        count += 1;
    }
    if count < least {
        return Err(Unreadable::Form);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-20 12:05:30 UTC.
    const NOON: f64 = 1_795_176_330_000.0;
    const HOUR_MS: f64 = 3_600_000.0;

    #[test]
    fn prints_and_reads() {
        let check = |text: &str, want: Result<&str, Unreadable>| {
            let read = Civil::parse(text).map(|civil| civil.to_string());
            assert_eq!(read, want.map(str::to_owned), "{text}");
        };
        check("2026-11-20 12:05:30", Ok("2026-11-20 12:05:30"));
        check(" 2026-11-20T12:05 ", Ok("2026-11-20 12:05:00"));
        check("2026-1-2 3:4:5", Ok("2026-01-02 03:04:05"));
        check("2024-02-29", Ok("2024-02-29 00:00:00"));
        check("", Err(Unreadable::Form));
        check("now", Err(Unreadable::Form));
        check("20.11.2026", Err(Unreadable::Form));
        check("26-11-20", Err(Unreadable::Form));
        check("2026-11", Err(Unreadable::Form));
        check("2026-11-20 12", Err(Unreadable::Form));
        check("2026-11-20 12:05:30:1", Err(Unreadable::Form));
        check("2026-11-20 12:05:030", Err(Unreadable::Form));
        check("2026-11-20 -1:05", Err(Unreadable::Form));
        check("2026-13-01", Err(Unreadable::Month(13)));
        check("2026-00-01", Err(Unreadable::Month(0)));
        check("2026-02-29", Err(Unreadable::Day { day: 29, month: 2 }));
        check("2026-11-00", Err(Unreadable::Day { day: 0, month: 11 }));
        check("2026-11-20 24:00", Err(Unreadable::Hour(24)));
        check("2026-11-20 23:60", Err(Unreadable::Minute(60)));
        check("2026-11-20 23:59:60", Err(Unreadable::Second(60)));
    }

    #[test]
    fn names_what_is_wrong() {
        let check = |text: &str, words: &str| {
            let error = Civil::parse(text).expect_err(text);
            assert_eq!(error.to_string(), words);
        };
        check("2026-02-30", "Feb has no day 30");
        check("2026-20-30", "there is no month 20");
        check("2026-02-20 25:00", "there is no hour 25");
        check("x", "write it as 2026-11-20 12:05:30");
    }

    #[test]
    fn of_times() {
        let check = |ms: f64, text: &str| assert_eq!(Civil::of(ms).to_string(), text);
        check(NOON, "2026-11-20 12:05:30");
        check(NOON + 999.0, "2026-11-20 12:05:30");
        check(0.0, "1970-01-01 00:00:00");
        check(-1.0, "1969-12-31 23:59:59");
        check(1_709_164_800_000.0, "2024-02-29 00:00:00");
        check(f64::NAN, "1970-01-01 00:00:00");
        // As far as numbers go, without an overflow.
        for far in [f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
            assert!((1..=12).contains(&Civil::of(far).month), "{far}");
        }
    }

    /// Vienna in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    fn vienna(at: f64) -> i32 {
        let summer = at_utc("2026-03-29 01:00")..at_utc("2026-10-25 01:00");
        if summer.contains(&at) { 120 } else { 60 }
    }

    fn at_utc(text: &str) -> f64 {
        Civil::parse(text).expect("a time").local_ms()
    }

    #[test]
    fn clocks_that_change() {
        let check = |local: &str, utc: &str| {
            let at = at_local(at_utc(local), &vienna);
            assert_eq!(Civil::of(at), Civil::parse(utc).expect("a time"), "{local}");
        };
        check("2026-01-15 12:00", "2026-01-15 11:00");
        check("2026-07-15 12:00", "2026-07-15 10:00");
        check("2026-03-29 01:59:59", "2026-03-29 00:59:59");
        // Left out: as far after the change.
        check("2026-03-29 02:00", "2026-03-29 01:00");
        check("2026-03-29 02:30", "2026-03-29 01:30");
        check("2026-03-29 03:00", "2026-03-29 01:00");
        // Twice: the first.
        check("2026-10-25 01:59", "2026-10-24 23:59");
        check("2026-10-25 02:00", "2026-10-25 00:00");
        check("2026-10-25 02:59:59", "2026-10-25 00:59:59");
        check("2026-10-25 03:00", "2026-10-25 02:00");
    }

    #[test]
    fn the_hour_that_clocks_show_twice_has_two_times() {
        let check = |local: &str, utc: Option<&str>| {
            let again = at_local_again(at_utc(local), &vienna);
            assert_eq!(again, utc.map(at_utc), "{local}");
        };
        check("2026-10-25 01:59:59", None);
        check("2026-10-25 02:00", Some("2026-10-25 01:00"));
        check("2026-10-25 02:59:59", Some("2026-10-25 01:59:59"));
        check("2026-10-25 03:00", None);
        check("2026-03-29 02:30", None);
        check("2026-07-15 12:00", None);
    }

    proptest! {
        #[test]
        fn a_round_trip(seconds in -62_000_000_000i64..200_000_000_000) {
            let ms = seconds as f64 * 1_000.0;
            let civil = Civil::of(ms);
            prop_assert_eq!(civil.local_ms(), ms);
            if (0..=9_999).contains(&civil.year) {
                prop_assert_eq!(Civil::parse(&civil.to_string()), Ok(civil));
            }
        }

        #[test]
        fn days_follow_each_other(days in -1_000_000i64..1_000_000) {
            let (year, month, day) = date_of(days);
            prop_assert_eq!(days_of(year, month, day), days);
            prop_assert!((1..=days_in(year, month)).contains(&day));
            let (_, _, next) = date_of(days + 1);
            prop_assert!(next == day + 1 || (next == 1 && day == days_in(year, month)));
        }

        #[test]
        fn reads_anything_without_harm(text in ".{0,24}") {
            if let Ok(civil) = Civil::parse(&text) {
                prop_assert_eq!(Civil::of(civil.local_ms()), civil);
            }
        }

        /// Whatever a clock shows at a time is read back as that time, or in the hour that it
        /// shows twice as the one before.
        #[test]
        fn local_times_come_back(minute in 0i64..600_000) {
            let at = at_utc("2026-01-01") + minute as f64 * MINUTE_MS;
            let shown = at + f64::from(vienna(at)) * MINUTE_MS;
            let back = at_local(shown, &vienna);
            prop_assert!(back == at || back == at - HOUR_MS);
            prop_assert_eq!(back + f64::from(vienna(back)) * MINUTE_MS, shown);
        }
    }
}
