use super::*;
use crate::Unit;
use crate::contract::DeclaredKey;

#[test]
fn golden() {
    let json = concat!(
        r#"{"events":[{"name":"shop.checkout","doc":"Done.","measurements":"#,
        r#"[{"name":"duration","unit":"second","doc":"How long."},{"name":"items","unit":"none"}],"#,
        r#""metadata":[{"name":"region","doc":"Where."},{"name":"result"}]},{"name":"bare"}]}"#
    );
    let contract: Contract = serde_json::from_str(json).expect("decodes");
    assert_eq!(serde_json::to_string(&contract).expect("encodes"), json);
    let short = r#"{"events":[{"name":"a","measurements":[{"name":"b"}]}]}"#;
    let contract: Contract = serde_json::from_str(short).expect("decodes");
    assert_eq!(contract.events()[0].measurements[0].unit, Unit::None);
    assert_eq!(contract.find("b"), None);
}

#[test]
fn what_is_refused_when_read() {
    let check = |json: &str, expect: &str| {
        let error = serde_json::from_str::<Contract>(json).expect_err("refused");
        assert!(error.to_string().starts_with(expect), "{error}");
    };
    check("{}", "missing field `events`");
    check("[]", "invalid length 0");
    check(r#"{"events":[{}]}"#, "missing field `name`");
    check(r#"{"events":[],"version":1}"#, "unknown field `version`");
    check(
        r#"{"events":[{"name":""}]}"#,
        "events[0].name: `` is no name: empty",
    );
    check(
        r#"{"events":[{"name":"a"},{"name":"b"},{"name":"a"}]}"#,
        "events[2].name: `a` stands there twice",
    );
    check(
        r#"{"events":[{"name":"a","measurements":[{"name":"b"},{"name":"b"}]}]}"#,
        "events[0].measurements[1].name: `b` stands there twice",
    );
    check(
        r#"{"events":[{"name":"a","metadata":[{"name":"B"}]}]}"#,
        "events[0].metadata[0].name: `B` is no name",
    );
    check(
        r#"{"events":[{"name":"a","measurements":[{"name":"b","unit":"hour"}]}]}"#,
        "unknown variant `hour`",
    );
}

#[test]
fn lists_are_bounded() {
    let event = |name: String, keys: usize| DeclaredEvent {
        name,
        doc: String::new(),
        measurements: Vec::new(),
        metadata: (0..keys)
            .map(|i| DeclaredKey {
                name: format!("k{i}"),
                doc: String::new(),
            })
            .collect(),
    };
    let check = |events: Vec<DeclaredEvent>, expect: Option<&str>| {
        let error = Contract::of(events).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), expect);
    };
    check(Vec::new(), None);
    check(vec![event("a".into(), MAX_KEYS)], None);
    check(
        vec![event("a".into(), MAX_KEYS + 1)],
        Some("events[0].metadata: 65 of them; at most 64"),
    );
    let many = (0..=MAX_EVENTS).map(|i| event(format!("e{i}"), 0));
    check(many.collect(), Some("events: 10001 of them; at most 10000"));
}

#[test]
fn what_is_emitted_is_held_against_it() {
    let json =
        r#"{"events":[{"name":"a","measurements":[{"name":"m"}],"metadata":[{"name":"k"}]}]}"#;
    let contract: Contract = serde_json::from_str(json).expect("decodes");
    let check = |event: &str, measurements: &[&str], metadata: &[&str], expect| {
        let found = contract.admit(
            event,
            measurements.iter().copied(),
            metadata.iter().copied(),
        );
        assert_eq!(found, expect);
    };
    check("a", &["m"], &["k"], Ok(()));
    check("a", &[], &[], Ok(()));
    check("b", &[], &[], Err(Undeclared::Event("b".into())));
    check(
        "a",
        &["m", "k"],
        &["k"],
        Err(Undeclared::Measurement("k".into())),
    );
    check("a", &["m"], &["m"], Err(Undeclared::Metadata("m".into())));
}
