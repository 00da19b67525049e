//! What people write into the fields of the time picker.

use super::{Filled, chosen, page};
use crate::time::absolute::goes_on;

#[test]
fn from_and_to_take_times_as_people_write_them() {
    let page = page();
    let live = page.live;
    let now = live.now_ms() as f64;
    let read = |from: &str, to: &str| chosen(live, &Filled::default(), (from, to));
    let (minute, hour) = (60_000.0, 3_600_000.0);
    assert_eq!(read("now-10m", "now"), Ok((now - 10.0 * minute, now)));
    assert_eq!(read("-2h", "-1h"), Ok((now - 2.0 * hour, now - hour)));
    // The clocks of the page show UTC, and 22:14:20 at the end of the store.
    let midnight = now - now.rem_euclid(24.0 * hour);
    assert_eq!(
        read("16:10", "16:40"),
        Ok((midnight + 970.0 * minute, midnight + 1_000.0 * minute))
    );
    let late = midnight - 10.0 * minute;
    assert_eq!(
        read("23:50", "23:55"),
        Ok((late, late + 5.0 * minute)),
        "the last one"
    );
    assert_eq!(read("23:50", "0:10"), Ok((late, midnight + 10.0 * minute)));
    assert_eq!(
        read("yesterday", "yesterday"),
        Ok((midnight - 24.0 * hour, midnight - 1_000.0))
    );
    assert_eq!(
        read("yesterday 9:00", "today"),
        Ok((midnight - 15.0 * hour, now)),
        "not beyond now"
    );
    let why = read("soon", "now").expect_err("no time");
    assert!(
        why.starts_with("From: write ") && why.contains("now-10m"),
        "{why}"
    );
    assert!(
        read("-2h", "-3h")
            .expect_err("backwards")
            .starts_with("To: ")
    );
    assert!(
        read("-99999999999999w", "now")
            .expect_err("too far")
            .starts_with("From: ")
    );
}

#[test]
fn a_span_up_to_now_goes_on() {
    for (fields, want) in [
        (("now-10m", "now"), Some(600)),
        (("-2h", ""), Some(7_200)),
        (("-1d 12h", " NOW "), Some(129_600)),
        (("-32d", "now"), None),
        (("-0s", "now"), None),
        (("16:10", "now"), None),
        (("-2h", "-1h"), None),
        (("2026-11-20 16:10", "now"), None),
    ] {
        assert_eq!(goes_on(fields), want, "{fields:?}");
    }
}
