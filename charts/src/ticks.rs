//! Which times to label, and how. Invariant: labelled times are whole multiples of a round step in
//! local time, so that a label moves with the picture and never changes its text.

use crate::TimeWindow;

const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Round steps in milliseconds; beyond the last it doubles.
const STEPS: [f64; 24] = [
    SECOND,
    2.0 * SECOND,
    5.0 * SECOND,
    10.0 * SECOND,
    15.0 * SECOND,
    30.0 * SECOND,
    MINUTE,
    2.0 * MINUTE,
    5.0 * MINUTE,
    10.0 * MINUTE,
    15.0 * MINUTE,
    30.0 * MINUTE,
    HOUR,
    2.0 * HOUR,
    3.0 * HOUR,
    6.0 * HOUR,
    12.0 * HOUR,
    DAY,
    2.0 * DAY,
    7.0 * DAY,
    14.0 * DAY,
    28.0 * DAY,
    91.0 * DAY,
    182.0 * DAY,
];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The round step, in milliseconds, whose labels in `window` come nearest to `aim_px` apart.
pub fn time_step(window: &TimeWindow, aim_px: f64) -> f64 {
    let aim_ms = aim_px.max(1.0) * window.ms_per_px();
    let mut doubled = 182.0 * DAY;
    while doubled * 2.0 < aim_ms && doubled < 1e18 {
        doubled *= 2.0;
    }
    // Nearest by ratio: half as dense is as wrong as twice as dense.
    let off = |step: f64| (step / aim_ms).ln().abs();
    let larger = [doubled, doubled * 2.0];
    let nearer = |a: f64, b: f64| if off(b) < off(a) { b } else { a };
    STEPS.into_iter().chain(larger).fold(DAY, nearer)
}

/// The times within `window` that are whole multiples of `step_ms` in the local time that is
/// `utc_offset_min` minutes ahead of UTC, from old to new.
pub fn time_ticks(
    window: &TimeWindow,
    step_ms: f64,
    utc_offset_min: i32,
) -> impl Iterator<Item = f64> + use<> {
    let offset = f64::from(utc_offset_min) * MINUTE;
    let step = step_ms.max(SECOND);
    let start = window.time_at(0.0);
    let first = ((start + offset) / step).ceil() * step - offset;
    let end = window.time_at(f64::from(window.width));
    // A label each pixel is more than anybody asks for, and a bound.
    let count = ((end - first) / step).floor().min(f64::from(window.width));
    (0..=count.max(-1.0) as i64)
        .filter(move |_| count >= 0.0)
        .map(move |i| first + i as f64 * step)
}

/// What to write at `t`: `12:05`, with seconds for steps under a minute, and the date (`20 Nov`)
/// for steps of a day or more; nothing for a time that is no number.
pub fn time_label(t: f64, step_ms: f64, utc_offset_min: i32) -> String {
    if !t.is_finite() {
        return String::new();
    }
    let local = (t / SECOND).round() as i64 + i64::from(utc_offset_min) * 60;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    if step_ms >= DAY {
        let (month, day) = month_and_day(days);
        format!("{day} {month}")
    } else if step_ms < MINUTE {
        format!("{h:02}:{m:02}:{s:02}")
    } else {
        format!("{h:02}:{m:02}")
    }
}

/// The date of a day counted from 1970-01-01, as in Howard Hinnant's `civil_from_days`: years
/// begin in March there, so that the leap day is the last.
fn month_and_day(days: i64) -> (&'static str, i64) {
    let day_of_era = days.saturating_add(719_468).rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = MONTHS[((from_march + 2) % 12) as usize];
    (month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 12:05:30 UTC.
    const NOON: f64 = 1_795_176_330_000.0;

    #[test]
    fn steps() {
        let check = |span: f64, width: u32, step: f64| {
            let window = TimeWindow::new(NOON, span, width);
            assert_eq!(time_step(&window, 140.0), step, "{span} on {width}");
        };
        check(5.0 * MINUTE, 760, MINUTE);
        check(5.0 * MINUTE, 520, MINUTE);
        check(5.0 * MINUTE, 330, 2.0 * MINUTE);
        check(30.0 * SECOND, 700, 5.0 * SECOND);
        check(HOUR, 1_000, 10.0 * MINUTE);
        check(24.0 * HOUR, 700, 6.0 * HOUR);
        check(30.0 * DAY, 700, 7.0 * DAY);
        check(1.0, 3_000, SECOND);
        check(5_000.0 * DAY, 140, 182.0 * 32.0 * DAY);
        for (span, width, aim) in [(1e300, 1, 140.0), (1.0, u32::MAX, f64::NAN), (1e9, 9, 0.0)] {
            let step = time_step(&TimeWindow::new(NOON, span, width), aim);
            assert!(step.is_finite() && step >= SECOND, "{span} {width} {aim}");
        }
    }

    #[test]
    fn labels() {
        let check = |t: f64, step: f64, offset: i32, text: &str| {
            assert_eq!(time_label(t, step, offset), text);
        };
        check(NOON, MINUTE, 0, "12:05");
        check(NOON, SECOND, 0, "12:05:30");
        check(NOON, SECOND, 330, "17:35:30");
        check(NOON, HOUR, -765, "23:20");
        check(NOON, DAY, 0, "20 Nov");
        check(NOON, DAY, -765, "19 Nov");
        check(0.0, DAY, 0, "1 Jan");
        check(-DAY, DAY, 0, "31 Dec");
        check(-1_000.0, SECOND, 0, "23:59:59");
        // 2024-02-29 and 2100-03-01.
        check(1_709_164_800_000.0, DAY, 0, "29 Feb");
        check(4_107_542_400_000.0, DAY, 0, "1 Mar");
        check(f64::NAN, DAY, 0, "");
        check(f64::INFINITY, SECOND, 0, "");
        assert!(!time_label(1e300, DAY, 0).is_empty());
    }

    #[test]
    fn ticks_stand_at_local_multiples() {
        let check = |span: f64, width: u32, step: f64, offset: i32, expected: &[&str]| {
            let window = TimeWindow::new(NOON, span, width);
            let labels: Vec<_> = time_ticks(&window, step, offset)
                .map(|t| time_label(t, step, offset))
                .collect();
            assert_eq!(labels, expected);
        };
        let minutes = ["12:01", "12:02", "12:03", "12:04", "12:05"];
        check(5.0 * MINUTE, 760, MINUTE, 0, &minutes);
        check(
            30.0 * SECOND,
            300,
            10.0 * SECOND,
            0,
            &["12:05:00", "12:05:10", "12:05:20", "12:05:30"],
        );
        check(
            24.0 * HOUR,
            700,
            6.0 * HOUR,
            330,
            &["18:00", "00:00", "06:00", "12:00"],
        );
        check(2.0 * DAY, 700, DAY, 60, &["19 Nov", "20 Nov"]);
        check(5.0 * SECOND, 100, MINUTE, 0, &[]);
    }
}
