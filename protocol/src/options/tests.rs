use super::*;

fn read(json: &str) -> Result<Options, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn what_was_read_is_written_again() {
    for (json, want) in [
        ("{}", "{}"),
        (
            r#"{"min":0,"max":0.5,"log":true,"text":"a","rows":12}"#,
            r#"{"min":0,"max":0.5,"log":true,"text":"a","rows":12}"#,
        ),
        (
            r#"{"max":16e9,"min":-1.0}"#,
            r#"{"max":16000000000.0,"min":-1.0}"#,
        ),
        (r#"{"max":1e300}"#, r#"{"max":1e+300}"#),
        (
            r#"{"min":null,"new":[1,null,{"a":"b"}]}"#,
            r#"{"new":[1,null,{"a":"b"}]}"#,
        ),
    ] {
        let options = read(json).expect("options");
        assert_eq!(serde_json::to_string(&options).expect("encodes"), want);
    }
}

#[test]
fn what_are_no_options() {
    for json in ["[]", "1", "null", "\"a\"", r#"{"a":1,"a":2}"#, r#"{"a":"#] {
        assert!(read(json).is_err(), "{json}");
    }
}

#[test]
fn values_by_type() {
    let options = read(
        r#"{"n":1.5,"c":10,"neg":-1,"big":4294967296,"f":true,"t":"x","l":"bad","other":"grave",
            "thresholds":[{"at":1,"level":"warn"},{"at":"x","level":"warn"},{"at":2,"level":"error"}],
            "states":[{"value":0,"name":"fine"},{"value":1,"name":"slow","level":"warn"},
                      {"value":2,"name":"x","level":"grave"},{"value":3}]}"#,
    )
    .expect("options");
    assert_eq!(options.number("n"), Some(1.5));
    assert_eq!(options.number("t"), None);
    assert_eq!(options.number("gone"), None);
    assert_eq!(options.count("c"), Some(10));
    for name in ["n", "neg", "big", "t", "gone"] {
        assert_eq!(options.count(name), None, "{name}");
    }
    assert!(options.flag("f") && !options.flag("c") && !options.flag("gone"));
    assert_eq!(options.text("t"), Some("x"));
    assert_eq!(options.level("l"), Some(LogLevel::Error));
    assert_eq!(options.level("other"), None);
    let at: Vec<_> = options
        .thresholds()
        .iter()
        .map(|t| (t.at, t.level))
        .collect();
    assert_eq!(at, [(1.0, LogLevel::Warn), (2.0, LogLevel::Error)]);
    let names: Vec<_> = options
        .states()
        .into_iter()
        .map(|s| (s.name, s.level))
        .collect();
    assert_eq!(
        names,
        [
            ("fine".to_owned(), LogLevel::Info),
            ("slow".to_owned(), LogLevel::Warn)
        ]
    );
    let mut options = options;
    options.set("f", OptionValue::Flag(false));
    options.set("new", OptionValue::Number(1.0));
    assert!(!options.flag("f"));
    assert_eq!(options.count("new"), Some(1));
    assert_eq!(options.remove("new"), Some(OptionValue::Number(1.0)));
    assert_eq!((options.remove("new"), options.get("new")), (None, None));
}
