//! Which times to label, and how. Invariant: labelled times are whole multiples of a round step in
//! local time, so that a label moves with the picture and never changes its text.

use crate::TimeWindow;
use crate::civil::{MONTHS, date_of};
use crate::order;

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

/// A zone changes its clocks at most once in so long.
const BETWEEN_CHANGES: f64 = 10.0 * DAY;

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

/// The times within `window` that are whole multiples of `step_ms` on the clocks of a zone, from
/// old to new. `offset_min` tells by how many minutes they are ahead of UTC at a time.
///
/// When clocks are put forward, the hour that they leave out has no ticks. When they are put back,
/// the hour that they show twice has its ticks twice; but of two that are half a step apart or
/// nearer only the first, so that labels never touch.
pub fn time_ticks(window: &TimeWindow, step_ms: f64, offset_min: &dyn Fn(f64) -> i32) -> Vec<f64> {
    let step = step_ms.max(SECOND);
    let start = window.time_at(0.0);
    let end = window.time_at(f64::from(window.width));
    let offsets = offsets(start, end, offset_min);
    let mut ticks = Vec::new();
    for offset in &offsets {
        let ahead = f64::from(*offset) * MINUTE;
        let first = ((start + ahead) / step).ceil() * step - ahead;
        // A label each pixel is more than anybody asks for, and a bound.
        let count = ((end - first) / step).floor().min(f64::from(window.width));
        if count >= 0.0 {
            let all = (0..=count as i64).map(|i| first + i as f64 * step);
            ticks.extend(all.filter(|t| offsets.len() == 1 || offset_min(*t) == *offset));
        }
    }
    order::sort(&mut ticks, f64::total_cmp);
    ticks.dedup_by(|next, tick| *next - *tick <= step / 2.0);
    ticks
}

/// What clocks are ahead of UTC between two times: mostly one number, two around a change.
fn offsets(start: f64, end: f64, offset_min: &dyn Fn(f64) -> i32) -> Vec<i32> {
    let mut offsets = vec![offset_min(start)];
    let stretches = ((end - start) / BETWEEN_CHANGES).ceil().clamp(1.0, 64.0);
    for i in 1..=stretches as u32 {
        let offset = offset_min(start + (end - start) * f64::from(i) / stretches);
        if !offsets.contains(&offset) {
            offsets.push(offset);
        }
    }
    offsets
}

/// What to write at `t`, where clocks are `utc_offset_min` minutes ahead of UTC: `12:05`, with seconds for steps under a minute, and the date (`20 Nov`)
/// for steps of a day or more; nothing for a time that is no number.
pub fn time_label(t: f64, step_ms: f64, utc_offset_min: i32) -> String {
    if !t.is_finite() {
        return String::new();
    }
    let local = (t / SECOND).round() as i64 + i64::from(utc_offset_min) * 60;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    if step_ms >= DAY {
        let (_, month, day) = date_of(days);
        format!("{day} {}", MONTHS[month as usize - 1])
    } else if step_ms < MINUTE {
        format!("{h:02}:{m:02}:{s:02}")
    } else {
        format!("{h:02}:{m:02}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            let labels: Vec<_> = time_ticks(&window, step, &|_| offset)
                .into_iter()
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

    /// Vienna in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    fn vienna(at: f64) -> i32 {
        let summer = 1_774_746_000_000.0..1_792_890_000_000.0;
        if summer.contains(&at) { 120 } else { 60 }
    }

    #[test]
    fn ticks_follow_clocks_that_change() {
        let check = |end: f64, hours: f64, step: f64, expected: &[&str]| {
            let window = TimeWindow::new(end, hours * HOUR, 720);
            let ticks = time_ticks(&window, step, &vienna);
            let label = |t: &f64| time_label(*t, step, vienna(*t));
            let labels: Vec<_> = ticks.iter().map(label).collect();
            assert_eq!(labels, expected, "{step}");
        };
        let (forward, back) = (1_774_746_000_000.0, 1_792_890_000_000.0);
        let after = forward + 2.5 * HOUR;
        check(after, 4.0, HOUR, &["01:00", "03:00", "04:00", "05:00"]);
        check(after, 4.0, 2.0 * HOUR, &["04:00"]);
        check(
            forward + 35.0 * MINUTE,
            1.2,
            30.0 * MINUTE,
            &["01:30", "03:00", "03:30"],
        );
        let after = back + 2.5 * HOUR;
        let twice = ["01:00", "02:00", "02:00", "03:00", "04:00"];
        check(after, 5.0, HOUR, &twice[..]);
        // Half a step apart: the first of the two.
        check(after, 5.0, 2.0 * HOUR, &["02:00", "04:00"]);
        check(
            back + 36.0 * HOUR,
            72.0,
            DAY,
            &["24 Oct", "25 Oct", "26 Oct"],
        );
        check(
            back + 18.0 * HOUR,
            36.0,
            6.0 * HOUR,
            &["12:00", "18:00", "00:00", "06:00", "12:00", "18:00"],
        );
    }

    proptest! {
        #[test]
        fn ticks_are_apart_and_round(
            end in 1_767_000_000_000.0..1_799_000_000_000.0_f64, span in 1e3..2.7e9_f64,
        ) {
            let window = TimeWindow::new(end, span, 800);
            let step = time_step(&window, 140.0);
            let ticks = time_ticks(&window, step, &vienna);
            for pair in ticks.windows(2) {
                prop_assert!(pair[1] - pair[0] > step / 2.0);
                prop_assert!(pair[1] - pair[0] <= step + 2.0 * HOUR);
            }
            for t in ticks {
                let local = t + f64::from(vienna(t)) * MINUTE;
                prop_assert_eq!(local % step, 0.0);
            }
        }
    }
}
