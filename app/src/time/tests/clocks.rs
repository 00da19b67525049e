//! Times in the hour that clocks show twice, over a change of clocks, and after now.

use charts::civil::Civil;
use leptos::prelude::*;
use protocol::Hello;

use super::page;
use crate::browser::fake::Fake;
use crate::testing::END;
use crate::time::absolute::{Filled, chosen};
use crate::view::{Compare, View, Window, Zone};

/// Vienna on 25 October 2026: at 01:00 UTC clocks go from 03:00 back to 02:00.
const BACK_MS: f64 = 1_792_890_000_000.0;

fn vienna(at: f64) -> i32 {
    if at < BACK_MS { 120 } else { 60 }
}

#[test]
fn an_hour_that_clocks_show_twice_stays_what_it_was() {
    let page = page();
    page.fake.set_clocks(vienna);
    let live = page.live;
    let minute = 60_000.0;
    live.store.update_value(|store| {
        let resolution = store.resolution();
        let hello = Hello {
            now_ms: BACK_MS as i64 + 86_400_000,
            seq: 1,
            live_from_ms: BACK_MS as i64 + 86_400_000,
            flush_ms: 100,
            series: Vec::new(),
        };
        store.hello(&hello, resolution);
    });
    live.show(View {
        zone: Zone::Named("Europe/Vienna".into()),
        ..View::live(60)
    });
    // The second 02:10 to 02:40, and half a second.
    let shown = (BACK_MS + 10.0 * minute + 500.0, BACK_MS + 40.0 * minute);
    live.show_fixed(shown.0, shown.1);
    let filled = Filled::of(live);
    assert_eq!(
        filled.texts(),
        ("2026-10-25 02:10:00", "2026-10-25 02:40:00")
    );
    // Nothing was changed.
    assert_eq!(chosen(live, &filled, filled.texts()), Ok(shown));
    // The end alone: after the begin.
    let (from, _) = filled.texts();
    let longer = chosen(live, &filled, (from, "2026-10-25 02:50"));
    assert_eq!(longer, Ok((shown.0, BACK_MS + 50.0 * minute)));
    // Typed whole it is the first.
    let both = chosen(live, &filled, ("2026-10-25 02:11", "2026-10-25 02:41"));
    let first = BACK_MS - 60.0 * minute;
    assert_eq!(both, Ok((first + 11.0 * minute, first + 41.0 * minute)));
}

#[test]
fn a_day_earlier_is_the_same_hour_also_when_clocks_changed_between() {
    let fake = Fake::install();
    fake.set_clocks(vienna);
    let hour = 3_600_000;
    let check = |zone: Zone, compare: Compare, end_ms: i64, want_h: i64| {
        let view = View {
            window: Window::Fixed {
                from_ms: end_ms - hour,
                to_ms: end_ms,
            },
            compare: Some(compare),
            zone: zone.clone(),
        };
        let before = |at: f64, days: i64| zone.days_before(at, days);
        let found = view.compare_ms(end_ms, before);
        assert_eq!(found, Some(want_h * hour), "{zone:?} {compare:?} {end_ms}");
    };
    let noon = BACK_MS as i64 + 10 * hour;
    let vienna = || Zone::Named("Europe/Vienna".into());
    check(vienna(), Compare::Day, noon, 25);
    check(vienna(), Compare::Week, noon, 7 * 24 + 1);
    check(vienna(), Compare::Day, noon + 24 * hour, 24);
    check(vienna(), Compare::Day, noon - 24 * hour, 24);
    check(vienna(), Compare::Before, noon, 1);
    check(Zone::Utc, Compare::Day, noon, 24);
}

#[test]
fn a_to_after_now_is_now_before_the_time_is_too_long() {
    let page = page();
    let day = 86_400_000;
    let from = Civil::of((END - 30 * day) as f64).to_string();
    let to = Civil::of((END + 9 * day) as f64).to_string();
    let found = chosen(page.live, &Filled::default(), (&from, &to));
    assert_eq!(found, Ok(((END - 30 * day) as f64, END as f64)));
}
