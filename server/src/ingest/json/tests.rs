//! What is accepted, and how precisely the rest is rejected.

use std::sync::Arc;

use telemetry::Metric;

use super::*;

/// A body, then `accepted` and `index field code` of every rejection, or the error as a whole.
fn check(body: &str, expect: &str) {
    check_as(body, false, expect);
}

fn check_as(body: &str, lines: bool, expect: &str) {
    check_bytes(body.as_bytes(), lines, expect);
}

fn targets(metrics: &[Metric]) -> Targets {
    Targets::new(Arc::new(crate::metrics::list(metrics).expect("a list")))
}

fn check_bytes(body: &[u8], lines: bool, expect: &str) {
    let targets = targets(&[Metric::sum("shop.order.price").tags(["item"])]);
    let mut accepted = 0;
    let seen = match receive(body, lines, &targets, 3, |_| accepted += 1) {
        Err(error) => error.to_string(),
        Ok(batch) => {
            assert_eq!(batch.outcome.rejected(), batch.errors.len() as u64);
            assert_eq!(batch.outcome.accepted, accepted);
            let errors = batch.errors.iter();
            let errors: String = errors
                .map(|e| format!("; {} {} {}", e.index, e.field, e.code))
                .collect();
            format!("{accepted}{errors}")
        }
    };
    let body = String::from_utf8_lossy(body);
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
        &event(r#"{"price":-0.0}"#, r#"{"a":true,"b":1.5,"item":-3}"#),
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
    let body = format!("[\n{nan}]");
    let batch = receive(body.as_bytes(), false, &targets(&[]), 3, |_| {}).expect("an array");
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
    let targets = targets(&[Metric::sum("shop.order.price")]);
    let registry = Registry::new();
    let capture = telemetry::testing::capture(&registry, &["shop.order"]).expect("attaches");
    let send = |event: &EventIn| execute(event, &registry);
    receive(GOOD.as_bytes(), false, &targets, 1, send).expect("an event");
    let events = capture.take();
    assert_eq!(
        (
            events[0].measurements["price"],
            events[0].metadata["item"].as_str()
        ),
        (2.0, "tea")
    );
}

#[test]
fn whole_numbers_of_any_length_keep_their_digits() {
    let targets = targets(&[Metric::count_events("shop.order")]);
    let check = |number: &str, expect: &str| {
        let body = format!(r#"{{"name":"shop.order","metadata":{{"item":{number}}}}}"#);
        let registry = Registry::new();
        let capture = telemetry::testing::capture(&registry, &["shop.order"]).expect("attaches");
        let send = |event: &EventIn| execute(event, &registry);
        receive(body.as_bytes(), false, &targets, 1, send).expect("an event");
        assert_eq!(capture.take()[0].metadata["item"], expect, "{number}");
    };
    check("18446744073709551615", "18446744073709551615");
    check("-9223372036854775809", "-9223372036854775809");
    check(
        "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211455",
    );
    check("9223372036854775807", "9223372036854775807");
    check("1.5", "1.5");
    check("1e20", "100000000000000000000");
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_body() {
    let marked = |body: &str| [b"\xef\xbb\xbf", body.as_bytes()].concat();
    check_bytes(&marked(GOOD), false, "1");
    check_bytes(&marked(&format!("[{GOOD},{GOOD}]")), false, "2");
    check_bytes(&marked(&format!("{GOOD}\n{GOOD}")), true, "2");
    check_bytes(&marked(""), false, "the body is empty");
    let utf_16 = "the body is not JSON: it is UTF-16; send UTF-8";
    check_bytes(b"\xff\xfe{\0}\0", false, utf_16);
}

#[test]
fn a_line_that_is_not_utf_8_spoils_no_other() {
    let broken = [
        b"{\"name\":\"shop.order\",\"metadata\":{\"item\":\"",
        &b"\xff\"}}"[..],
    ]
    .concat();
    let lines = |parts: &[&[u8]]| parts.join(&b"\n"[..]);
    let good = GOOD.as_bytes();
    for is_ndjson in [false, true] {
        check_bytes(&lines(&[good, &broken, good]), is_ndjson, "2; 1 . bad_json");
    }
    check_bytes(&lines(&[&broken, good, good]), true, "2; 0 . bad_json");
    check_bytes(&broken, true, "0; 0 . bad_json");
    check_bytes(
        &broken,
        false,
        "the body is not JSON: byte 0xff at line 1, column 42 is not UTF-8",
    );
    // Of an array what came before is kept.
    let array = [b"[", good, b",", &broken, b",", good, b"]"].concat();
    check_bytes(&array, false, "1; 1 metadata.item bad_json");
    check_bytes(&[b"[", good, b"]\xff"].concat(), false, "1; 1 . bad_json");
    let body = lines(&[good, &broken]);
    let batch = receive(&body, true, &targets(&[]), 3, |_| {}).expect("lines");
    let message = &batch.errors[1].message;
    assert_eq!(message, "byte 0xff at line 2, column 42 is not UTF-8");
}

#[test]
fn null_is_absent_in_metadata_and_no_number() {
    let event = |rest: &str| {
        format!(r#"{{"name":"shop.order","measurements":{{"price":2}},"metadata":{rest}}}"#)
    };
    check(&event(r#"{"item":"tea","trace":null}"#), "1");
    check(&event(r#"{"item":null}"#), "0; 0 metadata.item missing_tag");
    check(&event("null"), "0; 0 metadata.item missing_tag");
    let body = event(r#"{"item":"tea","trace":{"id":1}}"#);
    let batch = receive(body.as_bytes(), false, &targets(&[]), 3, |_| {}).expect("an event");
    let message = &batch.errors[0].message;
    assert!(
        message.starts_with("invalid type: an object, expected a text, a number"),
        "{message}"
    );
    assert!(
        !message.contains("untagged") && !message.contains("MetaValue"),
        "{message}"
    );
}

#[test]
fn an_event_that_every_metric_rejects_is_not_accepted() {
    let list = [
        Metric::sum("shop.order.price").tags(["item"]),
        Metric::sum("shop.order.weight").tags(["item", "size"]),
        Metric::sum("shop.visit.time").keep(telemetry::Match::new().key("page", ["/"])),
    ];
    let targets = targets(&list);
    let check = |body: &str, expect: Option<(&str, RejectionCode)>| {
        let batch = receive(body.as_bytes(), false, &targets, 1, |_| {}).expect("an event");
        let found = batch
            .errors
            .first()
            .map(|error| (&*error.field, error.code));
        assert_eq!(found, expect, "{body}");
    };
    let order = |measurements: &str, metadata: &str| {
        format!(r#"{{"name":"shop.order","measurements":{measurements},"metadata":{metadata}}}"#)
    };
    check(&order(r#"{"price":1}"#, r#"{"item":"a"}"#), None);
    check(&order(r#"{"weight":1}"#, r#"{"item":"a","size":1}"#), None);
    check(
        &order(r#"{"length":1}"#, r#"{"item":"a","size":1}"#),
        Some(("measurements.price", RejectionCode::MissingMeasurement)),
    );
    check(
        &order(r#"{"price":1}"#, r#"{"size":1}"#),
        Some(("metadata.item", RejectionCode::MissingTag)),
    );
    check(
        &order(r#"{"weight":1}"#, r#"{"item":"a"}"#),
        Some(("measurements.price", RejectionCode::MissingMeasurement)),
    );
    let long = "x".repeat(129);
    check(
        &order(r#"{"price":1}"#, &format!(r#"{{"item":"{long}"}}"#)),
        Some(("metadata.item", RejectionCode::TooLong)),
    );
    // What a metric leaves out is left out on purpose.
    check(
        r#"{"name":"shop.visit","metadata":{"page":"/about"}}"#,
        None,
    );
    check(
        r#"{"name":"shop.visit","metadata":{"page":"/"}}"#,
        Some(("measurements.time", RejectionCode::MissingMeasurement)),
    );
}

#[test]
fn too_many_events_are_counted_and_not_kept() {
    let body = format!("[{}1]", "1,".repeat(1_000));
    check(&body, "1001 events in one request; at most 3");
    check_as(&"1\n".repeat(1_000), true, "1000 events in one request");
}
