//! The past with a fake clock and a scripted server.

use std::cell::Cell;

use super::fixed::{COMPARE_EVERY_MS, COMPLETE_AFTER_MS, Fetcher, SETTLES_MS};
use super::*;
use crate::browser::fake::{Fake, Reply};
use crate::live::testing::{T0, columns, hello, histories, live, names, second, server};
use crate::view::{Compare, View, Window};
use protocol::ErrorCode;

const MINUTE: i64 = 60_000;

/// A page whose stream began at [`T0`] and has one second.
fn begun(live: Live) {
    live.store.update_value(|store| {
        store.hello(&hello(T0), live.resolution.get_value());
        store.apply(&second(T0 + 1_000));
    });
    live.stream_epoch.set(1);
}

fn fixed(from_ms: i64, to_ms: i64) -> View {
    View {
        window: Window::Fixed { from_ms, to_ms },
        ..View::live(60)
    }
}

fn past(live: Live) -> Fetcher {
    Fetcher::new(live, live.past, Signal::stored(names()))
}

fn metrics(fake: &Fake) -> Vec<String> {
    let requests = histories(&fake.take_requests());
    requests.into_iter().map(|(metric, _, _)| metric).collect()
}

#[test]
fn a_page_without_metrics_asks_for_no_past() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    begun(live);
    browser::spawn(fill(live, Vec::new(), T0));
    fake.run();
    assert!(fake.take_requests().is_empty());
    assert!(live.backfilled.get_untracked());
    assert_eq!(live.backfill_error.get_untracked(), None);
}

#[test]
fn what_has_no_answer_is_asked_for_again_and_what_was_rejected_is_not() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    begun(live);
    browser::spawn(fill(live, names(), T0));
    fake.run();
    assert_eq!(metrics(fake), names());
    assert!(live.backfilled.get_untracked());
    assert_eq!(
        live.backfill_error.get_untracked(),
        Some(ClientError::NoAnswer)
    );
    fake.advance(FIRST_PAUSE_MS);
    assert_eq!(metrics(fake), names());
    // From here on one of both is rejected, and the other has no room in the first answer.
    let level = |metric: &str| (metric == "level").then_some(ErrorCode::NotFound);
    let full = Cell::new(true);
    fake.serve(move |request| {
        let mut answer = columns(request, level);
        if full.replace(false) {
            answer.metrics.clear();
            answer.rest = vec!["hits".into()];
        }
        Reply::json(&answer)
    });
    fake.advance(2 * FIRST_PAUSE_MS);
    // What has no room is asked for at once, and what was rejected is not.
    assert_eq!(metrics(fake), ["hits", "level", "hits"]);
    // What was rejected stays missing, and is said.
    let error = live.backfill_error.get_untracked().expect("an error");
    assert_eq!(error.to_string(), "About not_found.");
    let known = |id: u32| {
        let series = |store: &Store| store.series(id).map(|s| s.at(T0 - 5_000).is_some());
        live.store.with_value(series)
    };
    assert_eq!((known(1), known(2)), (Some(true), Some(false)));
    fake.advance(10 * MAX_PAUSE_MS);
    assert!(metrics(fake).is_empty());
}

#[test]
fn another_hello_ends_the_attempts_for_the_one_before() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    begun(live);
    browser::spawn(fill(live, names(), T0));
    fake.run();
    live.stream_epoch.set(2);
    fake.take_requests();
    fake.advance(10 * MAX_PAUSE_MS);
    assert!(fake.take_requests().is_empty());
}

#[test]
fn a_past_of_another_version_asks_for_a_reload_and_is_not_asked_for_again() {
    let fake = Fake::install();
    fake.serve(|_| Reply::Now(200, r#"{"metric":"hits","rows":[]}"#.into()));
    let (_owner, live) = live(60);
    begun(live);
    browser::spawn(fill(live, names(), T0));
    fake.run();
    assert!(live.outdated.get_untracked());
    fake.take_requests();
    fake.advance(10 * MAX_PAUSE_MS);
    assert!(fake.take_requests().is_empty());
}

#[test]
fn what_the_page_has_is_shown_without_a_request() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    begun(live);
    browser::spawn(fill(live, names(), T0));
    fake.run();
    fake.take_requests();
    let past = past(live);
    past.show(&fixed(T0 - 30_000, T0), true);
    fake.advance(1_000);
    assert!(fake.take_requests().is_empty() && !live.loading.get_untracked());
    assert!(live.past.with_value(Option::is_some));
    past.show(&View::live(60), true);
    assert!(live.past.with_value(Option::is_none));
}

#[test]
fn what_is_missing_is_fetched_once_the_view_has_settled() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    begun(live);
    let past = past(live);
    past.show(&fixed(T0 - 60 * MINUTE, T0 - 59 * MINUTE), false);
    assert!(live.loading.get_untracked());
    fake.advance(1_000);
    assert!(fake.take_requests().is_empty(), "the time is not known yet");
    // A drag: each view supersedes the one before.
    for i in 0..5 {
        past.show(&fixed(T0 - (60 - i) * MINUTE, T0 - (59 - i) * MINUTE), true);
        fake.advance(SETTLES_MS - 1);
    }
    assert!(fake.take_requests().is_empty() && live.loading.get_untracked());
    fake.advance(1);
    let (from, to) = (T0 - 56 * MINUTE - 30_000, T0 - 55 * MINUTE + 30_000);
    let want = names().into_iter().map(|name| (name, from, to));
    assert_eq!(histories(&fake.take_requests()), want.collect::<Vec<_>>());
    assert!(!live.loading.get_untracked());
    let (oldest, newest) = live.visible_store(|s| (s.oldest_ms(), s.newest_ms()));
    assert_eq!((oldest, newest), (from, to));
}

#[test]
fn an_answer_that_comes_too_late_is_not_shown() {
    let fake = Fake::install();
    fake.serve(|request| match server(request) {
        Reply::Now(status, text) => Reply::After(5_000, status, text),
        other => other,
    });
    let (_owner, live) = live(60);
    begun(live);
    let past = past(live);
    past.show(&fixed(T0 - 60 * MINUTE, T0 - 59 * MINUTE), true);
    fake.advance(1_000);
    past.show(&View::live(60), true);
    fake.advance(10_000);
    assert!(live.past.with_value(Option::is_none));
}

#[test]
fn the_past_of_a_view_is_tried_again_with_growing_pauses() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    begun(live);
    let past = past(live);
    past.show(&fixed(T0 - 60 * MINUTE, T0 - 59 * MINUTE), true);
    fake.advance(SETTLES_MS);
    assert_eq!(
        live.backfill_error.get_untracked(),
        Some(ClientError::NoAnswer)
    );
    assert!(!live.loading.get_untracked());
    fake.take_requests();
    for pause_ms in [2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        fake.advance(pause_ms - 1);
        assert!(fake.take_requests().is_empty(), "before {pause_ms}");
        fake.advance(1);
        assert_eq!(metrics(fake).len(), 2, "after {pause_ms}");
    }
    fake.serve(server);
    fake.advance(MAX_PAUSE_MS);
    assert_eq!(live.backfill_error.get_untracked(), None);
    let oldest = live.visible_store(Store::oldest_ms);
    assert_eq!(oldest, T0 - 60 * MINUTE - 30_000);
}

#[test]
fn an_end_that_is_not_complete_yet_is_fetched_again_until_it_is() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    begun(live);
    let past = past(live);
    // Within the second of now; a page that has none of it shows what is there, and asks again.
    let to = live.now_ms() - 300;
    past.show(&fixed(to - 2 * MINUTE, to), true);
    fake.advance(SETTLES_MS);
    assert_eq!(metrics(fake).len(), 2);
    assert!(!live.loading.get_untracked(), "what there is, is shown");
    // The stream's time stands still: asked for seldom, but not given up.
    fake.advance(FIRST_PAUSE_MS - 1);
    assert!(fake.take_requests().is_empty());
    fake.advance(1);
    assert_eq!(metrics(fake).len(), 2);
    // A view within what is there asks as well, since that is not all of it.
    past.show(&fixed(to - MINUTE, to), true);
    assert!(!live.loading.get_untracked());
    fake.advance(SETTLES_MS);
    assert_eq!(metrics(fake).len(), 2);
    let late = live.now_ms() + COMPLETE_AFTER_MS;
    live.store.update_value(|store| store.apply(&second(late)));
    fake.advance(2 * FIRST_PAUSE_MS);
    assert_eq!(metrics(fake).len(), 2, "once more when it is complete");
    fake.advance(10 * MAX_PAUSE_MS);
    assert!(fake.take_requests().is_empty());
    // Another view, while it was not complete: nothing is asked for the one before.
    let to = live.now_ms() + 5_000;
    past.show(&fixed(to - 2 * MINUTE, to), true);
    fake.advance(SETTLES_MS);
    assert_eq!(metrics(fake).len(), 2);
    past.show(&View::live(60), true);
    fake.advance(10 * MAX_PAUSE_MS);
    assert!(fake.take_requests().is_empty());
}

#[test]
fn a_compared_time_is_moved_to_the_time_shown() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    begun(live);
    let earlier = Fetcher::new(live, live.earlier, Signal::stored(names()));
    let view = View {
        compare: Some(Compare::Day),
        ..View::live(60)
    };
    earlier.compare(&view, false);
    fake.advance(1_000);
    assert!(fake.take_requests().is_empty());
    earlier.compare(&view, true);
    fake.advance(SETTLES_MS);
    let (metric, from, to) = histories(&fake.take_requests()).remove(0);
    let (now, day) = (live.now_ms(), 24 * 60 * MINUTE);
    // A minute more than is shown, since the view goes on until the next fetch.
    assert_eq!(metric, "hits");
    assert!(from <= now - 60_000 - day && to >= now + COMPARE_EVERY_MS - day);
    let bounds = |store: &Option<Store>| {
        let store = store.as_ref().expect("a store");
        (store.oldest_ms(), store.newest_ms())
    };
    assert_eq!(live.earlier.with_value(bounds), (from + day, to + day));
    earlier.compare(&View::live(60), true);
    assert!(live.earlier.with_value(Option::is_none));
}
