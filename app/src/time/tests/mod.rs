//! The time picker: what it shows, what its fields and keys do, and dates at the ends of months.

mod clocks;
mod fields;

use charts::civil::{Civil, date_of, days_in, days_of};
use leptos::prelude::*;
use proptest::prelude::*;
use protocol::Preferences;

use super::absolute::{Filled, at, chosen, day};
use super::calendar::Calendar;
use super::shortcuts::{STEP, ZOOM, step, zoom};
use super::{SHORTCUTS, Time, TimePicker, clocks, month, usual, words};
use crate::live::{Live, Store};
use crate::testing::{END, T0, TestPage, has, html, lacks, store};
use crate::view::{Compare, NARROWEST_MS, RANGE_S, View, WIDEST_MS, Window, Zone};

fn page() -> TestPage {
    TestPage::new(store(&[("/a", 1.0)]), Vec::new())
}

fn picker(live: Live) -> TimePicker {
    TimePicker {
        live,
        open: RwSignal::new(false),
        save_span: Callback::new(|_| ()),
        save_zone: Callback::new(|_| ()),
    }
}

/// What is shown, from and to in seconds after the begin of the store, or the span that goes on.
fn window(live: Live) -> Result<(i64, i64), u32> {
    match live.view.with_untracked(|view| view.window) {
        Window::Fixed { from_ms, to_ms } => Ok(((from_ms - T0) / 1_000, (to_ms - T0) / 1_000)),
        Window::Live { span_s } => Err(span_s),
    }
}

#[test]
fn what_is_usual_is_what_the_person_chose() {
    let check = |range_s: Option<u32>, zone: Option<&str>, want: (u32, Zone)| {
        let preferences = Preferences {
            range_s,
            zone: zone.map(String::from),
            ..Preferences::default()
        };
        let view = usual(&preferences);
        assert_eq!(view.window, Window::Live { span_s: want.0 });
        assert_eq!((view.zone, view.compare), (want.1, None));
    };
    check(None, None, (RANGE_S, Zone::Local));
    check(Some(60), Some("utc"), (60, Zone::Utc));
    check(
        Some(86_400),
        Some("Europe/Vienna"),
        (86_400, Zone::Named("Europe/Vienna".into())),
    );
    check(None, Some("<script>"), (RANGE_S, Zone::Local));
    check(None, Some("local"), (RANGE_S, Zone::Local));
}

#[test]
fn steps_and_zooms_move_by_the_span() {
    let page = page();
    let live = page.live;
    assert_eq!(window(live), Err(60));
    step(live, STEP);
    assert_eq!(window(live), Err(60), "nothing is later than now");
    step(live, -STEP);
    assert_eq!(window(live), Ok((-30, 30)));
    step(live, STEP);
    assert_eq!(window(live), Ok((0, 60)));
    step(live, STEP);
    assert_eq!(window(live), Ok((0, 60)), "not beyond now");
    zoom(live, 1.0 / ZOOM);
    assert_eq!(window(live), Ok((15, 45)));
    zoom(live, ZOOM);
    assert_eq!(window(live), Ok((0, 60)));
    live.resume();
    assert_eq!(window(live), Err(60));
}

#[test]
fn zooming_has_ends() {
    let page = page();
    let live = page.live;
    for _ in 0..40 {
        zoom(live, 1.0 / ZOOM);
    }
    assert_eq!(live.span_ms(), NARROWEST_MS);
    for _ in 0..60 {
        zoom(live, ZOOM);
    }
    assert_eq!(live.span_ms(), WIDEST_MS);
    assert!(live.end_ms() <= END);
    live.resume();
    assert_eq!(window(live), Err(60), "back to what went on");
}

#[test]
fn keys_act_on_the_time() {
    let page = page();
    let time = picker(page.live);
    let press = |key: &str| {
        let found = SHORTCUTS.iter().find(|one| one.keys.contains(&key));
        (found.expect("a shortcut").action)(time);
    };
    press("t");
    assert!(time.open.get_untracked());
    press("t");
    assert!(!time.open.get_untracked());
    press("p");
    assert_eq!(window(page.live), Ok((0, 60)));
    press("p");
    assert_eq!(window(page.live), Err(60));
    press("Shift+ArrowLeft");
    assert_eq!(window(page.live), Ok((-30, 30)));
    press("+");
    assert_eq!(window(page.live), Ok((-15, 15)));
    press("l");
    assert_eq!(window(page.live), Err(60));
    assert!(
        SHORTCUTS.iter().all(|one| !one.in_fields),
        "letters are typed into fields"
    );
}

#[test]
fn before_the_first_frame_nothing_stands_still() {
    let page = TestPage::new(
        Store::new(
            &crate::testing::metrics(),
            crate::live::Resolution::of(60_000),
        ),
        Vec::new(),
    );
    for act in [
        |live: Live| live.pause(),
        |live| step(live, -STEP),
        |live| zoom(live, ZOOM),
    ] {
        act(page.live);
        assert_eq!(window(page.live), Err(60));
    }
}

#[test]
fn fields_say_what_is_wrong_with_them() {
    let page = page();
    let read = |from: &str, to: &str| {
        let seconds = |t: f64| (t as i64 - T0) / 1_000;
        chosen(page.live, &Filled::default(), (from, to))
            .map(|(from, to)| (seconds(from), seconds(to)))
    };
    // The store ends at 22:14:20.
    assert_eq!(
        read("2023-11-14 22:13:30", "2023-11-14 22:14:00"),
        Ok((10, 40))
    );
    assert_eq!(
        read("2023-11-14 22:13:30", "2023-11-20"),
        Ok((10, 60)),
        "up to now"
    );
    assert_eq!(
        read(" 2023-11-14 22:13:30 ", "2023-11-14 22:13:31"),
        Ok((10, 11))
    );
    for (from, to, field) in [
        ("", "2023-11-14 22:14:00", "From:"),
        ("2023-11-14 22:13:30", "", "To:"),
        ("someday", "2023-11-14 22:14:00", "From: write"),
        ("2023-11-14 25:00", "2023-11-14 22:14:00", "From:"),
        (
            "2023-02-29",
            "2023-11-14 22:14:00",
            "From: Feb has no day 29.",
        ),
        (
            "2023-11-14 22:13:30",
            "2023-11-14 22:13:30",
            "To: choose a time after From.",
        ),
        (
            "2023-11-14 22:14:00",
            "2023-11-14 22:13:00",
            "To: choose a time after From.",
        ),
        ("2023-09-01", "2023-11-14", "To: at most 31 days"),
        (
            "2023-11-14 22:14:20",
            "2023-11-15",
            "From: this has not happened yet.",
        ),
        ("1969-12-31", "1970-01-02", "From: nothing is kept"),
    ] {
        let why = read(from, to).expect_err(from);
        assert!(why.starts_with(field), "{from:?} {to:?}: {why}");
    }
}

#[test]
fn the_bar_says_what_is_shown() {
    let page = page();
    provide_context(picker(page.live));
    let live = page.live;
    let show = || html(view! { <Time/> });
    let shown = show();
    has(
        &shown,
        &[
            "Last minute",
            "data-fixed=\"false\"",
            "<small>UTC</small>",
            "Pause",
            "disabled",
        ],
    );
    lacks(&shown, &["vs", "Fixed time", "Resume"]);

    live.show(View {
        compare: Some(Compare::Week),
        ..live.view.get_untracked()
    });
    has(&show(), &["vs", "a week earlier"]);

    // Whose clocks is not known before the page runs.
    live.pause();
    let shown = show();
    has(
        &shown,
        &[
            "Fixed time",
            "data-fixed=\"true\"",
            "Resume",
            "aria-pressed=\"true\"",
        ],
    );
    lacks(&shown, &["Last minute", "UTC", "disabled"]);

    live.loading.set(true);
    has(&show(), &["aria-busy=\"true\"", ">Loading</span>"]);
}

#[test]
fn clocks_are_named_where_they_are_not_the_browsers() {
    let page = page();
    let live = page.live;
    assert_eq!(clocks(live, true).as_deref(), Some("UTC"));
    let zone = Zone::Named("Europe/Vienna".into());
    live.view.update(|view| view.zone = zone);
    assert_eq!(clocks(live, true).as_deref(), Some("Europe/Vienna"));
    live.view.update(|view| view.zone = Zone::Local);
    assert_eq!(clocks(live, true), None);
    live.view.update(|view| view.zone = Zone::Utc);
    live.pause();
    assert_eq!(clocks(live, false), None);
    assert_eq!(clocks(live, true).as_deref(), Some("UTC"));
}

#[test]
fn the_calendar_marks_days_and_leaves_out_the_future() {
    let page = page();
    let show = |from: &str, to: &str| {
        let days = (day(from), day(to));
        let days = Memo::new(move |_| days);
        html(view! { <Calendar live=page.live days mark=|_, _| ()/> })
    };
    let shown = show("2023-11-10", "2023-11-12");
    has(
        &shown,
        &[
            "November 2023",
            "aria-label=\"14 November 2023\"",
            "aria-current=\"date\"",
        ],
    );
    assert_eq!(shown.matches("role=\"gridcell\"").count(), month::CELLS);
    assert_eq!(shown.matches("aria-selected=\"true\"").count(), 3);
    assert_eq!(shown.matches("class=\"edge\"").count(), 2);
    assert_eq!(
        shown.matches("tabindex=\"0\"").count(),
        1,
        "one cell takes the focus"
    );
    // 42 cells from 30 October on, of which 16 are past or today.
    assert_eq!(shown.matches("aria-disabled=\"true\"").count(), 26);
    assert_eq!(shown.matches("class=\"outside\"").count(), 12);

    // One field that cannot be read marks the day of the other alone.
    for (from, to) in [
        ("2023-11-10", "x"),
        ("", "2023-11-10"),
        ("2023-11-10", "2023-11-10"),
    ] {
        let shown = show(from, to);
        assert_eq!(
            shown.matches("aria-selected=\"true\"").count(),
            1,
            "{from} {to}"
        );
    }
    let none = show("", "");
    assert_eq!(none.matches("aria-selected=\"true\"").count(), 0);
    has(&none, &["November 2023"]);
    // From after to.
    assert_eq!(
        show("2023-11-12", "2023-11-10")
            .matches("aria-selected=\"true\"")
            .count(),
        0
    );
}

#[test]
fn days_of_fields_are_whole_days() {
    for (text, want) in [
        ("1970-01-01", Some(0)),
        ("1970-01-02 23:59:59", Some(1)),
        ("2024-02-29", Some(days_of(2024, 2, 29))),
        ("2023-02-29", None),
        ("", None),
    ] {
        assert_eq!(day(text), want, "{text}");
    }
    assert_eq!(at(0, [0, 0, 0]).to_string(), "1970-01-01 00:00:00");
    assert_eq!(at(59, [23, 59, 59]).to_string(), "1970-03-01 23:59:59");
}

proptest! {
    #[test]
    fn what_fields_show_they_read(day_in in -100_000i64..2_000_000, seconds in 0u32..86_400) {
        let time = [seconds / 3_600, seconds / 60 % 60, seconds % 60];
        let civil = at(day_in, time);
        let (year, ..) = date_of(day_in);
        prop_assume!((1..=9_999).contains(&year));
        let text = civil.to_string();
        prop_assert_eq!(Civil::parse(&text).ok().map(|read| read.to_string()), Some(text.clone()));
        prop_assert_eq!(day(&text), Some(day_in));
        prop_assert_eq!(Zone::Utc.civil(civil.local_ms()).to_string(), text);
        prop_assert_eq!(Zone::Utc.at(&civil), civil.local_ms());
    }

    #[test]
    fn months_keep_the_day_or_their_end(day_in in -700_000i64..700_000, months in -2_000i64..2_000) {
        let moved = month::add_months(day_in, months);
        let ((year, month_in, date), (to_year, to_month, to_date)) = (date_of(day_in), date_of(moved));
        let count = |year: i64, month: u32| year * 12 + i64::from(month);
        prop_assert_eq!(count(to_year, to_month), count(year, month_in) + months);
        prop_assert_eq!(to_date, date.min(days_in(to_year, to_month)));
        prop_assert!(month::same_month(moved, month::add_months(day_in, months)));
        if date <= 28 {
            prop_assert_eq!(month::add_months(moved, -months), day_in);
        }
    }

    #[test]
    fn every_key_leads_where_its_opposite_leads_back(day_in in -700_000i64..700_000) {
        for (there, back) in [("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown")] {
            let moved = month::moved(day_in, there).and_then(|day| month::moved(day, back));
            prop_assert_eq!(moved, Some(day_in));
        }
        let (home, end) = (month::moved(day_in, "Home"), month::moved(day_in, "End"));
        prop_assert_eq!(home.map(|day| day + 6), end);
        prop_assert!(home <= Some(day_in) && Some(day_in) <= end);
    }

    #[test]
    fn a_span_in_words_has_both_ends(from in 0i64..4_000_000_000, span in 1i64..2_678_400) {
        let [from, to] = [from, from + span].map(|t| Zone::Utc.civil(t as f64 * 1_000.0));
        let text = words::fixed(&from, &to, 2026);
        prop_assert_eq!(text.matches(" – ").count(), 1);
        let minutes = |civil: &Civil| format!("{:02}:{:02}", civil.hour, civil.minute);
        prop_assert!(text.contains(&minutes(&from)) && text.contains(&minutes(&to)));
        let year = from.year != 2026 || to.year != 2026;
        prop_assert_eq!(text.contains(&from.year.to_string()), year, "{}", text);
    }

    #[test]
    fn what_is_applied_can_be_shown(from in -1e12f64..3e12, span in -1e10f64..1e10) {
        let now = 1.7e12;
        if words::check(from, from + span, now).is_ok() {
            let to = (from + span).min(now);
            let view = View::live(60).fixed(from, to, now as i64);
            prop_assert!(view.span_ms() >= NARROWEST_MS && view.span_ms() <= WIDEST_MS);
            let query = view.query(&View::live(60));
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            prop_assert_eq!(View::live(60).read(pairs), view, "{}", query);
        }
    }
}
