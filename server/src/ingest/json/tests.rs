//! What is accepted, and how precisely the rest is rejected.

use telemetry::Metric;

use super::*;

/// A body, then `accepted` and `index field code` of every rejection, or the error as a whole.
fn check(body: &str, expect: &str) {
    check_as(body, false, expect);
}

fn check_as(body: &str, lines: bool, expect: &str) {
    let metrics = [Metric::sum("shop.order.price").tags(["item"])];
    let metrics = crate::metrics::list(&metrics).expect("a list");
    let seen = match parse(body.as_bytes(), lines, &metrics, 3) {
        Err(error) => error.to_string(),
        Ok(batch) => {
            assert_eq!(batch.outcome.rejected(), batch.errors.len() as u64);
            assert_eq!(batch.outcome.accepted, batch.events.len() as u64);
            let errors = batch.errors.iter();
            let errors: String = errors
                .map(|e| format!("; {} {} {}", e.index, e.field, e.code))
                .collect();
            format!("{}{errors}", batch.events.len())
        }
    };
    assert!(seen.starts_with(expect), "{body}: {seen}");
}

const GOOD: &str = r#"{"name":"shop.order","measurements":{"price":2},"metadata":{"item":"tea"}}"#;

#[test]
fn one_an_array_and_lines() {
    check(GOOD, "1");
    check(&format!("[{GOOD},{GOOD}]"), "2");
    check(&format!("{GOOD}\n{GOOD}\n\n"), "2");
    check_as(GOOD, true, "1");
    check_as(&format!("{GOOD}\r\n{GOOD}"), true, "2");
    check(
        &format!("[{GOOD},{GOOD},{GOOD},{GOOD}]"),
        "4 events in one request; at most 3",
    );
    check("", "the body is empty");
    check(" \n ", "the body is empty");
    check("[]", "the body is empty");
    check("hello", "the body is not JSON");
    check("7", "the body is not JSON");
    check("{", "the body is not JSON");
    check_as("hello", true, "0; 0 . bad_json");
}

#[test]
fn one_bad_event_does_not_spoil_the_others() {
    let event = |measurements: &str, metadata: &str| {
        format!(r#"{{"name":"shop.order","measurements":{measurements},"metadata":{metadata}}}"#)
    };
    let with = |bad: &str, expect: &str| check(&format!("[{GOOD},{bad},{GOOD}]"), expect);
    with(
        &event(r#"{"price":"2"}"#, "{}"),
        "2; 1 measurements.price not_a_number",
    );
    with(
        &event(r#"{"price":null}"#, "{}"),
        "2; 1 measurements.price not_a_number",
    );
    with(
        &event(r#"{"price":1e999}"#, "{}"),
        "2; 1 measurements.price not_a_number",
    );
    with(
        &event("{}", r#"{"item":["x"]}"#),
        "2; 1 metadata.item bad_value",
    );
    with(&event("[]", "{}"), "2; 1 measurements bad_field");
    with("7", "2; 1 . bad_field");
    with("{}", "2; 1 . bad_field");
    with(r#"{"name":"nobody.asks"}"#, "2; 1 name unknown_event");
    with(
        r#"{"name":"http.request.stop"}"#,
        "2; 1 name reserved_event",
    );
    with(r#"{"name":"pulseboard.pump"}"#, "2; 1 name reserved_event");
    with(r#"{"name":"tokio.runtime"}"#, "2; 1 name reserved_event");
    check(r#"{"name":"shop.order","extra":1}"#, "0; 0 extra bad_field");
    check(
        &event(r#"{"price":-0.0}"#, r#"{"a":true,"b":1.5,"c":-3}"#),
        "1",
    );
}

#[test]
fn where_the_json_breaks_off_what_came_before_is_kept() {
    let nan = r#"{"name":"shop.order","measurements":{"price":NaN}}"#;
    check(
        &format!("[{GOOD},\n{nan},{GOOD}]"),
        "1; 1 measurements.price bad_json",
    );
    check(&format!("[{nan}]"), "0; 0 measurements.price bad_json");
    check(&format!("[{GOOD},{GOOD}"), "2; 2 . bad_json");
    check(&format!("[{GOOD}] x"), "1; 1 . bad_json");
    check(
        &format!("{GOOD}\n{nan}\n{GOOD}"),
        "2; 1 measurements.price bad_json",
    );
    check(
        nan,
        "the body is not JSON: expected value in `measurements.price` at line 1, column 4",
    );
    let metrics = crate::metrics::list(&[]).expect("a list");
    let batch = parse(format!("[\n{nan}]").as_bytes(), false, &metrics, 3).expect("an array");
    assert!(
        batch.errors[0].message.contains("line 2, column 4"),
        "{}",
        batch.errors[0].message
    );
    assert!(batch.errors[0].message.contains("nothing from here on"));
}

#[test]
fn limits_name_index_and_field() {
    let many: Vec<String> = (0..33).map(|i| format!(r#""m{i}":1"#)).collect();
    let many = many.join(",");
    let long = "x".repeat(129);
    let text = "x".repeat(1025);
    check(
        &format!(r#"{{"name":"shop.order","measurements":{{{many}}}}}"#),
        "0; 0 measurements too_many",
    );
    check(
        &format!(r#"{{"name":"shop.order","metadata":{{{many}}}}}"#),
        "0; 0 metadata too_many",
    );
    check(&format!(r#"{{"name":"{long}"}}"#), "0; 0 name too_long");
    check(
        &format!(r#"{{"name":"shop.order","metadata":{{"{long}":1}}}}"#),
        "0; 0 metadata.xxxx",
    );
    check(
        &format!(r#"{{"name":"shop.order","metadata":{{"item":"{text}"}}}}"#),
        "0; 0 metadata.item too_long",
    );
}

#[test]
fn good_events_reach_the_registry() {
    let metrics = [Metric::sum("shop.order.price")];
    let metrics = crate::metrics::list(&metrics).expect("a list");
    let registry = Registry::new();
    let capture = telemetry::testing::capture(&registry, &["shop.order"]).expect("attaches");
    parse(GOOD.as_bytes(), false, &metrics, 1)
        .expect("an event")
        .execute(&registry);
    let events = capture.take();
    assert_eq!(
        (
            events[0].measurements["price"],
            events[0].metadata["item"].as_str()
        ),
        (2.0, "tea")
    );
}
