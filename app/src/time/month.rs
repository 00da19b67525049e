//! The sheet of a month: six weeks from Monday to Sunday. Pure; days are counted from 1970-01-01.

use charts::civil::{date_of, days_in, days_of};

/// Days on a sheet.
pub const CELLS: usize = 42;

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The first day on the sheet of the month that `day` is in: a Monday, of that month or the one
/// before.
pub fn first_cell(day: i64) -> i64 {
    let (year, month, _) = date_of(day);
    monday(days_of(year, month, 1))
}

/// The Monday of a day's week.
pub fn monday(day: i64) -> i64 {
    // The epoch was a Thursday.
    day - (day + 3).rem_euclid(7)
}

/// So many months later, or earlier; the last day of that month where it has no such day.
pub fn add_months(day: i64, months: i64) -> i64 {
    let (year, month, date) = date_of(day);
    let all = year * 12 + i64::from(month) - 1 + months;
    let (year, month) = (all.div_euclid(12), all.rem_euclid(12) as u32 + 1);
    days_of(year, month, date.min(days_in(year, month)))
}

/// Whether two days are in the same month.
pub fn same_month(a: i64, b: i64) -> bool {
    let ((a_year, a_month, _), (b_year, b_month, _)) = (date_of(a), date_of(b));
    (a_year, a_month) == (b_year, b_month)
}

/// `November 2026`.
pub fn title(day: i64) -> String {
    let (year, month, _) = date_of(day);
    format!("{} {year}", NAMES[month as usize - 1])
}

/// `20 November 2026`.
pub fn full(day: i64) -> String {
    format!("{} {}", date_of(day).2, title(day))
}

/// Where a key leads to from a day; none for keys that do not move.
pub fn moved(day: i64, key: &str) -> Option<i64> {
    Some(match key {
        "ArrowLeft" => day - 1,
        "ArrowRight" => day + 1,
        "ArrowUp" => day - 7,
        "ArrowDown" => day + 7,
        "Home" => monday(day),
        "End" => monday(day) + 6,
        "PageUp" => add_months(day, -1),
        "PageDown" => add_months(day, 1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moves() {
        let check = |from: (i64, u32, u32), key: &str, to: &str| {
            let day = days_of(from.0, from.1, from.2);
            assert_eq!(moved(day, key).map(full).as_deref(), Some(to), "{key}");
        };
        let day = (2026, 11, 20);
        check(day, "ArrowLeft", "19 November 2026");
        check(day, "ArrowRight", "21 November 2026");
        check(day, "ArrowUp", "13 November 2026");
        check(day, "ArrowDown", "27 November 2026");
        check(day, "Home", "16 November 2026");
        check(day, "End", "22 November 2026");
        check(day, "PageUp", "20 October 2026");
        check(day, "PageDown", "20 December 2026");
        check((2026, 3, 31), "PageUp", "28 February 2026");
        check((2024, 1, 31), "PageDown", "29 February 2024");
        check((2026, 12, 31), "PageDown", "31 January 2027");
        check((2026, 1, 1), "ArrowLeft", "31 December 2025");
        assert_eq!(moved(0, "x"), None);
    }

    proptest! {
        #[test]
        fn a_sheet_has_its_whole_month(day in -700_000i64..700_000) {
            let first = first_cell(day);
            prop_assert_eq!(monday(first), first);
            let (year, month, _) = date_of(day);
            let begins = days_of(year, month, 1);
            let ends = begins + i64::from(days_in(year, month)) - 1;
            prop_assert!(first <= begins && begins < first + 7);
            prop_assert!(ends < first + CELLS as i64);
            prop_assert!(same_month(day, begins) && same_month(day, ends));
            prop_assert!(!same_month(day, ends + 1));
        }
    }
}
