//! The stream of a page with a fake clock and a scripted server.

mod tabs;

use super::*;
use crate::browser::fake::{Fake, Reply};
use crate::live::Status;
use crate::live::Store;
use crate::live::testing::{T0, hello, histories, hits, live, names, rejected, second, server};
use protocol::{ErrorCode, Frame};

fn connection(live: Live) -> Connection {
    Connection {
        live,
        source: Rc::new(("/api/stream?metrics=hits,level".into(), names())),
        round: Rc::default(),
    }
}

/// A page that looks at the last minute, and whose stream said hello.
fn connected(fake: &Fake) -> (Owner, Live, Connection) {
    let (owner, live) = live(60);
    let connection = connection(live);
    connection.open(60);
    fake.run();
    fake.stream().send("hello", &hello(T0));
    (owner, live, connection)
}

/// Numbers of hits of the seconds after `from` up to `to`; none where there is no step.
fn kept(live: Live, from: i64, to: i64) -> Vec<Option<f64>> {
    live.store.with_value(|store| {
        let series = store.series(1).expect("the series of hits");
        let seconds = (from / 1_000 + 1)..=(to / 1_000);
        seconds
            .map(|s| series.at(s * 1_000).map(|step| step.row.count))
            .collect()
    })
}

fn all_hits(from: i64, to: i64) -> Vec<Option<f64>> {
    let seconds = (from / 1_000 + 1)..=(to / 1_000);
    seconds.map(|s| Some(hits(s * 1_000))).collect()
}

#[test]
fn hello_then_the_past_then_live_without_a_gap() {
    let fake = Fake::install();
    // The past arrives after the first seconds of the stream.
    fake.serve(|request| match server(request) {
        Reply::Now(status, text) => Reply::After(2_500, status, text),
        other => other,
    });
    let (_owner, live) = live(60);
    connection(live).open(60);
    fake.run();
    assert_eq!(live.status.get_untracked(), Status::Connecting);
    assert_eq!(fake.stream().url, "/api/stream?metrics=hits,level");
    fake.stream().send("hello", &hello(T0));
    for i in 1..=5 {
        fake.advance(1_000);
        fake.stream().send("frame", &second(T0 + i * 1_000));
        fake.run();
        assert_eq!(live.status.get_untracked(), Status::Live);
        assert_eq!(live.backfilled.get_untracked(), i >= 3, "second {i}");
    }
    let end = T0 + 5_000;
    let begin = end - live.resolution.get_value().kept_ms() + 6_000;
    assert_eq!(kept(live, begin, end), all_hits(begin, end));
    assert_eq!(live.store.with_value(Store::settled_ms), end);
    assert_eq!(live.backfill_error.get_untracked(), None);
    assert_eq!(live.connected_s.get_untracked(), 5);
    assert!(live.second_tick.get_untracked() >= 6 && fake.paint());
}

#[test]
fn an_answer_that_was_asked_for_before_the_last_hello_is_not_used() {
    let fake = Fake::install();
    let mut first = true;
    fake.serve(move |request| match server(request) {
        // Those of the first hello come last.
        Reply::Now(status, text) if request.path.ends_with("to=1700000000000&points=61") => {
            first = false;
            Reply::After(9_000, status, text)
        }
        other => {
            assert!(!first, "{request:?}");
            other
        }
    });
    let (_owner, live, _) = connected(fake);
    fake.advance(1_000);
    // The server went away for half a minute, and its ring with it.
    fake.stream().send("hello", &hello(T0 + 30_000));
    fake.advance(1_000);
    let (begin, end) = (T0 - 30_000, T0 + 30_000);
    assert_eq!(kept(live, begin, end), all_hits(begin, end));
    fake.advance(20_000);
    assert_eq!(kept(live, begin, end), all_hits(begin, end));
    assert_eq!(live.stream_epoch.get_untracked(), 2);
}

#[test]
fn pauses_between_streams_grow_and_begin_again_after_a_message() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    connection(live).open(60);
    fake.run();
    let mut opened = 1;
    let mut check = |pause_ms: u32| {
        fake.stream().lose(EventsState::Closed);
        fake.advance(pause_ms - 1);
        assert_eq!(fake.opened(), opened, "before {pause_ms}");
        fake.advance(1);
        opened += 1;
        assert_eq!(fake.opened(), opened, "after {pause_ms}");
        assert_eq!(
            live.status.get_untracked() == Status::Connecting,
            opened < 6
        );
        if opened == 5 {
            fake.stream().send("hello", &hello(T0));
            fake.run();
        }
    };
    for pause_ms in [
        1_000, 2_000, 4_000, 8_000, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ] {
        check(pause_ms);
    }
    // Each time the page asks why the stream ended.
    let asked = fake.take_requests();
    let of_me = asked.iter().filter(|request| request.path == paths::ME);
    assert_eq!(of_me.count(), 10);
}

#[test]
fn of_all_codes_the_end_of_the_session_alone_leads_away_and_the_rest_is_tried_again() {
    for code in ErrorCode::ALL {
        let fake = Fake::install();
        fake.set_address("/d/shop?from=1&to=2");
        fake.serve(|_| rejected(*code));
        let (_owner, _, _) = connected(fake);
        fake.run();
        assert_eq!(
            fake.went().is_empty(),
            *code != ErrorCode::SignInFirst,
            "{code}"
        );
        fake.stream().lose(EventsState::Closed);
        fake.advance(60_000);
        if *code == ErrorCode::SignInFirst {
            let want = "/sign-in?ended=1&next=%2Fd%2Fshop%3Ffrom%3D1%26to%3D2";
            assert!(
                fake.went().iter().all(|path| path == want),
                "{:?}",
                fake.went()
            );
            assert_eq!(fake.opened(), 1);
        } else {
            assert!(fake.went().is_empty(), "{code}");
            assert!(fake.opened() > 1, "{code}");
        }
    }
}

#[test]
fn a_session_that_ends_while_the_network_is_away_leads_to_sign_in_afterwards() {
    let fake = Fake::install();
    fake.set_address("/d/shop?range=900");
    let (_owner, live, _) = connected(fake);
    fake.run();
    // The browser reconnects by itself as long as there is no answer.
    fake.stream().lose(EventsState::Connecting);
    fake.advance(30_000);
    assert_eq!(live.status.get_untracked(), Status::Reconnecting);
    assert_eq!((live.age_s.get_untracked(), fake.opened()), (30, 1));
    fake.stream().lose(EventsState::Closed);
    fake.advance(10_000);
    assert!(fake.went().is_empty() && fake.opened() > 1);
    fake.serve(|_| rejected(ErrorCode::SignInFirst));
    fake.stream().lose(EventsState::Closed);
    fake.run();
    let want = "/sign-in?ended=1&next=%2Fd%2Fshop%3Frange%3D900";
    assert!(
        fake.went().iter().any(|path| path == want),
        "{:?}",
        fake.went()
    );
}

#[test]
fn silence_is_stale_and_says_for_how_long() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _) = connected(fake);
    fake.advance(3_000);
    assert_eq!(live.status.get_untracked(), Status::Live);
    fake.advance(9_000);
    assert_eq!(live.status.get_untracked(), Status::Stale);
    assert_eq!(
        (live.age_s.get_untracked(), live.connected_s.get_untracked()),
        (12, 12)
    );
    fake.stream().send("frame", &second(T0 + 1_000));
    fake.run();
    assert_eq!(live.status.get_untracked(), Status::Live);
    assert_eq!(live.age_s.get_untracked(), 0);
}

#[test]
fn another_span_opens_another_stream_and_drops_the_one_before() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, connection) = connected(fake);
    fake.run();
    let before = fake.stream();
    connection.open(6 * 3_600);
    fake.advance(500);
    assert!(before.is_closed() && !fake.stream().is_closed());
    assert_eq!(live.resolution.get_value(), Resolution::of(6 * 3_600_000));
    fake.take_requests();
    fake.stream().send("hello", &hello(T0 + 2_000));
    fake.run();
    let step_ms = live.store.with_value(|store| store.resolution().step_ms);
    assert_eq!(
        (
            step_ms,
            fake.opened(),
            histories(&fake.take_requests()).len()
        ),
        (10_000, 2, 2)
    );
}

#[test]
fn a_message_of_another_version_is_announced_and_the_rest_goes_on() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _) = connected(fake);
    fake.stream().send_text("of_tomorrow", "{");
    fake.run();
    assert!(!live.outdated.get_untracked());
    fake.stream().send_text("frame", r#"{"sequence":1}"#);
    fake.stream().send("frame", &second(T0 + 1_000));
    fake.run();
    assert!(live.outdated.get_untracked());
    assert_eq!(live.now_ms(), T0 + 1_000);
}

#[test]
fn what_else_a_stream_carries() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _) = connected(fake);
    let log = r#"[{"t":1,"level":"warn","event":"shop.order","message":"late"}]"#;
    fake.stream().send_text("log", log);
    let added = r#"[{"id":7,"t":5,"text":"deploy","source":"ci"}]"#;
    fake.stream().send_text("annotation", added);
    fake.stream()
        .send_text("series", r#"[{"id":3,"metric":"hits","tags":{"x":"y"}}]"#);
    fake.run();
    let (logged, series) = live.store.with_value(|store| {
        let message = store.recent().next().map(|record| record.message.clone());
        (message, store.series_of("hits").count())
    });
    assert_eq!((logged.as_deref(), series), (Some("late"), 2));
    assert_eq!(live.logged.get_untracked(), 1);
    assert_eq!(live.annotations.with_untracked(Vec::len), 1);
    fake.stream().send("annotation_removed", &[7]);
    fake.run();
    assert_eq!(live.annotations.with_untracked(Vec::len), 0);
    assert_eq!(live.annotations_epoch.get_untracked(), 1);
}

#[test]
fn seconds_do_not_tick_while_the_view_stands_still() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _) = connected(fake);
    fake.stream().send("frame", &second(T0 + 1_000));
    fake.run();
    live.pause();
    let before = live.second_tick.get_untracked();
    fake.stream().send("frame", &second(T0 + 2_000));
    fake.run();
    assert_eq!(live.second_tick.get_untracked(), before);
    assert_eq!(live.now_ms(), T0 + 2_000);
    live.resume();
    fake.stream().send("frame", &second(T0 + 3_000));
    fake.run();
    assert_eq!(live.second_tick.get_untracked(), before + 1);
}

#[test]
fn after_errors_of_http_the_last_data_grows_older_second_by_second() {
    for code in [ErrorCode::TooMany, ErrorCode::Internal] {
        let fake = Fake::install();
        fake.serve(move |_| rejected(code));
        let (_owner, live, connection) = connected(fake);
        fake.run();
        for second in 1..=40 {
            // The server answers every attempt with an error.
            if !fake.stream().is_closed() {
                fake.stream().lose(EventsState::Closed);
            }
            if second == 20 {
                // Another range opens another stream, and the data is as old as before.
                connection.open(900);
            }
            fake.advance(1_000);
            let age_s = live.age_s.get_untracked();
            assert!(
                age_s.abs_diff(second) <= 1,
                "{code}: {age_s} after {second}"
            );
            assert_eq!(live.status.get_untracked(), Status::Reconnecting, "{code}");
        }
    }
}

#[test]
fn a_list_of_metrics_after_the_first_hello_drops_what_it_does_not_have() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _connection) = connected(fake);
    fake.run();
    live.past.set_value(Some(live.store.get_value()));
    fake.take_requests();
    let defined = |name: &str| live.store.with_value(|store| store.metric(name).is_some());
    assert!(defined("hits") && defined("level"));
    assert_eq!(live.access_epoch.get_untracked(), 0);
    fake.stream().send(
        "metrics",
        &[protocol::Metric::counter("x.y").named("hits")]
            .map(|m| protocol::Definition::from(&m))
            .to_vec(),
    );
    fake.run();
    assert_eq!(live.access_epoch.get_untracked(), 1);
    assert!(defined("hits") && !defined("level"));
    assert!(live.past.with_value(Option::is_none));
    assert!(
        live.store
            .with_value(|store| store.series(1).is_none() && store.series(2).is_none())
    );
    // The past is asked for of what is left alone: an error about the other would name it.
    fake.stream().send("hello", &hello(T0 + 30_000));
    fake.advance(1_000);
    let asked = histories(&fake.take_requests());
    assert!(!asked.is_empty() && asked.iter().all(|(metric, ..)| metric == "hits"));
    assert_eq!(live.backfill_error.get_untracked(), None);
    assert!(
        live.store
            .with_value(|store| store.series(1).is_some() && store.series(2).is_none())
    );
}

#[test]
fn a_stream_that_the_server_rejects_asks_what_may_be_seen() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live) = live(60);
    connection(live).open(60);
    fake.run();
    fake.stream().lose(EventsState::Closed);
    fake.run();
    assert_eq!(live.access_epoch.get_untracked(), 1);
    fake.advance(1_000);
    fake.stream().send("hello", &hello(T0));
    fake.stream().lose(EventsState::Closed);
    fake.run();
    assert_eq!(
        live.access_epoch.get_untracked(),
        1,
        "it was lost, not rejected"
    );
}

#[test]
fn every_stream_but_the_first_defines_what_it_shows() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, _live, connection) = connected(fake);
    connection.open(300);
    fake.run();
    assert_eq!(
        fake.stream().url,
        "/api/stream?metrics=hits,level&definitions=1"
    );
}
