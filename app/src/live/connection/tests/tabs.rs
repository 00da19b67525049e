//! Tabs that nobody sees, and tabs for which the browser has no connection left.

use super::*;
use crate::live::connection::lease;

/// A flush that ends a second, with its id.
fn send_second(fake: &Fake, t: i64) {
    let frame = second(t);
    let data = serde_json::to_string(&frame).expect("JSON");
    let id = frame.seq.to_string();
    fake.stream().send_numbered(&id, "frame", &data);
    fake.run();
}

#[test]
fn a_hidden_tab_lets_go_of_its_stream_and_goes_on_without_a_gap() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, live, _) = connected(fake);
    send_second(fake, T0 + 1_000);
    // A tab that is looked away from for a moment keeps it.
    fake.set_hidden(true);
    fake.advance(4_000);
    assert!(!fake.stream().is_closed());
    fake.set_hidden(false);
    fake.advance(1_000);
    fake.set_hidden(true);
    fake.advance(7_000);
    assert!(fake.stream().is_closed());
    // However long it is hidden: no stream, no request, no timer.
    fake.take_requests();
    fake.advance(60_000);
    assert_eq!((fake.opened(), fake.take_requests().len()), (1, 0));
    assert!(!fake.is_shared("pulseboard.stream.0"), "its place is free");
    fake.set_hidden(false);
    assert_eq!(fake.opened(), 2);
    let want = format!(
        "/api/stream?metrics=hits,level&last_event_id={}",
        T0 + 1_000
    );
    assert_eq!(fake.stream().url, want);
    // The server has what was missed.
    for i in 2..=5 {
        send_second(fake, T0 + i * 1_000);
    }
    assert_eq!(
        kept(live, T0 - 5_000, T0 + 5_000),
        all_hits(T0 - 5_000, T0 + 5_000)
    );
    assert_eq!(live.stream_epoch.get_untracked(), 1, "and no hello again");
    assert_eq!(live.status.get_untracked(), Status::Live);
}

#[test]
fn a_tab_without_a_connection_asks_every_second_until_there_is_one() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    let mut asked = 0;
    fake.serve(
        move |request| match request.path.starts_with("/api/stream") {
            false => server(request),
            true => {
                let event = |id: i64, name: &str, data: String| {
                    format!("id: {id}\nevent: {name}\ndata: {data}\n\n")
                };
                let json = |frame: &Frame| serde_json::to_string(frame).expect("JSON");
                asked += 1;
                let text = if asked == 1 {
                    assert!(
                        request.path.ends_with("?metrics=hits,level&once=1"),
                        "{request:?}"
                    );
                    event(
                        T0,
                        "hello",
                        serde_json::to_string(&hello(T0)).expect("JSON"),
                    )
                } else {
                    let last = format!("&last_event_id={}&once=1", T0 + (asked - 2) * 1_000);
                    assert!(request.path.ends_with(&last), "{request:?}");
                    let t = T0 + (asked - 1) * 1_000;
                    event(t, "frame", json(&second(t)))
                };
                Reply::Now(200, text)
            }
        },
    );
    let until = 1_700_000_000_000u64 + 5_500;
    for place in 0..lease::MAX_STREAMS {
        let name = format!("pulseboard.stream.{place}");
        fake.set_shared(&name, Some(&format!("other {until}")));
    }
    connection(live).open(60);
    fake.advance(4_900);
    assert_eq!(
        (fake.opened(), live.status.get_untracked()),
        (0, Status::Polling)
    );
    assert_eq!(
        kept(live, T0 - 3_000, T0 + 4_000),
        all_hits(T0 - 3_000, T0 + 4_000)
    );
    // The other tabs went.
    fake.advance(1_200);
    assert_eq!(fake.opened(), 1);
    assert!(
        fake.stream().url.contains("last_event_id=17"),
        "{}",
        fake.stream().url
    );
    send_second(fake, T0 + 6_000);
    assert_eq!(live.status.get_untracked(), Status::Live);
    assert_eq!(live.stream_epoch.get_untracked(), 1);
}

#[test]
fn without_a_hello_in_time_the_page_asks_every_second_and_tries_again() {
    let fake = Fake::install();
    fake.serve(|request| match request.path.starts_with("/api/stream") {
        false => server(request),
        true => {
            let hello = serde_json::to_string(&hello(T0)).expect("JSON");
            Reply::Now(200, format!("event: hello\ndata: {hello}\n\n"))
        }
    });
    let (_owner, live) = live(60);
    connection(live).open(60);
    fake.advance(4_900);
    assert_eq!(live.status.get_untracked(), Status::Connecting);
    assert!(!fake.stream().is_closed());
    fake.advance(1_000);
    assert!(fake.stream().is_closed(), "it gives its connection back");
    assert_eq!(live.status.get_untracked(), Status::Polling);
    assert_eq!(live.now_ms(), T0);
    fake.advance(32_000);
    assert_eq!(fake.opened(), 2, "it tries a stream again");
}

/// The events of an answer or a stream, up to which nobody said that somebody may see something else.
fn begins(audience: &str, events: &[(&str, String)]) -> String {
    let mut text = format!("event: audience\ndata: \"{audience}\"\n\n");
    for (name, data) in events {
        text += &format!("id: {T0}\nevent: {name}\ndata: {data}\n\n");
    }
    text
}

#[test]
fn a_tab_that_asks_every_second_begins_again_when_it_may_see_more() {
    let fake = Fake::install();
    let (_owner, live) = live(60);
    let mut asked = 0;
    let first = "/api/stream?metrics=hits,level&once=1";
    let goes_on = format!("/api/stream?metrics=hits,level&last_event_id={T0}&once=1");
    let again = "/api/stream?metrics=hits,level&definitions=1&once=1";
    fake.serve(
        move |request| match request.path.starts_with("/api/stream") {
            false => server(request),
            true => {
                asked += 1;
                let said = ("hello", serde_json::to_string(&hello(T0)).expect("JSON"));
                let defined = ("metrics", "[]".to_owned());
                let (path, text) = match asked {
                    1 => (first, begins("a", &[said])),
                    2 => (&*goes_on, begins("a", &[])),
                    // An admin widened the role. What follows is of series that nobody announced.
                    3 => (&*goes_on, begins("b", &[("frame", "null".to_owned())])),
                    4 => (again, begins("b", &[defined, said])),
                    _ => (&*goes_on, begins("b", &[])),
                };
                assert_eq!(request.path, path, "{asked}");
                Reply::Now(200, text)
            }
        },
    );
    for place in 0..lease::MAX_STREAMS {
        let name = format!("pulseboard.stream.{place}");
        fake.set_shared(
            &name,
            Some(&format!("other {}", 1_700_000_000_000u64 + 5_500)),
        );
    }
    connection(live).open(60);
    fake.advance(2_400);
    assert_eq!(live.access_epoch.get_untracked(), 0);
    fake.advance(1_000);
    assert_eq!(live.access_epoch.get_untracked(), 1, "within a second");
    assert_eq!(live.stream_epoch.get_untracked(), 2);
    fake.advance(1_500);
    assert_eq!(live.access_epoch.get_untracked(), 1, "and once");
    assert!(!live.outdated.get_untracked());
}

#[test]
fn a_stream_that_goes_on_for_somebody_who_may_see_more_is_opened_again() {
    let fake = Fake::install();
    fake.serve(server);
    let (_owner, _live, _connection) = connected(fake);
    fake.stream().send("audience", &"a");
    send_second(fake, T0 + 1_000);
    fake.stream().send("audience", &"a");
    assert_eq!(fake.opened(), 1);
    // The browser came back by itself, to a stream that goes on where the former one ended.
    fake.stream().send("audience", &"b");
    fake.run();
    assert_eq!(fake.opened(), 2);
    assert_eq!(
        fake.stream().url,
        "/api/stream?metrics=hits,level&definitions=1"
    );
}
