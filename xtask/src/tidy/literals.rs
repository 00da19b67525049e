//! Names that server and page must agree on stand in `protocol` and nowhere else: codes of errors
//! and rejections, events of the stream, paths of the API.

use std::collections::BTreeSet;

use super::sources;

/// The same words with another meaning: a file, and the word in it.
const OTHER_MEANINGS: &[(&str, &str)] = &[
    // A parameter of the bench page.
    ("app/src/bench/setup.rs", "series"),
    // A class of the page Metrics.
    ("app/src/pages/metrics/mod.rs", "metrics"),
    // A key of documents and of the configuration.
    ("server/src/config/file.rs", "metrics"),
    ("server/src/check/metrics.rs", "metrics"),
    ("server/src/check/mod.rs", "metrics"),
    ("server/src/check/dashboards.rs", "metrics"),
    ("app/src/editor/panel/metrics.rs", "metrics"),
    ("app/src/editor/panel/widget.rs", "metrics"),
    ("server/src/dashboards/schema.rs", "metrics"),
    ("server/src/dashboards/text/mod.rs", "metrics"),
    // A scale of Grafana.
    ("server/src/grafana/panel.rs", "log"),
    ("server/src/grafana/import/panel.rs", "log"),
    // A measurement of the server's own metrics.
    ("server/src/pipeline/report.rs", "series"),
    // Tag values of the server's own metrics.
    ("server/src/ingest/outcome/reason.rs", "not_a_number"),
    ("server/src/stream/hub.rs", "hello"),
];

#[test]
fn names_of_the_protocol_stand_in_the_protocol() {
    let names = names();
    let mut broken = Vec::new();
    for (path, text) in sources("app/src").into_iter().chain(sources("server/src")) {
        let is_of_tests = ["_tests.rs", "/testing.rs"]
            .iter()
            .any(|end| path.ends_with(end));
        if path.contains("/tests") || is_of_tests {
            continue;
        }
        for (line, literal) in literals(shipped(&text)) {
            let is_other = OTHER_MEANINGS
                .iter()
                .any(|(file, word)| path.ends_with(file) && *word == literal);
            if !is_other && is_of_the_protocol(literal, &names) {
                broken.push(format!(
                    "{path}:{line}: \"{literal}\" stands in protocol: use the name from there"
                ));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_is_found() {
    let names = names();
    let check = |code: &str, want: &[&str]| {
        let found: Vec<&str> = literals(code)
            .map(|(_, literal)| literal)
            .filter(|literal| is_of_the_protocol(literal, &names))
            .collect();
        assert_eq!(found, want, "{code}");
    };
    check(r#"Error::new("sign_in_first", "no")"#, &["sign_in_first"]);
    check(
        r#"subscribe("annotation_removed")"#,
        &["annotation_removed"],
    );
    check(
        r#"format!("event: hello\ndata: {json}")"#,
        &[r"event: hello\ndata: {json}"],
    );
    check(r#"format!("event: {name}")"#, &[]);
    check(r#"get("/api/metrics?x=1")"#, &["/api/metrics?x=1"]);
    check(r#"format!("{}/health/ready", url)"#, &[]);
    check(r#"get("/health/ready")"#, &["/health/ready"]);
    check(r#"href("/d/system")"#, &["/d/system"]);
    check(r#"get("/apis")"#, &[]);
    check(r#"// get("/api/me")"#, &[]);
    check(r#"say("GET /api/me was rejected")"#, &[]);
    assert_eq!(shipped("a\n#[cfg(test)]\nmod tests {\nb"), "a\n");
    assert_eq!(shipped("#[cfg(test)]\nmod testing;\nb"), {
        "#[cfg(test)]\nmod testing;\nb"
    });
}

/// Codes and events, as `protocol` writes them.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (file, before) in [("code.rs", "= \""), ("stream_event.rs", "=> \"")] {
        let found = sources(&format!("protocol/src/{file}"));
        for line in found.iter().flat_map(|(_, text)| text.lines()) {
            let rest = line.split_once(before).map(|(_, rest)| rest);
            names.extend(rest.and_then(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    assert!(names.contains("sign_in_first") && names.contains("annotation_removed"));
    names
}

fn is_of_the_protocol(literal: &str, names: &BTreeSet<String>) -> bool {
    const ROOTS: [&str; 6] = ["/api", "/v1", "/health", "/pkg", "/d", "/sign-in"];
    let is_path = ROOTS.iter().any(|root| {
        let rest = literal.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    let event = literal.strip_prefix("event: ");
    let is_event = event.is_some_and(|event| names.iter().any(|name| event.starts_with(name)));
    is_path || is_event || names.contains(literal)
}

/// The code before the tests of a file.
fn shipped(text: &str) -> &str {
    let tests = text.find("#[cfg(test)]\nmod tests");
    &text[..tests.unwrap_or(text.len())]
}

/// String literals that begin and end on one line, with its number; none of comments.
fn literals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let code = line.split("//").next().unwrap_or_default();
        // Between the first quote and the second, the third and the fourth, and so on.
        let inside = code.split('"').skip(1).step_by(2);
        inside.map(move |literal| (index + 1, literal))
    })
}
